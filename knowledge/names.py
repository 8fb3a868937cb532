"""What looks like a figure but is a name: standards, clauses, editions, citations, numbering, idioms."""

import re

CITATION = re.compile(
    r"[\[【［]\s?(\d{1,4}(?:\s?[,，、–-]\s?\d{1,4}){0,8})\s?[\]】］]"
    r"(?!\s?(?:working|business|years?|months?|weeks?|days?|hours?|per ?cent|[%％元万]"
    r"|年(?![度审检])|月(?!度)|天(?!数)|周(?![期末])|日(?![常期])|个(?:月|工作日|星期|小时)|工作日|小时))"
)
"""A marker such as [1], [1, 2] or 【1】, but not before a unit: "valid for [5] years" states a figure."""

_END = "(?![A-Za-z])"
_START = "(?<![A-Za-z])"
_YEAR = r"(?:19|20)\d\d(?!\d)"
_CJK = "[一二三四五六七八九十]"
_MONEY = rf"(?!\s?(?:[元块万%]|(?:yuan|rmb|cny|usd|eur|euros?|dollars?|pounds?|per ?cent){_END}))"
# A number that a unit follows is a figure even after a word such as "stage": "in stage 2 days pass".
_NO_UNIT = (
    r"(?!\s?(?:[元块万千百亿%年天周折成]|个(?!阶段|部分|步骤)|小时|工作日|日(?!期|常)"
    r"|(?:per ?cent|yuan|rmb|cny|usd|eur|euros?|dollars?|working|business|years?|months?|weeks?|days?"
    rf"|hours?|k){_END}))"
)

# Standards: ISO/IEC 20000-1:2018/Amd 1:2024, GB/T 24405.1-2009, ISO9001, ISO 9001 and 27001, 20000认证
_KNOWN = (
    r"(?:20000|9001|14001|45001|27001|27701|22301|13485|50001|22000|37001|42001|16949|27017|27018|10002|55001)"
    r"(?!\d)"
)
_EDITION = rf"(?:\s?[:-]\s?{_YEAR})?(?:\s?\(E\))?(?:\s?/\s?Amd\.?\s?\d(?!\d)(?::{_YEAR})?)?"
_STANDARD = (
    rf"{_START}(?:ISO|IEC|OHSAS|IATF|(?-i:SA|GB|EN|BS|DIN|SJ|RB|YD|IEEE))(?:\s?/\s?[A-Z]{{1,5}}){{0,3}}\s?-?\s?"
    rf"(?:20k{_END}|\d{{3,6}}+(?:\.\d{{1,2}}+)?)(?:-\d{{1,2}}+(?!\d){_NO_UNIT})?{_EDITION}{_MONEY}"
    rf"(?:\s?(?:/|,|、|和|或|及|and|or|&)\s?{_KNOWN}(?:-\d{{1,2}}+(?!\d){_NO_UNIT})?{_EDITION}{_MONEY}){{0,6}}(?:(?:\s(?:and|or)\s|/)-\d(?!\d))?"
)
_SHORT_STANDARD = (
    rf"(?<![\d.,])(?:{_KNOWN}-\d{{1,2}}+(?:\s?:\s?{_YEAR})?(?![\dk万千元,.]\d?)|{_KNOWN}:{_YEAR}"
    rf"|(?!2[02]000|10002){_KNOWN}(?![.,]\d){_NO_UNIT}"
    rf"|(?:{_KNOWN}|20k)(?=\s?(?:certified|certification|certificate{_END}|standard|标准|认证|证书|体系|管理体系|审核)))"
)
_MODEL = (
    rf"{_START}(?:3C(?=\s?认证|\smark)"
    rf"|(?:CMMI|ITIL|ITSS|CCRC|IPv|SOC)\s?(?:v|level\s?)?[1-6](?!\d){_NO_UNIT})"
)

# Clauses, parts, stages, steps, in English
_COUNTED = "(?:one|two|three|four|five|six|seven|eight|nine|ten)"
_NUMBERED = (
    "(?:sub-?clause|clause|section|part|stage|step|phase|annex|appendix|amendment|amd|chapter|article|edition"
    "|version|v)"
)
_ITEM = rf"\d{{1,2}}+(?:\.\d{{1,2}}+){{0,4}}(?!\d){_NO_UNIT}"
_AND_ONE_MORE = (
    r"(?:\s?(?:and|or|&)\s?(?:[1-9](?=\s(?:audits?|are|is|of)\b|\s?[.,;:)]|$)|\d\.\d{1,2}+(?!\d))"
    rf"{_NO_UNIT})"
)
_CLAUSE = (
    rf"{_START}(?:{_NUMBERED}(?:s\s{_ITEM}(?:,\s?{_ITEM}){{0,8}}(?:,?\s?(?:and|or|to|through|-|–|&)\s?{_ITEM})?"
    rf"|\.?[\s-]?(?:no\.?\s?)?{_ITEM}(?:[/–-]{_ITEM})?{_AND_ONE_MORE}?(?:\s?:\s?{_YEAR})?|s?[\s-]{_COUNTED}{_END}{_NO_UNIT})"
    rf"|\d{{1,2}}(?:st|nd|rd|th)\s(?:{_NUMBERED}){_END})"
)

