"""YAML as plain text values with line numbers.

Scalars stay strings (a `No` in an answer is a word, not a boolean); the schema turns them into numbers and dates.
"""

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from knowledge.errors import Problem

T = TypeVar("T")

_ADVICE = {
    "missing": "required field is missing",
    "extra_forbidden": "unknown field; see the schema in content/README.md",
    "string_too_short": "must not be empty",
}


def parse(
    text: str, file: Path, model: type[T], first_line: int = 1
) -> tuple[T | None, list[int], list[Problem]]:
    """Read `text` as `model`.

    Returns the value (None where there are problems), the line on which each item of a top-level list starts, and
    the problems, all of them.
    """
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        return None, [], [Problem(file, line, "", f"not valid YAML: {error.problem or error.context}")]
    except yaml.YAMLError as error:
        return None, [], [Problem(file, first_line, "", f"not valid YAML: {error}")]
    problems: list[Problem] = []
    value = _plain(root, file, first_line, problems)
    lines = (
        [first_line + node.start_mark.line for node in root.value]
        if isinstance(root, yaml.SequenceNode)
        else []
    )
    try:
        result = TypeAdapter(model).validate_python(value)
    except ValidationError as error:
        for detail in error.errors():
            kind = "string_too_short" if detail["input"] is None else detail["type"]
            message = _ADVICE.get(kind, detail["msg"].removeprefix("Value error, "))
            line = first_line + _line(root, detail["loc"])
            problems.append(Problem(file, line, ".".join(str(part) for part in detail["loc"]), message))
        return None, lines, problems
    return (None if problems else result), lines, problems


def _plain(node: yaml.Node | None, file: Path, first_line: int, problems: list[Problem]) -> Any:
    if isinstance(node, yaml.MappingNode):
        result: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in result:
                problems.append(Problem(file, first_line + key.start_mark.line, name, "field stands twice"))
            result[name] = _plain(value, file, first_line, problems)
        return result
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, file, first_line, problems) for item in node.value]
    if node is None:
        return None
    plain = isinstance(node, yaml.ScalarNode) and not node.style  # without quotes
    return None if plain and node.value in {"", "null", "~"} else node.value


def _line(node: yaml.Node | None, path: tuple[int | str, ...]) -> int:
    """The line (from 0) of the deepest node that `path` reaches."""
    for part in path:
        if isinstance(node, yaml.MappingNode):
            found = next((value for key, value in node.value if key.value == part), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            found = node.value[part]
        else:
            found = None
        if found is None:
            break
        node = found
    return node.start_mark.line if node is not None else 0
