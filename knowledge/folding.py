"""Characters that mean the same, made the same: one for one, so that spans hold before and after."""

import re
import unicodedata

_PLAIN = str.maketrans(
    {
        **{chr(c): chr(c - 0xFEE0) for c in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))},
        **dict(zip("ſKİı", "sKIi", strict=True)),  # these match s, k and i where case is ignored
        **dict(zip("％．－／：（）［］【】＄￥＋", "%.-/:()[][]$¥+", strict=True)),
        **dict(zip("兩俩仨萬億個週時間塊圓條階點號後內", "两两三万亿个周时间块圆条阶点号后内", strict=True)),
    }
)
_WIDE_SEPARATOR = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_FINANCIAL = re.compile(
    r"[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟](?:[壹贰貳叁參肆伍陆陸柒捌玖拾佰仟零万亿]+|(?=[元圆年个天]))"
)
_EVERYDAY = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟", "一二二三三四五六六七八九十百千")


def fold(text: str) -> str:
    """The same text, character for character, with every script's digits in ASCII, full-width letters narrow
    and traditional and financial (大写) numerals in their plain form.

    Financial numerals are only read as such in a row or before a unit: 陆 and 伍 are also parts of words.
    """
    text = _WIDE_SEPARATOR.sub(",", text)
    text = re.sub(r"[^\x00-\x7f]", lambda match: str(unicodedata.decimal(match[0], match[0])), text)
    return _FINANCIAL.sub(lambda match: match[0].translate(_EVERYDAY), text.translate(_PLAIN))
