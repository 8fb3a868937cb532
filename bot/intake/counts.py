"""Whole numbers as customers give them: 80, 五十来人, a dozen, "3 sites"."""

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.intake import adding, places
from bot.intake.plain import plain
from bot.intake.quantities import Quantity, stated
from bot.intake.reasons import Reason, Wrong
from knowledge.numbering import numbers

MOST = 10_000_000
_NEGATIVE = re.compile(r"(?:(?:^|[\s:=,(])[-−–]|\bminus|\bnegative|负)\s?$")
_TOTAL_BEFORE = re.compile(
    r"(?:\bso|\bmakes|total|altogether|overall|together|[总一]?共计?|合计|总计|[合加凑算]起来)\W{0,2}"
    r"(?:of|is|it is|it's|that's|that makes|有|是|约)?\s?$"
)
_TO = r"\W{0,3}(?:it is|it's|its|about|around|只?有|应该是|是)?\s?$"
_LIMITED_BEFORE = re.compile(
    rf"(?:\bonly|\bof (?:whom|which|them)|其中\w{{0,8}}?|改成|改为|变成|更正为|就按|按|就){_TO}"
)
_CORRECTED_BEFORE = re.compile(
    r"(?:\bno,? sorry|\bsorry|\bi mean(?:t)?|\bno wait|\bno(?=,| \d)|\brather|\bcall it|(?<!may )\bsay|\bput(?: down)?"
    r"|\bmake (?:it|that)"
    rf"|不对|不是|具体|所以|[哦噢喔啊哎呃额嗯]不|错了|说错了?|就?(?:写|填|报|记)|(?<![不没打预计总结])算){_TO}"
)
_NOW_BEFORE = re.compile(
    r"(?:(?<!for )\bnow(?:adays)?(?!,)|\bcurrently|\btoday|\bmeanwhile|\bpresently|\b(?:grown|down|up|shrunk|risen|gone) to"
    r"|\bin (?:reality|fact|practice)|\bmore like|\bhonestly|\bactually|\btake|\bbe (?:exact|precise)"
    r"|现在|目前|眼下|如今|现今|[还只就]?剩下?|实际(?:到岗|在岗|上)?|准确[讲说]|凑够|最后(?:拍板|定)|正式的|干这个的|相关的)"
    r"(?:[,:]|撑死|仍|还|也|只|才)?(?:it is|it's|its|that's|we're|we are|on|a|about|around|just|only|是|有)*[:：]?\s?"
    r"(?:about |around |a )?$"
)
"""Before what is true by now, or in truth: "sixty, down to 45", 编制25，实际到岗22."""
_LESS = re.compile(r"\b(?:minus|less|leaves|without|retired|left|quit|gone)\b|减|去掉|走|退|离|扣|除")
_FURTHER = re.compile(
    r"\s?[个名位]?(?:人)?\s?(?:more|have left|left|joined|new|are new|of (?:them|whom)|[在是][㐀-鿿]{1,3}假|新来|要走|走了)"
)
_TAKEN_BACK = re.compile(
    r"\b(?:wait|oops|sorry|scratch that|pardon(?: me)?)\b|[,.] no,|不对|啊不是|等等|等一?下|更正|…哦|[说写搞数算打]错"
)
_WITH_SOME = re.compile(r"\W*(?:连同|加上|算上)")
_BARE_LAST = re.compile(r"\s?[个处家间座所](?:地[方点]|办公[室点地区]|场所)?[吧的了]*[\s.。!]*$")
"""Behind what the ones before it come to: 余杭一个办公室，萧山还有个监控中心，两个."""
_TAKEN = re.compile(r"\s?(?:算|报|填|写|来|吧|$|[,。.;!])")
_BARE_TOTAL = re.compile(r"\s?(?:in total|altogether|in all|overall)\b")
_OF_THEM = r"\s?of (?:them|whom|those|these)\b"
_TOTAL_AFTER = re.compile(
    r"\s?\w{0,12}\s?(?:(?:in )?total\b(?! ?:? ?\d)|altogether|in all|overall|all told|by my count)"
)
_ONLY_ONE = re.compile(
    r"\b(?:(?:only|just|the)(?: the)? (?:one|me)|single)\b|[单唯]一|单(?=个?(?:场所|办公|地点|站点))|百来|百把"
)
_HEDGED = re.compile(
    r"(?:\W|ok|okay|well|yes|只剩|还剩|只有|就剩"
    r"|about|around|roughly|approx\w*+|some|maybe|perhaps|probably|i'd say|it's|we are|we have|like"
    r"|大[概约]|约|差不多|可能|也就|算起来|总?共|有|我们)*+"
)
_SOME_OF_OURS = re.compile(r"\sof (?:our|my|the|us)\b.*\d")
_VAGUE = re.compile("[几多来]")
_ROUGH = re.compile(
    r"\b(?:a few|several|a couple of|some)(?: hundred| thousand| dozen)?(?= people| of us|\W*$|\W+(?:not|i|we|maybe"
    r"|roughly)\b)|\b(?:hundreds|dozens)\b"
    r"|^\W*(?:大概|大约|也就|差不多|我们|就|有){0,3}(?:好?几[十百千][来多]?[个号]?人?|十几[个号名位]?人?|上百[个号]?人?)[吧呢的]*\W*$"
)
_OF_ITSELF = re.compile(r"\s?[多来]?(?:[个名位号人]|吧|$|[,，.。;；!])")  # and not 20台
_AMONG = re.compile(r"\s?[个处家]?[,，\s]*其中|,?\s(?:one|two|three|\d) of (?:which|them|those)\b")
"""Behind the number of sites of which some are told more: 三个，其中一个是客户现场."""
_YEAR = re.compile(r"(?:19|20)\d\d")  # as which nobody has sites
_STANDARDS = frozenset("9001 14001 20000 22301 27001 45001".split())
_LISTED = re.compile(r"\s?[a-z㐀-鿿]{1,12}(?:\s[-–—]|\s?:)\s?[a-z㐀-鿿]")
"""What stands behind a number whose parts are listed: "4 places - the head office and three branches"."""
_ONES = {"百来": Decimal(100), "百把": Decimal(100)}
_WHOLE_FIRM = re.compile(
    r"公司|单位|集团|中心|全[院校厂行局]|员工|在职|医院|学校|[厂行]里|整个|\b(?:company|firm|group|overall|whole)\b"
)
_AT_WORK = re.compile(
    r"做|搞|涉及|业务|弄|平台|负责|参与|管|运维|信息|技术|\b(?:work|do|it|ops|services?|support)\b"
)
_THE_OTHER = re.compile(r"\bthe others?\b|另[一外]个")
_SOME_OF_THEM = re.compile(
    r"[^,;。，；]{0,14}(?:part[- ]?time|contractors?|freelanc|remote|abroad|trainee|intern|apprentice|兼职|外包|实习|临时|外聘|女"
    r"|男)"
)
_ALL_BEFORE = re.compile(
    r"\bout of (?:the |our |some |about )*$|\b(?:company|firm) (?:is|has|counts|employs)(?: about| some)? $"
)
_ALL_AFTER = re.compile(
    r"\s?(?:people |staff |of us )?in (?:the |our )?(?:whole |entire )?(?:company|firm|group|organi[sz]ation)\b"
)
_LONGEST_CLAUSE = 80  # characters
_IN_SCOPE = re.compile(
    r"\bon (?:this|these)\b|\bcover|\bcertify|\bcertification\b|\bbe certified|\bscope\b"
    r"|\b(?:do|does|doing) (?:this|that|these)\b|\b(?:all|this|that) (?:of this )?(?:is|gets) done (?:at|from|in)\b"
    r"|范围|认证(?!证|过|工程师)|纳入|覆盖|(?:\bbut\b|但|不过).*(?:\bonly\b|\bjust\b|只|仅)"
)
_OUT_OF_SCOPE = re.compile(r"\bnot\b|n't\b|\bout of\b|\boutside\b|\bexclud|不(?!过)|没|未|除")
_MEASURE = (
    r"\+?\s?(?:多|来|几|余)?\s?[号名位个家处间座所]?\s?"
    r"(?:(?:full-time|different|separate|own|other|physical|独立|全职|正式)\s?)?的?"
)
_OTHER_UNITS = {
    "people 人": re.compile(adding.PLACES),
    "sites 办公": re.compile(
        r"\s?(?:个人|人(?![日天民次工])|员工|(?:people|persons?|employees|staff|of us|engineers)\b)"
    ),
}
"""What a number counts that is not what is asked."""
_COUNTED = re.compile("people|persons|staff|employees|人|员工|sites?|locations?|offices?|办公|地点|场所")
_HEADS_BEFORE = re.compile(r"人数(?:是|有|共|约)?[:\s]*$")


