"""The entries of a YAML list as pieces of its text, so that one can be changed and all else stays byte for byte."""

import itertools
import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

_LINE = re.compile(r"[^\r\n\x85\u2028\u2029]*(?:\r\n|[\r\n\x85\u2028\u2029])|[^\r\n\x85\u2028\u2029]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_BOM = "\ufeff"
_WIDTH = 116  # columns of a wrapped answer
_OF_ANSWER = {"again", "denies"}  # fields that stand or fall with the answer
_NOTHING = {"", "~", "null"}  # plain words that the loader takes for no value


class NotEditable(ValueError):
    """The file is no list of entries, a line or more each; the message says why."""


@dataclass(frozen=True)
class Wording:
    """An entry in one language, as its editor writes it: the answer as a template, with references to figures."""

    question: str
    answer: str
    variants: tuple[str, ...] = ()

    @classmethod
    def tidy(cls, question: str, answer: str, variants: Sequence[str] = ()) -> "Wording":
        """Without what cannot be seen, blank lines at the ends, and wordings that stand twice."""
        asked = _one_line(question)
        others = [other for variant in variants if (other := _one_line(variant)) and other != asked]
        lines = [line.strip() for line in _CONTROL.sub("", answer.replace("\r", "")).splitlines()]
        return cls(asked, "\n".join(lines).strip(), tuple(dict.fromkeys(others)))


@dataclass(frozen=True)
class Block:
    """An entry in the lines of its file: `start` with the blank lines before it, `first` its own first, `end` behind it."""

    id: str
    start: int
    first: int
    end: int
    node: Any


def lines(text: str) -> list[str]:
    """With their ends, broken where YAML breaks them."""
    return _LINE.findall(text)


def blocks(text: str) -> list[Block]:
    """Comments above an entry belong to none. Raises NotEditable."""
    try:
        root = yaml.compose(text.removeprefix(_BOM), Loader=yaml.CBaseLoader)
    except yaml.YAMLError as error:
        raise NotEditable(f"not valid YAML: {error}") from error
    if root is None:
        return []
    if not isinstance(root, yaml.SequenceNode) or root.flow_style:
        raise NotEditable("not a list with a dash before each entry")
    written, column = lines(text), root.start_mark.column
    firsts = [_dash(written, item.start_mark.line, column) for item in root.value]
    if any(later <= earlier for earlier, later in itertools.pairwise(firsts)):
        raise NotEditable("two entries share a line")
    found: list[Block] = []
    for item, first, limit in zip(root.value, firsts, [*firsts[1:], len(written)], strict=True):
        start, before = first, found[-1].end if found else 0
        while start > before and not written[start - 1].strip():
            start -= 1
        found.append(Block(_id(item), start, first, _end(written, item, first, limit, column), item))
    return found


def rendered(id: str, wording: Wording, newline: str = "\n") -> str:
    """A new entry, in the style of the shipped files."""
    parts = [
        f"- id: {_scalar(id)}",
        *_question(wording, ""),
        *_variants(wording, "", {}),
        *_answer(wording, ""),
    ]
    return _joined([parts[0], *("  " + line if line else "" for line in parts[1:])], newline)


def changed(text: str, block: Block, wording: Wording, newline: str = "\n") -> str:
    """The entry's own lines with the fields that differ written anew; the others stay as they are.

    With another answer, what stood for the one before goes: `again` and `denies`.
    """
    written = lines(text)
    node = block.node
    if not isinstance(node, yaml.MappingNode) or node.flow_style:
        raise NotEditable(f"{block.id} is written in braces; put each of its fields on a line of its own")
    held = {str(key.value): (key, value) for key, value in node.value}
    indent = " " * node.value[0][0].start_mark.column
    wanted = {
        "question": (wording.question, _question(wording, indent)),
        "variants": (list(wording.variants), _variants(wording, indent, _kept(written, held))),
        "answer": (wording.answer, _answer(wording, indent)),
    }
    result = written[block.first : block.end]
    answered_anew = "answer" in held and _plain(held["answer"][1]) != wording.answer
    for name, first, end in reversed(list(_fields(written, block, node))):
        place = slice(first - block.first, end - block.first)
        added = name == "question" and "variants" not in held and wording.variants
        below = lines(_joined(wanted["variants"][1], newline)) if added else []
        if name in _OF_ANSWER and answered_anew:
            result[place] = []
        elif name in wanted and _plain(held[name][1]) != wanted[name][0]:
            anew = lines(_joined(wanted[name][1], newline))
            if first == block.first and anew:
                anew[0] = written[first][: len(indent)] + anew[0][len(indent) :]
            result[place] = [*anew, *below]
        else:
            result[place.stop : place.stop] = below
    return "".join(result)


def wording(block: Block) -> Wording:
    """What an entry says, as it stands in the file."""
    held = {str(key.value): value for key, value in block.node.value}
    return Wording(
        str(_plain(held["question"])),
        str(_plain(held["answer"])),
        tuple(_plain(held["variants"])) if "variants" in held else (),
    )


def values(text: str) -> list[Any]:
    """The entries as plain values."""
    loaded = yaml.load(text.removeprefix(_BOM), Loader=yaml.CBaseLoader)  # noqa: S506  # it makes nothing but strings
    return list(loaded or [])


def newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _id(item: yaml.Node) -> str:
    fields = (
        {str(key.value): value for key, value in item.value} if isinstance(item, yaml.MappingNode) else {}
    )
    return str(fields["id"].value) if "id" in fields else ""


def _dash(written: Sequence[str], line: int, column: int) -> int:
    while line >= 0 and not written[line].removeprefix(_BOM)[column:].startswith("-"):
        line -= 1
    if line < 0:
        raise NotEditable("not a list with a dash before each entry")
    return line


def _end(written: Sequence[str], item: yaml.Node, first: int, limit: int, column: int) -> int:
    """Behind the entry's last line: blank lines and comments that are not indented are no part of it."""
    least = max([first, *(_last(leaf) for leaf in _leaves(item))]) + 1
    end = limit
    while end > least and _is_outside(written[end - 1], column):
        end -= 1
    return end


def _is_outside(line: str, column: int) -> bool:
    inner = line.lstrip(" ")
    return not line.strip() or (inner.startswith(("#", "...")) and len(line) - len(inner) <= column)


def _leaves(node: Any) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.ScalarNode) or node.flow_style:
        yield node
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _leaves(value)
    else:
        for key, value in node.value:
            yield key
            yield from _leaves(value)


