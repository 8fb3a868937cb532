"""Whole numbers as customers give them: 80, 五十来人, a dozen, "3 sites"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile

from bot.intake import places
from bot.intake.plain import plain
from bot.intake.reasons import Reason, Wrong
from knowledge.names import without_names
from knowledge.numbering import numbers

MOST = 10_000_000
_MAGNITUDE = re.compile(r"(?:hundred|thousand|million|billion|dozen)s?")
_UNSURE_BEFORE = re.compile(r"几$|(?<![人总])数$")
_UNSURE_AFTER = re.compile(r"(?<=十)(?<![二三四五六七八九]十)几")
_MEASURED = re.compile(r"[个处家名位人地间座所]|\s*$")
_NEGATIVE = re.compile(r"(?:(?:^|[\s:=,(])[-−–]|\bminus|\bnegative|负)\s?$")
_RANGE = re.compile(r"\s?(?:to|or|[-–~]|至|到|或)?\s?")
_BETWEEN = re.compile(r"\bbetween (?:about )?$")
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
_BELOW_BEFORE = re.compile(r"(?:不到|\b(?:fewer|less) than(?: an?)?|\bunder(?: an?)?|\bnot quite)\s?$")
_BELOW_AFTER = re.compile(r"\s?[个名位]?人?不到")
"""Around a number that there are not so many as: 三十不到，二十九."""
_WITH_SOME = re.compile(r"\W*(?:连同|加上|算上)")
_BARE_LAST = re.compile(r"\s?[个处家间座所](?:地[方点]|办公[室点地区]|场所)?[吧的了]*[\s.。!]*$")
"""Behind what the ones before it come to: 余杭一个办公室，萧山还有个监控中心，两个."""
_NEGATED = re.compile(
    r"(?:(?<![是哦噢喔])不是|而非|\bnot|\binstead of|\brather than|\b(?:was|were|used to (?:be|have)|had|hired|recruited|lost)"
    r"|(?:(?:招|走|退休|离职)了|本来|原来|原先|从前|过去|以前|去年|上[次回])[是有报说的]*)"
    r"\s?$"
)
_DENIED_AFTER = re.compile(
    r"\s?[个名位]?人?(?:不准|不对(?!不对)|是错|错了|作废)"
    r"|\s(?:(?:was|is) (?:wrong|not right)|(?:has |have |just )?(?:quit|left|retired|resigned))\b"
)
_IF_AFTER = re.compile(r"\s(?:people |of us )?if\b")
_TAKEN = re.compile(r"\s?(?:算|报|填|写|来|吧|$|[,。.;!])")
_BARE_TOTAL = re.compile(r"\s?(?:in total|altogether|in all|overall)\b")
_OF_THEM = r"\s?of (?:them|whom|those|these)\b"
_TOTAL_AFTER = re.compile(
    r"\s?\w{0,12}\s?(?:(?:in )?total\b(?! ?:? ?\d)|altogether|in all|overall|all told|by my count)"
)
_ONLY_ONE = re.compile(
    r"\b(?:(?:only|just|the)(?: the)? (?:one|me)|single)\b|[单唯]一|单(?=个?(?:场所|办公|地点|站点))|百来|百把"
)
_THIS_ONE = re.compile(r"[这那]一(?=[个处家](?:办公[室点地楼]|地[方点儿]|场所|[㐀-鿿])?(?:$|[\s,.。;!吧]))")
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
_OF_ITSELF = re.compile(r"\s?(?:[个名位号人]|吧|$|[,，.。;；!])")  # and not 20台
_ONE_OF_TALK = re.compile(
    r"\s?个?(?:(?:more|small|quick|last|little|other) )?(?:corrections?|things?|changes?|mistakes?|questions?|moment|sec(?:ond)?"
    r"|minute"
    r"|typos?|error|doubts?|quer(?:y|ies)|mins?|secs?|问题|错误|修改|更正)(?![a-z])"
)
_ONE_BY_ONE = re.compile(
    r"一(?P<measure>[㐀-鿿])一(?P=measure)|\bfor one\b(?! \w)|\bone (?:by|after) (?:one|the other|another)\b"
)
_SENTENCE_NUMBER = re.compile(r"^(\s*\d+)\.(?=\s)")  # which elsewhere numbers a list
_NUMBERED = re.compile(
    r"\b(?:park|building|block|floor|tower|zone|phase|room|gate|street|road|amendment|edition|part|stage"
    r"|version|clause|section|step|year)\s?$|\b(?:amendment|edition|version|part)\s\d+ of\s$"
    r"|(?:最后|末尾?|尾号|后)[一两二三四]?[位个]?数?[是为]?\s?$"
)  # "software park 2"
_NEAR = 40  # characters before a number, more than any of these words take
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_YEAR = re.compile(r"\b(?:since|in|until|before|after)\s$")  # "ISO 9001 since 2019"
_STANDARDS = frozenset("9001 14001 20000 22301 27001 45001".split())
_FINANCIAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_IN_FINANCIAL = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟]+(?=\s?(?:[个处家名位人地间座所]|$))")
_LISTED = re.compile(r"\s?[a-z㐀-鿿]{1,12}(?:\s[-–—]|\s?:)\s?[a-z㐀-鿿]")
"""What stands behind a number whose parts are listed: "4 places - the head office and three branches"."""
_EACH = re.compile(r"\beach\b|各|[都均]有|分别有")
_EACH_BEFORE = re.compile(r"各[自有]?(?:有|约)?\s?$")
_PER_PLACE = re.compile(r"每(?:个|家|处|地|边)?(?:点|场所|地方|办公室?)?(?:大概|差不多|约|有)*\s?$")
_EACH_AFTER = re.compile(r"\W?(?:\w+\s){0,3}each\b")
_OF_ELSE = re.compile(
    r"\s?(?:%|per ?cent|(?:minutes?|hours?|days?|weeks?|months?|years?)(?![a-z-])|个?(?:小时|分钟|星期|月|周)|年(?!轻))"
)
"""What is measured and not counted: a share, a time."""
_ONES = {"百来": Decimal(100), "百把": Decimal(100)}
_TIMES = {"once", "twice", "thrice"}
_TOKEN = re.compile(r"[a-z\d]+")
_MISTYPED = re.compile(r"(?=.*\d)(?=.*[oil])[\doil]{2,12}")
_SPACED = re.compile(r"(?P<before>\D*(?<![\d.,/-])\d{1,3}) (?P<after>\d{3}\D*)")
"""A number with a space between its thousands, and no other: 1 240."""
_WHOLE_FIRM = re.compile(
    r"公司|单位|集团|中心|全[院校厂行局]|医院|学校|[厂行]里|整个|\b(?:company|firm|group|overall|whole)\b"
)
_AT_WORK = re.compile(
    r"做|搞|涉及|业务|弄|平台|负责|参与|管|运维|信息|技术|\b(?:work|do|it|ops|services?|support)\b"
)
_THE_OTHER = re.compile(r"\bthe others?\b|另[一外]个")
_SOME_OF_THEM = re.compile(
    r"[^,;。，；]{0,14}(?:part[- ]?time|contractors?|freelanc|remote|abroad|trainee|intern|apprentice|兼职|外包|实习|临时|外聘|女"
    r"|男)"
)
_PAIR = 2
_ALL_BEFORE = re.compile(
    r"\bout of (?:the |our |some |about )*$|\b(?:company|firm) (?:is|has|counts|employs)(?: about| some)? $"
)
_ALL_AFTER = re.compile(
    r"\s?(?:people |staff |of us )?in (?:the |our )?(?:whole |entire )?(?:company|firm|group|organi[sz]ation)\b"
)
_LARGEST_PART = 100_000
_CLAUSE = re.compile(r"[,;。\n]|[.!](?=\s|$)|(?=\bbut\b|但|不过)")
_LONGEST_CLAUSE = 80  # characters
_IN_SCOPE = re.compile(
    r"\bon (?:this|these)\b|\bcover|\bcertify|\bcertification\b|\bbe certified|\bscope\b"
    r"|\b(?:do|does|doing) (?:this|that|these)\b|\b(?:all|this|that) (?:of this )?(?:is|gets) done (?:at|from|in)\b"
    r"|范围|认证(?!证|过|工程师)|纳入|覆盖|(?:\bbut\b|但|不过).*(?:\bonly\b|\bjust\b|只|仅)"
)
_OUT_OF_SCOPE = re.compile(r"\bnot\b|n't\b|\bout of\b|\boutside\b|\bexclud|不(?!过)|没|未|除")
_AND_ME = re.compile(
    r"(?:\b(?:plus|and)|\+) (?:me|myself)\b(?!,? (?:and|plus)\b)"
    r"|再加上?我(?=这|自己|一|本人|\W|$)|(?:还有|加上?|和)我(?:自己|本人)?\W*$"
)
_MEASURE = (
    r"\+?\s?(?:多|来|几|余)?\s?[号名位个家处间座所]?\s?"
    r"(?:(?:full-time|different|separate|own|other|physical|独立|全职|正式)\s?)?的?"
)

_OTHER_UNITS = {
    "people 人": re.compile(
        r"\s?个?(?:门市|门店|店面?|地[方点]|点(?!钟)|处?办公|处(?![长理])|场所|楼|层|城市|网点|[院校厂园]区|机房|车间|基地|仓库"
        r"|(?:single )?(?:sites?|floors?|offices?|places?|locations?|cit(?:y|ies)|rooms?|buildings?|branch(?:es)?)\b)"
    ),
    "sites 办公": re.compile(
        r"\s?(?:个人|人(?![日天民次工])|员工|(?:people|persons?|employees|staff|of us|engineers)\b)"
    ),
}
"""What a number counts that is not what is asked."""
_OF_PEOPLE = re.compile(
    rf"{_OTHER_UNITS['people 人'].pattern}|\s?个?(?:部门|团队|小?组|班|科室|(?:teams?|departments?|shifts?|units?)\b)"
)
_COUNTED = re.compile("people|persons|staff|employees|人|员工|sites?|locations?|offices?|办公|地点|场所")
_HEADS_BEFORE = re.compile(r"人数(?:是|有|共|约)?[:\s]*$")
_GROUPS = re.compile(r"\s?(?:个?(?:小组|组|班|团队|部门)|(?:teams?|groups?|shifts?|departments?)\b)")
_UNIT = re.compile(
    r"\s?[多来余]?[号名位个家处间座所]?\s?(?:(?P<people>(?:people|persons?|staffs?|employees)\b|人(?![日天民次工])|员工)"
    r"|(?P<places>(?:sites?|locations?)\b|办公[点地]点?|场所|地点))?"
)
_WHERE = re.compile(
    rf"{_UNIT.pattern}(?:\s(?:are|is|work|sit))?(?:\sbased)?\s?(?:(?:in|at|on|from) (?!(?:total|all|average|the moment|most|least"
    r"|paper|fact|practice|reality|present|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b)(?=[a-z])"
    r"|(?P<people_who>(?:engineer|developer|manager|agent|technician|admin|analyst|consultant|contractor|freelancer|apprentice"
    r"|trainee|operator|tester|director|full[- ]?time|part[- ]?time|permanent)(?:rs?|s)?\b"
    r"|全职|兼职|正式|外包|实习|外聘|工程师|经理|主管|专员|运维|客服|开发|测试|研发)"
    r"|(?P<places_which>(?:(?:head |main |regional )?offices?|headquarters|hq|branch(?:es)?|warehouses?|depots?"
    r"|data cent(?:re|er)s?)\b"
    r"|总部|分公司|分部|办公室|办事处|仓库|机房|门店|工厂|基地|网点))"
)
_PLACED = re.compile(
    rf"{_WHERE.pattern}.{{0,60}}?(?:[,;.&+、\n]|\band|\bplus|和)\s?(?:(?:and|plus|another|then|also)\s|和|还有)?\s*"
)
_PLUS = re.compile(rf"{_UNIT.pattern}[\s,;]*(?:\+|plus(?: another)?|再?加上?|还有|另有?|外加)\s*")
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


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number at `start:end`; a range counts as its upper end ("80-100", 五六十)."""

    value: Decimal
    start: int
    end: int


