"""Finds promises that a certification firm does not make: an outcome, a discount, a price, a date, a way round the audit."""

import re

from bot.clauses import Reading, patterns

# The patterns are regular expressions, one a line, in which <name> stands for words of the list below.
_WORDS = {
    "audit": r"((the|your|this|an|any|both|all|whole|formal|second|first|certification) ){0,3}?(audits?\b|stages? (1|2|one|two))",
    "done": r"(certified|done|passed|through|there|yours|over the line|approved)\b",
    "will": r"('ll| will| shall| is going to| are going to| can only)",
    "customer": r"(customer|client|compan|applicant|organi[sz]ation|firm|user|member)\w*",
    "all": r"(everyone|everybody|anyone|anybody|(each|every|all|any)( one)?( of)?( our| the)? <customer>)",
    "none": r"(nobody|no one|none of (\w+ ){1,2}|not (one|a single) \w+|no <customer>)",
    "anyway": r"(anyway|regardless|no matter what|either way|whatever (happens|you)|come what may|automatically|every time"
    r"|without fail|for sure|like clockwork|first time|(at|on|with) (the|your) first (try|attempt|go)|hands down|with ease"
    r"|in any (case|event))\b",
    "wins": r"(pass(?!(es)? (on|along|it|this|them|your|surveillance|through (two|both|the)))(es)?|succeeds?"
    r"|(sail|breeze|get|come|fly)s? through|flies through|makes? it(?! (\w+er|possible|clear|easy|available)\b)|aces?)\b",
    "过": "(通过(?!\\w{0,4}(后|才|了解))|过审|过关|拿证|拿到|拿下|取证|获证|下证|出证|发证|领证|得证|到手|成功"
    "|过(?![程期去来后多高低于敏滤渡时年往度户]))",
    "审": "(审核|第[一二12]阶段|现场审核|评审)",
    "不过": "(不过|过不了|没过|拿不到|通不过|不通过|没通过|失败)",
}
# Only a promise where nothing must happen first, as in "once you pass".
_BARE = r"""
    \b(you|your \w+)( (all|always|simply|just|still|easily|surely|certainly|will|also|both|now))* <wins>
    \b(you|your \w+)(<will> be| get) certified\b
"""
# With a subject of their own: "we cannot say that" takes them back, but not "without papers".
_STATEMENTS = r"""
    \b(your \w+|you)<will>( \w+){0,2}? <wins>
    \b(your \w+|you)<will> (\w+ )?(certainly|surely|undoubtedly|inevitably|easily|always) (\w+ )?(be|get|receive|have|obtain)\b
    \b<all>( (who|that)( \w+){1,3}?)? (\w+ )??(<wins>|passed|succeeded|gets? (certified|(a|the|their) certificate)|is certified)
    \b(certificate|mark|pass|approval|success)s? (is|are|will be|'s) (\w+ )?
        (yours|certain|assured|safe|secured?|written|waiting|printed)\b
    \b(all|those|everyone|everybody|whoever|anyone) (who )?(pays?|signs?|asks?|comes?)\b[^,;.]{0,30}? (certified|pass|get|through)
    \baudits?<will> (\w+ )?(go|be|end|turn out) (\w+ )?(well|fine|smoothly|success\w*|good|ok|okay|right|easy)\b
    \bauditors? (will|won't|always) (\w+ )?(sign|accept|approve|wave|overlook|let|pass)\b
    \byou(r \w+)? (won't|will not|will never) be (refused|rejected|failed|turned (down|away))
    \b(even (with|without|if)|whatever|no matter)\b[^.;!?]{0,50}? (you('ll| will)? (pass|(get|receive) the)
        |(the|a) certificate (is|comes|will)|is issued|(?<!can be )certified)\b
    \b(certificate|pass\w*|mark|approval)s?( \w+){0,3}? <anyway>
    \balways (comes?|succeed(s|ed)?|pass(es|ed)?|works? out|certified|a pass)\b
"""
_ENGLISH = r"""
    \bguarantee(s|d|ing)?\b|\bpromis(e|es|ed|ing)\b|\b(assure you|(rest|be) assured|definitely|for sure)\b
    \b(sure|certain|bound|destined|set|confident|assured) (to|of|that) ((you|your|a|the|be|get|in) ){0,2}
        (\w+ )??(pass\w*|succe\w+|certif\w+)
    \b(sure|certain|bound) to get\b|\b(100 ?(%|percent|per cent)|hundred per ?cent) (pass|success|sure|certain|safe|of (our|all))
    \b(make|making|see to it|ensur(e|es|ing))( sure)?( that)? (you|your)\b( \w+){0,3}? (pass|success|succeed|certif\w+|through)
    \bget (you|everyone|everybody|anyone) (<done>|the certificate)|\b(perfect|flawless|unbroken|spotless) (\w+ )?record
    \b<none>( \w+){0,4}? (fail(s|ed)?|flunk\w*|rejected|turned (away|down)|refused|empty-handed|without (a|the|their|your))\b
    \b(cannot|can't|won't|will not|not going to|never|impossible to) (possibly )?(fail|flunk|go wrong|lose|miss|be failed)\b
    \bnever (once )?fail(s|ed)?\b|\b(risk-free|no risk)\b
    \b(failure|failing|rejection) is (impossible|out of the question|no(t an)? option|unheard of)
    \bnever (turn|reject|refuse|had|let)\w* (\w+ ){0,3}?(anybody|anyone|down|away|fail\w*|rejected)\b
    \b(no|zero) ((chance|risk|danger|possibility) (of|that|for|to) )?((you|your \w+|to|will) ){0,2}(fail(ures?|ing)?|rejection)\b
    \bno way (around|past|out of) (it|passing)
    \bnothing (can|could|will) (go wrong|stop|fail)|\bnothing to (fear|lose|worry about)
    (?<!more than a )\bformality\b|\b(rubber[- ]stamp|box[- ]ticking|foregone conclusion|done deal|child's play|piece of cake)
    \b(cake ?walk|walk in the park|no-brainer|(plain|smooth) sailing|shoo-in|slam dunk|home and dry|sure thing|(sure|safe) bet)
    \b(dead cert|nailed on|cast-iron|iron-?clad|in the bag|in your pocket|flying colou?rs|for the asking|fool-?proof|fail-?safe)
    \b(infallibl[ey]|unfailingly|inevitabl[ey]|(a|the|near) certainty|as sure as|safe as houses|carved in stone|my word)\b
    \b((i|we) swear|consider (it|yourself|this|the \w+) (done|certified|passed|yours|sorted)|(matter|question) of (time|course))\b
    \b(in your sleep|take a miracle|blindfolded|eyes closed|push (it|you|this) through|pull(ing)? (a few |some )?strings)\b
    \b((pass|success) rate|hundred per ?cent|without fail|home free|is a given|never (say|said) no|chances are)\b
    \b(close an eye|auditors? overlooks?|we (pass|certify) (everyone|everybody|anyone)|certified or (it|you|we))\b
    \b(everyone|everybody|we) (gets|passe?s?) (it|one|you|all|certified|the certificate)\b
    \b(not|never) (been )?an? (single )?failure|\bnot a single (audit|company|customer|client)|\bcommit to an? (positive|good)
    \b(result|outcome|answer|decision)<will> (\w+ )?(positive|good|favou?rable)
    \b(application|audit|request)<will> be (approved|passed)
    \b(audit|passing|exam)s? (is|are|'s) (\w+ )?(easy|a breeze|effortless|painless|harmless)|\b(easy|simple) to pass\b
    \b(arrangement|connections?|contacts|understanding|deal) with (the|our|your) auditors?|\btake care that you (pass|get|are)\b
    \b(rely|bank|count) on (it|us|passing|getting|(a|the) (pass|success|certificate))|\bsafe thing\b
    \b(sure|certain) of (it|passing|the certificate)|\b(money on it|hand on heart|mark my words)\b
    \b(as good as|all but|practically|virtually) (\w+ )?(<done>|in (the|your) \w+|won|guaranteed)
    \b(only|just) one (possible )?(outcome|result)\b
    \b(result|outcome|verdict) (\w+ )?(is|has been) (already )?(known|fixed|settled|clear|arranged|agreed)\b
    \b(skip(s|ped|ping)?|leave out|omit(ted)?|bypass(ed)?|dispens\w+ with|do without|spare you|get a?round|forget) <audit>
    \b(leave|leaving|left) <audit> (out|aside)|<audit> (is|are|can be|will be) (skipped|left out|omitted|dropped|bypassed)
    \b(certifi\w+|issued?|approved|the certificate)( \w+){0,2}? without (it\b|having|any|<audit>)
    \bno audit (is |at all|needed|required)|\bno need (for|of) (an|any|the) audit|\bbuy(ing)? (a|the|your) certificate
    \bpay\b( \w+){0,3}? and (you|the certificate|it)('re|'s| is| are| comes)? (<done>|in)
    \bauditors? (\w+ )?(are|is|will be)( \w+)? (friends?|ours|on (our|your) side|our own)|\b(a blind eye|the other way)\b
    \bdiscount(s|ed)?\b|\bcheaper (if|for|when|than|once|because|as)\b|\b(special|best|lowest|reduced) (price|offer|rate|fee)s?\b
    \b(price|fee) reductions?\b|\bmoney[ -]back\b|\bfull refund\b
"""
_CHINESE = """
    保证([您你]|能|可以|会|一定|顺利)*[^,。;]{0,8}?(<过>|价格|时间|日期|按时)
    (我们|可以|能)?([向给][您你])?(?<!质量)(?<!服务)保证(?=[您你]|[!。,]|$)
    [包保]([您你]|贵公司|贵司|大家|咱)?们?能?(一次)?<过>|[包保][您你](?!括|含|护|密|留|存|障)|打[包保]票|军令状|拍着?胸[脯口]|立字据
    (必定?|稳稳?(当当)?[地的]?|铁定|准保?|保准|管保|包管|妥妥[地的]?|笃定|百分百|百分之百|100%)[都就]?(能够|能|会|可以|是)?(顺利|一次)?
        (?<!批准)(?<!标准)(?<!核准)(?<!水准)<过>
    稳稳?(当当)?[地的]?(拿|赢|了(?=[,。!]|$))|妥妥的|稳操胜券|胜券在握|十拿九稳|[板铁][上板]钉钉|手到擒来|手拿把[攥掐]|囊中之物
    探囊取物|万无一失|势在必得|易如反掌|轻而易举|不在话下|不成问题|小菜一碟|小事一桩|一路绿灯|开绿灯|稳如泰山|百战百胜
    (一定|肯定|绝对|必定|必然)(能够|能|会|可以|都能|是)?(顺利)?<过>|(一定|肯定|绝对)(能|会|可以)|确保[^,。;]{0,6}(通过|过关|拿证)
    (我们?|向[您你])承诺|承诺[^,。;]{0,6}(<过>|价格|时间|日期)|(我们?|哥|本人)(担保|敢打赌)
    (一定|肯定|绝对|必定|必然|保证|铁定|(?<![标批水核])准|包(?![括含]))[^,。;!?]{0,6}(办得?[下成]|没问题|能行|满意)|搞得?定|兜底|[拿办过]定了|稳得很|妥了
    没有?[^,。;!?]{0,6}(搞不定|办不[下成])|(搞不定|办不[下成]来?)的?[^,。;!?]{0,6}(没有|不存在)|(通过|成功|过审|拿证)率
    没有?(谁|人|一家|一个|哪家|任何)?[^,。;!?]{0,4}?(不通?过(?=[的,。!]|$)|过不了|通不过|拿不[到下])
    不(可能|会|存在)(不过|过不了|失败|拿不到|挂)|(从未|从没|从来没|从不|绝不|没有?|零)(有过?)?(失败|失手|被拒|挂科?|翻车)
    无一(失败|例外|不)|想(不过|挂)都难
    <不过>证?(了|的话)?,?[您你]?(我们?)?[都就全]?额?(算(我|哥|姐|俺|咱)|[找赖怪](我|哥|姐)|包?赔|包?退(?![回出])|免费|不要钱|一分不|承担|负责)
    包在(我|哥|姐|咱)|[放搁]一?[百万]?个心|把心放|没跑[儿了]?|跑不[了掉]|没得跑|(毫无|没有?|零)(悬念|压力|难度)
    躺着?[也就都]?能?(赢|<过>)|拿[^,。]{0,4}担保|对赌|[开走]后门|绿色通道|做做?样子|摆设|意思意思
    (一定|肯定|绝对|保证|必须)[给让帮能会][您你]?<过>|必须过(?=[,。!的啊]|$)|不(会|可能)[^,。;]{0,3}(不通?过|过不了)|哪有[^,。;]{0,4}(不过|过不了)
    一次性?<过>|<过>[^,。;]{0,3}(迟早|早晚)|证书?(迟早|早晚)|就?等着?(好消息|证书)|(没有?|不会有)任何(问题|意外)|让[^,。;]{0,4}失望|十个[^,。;]{0,3}十个
    闭着?眼睛?[也就都]?能?<过>|(轻松|轻轻松松)[能就地]?<过>|通关
    [交付给花出掏]了?[钱款费][^,。;!?]{0,3}?([有是]证|<过>)|(缴费|付款|下单|打款|签约)(就|即|后?直接)[可能]?(有证|<过>)|[花拿]钱买证
    只要[^。;!?]{0,10}[钱款费][^。;!?]{0,6}[证过办]|[给有]钱就|钱[^,。;!?]{0,3}到位|[什啥]么?都(不用|不必|无需)|证书?(就)?(可以|能)买
    (家家|人人|个个|(所有|每[家个位]|全部|全体)[^,。;!?]{0,8})都?[能会]?<过>
    照[样旧常发过拿][能给会]?(可以)?[您你]?(<过>|证)|照[发过](?=[,。!不]|$)
    ([都也]|还是|一样|直接)(能|可以|会|给)?[您你]?(轻松)?(过(?=[,。!的了]|$)|[拿下出发给]证)
    走个?(过场|形式)|走走(过场|形式|流程)|走个流程|(就是|只是|不过是)个?形式
    (跳过|省[掉略去]|绕[过开]|免[去掉]?|略过|不做)<审>|(不用|无需|不必|不需要?)(经过)?<审>([就也即]|直接)|(免|不用|无需|不必)审(?![批阅查])
    <审>((?![不没无])[^,。;!?]){0,6}?(免(?![费受责])|跳过|省(?![时级市份心力])|略过|不做了|不用做)
    证书?(已经?|就)?是[您你]的|坐?等着?([拿收领下]证)|坐等|(审核员|老师|评审员)[^,。;!?]{0,6}(自己人|熟人|我们的人|哥们|招呼)
    打过招呼|打点好|内部渠道|放水|睁一只眼|(不会|不)为难|内定|小case|(玩儿?|闹着玩)(一样|似的)|(们有|托|找)关系
    (审核|结果)[^,。;!?]{0,4}安排好|(拿证|过审|通过|过关|[下出]证)(绝对|完全|肯定)?(没有?问题|不是问题|不难|没难度)|(通过|过审|拿证)率?(百分百|百分之百|100%)
    打[\\d.一二三四五六七八九]{0,3}折|折扣|优惠|特价|最低价|更便宜|便宜一?[些点]|减免|全额退款
"""


