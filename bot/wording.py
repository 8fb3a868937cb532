"""Names of things as they fit on a button or into a sentence."""

import re

from knowledge.documents import Item

_END_OF_NAME = re.compile(r"[:：（(，,；;]")
_LONGEST_NAME = 60  # characters


def short(item: Item, language: str) -> str:
    """The name of a checklist's line, or its text without the explanations."""
    if language in item.name:
        return item.name[language]
    text = item.text.get(language) or next(iter(item.text.values()))
    name = _END_OF_NAME.split(text)[0].strip()
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1].rstrip()}…"


def sentence(text: str) -> str:
    """Closed with a full stop, so that another sentence may follow."""
    text = text.strip()
    if not text or text[-1] in ".!?。！？":
        return text
    return text + ("。" if re.search("[㐀-鿿]", text) else ".")