def read(text: str, noun: str = "") -> int:
    """The one number that a text gives; approximate ones ("80多", "about 50") count as the number said.

    `noun` is a pattern of what is counted: where there are several, those that surely count something else are left out.
    Raises Wrong: no number or a vague one (几个人, hundreds), several, not whole, not from 1 to MOST.
    """
    folded = plain(text)
    stated = _stated(folded)
    found = _of_noun(folded, stated, noun)
    if not places.are_counted(noun) and (
        made := list(filter(None, (_in_each(folded, n, stated) for n in found)))
    ):
        return _checked(made[0])
    if found:
        value = found[0].value + _beside(folded, found[0], noun)
        if len(found) > 1 or _EACH.search(folded):
            value = _of_several(folded, found)
        return _checked(value, bool(_NEGATIVE.search(folded, max(0, found[0].start - 12), found[0].start)))
    ones = list(_ONLY_ONE.finditer(folded))
    if len(ones) != 1 and places.are_counted(noun) and (named := places.count(folded)):
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
    found = _stated(folded)
    counted = [quantity for quantity in found if unit_or_part.match(folded, quantity.end)]
    if len(counted) == 1 and not unit.match(folded, counted[0].end) and not _in_scope(folded, found):
        larger = [each for each in found if each.end < counted[0].start and each.value > counted[0].value]
        counted = larger[-1:] or counted  # "14, two of them in Leeds"
    if not re.search(noun, "people 人"):  # 人数六十三办公地点三个
        counted = [each for each in counted if not _HEADS_BEFORE.search(folded, 0, each.start)]
    sums = _sums(found)
    totals = [each for each in found if _BARE_TOTAL.match(folded, each.end) or each.value in sums]
    if counted and (total := _added(folded, found, labels=counted == found)):
        totals = [_Quantity(total, found[0].start, found[-1].end)]
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
                    _each_of(folded, [quantity])
                    if places.are_counted(noun)
                    else _in_each(folded, quantity, found)
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