def read(text: str, noun: str = "") -> int:
    """The one number that a text gives; approximate ones ("80多", "about 50") count as the number said.

    `noun` is a pattern of what is counted: where there are several, those that surely count something else are left out.
    Raises Wrong: no number or a vague one (几个人, hundreds), several, not whole, not from 1 to MOST.
    """
    folded = plain(text)
    every = stated(folded)
    found = _of_noun(folded, every, noun)
    if not places.are_counted(noun) and (
        made := list(filter(None, (adding.in_each(folded, n, every) for n in found)))
    ):
        return _checked(made[0])
    if found:
        value = found[0].value + _beside(folded, found[0], noun)
        among = places.are_counted(noun) and _AMONG.match(folded, found[0].end)
        if not among and (len(found) > 1 or adding.EACH.search(folded)):
            value = _of_several(folded, found)
        return _checked(value, bool(_NEGATIVE.search(folded, max(0, found[0].start - 12), found[0].start)))
    ones = list(_ONLY_ONE.finditer(folded))
    if len(ones) != 1 and places.are_counted(noun) and (named := places.count(folded) or places.listed(text)):
        return named
    if ones:
        return _checked(_ONES.get(ones[0][0], Decimal(1)))
    raise Wrong(Reason.COUNT)


def is_vague(text: str) -> bool:
    """Whether a text counts something and gives no number: "a few hundred?", 几十个吧."""
    return bool(_ROUGH.search(plain(text))) and not any(map(str.isdigit, text))


