"""Which language a text is in, and its words as the search compares them.

opencc, rjieba, PyStemmer and py3langid are used here only.
"""

import re
import unicodedata
from array import array
from functools import cache
from mmap import ACCESS_READ, mmap
from tempfile import TemporaryFile

import opencc
import rjieba
import Stemmer

_HAN = re.compile(r"[㐀-䶿一-鿿\uf900-\ufaff]+")
_KANA_HANGUL = re.compile(r"[぀-ヿ가-힯ᄀ-ᇿ]")
_WORD = re.compile(r"[㐀-䶿一-鿿\uf900-\ufaff]+|[^\W_㐀-䶿一-鿿\uf900-\ufaff]+")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH = frozenset(
    """
    a about after an and any are as at be but by can certificate certification cost do does fee for from
    get have how i if in iso is it long may me much my need no not of ok on or our please price should
    that the there they this to us we what when where which who why will with without yes you your hi
    hello thanks
    """.split()
)
_OTHER_LATIN = """
    en fr de es it pt nl pl tr vi id sv da cs ro hu fi
""".split()
_STOP = frozenset(
    """
    a an and are as at be been but by can could did do does for from had has have how i if in is it its
    just me my of on or our please should so than that the their them then there these they this to us
    was we were what when where which who why will with would you your hi hello hey thanks thank 的 了
    吗 呢 吧 啊 呀 嘛 我 我们 你 你们 您 是 有 在 和 与 或 也 都 就 要 会 能 请 请问 想 一下 这 那 哪
    什么 怎么 如何 多 个 还 还有 另外 到底 啦 哦 喔 咱 咱们 贵 公司
    """.split()
)
_simplify = opencc.OpenCC("t2s")
_stem = Stemmer.Stemmer("english").stemWord


def fold(text: str) -> str:
    """Text with the differences removed that do not change its meaning: width, case, Traditional characters."""
    text = unicodedata.normalize("NFKC", text.encode("utf-8", "replace").decode()).casefold()
    return simplified(text)


def simplified(text: str) -> str:
    if not _HAN.search(text):
        return text
    known = text.encode("utf-8", "replace").decode()  # half characters are not
    return str(_simplify.convert(known))


_MARKS = re.compile(r"[\W_]+")


def bare(text: str) -> str:
    """Letters and digits alone, folded: what is left when typing habits are taken away."""
    return _MARKS.sub("", fold(text))


_NAMES = re.compile(r"(?:https?://|www\.)[!-~]+|[a-zA-Z0-9_.+-]+@[a-zA-Z0-9.-]+|\b[A-Z]{1,4}-[\d-]{4,}")
"""Addresses and references, which are the same in every language."""


_LATIN_WORD = re.compile(r"[^\W\d_㐀-鿿]+")
_SENTENCE = 3  # words that only English has


def is_english(text: str) -> bool:
    """Whether a text is an English sentence, whatever Chinese terms are in it: please start the 申请 for me."""
    said = _LATIN_WORD.findall(fold(text))
    chinese = sum(len(run) for run in _HAN.findall(text))
    return sum(word in _ENGLISH for word in said) >= _SENTENCE and len(said) >= chinese


def detect(text: str) -> str:
    """`zh`, `en`, or `other`; short Latin text without evidence of another language counts as English."""
    text = _NAMES.sub(" ", unicodedata.normalize("NFKC", text))  # full-width letters are letters
    letters = _LETTER.findall(text)
    if not letters:
        return "en"
    han = sum(len(run) for run in _HAN.findall(text))
    if _KANA_HANGUL.search(text):
        return "other"
    if han and han * 4 >= len(letters) - han and not is_english(text):
        return "zh"
    if sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters) * 2 < len(letters):
        return "other"
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < 3 and text.isascii():
        return "en"
    if sum(word in _ENGLISH for word in words) * 5 >= len(words) and text.isascii():
        return "en"
    scores = dict(_identifier().rank(text.lower()))
    return "other" if scores["en"] < 0.1 and max(scores.values()) >= 0.7 else "en"


def words(text: str) -> list[str]:
    """Folded content words: English stems, Chinese words and character pairs; function words are left out."""
    result: list[str] = []
    for run in _WORD.findall(fold(text)):
        if not _HAN.match(run):
            if run not in _STOP:
                result.append(_stem(run))
            continue
        result.extend(word for word in rjieba.cut_for_search(run) if word not in _STOP)
        result.extend(run[i : i + 2] for i in range(len(run) - 1) if len(run) > 2)
    return result


def place_names(text: str) -> list[str]:
    """The places that a Chinese text names, in order: 成都 and 绵阳 of 成都绵阳各一个."""
    return [word for word, kind in rjieba.tag(simplified(text)) if kind == "ns"]


@cache
def _identifier():  # type: ignore[no-untyped-def]  # the library is not typed
    """Knows those languages alone, and reads its automaton from a file: in memory, it would take 80 MB more.

    What it keeps in lists of numbers takes 1 MB in arrays, not 9.
    """
    # Imported here, since most texts need none of it.
    from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier
    from py3langid.modelio import load_model

    weights, base, classes, moves, rows, outputs = load_model(MODEL_DIR / MODEL_FILE)
    kept = [i for i, language in enumerate(classes) if language in _OTHER_LATIN]
    languages = [classes[i] for i in kept]
    identifier = LanguageIdentifier(
        weights[:, kept],
        base[kept],
        languages,
        _mapped(moves),
        array("i", outputs),
        norm_probs=True,
        tk_row=rows,
    )
    identifier._rowbase = array("I", identifier._rowbase)  # noqa: SLF001
    return identifier


def _mapped(numbers: "array[int]") -> "memoryview[int]":
    """The same numbers in a file without a name, of which only what is read comes into memory."""
    with TemporaryFile() as file:
        numbers.tofile(file)
        file.flush()
        held = memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))
    return held.cast("H") if numbers.itemsize == 2 else held.cast("I")