def begins(text: str) -> bool:
    """Whether a text begins with a number: "thirty or so if we count the part-timers"."""
    folded = plain(text)
    first = next(numbers(folded), None)
    some = first is not None and _SOME_OF_OURS.match(folded, first.end)  # "one of our 62 asked …"
    return first is not None and not some and bool(_HEDGED.fullmatch(folded[: first.start]))


def _of_several(folded: str, found: Sequence[_Quantity]) -> Decimal:
    """The number that several come to: one that the words point to, or what they make together; raises Wrong."""
    if summed := _each_summed(folded, found) or _said_last(folded, found):
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
    if len(found) == _PAIR and (some := _some_of_all(folded, found)):
        return some
    whole = second and _WHOLE_FIRM.search(folded, 0, first.start) and second.value < first.value
    if second and whole and _AT_WORK.search(folded, first.end, second.start):
        return second.value  # 公司二百多人，做运维的大概80
    less = first.value - sum(each.value for each in others[:-1])
    if len(found) > _PAIR and found[-1].value == less and _LESS.search(folded, first.end, found[-1].start):
        return less  # "fifty, minus two who retired, 48"
    if _THE_OTHER.search(folded, first.end) and first.value > max(each.value for each in others):
        return first.value  # "two, one in Leith and the other in Livingston"
    meant = {each.value for each in found if _is_meant(folded, each)}
    sums = _sums(found)
    if first.value in sums and re.match(_OF_THEM, folded[first.end :]):
        return first.value  # "two of them, one at the port and one in town"
    total = {found[-1].value} & sums if len(found) > _PAIR else set()
    if not (left := meant & sums or total or meant or sums):
        if added := _added(folded, found) or _each_of(folded, found):
            return added
        left = {each.value for each in found if not _is_each(folded, each)}
        left = {each.value for each in found if not _SOME_OF_THEM.match(folded, each.end)} & left or left
    if len(left) != 1:
        raise Wrong(Reason.COUNT_SEVERAL)
    return left.pop()  # alone, or said twice: "forty-ish, say 40"