def find(text: str, noun: str) -> Iterator[tuple[int, int, int]]:
    """Start, end and value of every valid number that is followed by `noun`, a pattern: "80 people".

    Of several, only those that are said to be meant: "30 on the desk and 25 in operations, 55 people in all".
    """
    folded = plain(text)
    unit = re.compile(f"{_MEASURE}(?:{noun})")
    unit_or_part = re.compile(rf"{unit.pattern}|{_OF_THEM}")
    found = stated(folded)
    counted = [quantity for quantity in found if unit_or_part.match(folded, quantity.end)]
    if len(counted) == 1 and not unit.match(folded, counted[0].end) and not _in_scope(folded, found):
        larger = [each for each in found if each.end < counted[0].start and each.value > counted[0].value]
        counted = larger[-1:] or counted  # "14, two of them in Leeds"
    if not re.search(noun, "people 人"):  # 人数六十三办公地点三个
        counted = [each for each in counted if not _HEADS_BEFORE.search(folded, 0, each.start)]
    sums = adding.totals(found)
    totals = [each for each in found if _BARE_TOTAL.match(folded, each.end) or each.value in sums]
    if counted and (total := adding.added(folded, found, labels=counted == found)):
        totals = [Quantity(total, found[0].start, found[-1].end)]
    elif counted and (scoped := _in_scope(folded, found, unit)) and {*found} == {*counted, *scoped}:
        totals = scoped
    elif len(counted) == 1:  # 五六十人吧，按60算
        last = counted[0]
        counted = [
            next((each for each in found if each.start > last.end and _is_settled(folded, each)), last)
        ]
    meant = [quantity for quantity in counted if _is_meant(folded, quantity)] if len(counted) > 1 else []
    for quantity in (totals if counted else []) or meant or counted:
        match = unit_or_part.match(folded, quantity.end) or _BARE_TOTAL.match(folded, quantity.end)
        end = match.end() if match else quantity.end
        if not _NEGATIVE.search(folded, max(0, quantity.start - 12), quantity.start):
            try:
                more = _beside(folded, quantity, noun) if len(found) == 1 else 0
                each = (
                    adding.each_of(folded, [quantity])
                    if places.are_counted(noun)
                    else adding.in_each(folded, quantity, found)
                )
                yield quantity.start, end, _checked(each or quantity.value + more)
            except Wrong:
                continue


