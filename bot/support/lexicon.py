"""What is known of words beforehand: which ones any wording needs, and which ones stand for one another."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.language import words

FOLDER = Path(__file__).parent
_SECTION = re.compile(r"^== (\w+)\n([^=]*)", re.MULTILINE)

# What all of the knowledge is about, so that it tells nothing of one sentence.
_TOPIC = (
    "certification certificate certified certify audit auditor service customer organization company contact team"
    " document requirement standard iec iso it 认证 证书 审核 服务 客服 公司 单位 组织 机构 企业 客户 团队 申请 标准 材料"
    " 贵公司 贵司 贵单位 贵方 贵组织"
)


@dataclass(frozen=True)
class Lexicon:
    """English words as their stems, Chinese ones as they are written.

    `loose` are single Chinese characters that are common words, unless they are part of a longer one. `grave` words
    change what a sentence promises. `senses` numbers the meanings of a word: words that share one stand for one another.
    """

    topic: frozenset[str]
    common: frozenset[str]
    loose: frozenset[str]
    grave: frozenset[str]
    senses: Mapping[str, frozenset[int]]


@cache
def lexicon() -> Lexicon:
    sections = {name: _known(text) for name, text in _SECTION.findall(_read("words.txt"))}
    senses: dict[str, set[int]] = defaultdict(set)
    for number, line in enumerate(_read("senses.txt").splitlines()):
        for word in _known(line):
            senses[word].add(number)
    numbered = {word: frozenset(numbers) for word, numbers in senses.items()}
    return Lexicon(topic=_known(_TOPIC), senses=numbered, **sections)


def stem(word: str) -> str:
    """An English word as the search compares it; empty where it is a mere function word."""
    return next(iter(words(word)), "")


def _known(text: str) -> frozenset[str]:
    return frozenset(stem(word) if word.isascii() else word for word in text.split()) - {""}


def _read(name: str) -> str:
    """A file of words without its comments."""
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#"))