def _of_noun(folded: str, found: list[_Quantity], noun: str) -> list[_Quantity]:
    """Without the places where people are counted, and the people where places are: 有11个，都在一个门市."""
    other = next((unit for known, unit in _OTHER_UNITS.items() if noun and re.search(noun, known)), None)
    if len(found) > 1:  # 一个，9001和27001都是在这个地址做的
        found = [each for each in found if folded[each.start : each.end] not in _STANDARDS] or found
    return [each for each in found if not (other and other.match(folded, each.end))]


def _upper(first: Decimal, second: Decimal) -> Decimal:
    """The upper end of a range: of 五六十 (5 and 60), 十五六 (15 and 6), 一百二三十 (120 and 30)."""
    if first > 100 and first % 10 == second % 10 == 0 and second == first % 100 + 10:
        return first + 10
    ones = first % 10
    return first - ones + second if second < 10 < first and second > ones else max(first, second)


def _is_settled(folded: str, quantity: _Quantity) -> bool:
    """Whether a number is the one to take after a guess, and counts nothing else."""
    said = _is_meant(folded, quantity) or _is_correction(folded, quantity)
    return said and bool(_TAKEN.match(folded, quantity.end))


def _stated(folded: str) -> list[_Quantity]:
    """The numbers without those that others are said to replace: "3, not 2", 是3个不是2个."""
    found = list(_quantities(folded))
    stated = [each for each in found if not _is_denied(folded, each.start, each.end)] or found
    return [each for each in stated if not _is_below(folded, each)] or stated