def holds(text: str, noun: str) -> bool:
    """Whether a number can be read from a text."""
    try:
        read(text, noun)
    except Wrong:
        return False
    return True


def counts_else(text: str, start: int, end: int, noun: str) -> bool:
    """Whether what stands with or behind a number says that it counts something else than `noun` does: 10个人 no sites."""
    other, folded = _other_unit(noun), plain(text)
    return bool(other and (other.match(folded, end) or other.search(folded, start, end)))


def is_share(text: str) -> bool:
    """Whether a text tells how many a company has, and how many of them do the work."""
    folded = plain(text)
    return _share(folded, stated(folded)) is not None


def begins(text: str) -> bool:
    """Whether a text begins with a number: "thirty or so if we count the part-timers"."""
    folded = plain(text)
    first = next(numbers(folded), None)
    some = first is not None and _SOME_OF_OURS.match(folded, first.end)  # "one of our 62 asked …"
    return first is not None and not some and bool(_HEDGED.fullmatch(folded[: first.start]))


def _of_several(folded: str, found: Sequence[Quantity]) -> Decimal:
    """The number that several come to: one that the words point to, or what they make together; raises Wrong."""
    if summed := adding.each_summed(folded, found) or _said_last(folded, found):
        return summed
    first, *others = found
    corrected = [each for each in found[1:] if _is_correction(folded, each)]
    if not corrected and _TAKEN_BACK.search(folded, found[0].end, found[-1].start):
        corrected = [found[-1]]
    if chosen := (corrected[-1:] or _in_scope(folded, found)):
        return chosen[0].value
    second = others[0] if len(others) == 1 and _OF_ITSELF.match(folded, others[0].end) else None
    if second and _VAGUE.match(folded, first.end) and first.value <= second.value < 2 * first.value:
        return second.value  # 四十几，四十五个吧
    if len(found) == adding.PAIR and (some := _some_of_all(folded, found)):
        return some
    if at_work := _share(folded, found):
        return at_work
    less = first.value - sum(each.value for each in others[:-1])
    if (
        len(found) > adding.PAIR
        and found[-1].value == less
        and _LESS.search(folded, first.end, found[-1].start)
    ):
        return less  # "fifty, minus two who retired, 48"
    if _THE_OTHER.search(folded, first.end) and first.value > max(each.value for each in others):
        return first.value  # "two, one in Leith and the other in Livingston"
    meant = {each.value for each in found if _is_meant(folded, each)}
    sums = adding.totals(found)
    if first.value in sums and re.match(_OF_THEM, folded[first.end :]):
        return first.value  # "two of them, one at the port and one in town"
    total = {found[-1].value} & sums if len(found) > adding.PAIR else set()
    if not (left := meant & sums or total or meant or sums):
        if added := adding.added(folded, found) or adding.each_of(folded, found):
            return added
        left = {each.value for each in found if not adding.is_each(folded, each)}
        left = {each.value for each in found if not _SOME_OF_THEM.match(folded, each.end)} & left or left
    if len(left) != 1:
        raise Wrong(Reason.COUNT_SEVERAL)
    return left.pop()  # alone, or said twice: "forty-ish, say 40"


def _share(folded: str, found: Sequence[Quantity]) -> Decimal | None:
    """Of how many a company has, those who do the work: 公司二百多人，做运维的大概80."""
    if len(found) != adding.PAIR or not _OF_ITSELF.match(folded, found[1].end):
        return None
    first, second = found
    whole = _WHOLE_FIRM.search(folded, 0, first.start) and second.value < first.value
    return second.value if whole and _AT_WORK.search(folded, first.end, second.start) else None


def _other_unit(noun: str) -> re.Pattern[str] | None:
    return next((unit for known, unit in _OTHER_UNITS.items() if noun and re.search(noun, known)), None)