# ... in Chinese: 第8.2条, 第一和第二阶段, 条款8.2, 8.2条款, 二阶段审核
_NTH = rf"(?:\d{{1,2}}+(?:\.\d{{1,2}}+){{0,4}}(?!\d)|{_CJK}{{1,3}}+)"
_CHAPTER = "(?:阶段|部分|步骤|步|条款|条|章|节)"
_CHINESE_CLAUSE = (
    rf"第{_NTH}(?:\s?[、和至到或及-]\s?{_NTH}){{1,8}}\s?(?={_CHAPTER})"
    rf"|第{_NTH}(?!\s?(?:年|个?月|天|周|日|个?工作日|个?小时|个?星期|[元万%]))|第一"
    rf"|(?:条款|步骤|阶段|附录|修改单|修正案|章节)\s?{_NTH}(?:[、和至到或及-]{_NTH}){{0,8}}(?![人家名位次份项条]){_NO_UNIT}"
    rf"|(?<![分共有为个\d.])(?:\d{{1,2}}条款|\d\.\d{{1,2}}(?:\.\d{{1,2}})?\s?(?:条款|条|节|章)|[一二12]\s?阶段)"
)

# Editions: the 2011 and 2018 editions, version 2018, 2018版, 18版
_EDITIONS = (
    rf"{_START}(?:edition|version)\s(?:of\s)?{_YEAR}"
    rf"|(?<![\d.,]){_YEAR}(?:(?:\s?(?:,|and|or|to|/|-)\s?|,\sand\s){_YEAR}){{0,4}}[\s-]?(?:editions?|versions?|revisions?|standard){_END}"
    rf"|(?<![\d.,]){_YEAR}年?版?(?:\s?[、和或及/]\s?{_YEAR}年?版?){{0,4}}\s?(?:新|旧|老)?版|(?<![\d.])\d\d版"
)

_NUMBERING = (
    rf"(?m:^)[ \t>*#•-]{{0,8}}(?:\d{{1,2}}[.)、](?!\d)|\(\d{{1,2}}\)|[①-⑳]"
    rf"|{_CJK}{{1,3}}[、.]|\({_CJK}{{1,3}}\))"
    rf"(?=[ \t*]*[^\s\d]|[ \t]+\d){_NO_UNIT}"
)
_REFERENCES = (
    r"(?:https?://|www\.)[!#-&(-;=?-Z^-~]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    rf"|{_START}CD-\d{{4}}-\d{{6}}(?!\d)|(?<!\d)24\s?[/x×*]\s?7(?!\d)|(?<!\d)7\s?[/x×*]\s?24(?!\d)(?:\s?小时)?"
    rf"|{_START}(?-i:[A-PR-Z])\d{{1,2}}(?!\d|[.,]\d){_NO_UNIT}"
)
_ENGLISH_IDIOMS = (
    rf"{_START}(?:(?:no|any|every|some|each|this|that|which|another|the|other|new|right|only|last|next|same|valid|current|big|biggest|bigger|larger|main|small|smaller|old)"
    rf"\sone{_END}{_NO_UNIT}|(?<!y-)one(?:\s(?:of|another|by\sone|or\smore|at\sa\stime|and\sthe\ssame|can|should|must|may|needs)"
    rf"|-(?:stop|off|to-one|on-one)|['’]s){_END})"
)
_NUMERAL = "[\\d〇零一二两三四五六七八九十百千万亿]"
_CHINESE_IDIOMS = (
    f"(?:统一|唯一|(?<!分)之一|同一|单一|逐一|任一|某一|另一|每一|这一|那一|哪一|下一|(?<![坝楼山岸])上一|不一|合一|专一)"
    f"(?:(?=[百千万]分)|(?!{_NUMERAL}|[点成半]))"
    f"|(?<!{_NUMERAL})(?<![数几上近])(?:"
    f"一一(?!{_NUMERAL}|[年月])|一块儿|一成不变|万一(?!{_NUMERAL})|[三四五]合一"
    "|三方|四川|四平(?!方)|三亚|三峡|六安|七台河|九江|二维码|二手|两者|百度|百货|万能|万达|万事|千万(?=[别不要记注])"
    "|十分(?!钟|之)|十足|十全十美|一清二楚|一举两得|一五一十|四面八方|乱七八糟|五花八门|千方百计|万无一失|三言两语|八卦|七嘴八舌|三心二意|不管三七二十一"
    "|[三五多]证合一|一证一码|三班倒|两班倒)"
    f"|(?<!{_NUMERAL})(?<![半每])(?:周|星期|礼拜)[一二三四五六](?!个|天|次)"
)

_NAME = re.compile(
    "|".join(
        (
            _REFERENCES,
            _NUMBERING,
            _STANDARD,
            _SHORT_STANDARD,
            _MODEL,
            _EDITIONS,
            _CLAUSE,
            _CHINESE_CLAUSE,
            _ENGLISH_IDIOMS,
            _CHINESE_IDIOMS,
            CITATION.pattern,
        )
    ),
    re.IGNORECASE,
)


def without_names(folded: str) -> str:
    """Folded text of the same length in which every name is blanked out."""
    return _NAME.sub(lambda match: "\0" * len(match[0]), folded)