def _is_below(folded: str, quantity: _Quantity) -> bool:
    before = _BELOW_BEFORE.search(folded, max(0, quantity.start - 16), quantity.start)
    return bool(before or _BELOW_AFTER.match(folded, quantity.end))


def is_denied(text: str, start: int, end: int) -> bool:
    """Whether a number at `start:end` is said to be replaced, past or only possible: "not 2", "we used to have 3"."""
    return _is_denied(plain(text), start, end)


def _is_denied(folded: str, start: int, end: int) -> bool:
    before = _NEGATED.search(folded, max(0, start - 16), start)
    return bool(before or _DENIED_AFTER.match(folded, end) or _IF_AFTER.match(folded, end))


def _quantities(folded: str) -> Iterator[_Quantity]:
    held: _Quantity | None = None
    folded = _IN_FINANCIAL.sub(lambda said: said[0].translate(_FINANCIAL), folded)
    folded = _SENTENCE_NUMBER.sub(r"\1,", folded)
    if spaced := _SPACED.fullmatch(folded):
        folded = f"{spaced['before']},{spaced['after']}"
    sure = _TOKEN.sub(
        lambda token: "\0" * len(token[0]) if _MISTYPED.fullmatch(token[0]) else token[0], folded
    )
    sure = _ONE_BY_ONE.sub(lambda said: "\0" * len(said[0]), sure)
    for number in numbers(without_names(_THIS_ONE.sub("有一", sure.replace("fourty", " forty")))):
        written = folded[number.start : number.end]
        near = max(0, number.start - _NEAR)
        year = _YEAR.fullmatch(written) and _IN_YEAR.search(folded, near, number.start)
        if (
            year
            or written in _TIMES
            or _ONE_OF_TALK.match(folded, number.end)
            or _NUMBERED.search(folded, near, number.start)
        ):
            continue
        lone = written == "一" and not _MEASURED.match(folded, number.end)
        unsure = _UNSURE_BEFORE.search(folded, max(0, number.start - 1), number.start)
        unsure = unsure or _UNSURE_AFTER.match(folded, number.end)
        if lone or unsure or _MAGNITUDE.fullmatch(written) or _OF_ELSE.match(folded, number.end):
            continue
        if held and _is_range(folded, held, number.start, number.value):
            held = _Quantity(_upper(held.value, number.value), held.start, number.end)
            continue
        if held:
            yield held
        held = _Quantity(number.value, number.start, number.end)
    if held:
        yield held


