"""Fill the figures and lists of `service.yaml` into a text, in the text's language."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from knowledge.documents import FigureFact, Item, Service

REFERENCE = re.compile(r"\{\{\s*(list:)?([^{}]*?)\s*\}\}")

_UNITS = {
    "en": {"year": "year", "month": "month", "week": "week", "day": "day", "working_day": "working day",
           "hour": "hour"},
    "zh": {"year": "年", "month": "个月", "week": "周", "day": "天", "working_day": "个工作日", "hour": "小时"},
}  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()


class UnknownReference(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"no figure or list named {name}; figures stand in service.yaml")


class Renderer:
    """Renders texts of one service; figures may come from any folder, lists only from its own."""

    def __init__(self, figures: Mapping[str, FigureFact], service: Service) -> None:
        self._figures = figures
        self._lists = service.lists

    def render(self, text: str, language: str) -> str:
        """Raises UnknownReference for a name that does not exist."""

        def fill(match: re.Match[str]) -> str:
            if match[1]:
                if not self._lists.get(match[2]):
                    raise UnknownReference(match[0])
                return _list(match[2], self._lists[match[2]], language)
            if match[2] not in self._figures:
                raise UnknownReference(match[0])
            return figure_text(self._figures[match[2]], language)

        return REFERENCE.sub(fill, text)


def references(text: str) -> list[str]:
    """Ids of the figures that a template refers to, in order."""
    return [match[2] for match in REFERENCE.finditer(text) if not match[1]]


def figure_text(figure: FigureFact, language: str) -> str:
    """A figure in words of a language: `3 years`, `3年`; other languages than Chinese get the English form."""
    value, unit = figure.value, figure.unit
    zh = language == "zh"
    if isinstance(value, date):
        return date_text(value, language)
    number = _number(value, grouped=not zh)
    if unit == "percent":
        return f"{number}%"
    if unit == "count":
        return number
    if unit in _UNITS["en"]:
        if zh:
            return number + _UNITS["zh"][unit]
        return f"{number} {_UNITS['en'][unit]}{'' if value == 1 else 's'}"
    return amount_text(value, unit, language)


def date_text(day: date, language: str) -> str:
    """15 September 2018, 2018年9月15日."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def amount_text(amount: Decimal, currency: str, language: str) -> str:
    """CNY 12,000 and 12000元."""
    number = _number(amount, grouped=language != "zh")
    return f"{number}元" if language == "zh" and currency == "CNY" else f"{currency} {number}"


def _number(value: Decimal, grouped: bool) -> str:
    text = f"{value:,f}" if grouped else f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _list(name: str, items: Iterable[Item], language: str) -> str:
    texts = [
        item.text.get(language) or item.text.get("en") or next(iter(item.text.values())) for item in items
    ]
    if name == "fee_factors":
        if language == "zh":
            return "、".join(texts)
        return ", ".join(texts[:-1]) + " and " + texts[-1] if len(texts) > 1 else texts[0]
    return "\n" + "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))