def _of_noun(folded: str, found: list[Quantity], noun: str) -> list[Quantity]:
    """Without the places where people are counted, and the people where places are: 有11个，都在一个门市."""
    other = _other_unit(noun)
    if len(found) > 1:  # 一个，9001和27001都是在这个地址做的
        found = [each for each in found if folded[each.start : each.end] not in _STANDARDS] or found
    if places.are_counted(noun):
        found = [each for each in found if not _YEAR.fullmatch(folded, each.start, each.end)]
    return [each for each in found if not (other and other.match(folded, each.end))]


def _is_settled(folded: str, quantity: Quantity) -> bool:
    """Whether a number is the one to take after a guess, and counts nothing else."""
    said = _is_meant(folded, quantity) or _is_correction(folded, quantity)
    return said and bool(_TAKEN.match(folded, quantity.end))


def _is_meant(folded: str, quantity: Quantity) -> bool:
    """Whether, of several, it is said to be the one: the total, or all that counts of it."""
    start = max(0, quantity.start - 20)
    before = _TOTAL_BEFORE.search(folded, start, quantity.start)
    limited = _LIMITED_BEFORE.search(folded, start, quantity.start)
    limited = None if limited and _SOME_OF_THEM.match(folded, quantity.end) else limited
    after = _TOTAL_AFTER.match(folded, quantity.end) or _LISTED.match(folded, quantity.end)
    return bool(before or limited or after)


def _is_correction(folded: str, quantity: Quantity) -> bool:
    start = max(0, quantity.start - 20)
    now = _NOW_BEFORE.search(folded, start, quantity.start) and not _FURTHER.match(folded, quantity.end)
    return bool(now or _CORRECTED_BEFORE.search(folded, start, quantity.start))


def _in_scope(folded: str, found: Sequence[Quantity], unit: re.Pattern[str] | None = None) -> list[Quantity]:
    """The only number whose clause says that it is what will be certified: "120 in all, but only 18 are covered".

    It may count nothing else than `unit`.
    """
    scoped = []
    ends = [0, *(each.end for each in found[:-1])]
    starts = [*(each.start for each in found[1:]), len(folded)]
    for each, end, start in zip(found, ends, starts, strict=True):
        before = adding.CLAUSE.split(folded[max(end, each.start - _LONGEST_CLAUSE) : each.start])[-1]
        after = adding.CLAUSE.split(folded[each.end : min(start, each.end + _LONGEST_CLAUSE)])[0]
        clause = f"{before} {after}"
        other = unit and _COUNTED.search(clause) and not unit.search(clause)
        if _IN_SCOPE.search(clause) and not (other or _OUT_OF_SCOPE.search(clause)):
            scoped.append(each)
    return scoped if len(scoped) == 1 else []


def _some_of_all(folded: str, found: Sequence[Quantity]) -> Decimal | None:
    """How many of all are covered: "out of the 140 on our rolls, 17", "17 of us, the company is 240"."""
    some, whole = sorted(found, key=lambda each: each.value)
    of = _ALL_BEFORE.search(
        folded, some.end if some.end < whole.start else 0, whole.start
    ) or _ALL_AFTER.match(folded, whole.end)
    return some.value if of else None


def _said_last(folded: str, found: Sequence[Quantity]) -> Decimal | None:
    """The last number, where it is the first once more, or sums up those before it: 加上俩实习的27个."""
    *before, last = found
    if len(found) > adding.PAIR and found[0].value == last.value:
        return last.value  # "fifty-two, the boss would say fifty but it's 52"
    ones = before and all(each.value == 1 for each in before) and last.value > 1
    summed = folded[: last.start].rstrip().endswith((",", "、")) and _BARE_LAST.match(folded, last.end)
    with_some = before and _WITH_SOME.match(folded)
    return last.value if with_some or (ones and summed) else None


def _beside(folded: str, only: Quantity, noun: str) -> int:
    """What is to be counted beside the only number: the writer, the head office."""
    return adding.writer(folded) + (
        places.beside(folded, only.start, only.end, int(only.value)) if places.are_counted(noun) else 0
    )


def _checked(value: Decimal, negative: bool = False) -> int:
    if negative or not 1 <= value <= MOST:
        raise Wrong(Reason.COUNT_RANGE)
    if value != int(value):
        raise Wrong(Reason.COUNT_WHOLE)
    return int(value)