def _is_range(folded: str, first: _Quantity, at: int, last: Decimal) -> bool:
    """Whether the number `last` at `at` is the other end of a range: 20-25, "between 20 and 25", not 67 4个场所."""
    if folded[first.end : at].isspace() and not first.value < last <= 2 * first.value:
        return False
    between = folded[first.end : at] == " and " and _BETWEEN.search(folded, 0, first.start)
    return bool(between or (at - first.end <= 4 and _RANGE.fullmatch(folded, first.end, at)))


def _is_meant(folded: str, quantity: _Quantity) -> bool:
    """Whether, of several, it is said to be the one: the total, or all that counts of it."""
    start = max(0, quantity.start - 20)
    before = _TOTAL_BEFORE.search(folded, start, quantity.start)
    limited = _LIMITED_BEFORE.search(folded, start, quantity.start)
    limited = None if limited and _SOME_OF_THEM.match(folded, quantity.end) else limited
    after = _TOTAL_AFTER.match(folded, quantity.end) or _LISTED.match(folded, quantity.end)
    return bool(before or limited or after)


def _is_correction(folded: str, quantity: _Quantity) -> bool:
    start = max(0, quantity.start - 20)
    now = _NOW_BEFORE.search(folded, start, quantity.start) and not _FURTHER.match(folded, quantity.end)
    return bool(now or _CORRECTED_BEFORE.search(folded, start, quantity.start))


def _in_scope(
    folded: str, found: Sequence[_Quantity], unit: re.Pattern[str] | None = None
) -> list[_Quantity]:
    """The only number whose clause says that it is what will be certified: "120 in all, but only 18 are covered".

    It may count nothing else than `unit`.
    """
    scoped = []
    ends = [0, *(each.end for each in found[:-1])]
    starts = [*(each.start for each in found[1:]), len(folded)]
    for each, end, start in zip(found, ends, starts, strict=True):
        before = _CLAUSE.split(folded[max(end, each.start - _LONGEST_CLAUSE) : each.start])[-1]
        after = _CLAUSE.split(folded[each.end : min(start, each.end + _LONGEST_CLAUSE)])[0]
        clause = f"{before} {after}"
        other = unit and _COUNTED.search(clause) and not unit.search(clause)
        if _IN_SCOPE.search(clause) and not (other or _OUT_OF_SCOPE.search(clause)):
            scoped.append(each)
    return scoped if len(scoped) == 1 else []


def _some_of_all(folded: str, found: Sequence[_Quantity]) -> Decimal | None:
    """How many of all are covered: "out of the 140 on our rolls, 17", "17 of us, the company is 240"."""
    some, whole = sorted(found, key=lambda each: each.value)
    of = _ALL_BEFORE.search(
        folded, some.end if some.end < whole.start else 0, whole.start
    ) or _ALL_AFTER.match(folded, whole.end)
    return some.value if of else None


def _said_last(folded: str, found: Sequence[_Quantity]) -> Decimal | None:
    """The last number, where it is the first once more, or sums up those before it: 加上俩实习的27个."""
    *before, last = found
    if len(found) > _PAIR and found[0].value == last.value:
        return last.value  # "fifty-two, the boss would say fifty but it's 52"
    ones = before and all(each.value == 1 for each in before) and last.value > 1
    summed = folded[: last.start].rstrip().endswith((",", "、")) and _BARE_LAST.match(folded, last.end)
    with_some = before and _WITH_SOME.match(folded)
    return last.value if with_some or (ones and summed) else None