def _last(leaf: yaml.Node) -> int:
    """The last line of a value, where its end mark tells; that of a block of text is behind what follows."""
    block = isinstance(leaf, yaml.ScalarNode) and leaf.style in {"|", ">"}
    return int(leaf.start_mark.line if block else leaf.end_mark.line)


def _fields(written: Sequence[str], block: Block, node: yaml.MappingNode) -> Iterator[tuple[str, int, int]]:
    """Each field's name, first line, and the line behind it; comments before the next field belong to none."""
    starts = [key.start_mark.line for key, _ in node.value]
    column = node.value[0][0].start_mark.column
    for (key, value), first, limit in zip(node.value, starts, [*starts[1:], block.end], strict=True):
        yield str(key.value), first, _end(written, value, first, limit, column)


def _kept(written: Sequence[str], held: dict[str, Any]) -> dict[str, str]:
    """The line of each wording that has one for itself, so that it stays as its author wrote it."""
    _, node = held.get("variants", (None, None))
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        return {}
    return {
        str(_plain(item)): written[item.start_mark.line].rstrip("\r\n")
        for item in node.value
        if item.start_mark.line == item.end_mark.line
    }


def _plain(node: yaml.Node) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return str(node.value).strip()


def _question(wording: Wording, indent: str) -> list[str]:
    return [f"{indent}question: {_scalar(wording.question)}"]


def _variants(wording: Wording, indent: str, kept: dict[str, str]) -> list[str]:
    if not wording.variants:
        return []
    return [
        f"{indent}variants:",
        *(kept.get(each) or f"{indent}  - {_scalar(each)}" for each in wording.variants),
    ]


def _answer(wording: Wording, indent: str) -> list[str]:
    """On its line if it fits, English in a folded block, several lines in a literal one."""
    text = wording.answer
    candidates = []
    if "\n" in text:
        candidates.append(["answer: |-", *(f"  {line}" if line else "" for line in text.split("\n"))])
    else:
        folded = textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
        candidates += [[f"answer: {text}"], ["answer: >-", *(f"  {line}" for line in folded)]]
        if len(text) > _WIDTH and " " in text:
            candidates.reverse()
    written = next(
        (each for each in candidates if _reads("\n".join(each) + "\n") == {"answer": text}),
        [f"answer: {json.dumps(text, ensure_ascii=False)}"],
    )
    return [indent + line if line else "" for line in written]


def _scalar(text: str) -> str:
    """One line as it is, in quotes only where YAML would read it otherwise."""
    plain = text not in _NOTHING and _reads(f"- k: {text}\n- {text}\n") == [{"k": text}, text]
    return text if plain else json.dumps(text, ensure_ascii=False)


def _reads(text: str) -> Any:
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.YAMLError:
        return None
    return _read(node)


def _read(node: yaml.Node | None) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _read(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_read(item) for item in node.value]
    return node.value if node else None


def _joined(written: Sequence[str], newline: str) -> str:
    return "".join(line + newline for line in written)
