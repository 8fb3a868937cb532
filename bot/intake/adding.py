"""What several numbers of a text make together: "9 in Cork, 12 in Leeds", 青岛、烟台各一个, "20 at each of two sites"."""

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import takewhile

from bot.intake.quantities import Quantity
from knowledge.language import place_names

PLACES = (
    r"\s?个?(?:门市|门店|店面?|地[方点]|点(?!钟)|处?办公|处(?![长理])|场所|楼|层|城市|网点|[院校厂园]区|机房|车间|基地|仓库"
    r"|(?:single )?(?:sites?|floors?|offices?|places?|locations?|cit(?:y|ies)|rooms?|buildings?|branch(?:es)?)\b)"
)
"""Behind a number of them, a pattern."""
EACH = re.compile(r"\beach\b|各|[都均]有|分别有")
_EACH_BEFORE = re.compile(r"各[自有]?(?:有|约)?\s?$")
_PER_PLACE = re.compile(r"每(?:个|家|处|地|边)?(?:点|场所|地方|办公室?)?(?:大概|差不多|约|有)*\s?$")
_EACH_AFTER = re.compile(r"\W?(?:\w+\s){0,3}each\b")
PAIR = 2
_LARGEST_PART = 100_000
CLAUSE = re.compile(r"[,;。\n]|[.!](?=\s|$)|(?=\bbut\b|但|不过)")
_AND_ME = re.compile(
    r"(?:\b(?:plus|and)|\+) (?:me|myself)\b(?!,? (?:and|plus)\b)"
    r"|\b(?:me|myself),? (?:and|plus|\+) (?:about |another |the other )?"
    r"(?=\d|(?:two|three|four|five|six|seven|eight|nine|ten)\b)"
    r"|再加上?我(?=这|自己|一|本人|\W|$)|(?:还有|加上?|和)我(?:自己|本人)?\W*$"
)
_WE_TWO = re.compile(
    r"\bmy \w+ and (?:i|me|myself),? (?:and|plus|\+) |\b(?:me|i) and my \w+,? (?:and|plus|\+) "
)
_OF_PEOPLE = re.compile(
    rf"{PLACES}|\s?个?(?:部门|团队|小?组|班|科室|(?:teams?|departments?|shifts?|units?)\b)"
)
_GROUPS = re.compile(r"\s?(?:个?(?:小组|组|班|团队|部门)|(?:teams?|groups?|shifts?|departments?)\b)")
_UNIT = re.compile(
    r"\s?[多来余]?[号名位个家处间座所]?\s?(?:(?P<people>(?:people|persons?|staffs?|employees)\b|人(?![日天民次工])|员工)"
    r"|(?P<places>(?:sites?|locations?)\b|办公[点地]点?|场所|地点))?"
)
_WHERE = re.compile(
    rf"{_UNIT.pattern}(?:\s(?:are|is|work|sit))?(?:\sbased)?\s?(?:(?:in|at|on|from) (?!(?:total|all|average|the moment|most|least"
    r"|paper|fact|practice|reality|present|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)(?=[a-z])"
    r"|(?P<people_who>(?:engineer|developer|manager|agent|technician|admin|analyst|consultant|contractor|freelancer|apprentice"
    r"|trainee|operator|tester|director|designer|programmer|accountant|assistant|intern|sale|support|full[- ]?time|part[- ]?time"
    r"|permanent)(?:rs?|s)?\b"
    r"|全职|兼职|正式|外包|实习|外聘|工程师|经理|主管|专员|运维|客服|开发|测试|研发)"
    r"|(?P<places_which>(?:(?:head |main |regional )?offices?|headquarters|hq|branch(?:es)?|warehouses?|depots?"
    r"|data cent(?:re|er)s?)\b"
    r"|总部|分公司|分部|办公室|办事处|仓库|机房|门店|工厂|基地|网点))"
)
_PLACED = re.compile(
    rf"{_WHERE.pattern}.{{0,60}}?(?:[,;.&+、\n]|\band|\bplus|和)\s?(?:(?:and|plus|another|then|also)\s|和|还有)?\s*"
)
_PLUS = re.compile(
    rf"(?:\s(?:own|permanent|regular|internal|full-time))?{_UNIT.pattern}"
    r"[\s,;]*(?:\+|plus(?: another)?(?: about| approx\w*\.?| around| some)?|再?加上?|还有|另有?|外加)\s*"
)
_LABEL = re.compile(r"[㐀-鿿a-z][㐀-鿿][:\s]{0,2}$")
_LABELLED = re.compile(rf"{_UNIT.pattern}(?:[㐀-鿿]{{0,6}}[\s,;、。]+)?[㐀-鿿]{{1,12}}[:\s]{{0,2}}")
_PLACE_LABEL = re.compile(r"(?:办公[室点地区]|场所|地点|人|员工|人数)[有是:\s]*$")
_NO_PARTS = re.compile(
    r"\b(?:or|either|of (?:them|whom|which|those)|was|were|now|not|no|years?|months?|days?|hours?|weeks?|old|maybe|average"
    r"|until|each|out of|on (?:our|the) (?:rolls|payroll|books)|in (?:the |our )?(?:whole )?(?:company|firm|organi[sz]ation))\b"
    r"|里有|所以|参与|负责|从事|应该|差点|[报写说]成|或|还是|其中|不到|不是|改|现在|原来|之前|以前|后来|[年月]|天(?!津|河)|小时|[一总]共|共计|[合加凑]起来|总(?!部|店|行|台"
    r"|公司)|合计"
    r"|大概|大约|左右|最[多少]|至少|可能|(?<!计)算|含|包括|[各每]|里面"
    r"|(?:[我俺咱你]们?|(?<![分子])公司|单位|厂里?|院里?|店里|全\w{1,3}|这边|目前|员工|人员|人数|共)(?:有|是)?\W?#"
)
_EACH_OF_BEFORE = re.compile(
    r"(?P<places>[^;。\n各]*?)(?:各[自有]?(?:有|是)?|[都均]有|分别有|,?\s(?:each|both|all) (?:has|have)\s)$"
)
_EACH_OF_AFTER = re.compile(r"\s(?:\w+\s)?(?:each (?:in|at)|(?:in|at) each of)\s(?P<places>[^;。\n]*)")
_NAMES_PLACE = re.compile(r"\W*[^\W\d]{1,12}(?:[ -][^\W\d]+){0,2}\W*")
_AND = re.compile(r"[、,]|\s?\band\b|&|(?<!呼)和(?!平|田)|以及|及")


