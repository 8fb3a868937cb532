"""A true figure may stand beside the wrong thing: that a firm has 5,000 customers makes no fee of 5,000."""

import re
from collections.abc import Sequence
from functools import lru_cache

from bot.grounding import MOST_PASSAGES
from bot.intake.plain import narrow
from bot.standards import asserted, standards
from knowledge.figures import Kind, Meaning, entailed, figures, meaning
from knowledge.language import fold
from knowledge.sentences import sentences

_MATTERS = {
    "price": r"\b(?:fees?|pric(?:e|es|ed|ing)|costs?|charg(?:e|es|ed)|pay(?:s|ing|ment)?|paid|quot(?:e|es|ed|ation)s?|invoic\w+"
    r"|budget|refund\w*|deposit)\b|费|价|钱|付款|收取|定金|退款|预算|报销",
    "validity": r"\b(?:valid(?:ity)?|expir\w+|lapses?|lasts?|keeps?)\b|有效|到期|失效|作废|期满",
    "surveillance": r"\bsurveillance\b|\bfollow[- ]up audits?\b|监督|年审|年检",
    "recertification": r"\b(?:re-?certif\w+|renew\w*)\b|再认证|复评|换证|续证",
}
_OF = {name: re.compile(pattern) for name, pattern in _MATTERS.items()}
_OFFERS = re.compile(
    r"\b(?:certif|accredit|audit|issu|offer|provid)\w*|认证|发证|认可|审核|办理|提供|能做|也做|可以做"
)
_CURRENCY = re.compile(
    r"[¥￥$€£]|(?<![a-z])y ?\d|\b(?:yuan|rmb|cny|usd|eur|hkd|gbp|kuai|renminbi|dollars?|euros?|pounds?|bucks?|quid|cents?)\b"
    r"|(?<![公单多亿万一二三四五六七八九十纪])元(?![素旦件气老首勋])|[万亿一二三四五六七八九十百千]元|块钱|(?<=[0-9二三四五六七八九十百千万几把])块(?!钱)"
    r"|人民币|美元|欧元|港币|大洋|毛爷爷"
)


def misplaced(sentence: str, quotes: Sequence[tuple[str, str]]) -> list[str]:
    """The figures of a sentence that its quotes, each with its heading, state of other matters only."""
    spoken_of = _matters(sentence)
    if not spoken_of:
        return []
    stated = [line for quote in quotes for line in _stated(*quote)]
    return [
        figure.text
        for figure in figures(sentence)
        if any(meaning(figure) in known for _, known in stated)
        and not any(meaning(figure) in known and matters & spoken_of for matters, known in stated)
    ]


def misattributed(sentence: str, cited: Sequence[str]) -> list[str]:
    """The standards that a sentence says something is certified to, which these texts only mention."""
    if not _OFFERS.search(fold(sentence)):
        return []
    offered = {
        each.family
        for text in cited
        for line in sentences(text)
        if _OFFERS.search(fold(line))
        for each in standards(narrow(line))
    }
    return [each.family for each in asserted(sentence) if each.family and each.family not in offered]


def currencies(sentence: str, quotes: Sequence[str]) -> list[str]:
    """What a sentence calls money, where its quotes speak of none: an amount in whatever words."""
    named = _CURRENCY.findall(fold(sentence))
    return [] if any(_CURRENCY.search(fold(quote)) for quote in quotes) else named


def without_amounts(text: str) -> str:
    """A customer's words without money: what they would like to pay is never a price of ours."""
    for figure in reversed(figures(text)):
        if figure.kind is Kind.AMOUNT:
            text = f"{text[: figure.start]}…{text[figure.end :]}"
    return text


@lru_cache(MOST_PASSAGES)
def _stated(heading: str, text: str) -> tuple[tuple[frozenset[str], frozenset[Meaning]], ...]:
    """What each line of a passage speaks of, and its figures."""
    return tuple((_matters(f"{heading} {line}"), _known(line)) for line in sentences(text))


def _matters(text: str) -> frozenset[str]:
    folded = fold(text)
    return frozenset(name for name, pattern in _OF.items() if pattern.search(folded))


def _known(text: str) -> frozenset[Meaning]:
    return frozenset().union(*map(entailed, figures(text)))