def _any(rows: str) -> str:
    return "|".join(patterns(rows, _WORDS))


_PROMISE = re.compile(
    f"(?P<bare>{_any(_BARE)})|(?P<statement>{_any(_STATEMENTS)})|(?P<other>{_any(_ENGLISH)}|{_any(_CHINESE)})"
)
_CONDITION = re.compile(
    r"\b(?:if|once|when|whenever|after|before|until|unless|whether|how|provided|assuming|case|soon as|moment|which|where|so that"
    r"|only|(?:audits?|stage|tests?)(?: that)?)\b(?!.*\b(?:you|your|we|it|they)\b)"
)
_AFTERWARDS = re.compile(
    r"[^,;:.!?—\n]{0,40}\b(?:if|when|once|after|as soon as|provided|unless|only)\b"
    r"(?! (?:you |we |the )*(?:pay|paid|sign|fee|bill|money))"
)
_LONGEST_CONDITION = 160


def promises(sentence: str) -> list[str]:
    """The words of every promise in a sentence, as the reader sees them, that nothing in its clause takes back."""
    reading = Reading(sentence)
    found = []
    for match in _PROMISE.finditer(reading.text):
        start, end = match.span()
        if match.lastgroup == "bare" and _is_conditional(reading.text, start, end):
            continue
        if reading.stands(start, end, statement=match.lastgroup != "other"):
            found.append(reading.shown[start:end])
    return found


def _is_conditional(text: str, start: int, end: int) -> bool:
    """Whether "you pass" only says when something else happens, as in "once you pass"."""
    if _AFTERWARDS.match(text, end):
        return True
    before = re.split("[,;:.!?—\n]", text[max(0, start - _LONGEST_CONDITION) : start])[-1]
    return _CONDITION.search(before) is not None
