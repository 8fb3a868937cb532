"""The values of numerals: digits, English number words and Chinese numerals, as exact decimals.

Each `read_*` takes one well-formed, folded, lower-case numeral (`knowledge.numbering` finds them) and returns
its value and its scale: the magnitude that it ends with (10000 for 三万, 1000 for 5k), else 1. The 3 of
"3-5万" takes its scale from the 5.
"""

import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal

_EXACT = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
ONE = Decimal(1)

DIGITS = {**{character: value for value, character in enumerate("〇一二三四五六七八九")}, "零": 0, "两": 2}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen
""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {
    **{word: Decimal(value) for value, word in enumerate(SMALL)},
    **{word: Decimal(value * 10) for value, word in enumerate(TENS, 2)},
    **dict.fromkeys(("a", "an"), ONE),
}
_MAGNITUDES = {
    **dict.fromkeys(("dozen", "dozens"), Decimal(12)),
    **dict.fromkeys(("hundred", "hundreds"), Decimal(100)),
    **dict.fromkeys(("k", "thousand", "thousands"), Decimal(1000)),
    "w": Decimal(10**4),
    **dict.fromkeys(("m", "mn", "million", "millions"), Decimal(10**6)),
    **dict.fromkeys(("bn", "billion", "billions"), Decimal(10**9)),
}
_PHRASES = {"couple": 2, "pair": 2, "twice": 2, "thrice": 3, "double": 2, "triple": 3}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_VULGAR = {"½": (1, 2), "¼": (1, 4), "¾": (3, 4), "⅓": (1, 3), "⅔": (2, 3)}

Reading = tuple[Decimal, Decimal]


def times(a: Decimal, b: Decimal) -> Decimal:
    """The exact product: with rounding, two long numbers could become equal."""
    return _EXACT.multiply(a, b)


def plus(a: Decimal, b: Decimal) -> Decimal:
    """The exact sum."""
    return _EXACT.add(a, b)


def scale_of(characters: str) -> Decimal:
    """10000 for 万, 1000000 for 百万, 1 for nothing."""
    product = 1
    for character in characters:
        product *= _SCALES[character]
    return Decimal(product)


def literal(text: str) -> Decimal:
    """1,000 and 1 000 and 1.000.000 and 1.5; a lone ".000" separates thousands, too."""
    if text.count(".") > 1 or re.fullmatch(r"\d{1,3}\.000", text):
        text = text.replace(".", "")
    return Decimal(re.sub(r"[^\d.]", "", text))


def read_digits(text: str) -> Reading:
    """3,000 or 5k or 1.5 million or 2 dozen."""
    match = re.search(r"[\s-]?([a-z]+)$", text)
    if match is None:
        return literal(text), ONE
    scale = _MAGNITUDES[match[1]]
    return times(literal(text[: match.start()]), scale), scale


def read_mixed(text: str) -> Reading:
    """3万5千 is 35000, and so is 3万5: a last digit without a scale counts in tenths of the one before."""
    total, scale, parts = Decimal(0), ONE, 0
    for zero, digits, characters in re.findall(
        r"(零?)([\d.,'’\s]+|[一二两三四五六七八九])[多余来]?([十百千万亿]*)", text
    ):
        value = Decimal(DIGITS[digits]) if digits in DIGITS else literal(digits.strip())
        if characters:
            scale = scale_of(characters)
            value = times(value, scale)
        elif len(digits) == 1 and not zero and scale >= 100:
            value = times(value, times(scale, Decimal("0.1")))
        total, parts = plus(total, value), parts + 1
    return total, scale if parts == 1 else ONE


def read_chinese(text: str) -> Reading:
    """一亿零三百, 两万五 (25000), 三点五万, 十多万 (100000), 廿五, 〇点五."""
    match = re.fullmatch(
        r"(.*?)(?:点([〇零一二三四五六七八九]+)([万亿]?))?(?:[多余来]([十百千万亿]+))?", text
    )
    if match is None:  # every part is optional, so only a line break can stand in the way
        return Decimal(0), ONE
    head, decimals, scale, more = (group or "" for group in match.groups())
    value = Decimal(whole(head))
    if decimals:
        value = Decimal(f"{value}.{''.join(str(DIGITS[c]) for c in decimals)}")
    else:
        scale = "".join(re.findall("[百千万亿]+$", head))
    factor = scale_of(more)
    return times(value, times(scale_of(scale), factor) if decimals else factor), times(
        scale_of(scale), factor
    )


def whole(text: str) -> int:
    """A well-formed Chinese whole number. A last digit counts in tenths of a scale of 100 or more."""
    total = section = digit = 0
    unit = 1
    for character in text:
        if character in "廿卅":
            section, unit = section + (20 if character == "廿" else 30), 10
        elif character in "零〇":
            unit = 10
        elif character in DIGITS:
            digit = DIGITS[character]
        elif character in "万亿":
            unit = _SCALES[character]
            total = total + (section + digit) * unit if section + digit else total * unit
            section = digit = 0
        else:
            unit = _SCALES[character]
            section, digit = section + (digit or 1) * unit, 0
    return total + section + digit * (unit // 10 if unit >= 100 else 1)


def read_string(text: str) -> Reading:
    """二〇一八, digit by digit."""
    return Decimal("".join(str(DIGITS[character]) for character in text)), ONE


def read_fraction(text: str) -> Reading:
    """三分之二."""
    below, above = (Decimal(part) if part.isascii() else Decimal(whole(part)) for part in text.split("分之"))
    return (above / below if below else Decimal(0)), ONE


def read_vulgar(text: str) -> Reading:
    """½, 1½."""
    above, below = _VULGAR[text[-1]]
    return plus(Decimal(text[:-1] or 0), Decimal(above) / below), ONE


def read_words(text: str) -> Reading:
    """Two hundred and fifty, a hundred thousand, a dozen."""
    total, group, scale = Decimal(0), Decimal(0), ONE
    for word in re.findall("[a-z]+", text):
        if word in _WORDS:
            group, scale = group + _WORDS[word], ONE
        elif word == "hundred":
            group, scale = group * 100, Decimal(100)
        elif word in _MAGNITUDES:
            factor = _MAGNITUDES[word]
            total, group, scale = total + (group or total or ONE) * factor, Decimal(0), scale * factor
    return total + group, scale


def read_magnitude(text: str) -> Reading:
    """Hundreds, thousand: the magnitude itself."""
    return _MAGNITUDES[text], _MAGNITUDES[text]


def read_phrase(text: str) -> Reading:
    """Couple of, twice, double."""
    return Decimal(_PHRASES[text.split(maxsplit=1)[0]]), ONE


def read_part(text: str) -> Reading:
    """A quarter, two-thirds."""
    above, below = re.findall("[a-z]+", text)
    return _WORDS[above] / _PARTS[below.removesuffix("s")], ONE