def _each_summed(folded: str, found: Sequence[_Quantity]) -> Decimal | None:
    """The last number, where it is as many as each of some places makes: 沈阳、铁岭各一个，俩."""
    *others, last = found
    each = _each_of(folded[: last.start], others) if len(others) == 1 else None
    return each if each == last.value else None


def _sums(found: Sequence[_Quantity]) -> set[Decimal]:
    """What all others make together: three of "three: two in Leeds and one in York"."""
    half = sum(each.value for each in found) / 2
    return {each.value for each in found if len(found) > _PAIR and each.value == half}


def _is_each(folded: str, quantity: _Quantity) -> bool:
    before = _EACH_BEFORE.search(folded, max(0, quantity.start - 8), quantity.start)
    return bool(before or _EACH_AFTER.match(folded, quantity.end))


def _beside(folded: str, only: _Quantity, noun: str) -> int:
    """What is to be counted beside the only number: the writer, the head office."""
    return _me(folded) + (
        places.beside(folded, only.start, only.end, int(only.value)) if places.are_counted(noun) else 0
    )


def _me(folded: str) -> int:
    return 1 if _AND_ME.search(folded) else 0


def _added(folded: str, found: Sequence[_Quantity], *, labels: bool = True) -> Decimal | None:
    """What numbers make together that are counted by where or what they are: "9 in Cork, 12 in Leeds".

    `labels`: that may stand before them: 白班十二夜班六.
    """
    parts = [each for each in found if not _GROUPS.match(folded, each.end)]
    if len(parts) < _PAIR or max(each.value for each in parts) > _LARGEST_PART:
        return None
    starts, ends = [each.start for each in parts], [each.end for each in parts]
    first, *between = (folded[end:start] for end, start in zip([0, *ends[:-1]], starts, strict=True))
    last = folded[ends[-1] :]
    if _NO_PARTS.search("#".join([first, *between, _CLAUSE.split(last)[0]])):
        return None
    units = [_WHERE.match(each) or _UNIT.match(each) for each in (*between, last)]
    kinds = {unit.lastgroup.partition("_")[0] for unit in units if unit and unit.lastgroup}
    before = {bool(_PLACE_LABEL.search(each)) for each in (first, *between)}
    placed = all(map(_PLACED.fullmatch, between)) and _WHERE.match(last)
    joined = all(map(_PLUS.fullmatch, between))
    labelled = labels and len(before) == 1 and _LABEL.search(first) and all(map(_LABELLED.fullmatch, between))
    if len(kinds) > 1 or not (placed or joined or labelled):
        return None
    return sum((each.value for each in parts), Decimal(_me(folded)))


def _in_each(folded: str, people: _Quantity, found: Sequence[_Quantity]) -> Decimal | None:
    """What as many people in each of some places make: "two sites with 20 people each", 两个部门各20人."""
    others = [other for other in found if other != people and _OF_PEOPLE.match(folded, other.end)]
    each = _is_each(folded, people) or _PER_PLACE.search(folded, max(0, people.start - 8), people.start)
    return people.value * others[0].value if each and len(others) == 1 and len(found) == _PAIR else None


def _each_of(folded: str, found: Sequence[_Quantity]) -> Decimal | None:
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
    named_places = list(takewhile(_NAMES_PLACE.fullmatch, parts))
    return found[0].value * len(named_places) if len(named_places) > 1 else None


def _checked(value: Decimal, negative: bool = False) -> int:
    if negative or not 1 <= value <= MOST:
        raise Wrong(Reason.COUNT_RANGE)
    if value != int(value):
        raise Wrong(Reason.COUNT_WHOLE)
    return int(value)