def each_summed(folded: str, found: Sequence[Quantity]) -> Decimal | None:
    """The last number, where it is as many as each of some places makes: 沈阳、铁岭各一个，俩."""
    *others, last = found
    each = each_of(folded[: last.start], others) if len(others) == 1 else None
    return each if each == last.value else None


def totals(found: Sequence[Quantity]) -> set[Decimal]:
    """What all others make together: three of "three: two in Leeds and one in York"."""
    half = sum(each.value for each in found) / 2
    return {each.value for each in found if len(found) > PAIR and each.value == half}


def is_each(folded: str, quantity: Quantity) -> bool:
    """Whether each of several is said to have as many."""
    before = _EACH_BEFORE.search(folded, max(0, quantity.start - 8), quantity.start)
    return bool(before or _EACH_AFTER.match(folded, quantity.end))


def writer(folded: str) -> int:
    """How many are to be counted beside a number as who writes is one of them: "22 plus me", "my wife and I plus three"."""
    return 2 if _WE_TWO.search(folded) else 1 if _AND_ME.search(folded) else 0


def added(folded: str, found: Sequence[Quantity], *, labels: bool = True) -> Decimal | None:
    """What numbers make together that are counted by where or what they are: "9 in Cork, 12 in Leeds".

    `labels`: that may stand before them: 白班十二夜班六.
    """
    parts = [each for each in found if not _GROUPS.match(folded, each.end)]
    if len(parts) < PAIR or max(each.value for each in parts) > _LARGEST_PART:
        return None
    starts, ends = [each.start for each in parts], [each.end for each in parts]
    first, *between = (folded[end:start] for end, start in zip([0, *ends[:-1]], starts, strict=True))
    last = folded[ends[-1] :]
    if _NO_PARTS.search("#".join([first, *between, CLAUSE.split(last)[0]])):
        return None
    units = [_WHERE.match(each) or _UNIT.match(each) for each in (*between, last)]
    kinds = {unit.lastgroup.partition("_")[0] for unit in units if unit and unit.lastgroup}
    before = {bool(_PLACE_LABEL.search(each)) for each in (first, *between)}
    placed = all(map(_PLACED.fullmatch, between)) and _WHERE.match(last)
    joined = all(map(_PLUS.fullmatch, between))
    labelled = labels and len(before) == 1 and _LABEL.search(first) and all(map(_LABELLED.fullmatch, between))
    if len(kinds) > 1 or not (placed or joined or labelled):
        return None
    return sum((each.value for each in parts), Decimal(writer(folded)))


def in_each(folded: str, people: Quantity, found: Sequence[Quantity]) -> Decimal | None:
    """What as many people in each of some places make: "two sites with 20 people each", 两个部门各20人."""
    others = [other for other in found if other != people and _OF_PEOPLE.match(folded, other.end)]
    each = is_each(folded, people) or _PER_PLACE.search(folded, max(0, people.start - 8), people.start)
    return people.value * others[0].value if each and len(others) == 1 and len(found) == PAIR else None


def each_of(folded: str, found: Sequence[Quantity]) -> Decimal | None:
    """As many as each of some places has: 青岛、烟台各一个, "one each in Leeds and York"."""
    if len(found) > 1:
        return None
    before, after = folded[: found[0].start], folded[found[0].end :]
    of = _EACH_OF_BEFORE.search(before) or _EACH_OF_AFTER.match(after)
    if of is None and re.match(r"\s?(?:\w+\s)?each\b", after):
        of = re.search(r"(?P<places>[^;。\n]*?)(?:\shave\s)?$", before)
    named = of["places"] if of else ""
    if "、" in named:  # 申请认证，重庆、贵阳各一个
        named = named[named.rfind(",", 0, named.index("、")) + 1 :]
    parts = [part for part in reversed(_AND.split(named)) if part.strip()]
    count = len(list(takewhile(_NAMES_PLACE.fullmatch, parts)))
    if len(parts) == 1:  # 西安总部 宝鸡 汉中各一个
        count = len(place_names(parts[0]))
    return found[0].value * count if count > 1 else None
