"""Cut entries into the passages that are embedded."""

from collections.abc import Iterator

from knowledge.documents import Entry, Kind, Passage, Role
from knowledge.sentences import sentences

# Embedding time grows with length: about 90 English words or 160 Chinese characters keep a passage near 120 tokens.
_LATIN_CHARACTERS = 560
_CHINESE_CHARACTERS = 180


def passages(entry: Entry) -> Iterator[Passage]:
    """The entry's question and variants, one passage each, and its body in pieces of whole sentences."""
    questions = (entry.title, *entry.variants) if entry.kind is not Kind.SECTION else (entry.title,)
    for number, question in enumerate(questions):
        yield Passage(f"{entry.key}:q{number}", entry.key, Role.QUESTION, question)
    if entry.kind is Kind.DECLINE:
        return
    limit = _CHINESE_CHARACTERS if entry.language == "zh" else _LATIN_CHARACTERS
    for number, piece in enumerate(pieces(entry.body, limit)):
        yield Passage(f"{entry.key}:b{number}", entry.key, Role.BODY, piece)


def pieces(text: str, limit: int) -> list[str]:
    """Whole sentences, as many to a piece as fit in `limit` characters; a longer sentence is cut at the limit."""
    result: list[str] = []
    for sentence in sentences(text):
        for part in (sentence[i : i + limit] for i in range(0, len(sentence), limit)):
            if result and len(result[-1]) + 1 + len(part) <= limit:
                result[-1] += ("" if ord(part[0]) > 0x2E80 else " ") + part
            else:
                result.append(part)
    return result
