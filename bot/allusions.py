"""Finds words that stand for a figure without a number: "free", "half price", "every cent back", "by Christmas", "for life"."""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.clauses import Reading, patterns


class Matter(StrEnum):
    """What the figure would be. TIME is a date as well as a duration."""

    PRICE = "price"
    REFUND = "refund"
    TIME = "time"
    VALIDITY = "validity"


@dataclass(frozen=True, slots=True)
class Allusion:
    """`key` is the same for words that say the same, in either language: "free", "on the house" and 免费."""

    matter: Matter
    words: str
    key: str


# Words that make a difference. Where a row below has no name, its key is made of the names of those that it holds.
_PARTS = {
    "spring_festival": "spring festival|chinese new year|lunar new year|春节|过年|年关",
    "new_year": "new year|元旦",
    "christmas": "christmas|xmas|圣诞",
    "national_day": "national day|golden week|国庆|十一(?=前|期间|长假|后|之)",
    "holidays": r"\bholidays|easter|labou?r day|mid-autumn|dragon boat|五一(?=前|期间|长假|后|节|之)|中秋|端午|清明|元宵|双十一",
    "half": r"\bhalf|halves|一半|半|对折",
    "third": "third|三分之一",
    "quarter": "quarter|四分之一",
    "fifth": "fifth|五分之一",
    "tenth": "tenth|十分之一",
    "sunday": "sunday|(周|星期|礼拜)[日天](?!期|常)",
    **{
        f"{english}day": f"{english}day|(周|星期|礼拜){chinese}(?![次回个份条期天])"
        for english, chinese in zip("mon tues wednes thurs fri satur".split(), "一二三四五六", strict=True)
    },
    "weekend": "weekend|周末",
    "next": "next|coming|following|下下?一?个?|明(?=年)",
    "this": "this|本|这个?|今",
    "last": "last|previous|(?<!以)(?<!马)(?<!晚)上个?|去(?=年)",
    "end": r"\bend|close|底|末",
    "start": "start|beginning|初",
    "middle": "middle|mid|中",
    "few": "few|couple|several|handful|几|(?<![人次参天总件少多])数|若干|[十百]来|[十百]多|个把",
    "over": "个多",
    "most": "大半",
    "working": "working|business|工作",
    "hour": "hour|小时|钟头",
    "minute": "minute|second|分钟|秒",
    "day": "day|天|日",
    "week": "week|周|星期|礼拜",
    "month": "month|月",
    "year": "year|年",
    "morning": "morning|noon|lunch|早上|上午|中午",
    "evening": "evening|afternoon|midnight|下午|晚上",
    "spring": "spring|开春|春天",
    "summer": "summer|夏天",
    "autumn": "autumn|入秋|秋天",
    "winter": "winter|入冬|冬天",
}
_GROUPS = {
    "fraction": "half third quarter fifth tenth",
    "weekday": "sunday monday tuesday wednesday thursday friday saturday weekend",
    "which": "next this last",
    "of": "end start middle",
    "period": "hour minute day week month year",
    "season": "spring summer autumn winter morning evening",
    "feast": "spring_festival new_year christmas national_day holidays",
}
_WORDS = {
    **_PARTS,
    **{group: "|".join(f"<{part}>" for part in parts.split()) for group, parts in _GROUPS.items()},
    "extra": "(extra |additional |further |hidden )?",
    "fees": "(fee|price|cost|rate|bill|charge|total|quotation|invoice)s?",
    "the": r"((the|your|our|its|any|their|all) (\w+ )?)",
    "soon": "(only |just |about )?(an? |the )?((few|couple of|several|handful of) )?(more )?(working |business )?",
    "费": "(费用?|钱|款)",
    "再证": "(换证|续[期证费]|再认证|年审|复审|复评|监督审核)",
}
# One matter's patterns are tried in their order. A row is a key, or = for one of parts, and a pattern of `bot.clauses`.
_ROWS = {
    Matter.PRICE: r"""
        no pass, no fee: \bno (pass|certificate|win|cure),? no (fee|pay|charge)|\b(pay only|only pay) (if|when|after)
        no pass, no fee: (过了|拿证后?)再[付收给]
        free: (?<![-\w])(?<!feel )(?<!set )(?<!you )(?<!'re )(?<!you are )(?<!colleague is )(?<!colleagues are )free
            (?! (to (?!you|us|our|all|every)|text|form|up|time|slot|choice|from|hand|software|trade|of (?!charge|cost|fee|pay)))
            ([ -]of[ -](charge|cost|fees?|payment))?(?![-\w])
        free: \b(on the house|complimentary|gratis|pro bono|gift|freebie|giveaway|for nothing|nothing to pay)\b
        free: \b(is|are|'s) on us\b
        free: \b((at|for|with|there is|there are|carries|has) no|without( any)?|zero) <extra><fees>\b(?! in\b| \w*list| table)
        free: \bno <extra>charges?\b|\b(cost|pay|owe|charge)s?( you| us)? (nothing|zero|not a)
        free: \b(not|without|never|n't) an? (cent|penny|dime)
        free: \b(not|n't|never|without)( be| being| have to| need to)* (charg|bill|invoic|pay)(e|ed|ing)?\b
        free: (?<![避难以])免(费|单|收)|分文不|(?<![明空表])白[送给拿做]|赠送|奉送|(?<![发报递运寄传推])送[您你]
        free: 零(费用|成本|收费)|请客(?![服户])|买单
        free: 一分钱?[^,。;!?]{0,4}[不没](?![少差])|不[^,。;!?]{0,3}一?分[文钱]
        free: [不没](再|另外?|向您|会)?收取?(您|任何|其他|额外)*<费>
        free: 不要钱
        free: [不无][用需须]要?再?([交缴掏花付](任何)?<费>|付(?=$|[,。!了]))
        waived: \bwaiv(e|es|ed|er|ing)\b|\b(drop|scrap|cancel|forgo|lift)\w* <the><fees>
        waived: <费>[^,。;!?免不没无]{0,6}免([了掉除去收]|$|[,。!])|(?<![避难])免[去掉除了交付缴][^,。;!?]{0,4}<费>
        waived: (?<![避难以未])免了
        at cost: \b(at cost|cost price|wholesale|at a loss|factory price)\b|成本价|按成本|批发价|出厂价|保本|亏本|赔本
        special rate: \b(student|educational?|academic|member|early[- ]bird|launch|introductory|loyalty|group|partner|staff|vip
            |insider|friend|friendship|family|mate|promo|promotional|bundle|package)('?s'?)? (rate|price|pricing|deal|tariff)s?\b
        special rate: (友情|内部|同行|员工|学生|学校|教育|会员|客户|团购|活动|亲情|吉利|感情|人情|朋友|首单|体验|促销|限时|vip)价
        special rate: 特惠|秒杀|拼团|团购
        flat: \bflat (rate|fee|price)|\ball[- ]in(clusive|cluded)?(?=[,.!?;]| ?$)|一口价|统一价|包干
        two for one: \bbuy (one|two)\b[, ]+get|\b(two|three)[- ]for[- ](one|two|the price)|买[一二两三1-3]送
        two for one: 第二[个家张份件][^,。]{0,2}半价
        =off: <fraction>[- ]price|<fraction>( of the price)? (off|less|cheaper|lower|reduction|discount)\b|半价|[打按]对折
        =off: \b(cut|slash|reduc|lower)\w*( \w+){1,3} by (an? |one )?<fraction>|([减少省降砍]|便宜|优惠)[了掉去]?<fraction>
        =of: <fraction>( of)? <the><fees>\b|[收付][您你]?<fraction>(?![个天年月小])
        cheap: \b(cheap(er|est)?|inexpensive|affordable|low[- ]cost|bargain|peanuts|pocket money|next to nothing|for a song)\b
        cheap: \b(nominal|token|symbolic|small|modest|low|lower|lowest|tiny) (fee|price|charge|sum|cost|amount)|象征性|意思一下
        cheap: 骨折价|跳楼价|白菜价|(?<![到])底价(?!格)|(?<![降最])低价(?!格|值)|(?<![水评])平价(?!值|格)|便宜|实惠|划算
        cheap: 性价比|超值|薅羊毛
        reduced: \b(knock|take|shave|slash|cut|get|give you|have)s?( \w+){0,4} off <the>?<fees>|\bmoney off\b
        reduced: \bprice (cut|drop|match)
        reduced: \b(slash|cut|lower|reduc|drop|halv|bring down|trim)\w* <the><fees>\b
        reduced: \b(rebate|voucher|coupon|cash ?back|gift card|on sale)
        reduced: \b(promo(tion)? code|kickback|red (packet|envelope))|[立满直]减|直降|返[现利点]|回扣|抵扣|代金券|抵用券|红包
        reduced: 降价|让利|抹零|少收|[砍讲议]价
        below others: \b(beat|match|undercut)s? <the>(price|offer|quot\w+|competitor)
        below others: \b(below|lower than|less than) (their|other|anyone|the compet)
        below others: \b(fee|price|cost)s? (is|are|stays?|comes?) (well |far )?(below|under|less than|lower than)\b
        below others: 比\d[\d,.]*[元块]
        below others: 比(别|其他|同行|隔壁|人家|市场|他们|外面|对手|哪)[^,。;!?]{0,6}(低|便宜|少)
        compared: \b(costs?|pays?|fee is|price is|charge|comes? to)( you| us| only| just| about)*
            [ ]((no more|not more|less) than|like|the same as) (an?|the|one)\b
        compared: \b(costs?|pays?|fee is|price is|charge)( you| us| only| just| about)* as (much|many)\b
        compared: \bfor the price of an?\b
        compared: [一两几半][顿杯条包瓶件双部桌盘碗沓串斤场餐][^,。;!?]{0,6}[钱爷]
        thousands: \b(an?|half|one|two|three|four|five|few|couple of|several) grands?\b
        thousands: \b(three|four|five|six|low|high)[- ]figure\b
        thousands: \b((some|many|few|couple of|several) (thousand|hundred)|thousands|hundreds) (of )?(yuan|rmb|euros?|dollars?)\b
        thousands: [百千万]把[块元]?
        thousands: (上|几|数)[百千万]+多?[块元钱]|毛爷爷|红票子
    """,
    Matter.REFUND: r"""
        more: \b(double|twice|triple)\b( \w+){0,3} (back|refund)|([双两三十]倍|加倍|翻倍)[^,。;!?]{0,3}[退赔返]|[退假]一赔
        more: [退赔][双十]倍
        all: \b(every|each|all|whole|entire|full|complete)\b( \w+){0,4}? ((?<!get )(?<!gets )back|refund\w*|returned|reimbursed)\b
        all: \b(fully|entirely|completely) (refund|reimburs|repa)\w*|\brefund\w* in full
        all: (全[部额都数款]+|原路|一分不[少差]|如数|悉数)[^,。;!?]{0,6}?([退返](?![出休工稿回]*修)|还给|奉还)|全[退返]
        all: [退返][^,。;!?]{0,4}?(全[部额款]|一分不)
        part: \b(refund|reimburs)\w* (half|part)
        part: \b(half|part) of <the>?(money|fee|payment)[^,.;!?]{0,20} (back|returned|refunded)|退(您|你)?(一半|部分)
        refund: \brefund(s|ed|able|ing)?\b|\b(money|cash|cent|penny)( \w+){0,4}? back\b
        refund: \bpay( you| it| them| everything)? ?back\b|\bpaid back
        refund: \b(fee|payment|deposit|money)s? (is|are|will be|gets?|being|comes?|goes)( \w+)? (back|returned)|\breimburs\w+
        refund: \brepa(y|id)\w*
        refund: \breturn(s|ed|ing)?( of)? <the>(fee|money|payment|deposit)|\bcompensat\w+
        refund: 退[款费钱]|退还|包退|可退|退给[您你]|返还|赔[偿付钱款您]|包赔
        refund: ([钱款费]|定金)((?!全|原路|一分|如数|悉数|双倍)[^,。;!?]){0,5}退(?![出休役])
    """,
    Matter.TIME: r"""
        day after tomorrow: \bday after tomorrow|(?<![以之])大?后天
        tomorrow: \btomorrow\b(?!'s)|明[天早晚儿]|明日(?!期|常|志)
        today: \btoday\b(?!'s)|今[天日]|即日(?!起)
        tonight: \b(tonight|this evening)\b|今[晚夜]
        yesterday: \byesterday\b|昨[天日]
        same day: \bthe (very )?same (day|afternoon|morning)\b|\bsame[- ]day\b|当[天日]
        next day: \bnext[- ]day\b|\bthe (next|following|very next) day\b|次日(?!期)|翌日|第二天(?!线)|[隔转][天日]
        overnight: \bovernight\b|\b(in|within) (a|one|a single) night\b|一夜|连夜|隔夜|睡一觉
        at once: \b(immediately|instant(ly)?|instantaneous\w*|at once|straight away|right away|on the spot)\b
        at once: \bany (minute|moment|day) now\b
        at once: 立[刻即马等]|马上|即刻|当场|瞬间|片刻|眨眼|转眼|秒[出批下发]|分分钟|弹指|不日(?!后)|指日|火速|闪电
        no time: \b(in no|in record|within no) time\b
        no time: \b(jiffy|heartbeat|blink of an eye|short order|before you know|before long)\b|\b(in|like) a flash\b
        express: \b((express|rush|priority) (service|lane|track|certif\w+|audit|job|order)|fast[- ]track\w*|expedit\w+)
        express: 加急|特急|极速|特快
        half the time: \bhalf the (usual |normal )?time\b|\btwice as (fast|quick\w*|soon)|时间减半|[快缩][^,。]{0,2}一半
        round the clock: \b(a?round the clock|day and night)\b|全天候|昼夜
        some days: 旬[日内]|[上下]旬|中旬|时辰|炷香|盏茶
        =: \b(<which> )?<weekday>s?\b|<which>?(?![a-z])<weekday>(?![a-z])
        =: \b<of> (of )?((the|this|next) )?(<which> )?((working|business) )?(week|month|year|day|business|quarter)\b
        =: \bend-of-(day|month|week)|\b(month|year)'s end\b
        =: \b<which> ((working|business) )?(week|month|year|quarter|<season>)\b
        =: (?<![0-9一二两三四五六七八九十几半每])(<which>(周(?![期转边围全密知详折年到])|星期|礼拜|月(?!度))<of>?)
        =: (?<![0-9一二两三四五六七八九十几半每])[今明去]年[底初内中]?
        =: (?<![0-9一二两三四五六七八九十几半每满多某整个])([月季年]底|[月年季]末|[月年]初|[月年]内)
        =: \b(by|before|until|in|over|after|at|for|first thing) (the )?(<which> )?(<season>|<feast>)(time|'s)?\b
        =: <feast>[节前]?|<spring>|<summer>|<autumn>|<winter>
        =: \b(within|in|takes?|just|only|matter of) <soon>(hour|minute|second|day|week|month|year)s\b
        =: \bwithin (an?|the) <period>\b
        =: \b(few|couple of|several|handful of) (more )?((working|business) )?<period>s?\b
        =: ([一两二三四五六七八九]?<few>|好几)个?(工作日|<period>)(?![期常度志])
        =: [一两二三四五六七八九十]?个多(小时|钟头|星期|礼拜|月|工作日)|大半个?[月年天]
    """,
    Matter.VALIDITY: r"""
        no renewal: \bneed (not|never) (be )?renew
        for ever: \bfor (a |your )?life(time)?\b|\blife-?long\b|\blife-?time (validity|certif\w+)
        for ever: \b(for ?ever|eternal\w*|everlasting|perpetual\w*)\b
        for ever: \b(permanent(ly)?|indefinite(ly)?|in perpetuity|once and for all|endless(ly)?|for all time)\b
        for ever: \bfor good(?=[,.!?;]| ?$)
        for ever: \bnever (ever )?(expires?|ends?|lapses?|runs? out)\b|(\bnot|n't) (expire|lapse|run out)\b
        for ever: \b(no|without an?y?) (expiry|expiration|end) date
        for ever: \bno expiry\b|\bunlimited (validity|term|period|time)|\bunlimited(?=[,.!?;]| ?$)
        for ever: \bvalid (\w+ )?without (limit|end)
        for ever: \bas long as (you|your company) (like|want|wish|live|exist)s?\b|\balways (be |stays? |remains? )?valid
        for ever: 终[身生]|一辈子|永[久远续]|永不(过期|失效|到期)|不会?(过期|失效|到期)|无(期限|限期)|不限期|长期有效
        for ever: [一始]直有效|始终有效|一劳永逸
        for ever: 没有(期限|有效期|到期)|千秋万[代世]|万年
        no renewal: \b(never|not|n't|no)( \w+)? (need|have|has|required?)( to| be| of| for| a| any)* (renew|recertif)
        no renewal: \b(no|without) (renewal|recertif)
        no renewal: \b(renews?|extends?) (itself|automatically)|\bautomatic(ally)? renew|\bauto-?renew
        no renewal: ([不无][用需必须]要?|免)再?(做|办|进行)?<再证>|自动(续[期证费]|延期|延长|顺延)
    """,
}
_Reader = tuple[re.Pattern[str], list[str]]


def _reader(rows: str) -> _Reader:
    found = [each.partition(": ") for each in patterns(rows, _WORDS)]
    return re.compile("|".join(f"({pattern})" for _, _, pattern in found)), [key for key, _, _ in found]


_READERS = {matter: _reader(rows) for matter, rows in _ROWS.items()}
_PART = re.compile("|".join(f"(?P<{name}>{next(patterns(words, {}))})" for name, words in _PARTS.items()))


def allusions(sentence: str) -> list[Allusion]:
    """The words for a price, a refund, a time or a validity that nothing in their clause takes back, in their order."""
    reading = Reading(sentence)
    found = []
    for matter, (pattern, keys) in _READERS.items():
        for match in pattern.finditer(reading.text):
            start, end = match.span()
            if reading.stands(start, end):
                key = _key(keys[(match.lastindex or 1) - 1], match[0])
                found.append((start, Allusion(matter, reading.shown[start:end].strip(" ,"), key)))
    return [allusion for _, allusion in sorted(found, key=lambda each: each[0])]


def _key(key: str, words: str) -> str:
    if not key.startswith("="):
        return key
    parts = sorted({str(match.lastgroup).replace("_", " ") for match in _PART.finditer(words)})
    return " ".join([*parts, key[1:]]).strip()
