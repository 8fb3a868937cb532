"""Finds what a sentence claims that somebody of ours has done or is about to do: submit, change, pass on, send, look up."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from knowledge.language import fold


class Action(StrEnum):
    """HANDED_OVER: a person was told or will be in touch. SENT: something was or will be sent or told. CHECKED: it was
    looked up, in a system or with somebody. OTHER: all else that takes a person."""

    HANDED_OVER = "handed_over"
    SCHEDULED = "scheduled"
    SENT = "sent"
    CHECKED = "checked"
    NOTED = "noted"
    UPDATED = "updated"
    SUBMITTED = "submitted"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Claim:
    """`words` are those that make the claim, with narrow letters and straight quotes."""

    action: Action
    words: str


def claims(sentence: str) -> list[Claim]:
    """Every claim of an action of ours that its clause neither asks, nor denies, nor puts under a condition.

    A condition in another clause takes nothing back: "if you apply, a colleague will call you" is a claim. What may
    be two actions ("I have sent it to the team") is the first of them in `Action`. Time is linear in the length.
    """
    text = unicodedata.normalize("NFKC", sentence).replace("’", "'")
    plain = fold(re.sub(r"\bIT\b", "xt", text))  # information technology is no pronoun
    shown = text if len(text) == len(plain) else plain
    ends = [0, *(match.end() for match in _CLAUSE_END.finditer(plain))]
    found = []
    for match in _claim().finditer(plain):
        start, end = match.span()
        clause = max(ends[bisect_right(ends, start) - 1], start - 200)
        if not _OPEN.search(plain, clause, end) and not _ASKED.match(plain, end):
            found.append(Claim(Action(str(match.lastgroup)), shown[start:end].strip(" ,.:;!?。")))
    return found


# The patterns are regular expressions in which <name> is a piece, a space white space and a bracket no group.
# `{we: stems; past}` is what we did, have done, are doing or will do, `{ours: verbs; things}` the same in Chinese. A line
# that is set in goes on with the one before. Whatever repeats has an end, so that time stays linear.
_PIECES = {
    "word": r"[\w'/&-]{1,30}",
    "words": r"( <word>){0,4}?",
    "soon": r"(,? (just|now|already|also|then|soon|today|still|all|right away|(gone|go|went) ahead and|\w{2,15}ly)){0,3}",
    "i": r"\b(i|we|(our|the) (team|system|office|staff)|(a|my|our) colleagues?)\b|^\W{0,3}(?=\w)",
    "am": r"('(ve|ll|m|re|s)| (have|has|will|shall|am|are|is))( (going to|about to|be))?",
    "been": r"(('s|'ve| (has|have))<soon> been| (was|were|will<soon> be|(is|are) (now|being)))<soon>",
    "colleague": r"(colleague|team|expert|specialist|department|manager|staff|support|sales|consultant|auditor|agent|human"
    r"|person|people|representative|advis[eo]r|customer (service|care)|supervisor|engineer|office)s?",
    "staff": r"((my|our|the|an?|another|one of (my|our)) (<word> ){0,3}?<colleague>|someone|somebody)\b",
    "they": r"\b(<staff>( (from|in|of|on)( our| the)? <word>| responsible)?|customer service|they|i|we)",
    "case": r"(application|request|registration|order|ticket|case|enquiry|inquiry|form|complaint|questionnaire)s?\b",
    "paper": r"(quotation|quote|offer|form|e-?mail|message|link|contract|invoice|list|file|document|confirmation|copy|text|call"
    r"|information|brochure|template|proposal|report|sms|letter|reminder|notification|update|reply|response|answer)s?\b",
    "meeting": r"(audit|call|appointment|meeting|visit|slot|date|consultation|training|pre-review|interview|session)s?\b",
    "thing": r"(<case>|<paper>|(question|detail|data|number|address|feedback|payment|refund|account|concern|wish)s?\b)",
    "yours": r"\b(your( (?!(that|which|who|and|if|is|the)\b)<word>){1,4}?|(the|this) (<word> ){0,2}?<case>)( \([^)]{1,40}\))?",
    "a": r"(your|the|this|our|an?)( <word>){0,3}?",
    "it": r"(it|this|that|them|everything)\b",
    "log": r"(system|records?|database|registers?|calendar|schedule|files?|accounts?|status|case|applications?|data)\b",
    "reach": r"(contact|call|phone|ring|e-?mail|text|visit)(s|ing)? (you|back|your)\b|(get )?in (touch|contact)|reach out"
    r"|(get|come) (right )?back|follow up|with you\b|take (over|it from here)|join (you|us|this|the)\b|(respond|reply|write) to"
    r"|answer you (here|by|within)\b|(handle|deal with|take care of|help) <words> (now|soon|shortly|today|tomorrow|right away)",
    # What a model may well say of itself, and how it goes about an answer.
    "said": r"(answer|list|explain|describ|mention|summar|outlin|quot|cit|compar|notic|assum|includ|tri(?=ed)|try|bas(?=ed)|stat"
    r"|repeat|clarif|point|count|underst[ao]{1,2}n?d|apologi|thank|hop|wonder|suggest|recommend|learn|ask|know|need|see|say|tell"
    r"|show|help|talk|stay|stop|wait|walk|guid|start|begin|hav|miss|read|think|give|go |us(ed?|ing)\b|(put|make|keep) (it|this)"
    r"|take you)\w{0,8}|(do(ing)?|be|been|had|found|said|told|shown|given|seen|heard|not?|never|nothing|rather|first|\w+ly)\b"
    r"|(check|search|look)(ed|ing)?( (up|in|into|through))? (my|our|the) (documents|passages|sources|knowledge)",
    "near": "[^,。;!?:]{0,4}?",
    "far": "[^,。;!?:]{0,10}?",
    "已": "(已经?|刚刚?才?|刚才|现已|都|均){1,2}(成功|全部|直接|顺利)?",
    "为您": "(为|帮|给|替|向)(您|你|贵公司|贵司|贵单位)(们|这边)?",
    "就": "(这就|马上|立即|立刻|现在就?|稍后|随后|尽快|正在|正|(?<!不)会(?!不)|将|接下来|很快|主动)",
    "我": "(我们?|咱们|这边|(本|小)助手)",
    "了": "(好了?|完了?|成功|过了?|下来?了?|上了?|到了?|了|妥了?|完毕)(?![解吗么])",
    "同事": "(同事|专人|专员|客服|顾问|专家|老师|人员|团队|经理|人工|负责人|领导|主管|销售|审核员|工程师|有人|部门|审核部)",
    "事": "(申请|订单|工单|需求|请求|问题|信息|资料|材料|反馈|诉求|电话|号码|地址|邮箱|日期|时间|预约|报价单?|合同|投诉)",
    "件": "(资料|文件|邮件|报价单?|合同|表格?|链接|清单|短信|证书)",
    "介绍": "(介绍|说明|列|解答|整理|解释|总结|提供|讲|了解|明白|知道|说|提到|回答|梳理|补充)",
    "回复": "(联系|联络|致电|回电|来电|回复|答复|回访|跟进|对接|沟通|接入|接手|打电话)",
}
_CLAIMS = {
    Action.HANDED_OVER: r"""
        {we: forward|transferr?|escalat|referr?|relay|report|rais|shar|pass|hand|send; sent}<words><words> (to|with) <staff>
        {we: pass|hand; brought} (<it>|(you|your)\b<words>) (on|along|over)\b
        {we: transferr?|connect|redirect|escalat; (put|putting)(?= you (through|in touch))} (you|your|it|this|that)\b
        {we: notif|inform|alert|ask|contact|tell|hav|get|mak|arrang|lett?; told|made|let}( (sure|for|that)){0,2} (<staff>|them\b)
        <they>('ll| (will|shall|is|are|am)( (going|about) to)?)<soon>( be( (happy|glad) to)?|( <word>){1,8}? and)? <reach>
        (<yours>|\b(it|this|that))<been> (forwarded|passed|handed|transferred|escalated|assigned|referred|relayed)\b
        \b<staff>( (has|have)<soon> been| will be) (told|informed|notified|asked|alerted|assigned|contacted)\b
        \b(you can |you should |^\W{0,3})expect an? (call|reply|answer|e-?mail)|\byou('ll| will| should)<soon> hear (back )?from\b
        \byou('ll|'re|'ve| (will|should|are|have))<soon> be(ing|en)? (contacted|called|phoned|connected|transferred|put through)\b
        {ours: 转[接达交给到至人]|(?<!的)反馈|上报|移交|派单|升级|指派|提交给|(通知|告知|联系|联络|安排|请)<far><同事>; <事>}
        (<同事>|<我>)<far><就><far>(回电|致电|接入|接手|上门|(联系|回复|答复|回访|拜访|打给|加)[您你]|[与和跟给向][您你]<far>(<回复>|电话))
        (<同事>|<我>)<far>(尽快|马上|立即|立刻|第一时间|优先|正在)<far>(<回复>|处理|安排|核实|解决|来|到)
        (会|将|稍后)(有|由|安排)<far><同事>?<far>(<回复>|为您|服务|接待)|(会|将)(在|尽快|马上|于)<far>(联系|致电|回电|回复|答复)
        <我><near>(让|请|叫)<near><同事><far>(<回复>|处理|电话|解答)|[跟和向]<同事><near>(说|讲|反映|汇报|交代)[过了好]""",
    Action.SCHEDULED: r"""
        {we: book|reserv|schedul|arrang|confirm|organi[sz]|plann?|setting up; set up}( you)? <a> <meeting>
        \b((your|an?|the) (<word> ){0,3}?<meeting><been>|your (<word> ){0,3}?<meeting> is) (booked|scheduled|reserved|confirmed)\b
        \byou('re|'ve been| are| have been)<soon> (booked|scheduled|enrol?led|registered|added|placed)\b
        {ours: 预约|预订|预留|安排(?!再认证|监督)|约(?=[了好])|排期|排好|定好|订好|敲定; (审核|会议|时间|日期|名额|面谈|拜访)}""",
    Action.SENT: r"""
        {we: e-?mail|mail|text|send|forward|attach; sent} (you\b(?! to)|<a> <paper>|(<it>|<a>) (to you|(to|by) (your|e-?mail)))
        (\b(your|the) (<word> ){0,3}?<paper><been> (sent|e-?mailed|mailed|prepared)|<been> (sent|e-?mailed|mailed) to you)\b
        \byou('ll| (will|should|are going to))<soon> (receive|get|have received) <a> <paper>|\bon its way to you
        <they>('ll| (will|shall))<soon> (let you know|keep you (posted|informed|updated)|(notify|inform|update|remind) you)\b
        \bcheck your (inbox|mailbox|e-?mails?|spam)\b|\bfind (attached|enclosed)\b|^\W{0,3}attached (is|are|you)\b
        {ours: 发送|发[给到至您出]|寄[出给送到]|邮寄|推送|传[给到]|发(?=了|链接|文件|资料|邮件|短信|合同); <件>}
        <件><near><就><far>[发寄][送给到至]
        [您你]<far>(会|将|稍后|很快|应该)<far>(收到|接到)<far>(<件>|电话|来电|通知|回复|确认|消息|信息|回访|提醒)
        查收|附件(是|为)|见附件|附上了|报价单?<near><已><near>(做|出|准备|生成|制作|拟)|(会|将|<已>)<far>(通知|告知|提醒)[您你]""",
    Action.CHECKED: r"""
        {we: check|verif|search|confirm|consult|review|investigat|look|talk|speak; spoke}( <it>(?= with))?
            ( (up|into|in|at|for|with|to)){0,2} ((the|our)( <word>){0,3}? <log>|your( <word>){0,3}? (?!system)<log>|<staff>)
        {we: check|look|verif|investigat}( (into|up|on))? (<it>|your question)|{we: check}(,|:| and\b)
        \b(according to|as per|see in|see from|checking|reviewing) (our|the|your) <log>|\bour <log> (shows?|says?|indicates?)\b
        \b(my|our) <colleague><soon> (has |have )?(told|confirmed|said|assured)\b
        \byour <case> is<soon> (being|under|in (progress|process|review|stage)|pending|approved|active|at (stage|the))\b
        <yours><been> (checked|verified|reviewed|approved|rejected|processed|examined)\b
        {ours: (查询|查[过到阅看一]|查(?=了)|核[实对查]|确认|调取|问(?=[了过一]))(?!<far>(?<![您你]的)(资料|文档|标准)); <事>}
        [和跟与向](我们的?)?<同事><near>(确认|核[实对]|沟通|了解)[过好]|<我><near>查到|让我(为您|帮您)?(查|核实)
        (系统|后台)(里|中|内|上|记录)?(显示|提示|查到|,)|经过?(查询?|核实|确认|核对)[,:]|查询结果
        (您|你|贵公司)的?<near>(申请|材料|资料)<far>(正在|正|目前|现在|状态|已经?)<near>(审核|审批|处理|进行|处于|进入|通过|排队)""",
    Action.NOTED: r"""
        {we: record|jott?|logg?|sav|stor|register; note|noted|noting}(<words> (<it>|your\b|down\b)| (the|that)\b)
        {we: writ|tak|mak|add; put|wrote|written|took|taken|made}(( <it>| your\b<words>)? (down|on file)| (a )?note)\b
        <yours><been> (noted|recorded|logged|saved|stored|registered|(written|taken|put) down)\b|^\W{0,3}(duly )?noted\b
        {ours: 备注|记录|记[下好住]|登记|标[注记]|保存|存档|留存|归档|录入|补录; <事>}""",
    Action.UPDATED: r"""
        {we: updat|chang|amend|cancell?|delet|remov|adjust|add|clos} (your\b|<it>|<a> (<case>|(contact|date|audit)\b))
        (<yours><been>|\b(your|the) <case> is<soon>) (updated|changed|corrected|cancell?ed|deleted|removed|withdrawn|added)\b
        {ours: 更新|修改|更改|变更|取消|撤销|撤回|删除|更正|调整|替换|改[为成好到]|重置|恢复|激活|关闭|退款|作废|注销; <事>}""",
    Action.SUBMITTED: r"""
        {we: submitt?|fil|enter|process|creat|open|start|complet|accept|receiv|send; sent}( in)? (<it>|<a> (<case>|documents))
        <yours>(<been>| is<soon>) (submitted|received|sent|filed|registered|created|accepted|opened|started|complete|with us)\b
        \b(your|the|its) (<case> (reference|number|id)|reference)( number)?( (of|for) <word> <word>)?\s?(is|:)\s?(?=\S{0,20}\d)
        {ours: 提交|递交|报名|受理|立案|创建|开通|下单|建单|办理|收到|启动; <事>}
        (申请|受理|工单|案件|订单|登记|报名|查询)(编号|单号|号)?(是|为|:)\s?(?=[a-z#-]{0,6}\d)""",
    Action.OTHER: r"""
        \bi('ve| have)(?!<soon> <said>)<soon> ([\w-]{2,20}ed|put|set|sent|done|gone|made|taken|let|left|got|kept|written)\b
        \bi(?!<soon> <said>)<soon> ([\w-]{2,20}ed|put|set|sent|took|made|left)( up| in)? (your?|it|this|that|the|an?|with)\b
        \b(i('ll| will|('m| am) going to)|let me)(?!<soon> <said>)<soon> \w{1,20}|\bi('m| am)(?!<soon> <said>)<soon> \w{2,20}ing
        \bwe('ve| have)(<soon> (\w{2,20}ed|got|sent)(<words> (to|for))?)? (your?|it|this|that)\b|\bwe('ll| will) be \w{2,20}ing
        \b(we('re| are)|(our|my|a) (<word> ){0,2}?(colleague|team)s? (is|are|has|have))<soon>
             \w{2,20}(ing|ed)(( on)? (your|<it>)|<words> for you)
        \byour (<word> ){0,2}?<thing>( (has|have)<soon> been| was| were)<soon> (\w{2,20}ed|sent|put)\b
        <已><near><为您>(?!<near><介绍>)|<我>(已经?|刚刚?才?)(?!经?(有|服务|<far><介绍>))|我(这边)?[来先去]?[帮替][您你](?!<near><介绍>)
        我[来先去]?[^,。;!?:]{1,3}了?一下(?<!介绍一下)(?<!明一下)(?<!释一下)(?<!结一下)(?<!说一下)|(^|[,。])<已>[把将]
        我们?会(尽快|马上|立即|第一时间|及时|持续跟进)|我(这就|马上)去|(您|你|贵公司)的<事><near>(已经?|刚)|<我><near>收到了?您的(?!<far>后)
        (同事|客服|专员|顾问|专人|老师|我们的团队)(已经?|正在|在处理)""",
}


def _we(stems: str, past: str) -> str:
    did, do = rf"(({stems})(ed|d|ied)|{past})", rf"(({stems})(e|y|ed|d|ied|ing|ying)?|{past})"
    return rf"((<i>)(<am><soon> {do}|<soon>\s?\b{did})|\b(let me|while i)<soon> {do})\b"


def _ours(verbs: str, things: str) -> str:
    do = f"({verbs})(?!的|后|之后|前|之前|时|不)"
    return (
        f"((^|(?<=[,。;!?:])|<我><far>)<已><far>{do}|<已><near><为您><far>{do}|((您|你|贵公司|贵司)的<far>|{things}<near>)<已><far>{do}"
        f"|<为您><far>{do}<了>|<就><near>(<为您>(<far>(?<![您你]))??|[把将]<far>){do}|<我><就><far>(?<![您你]){do}"
        f"|<我>[来先去]?(<为您>|[把将]<far>)<near>{do}|<我><far>{do}<了>)"
    )


def _read(rows: str) -> str:
    pattern = "|".join(rows.replace("\n" + " " * 12, "").split("\n" + " " * 8)[1:])
    pattern = re.sub(r"\{we: ([^;}]*);? ?([^}]*)\}", lambda match: _we(match[1], match[2] or "(?!)"), pattern)
    pattern = re.sub(r"\{ours: ([^{};]*); ([^{}]*)\}", lambda match: _ours(match[1], match[2]), pattern)
    while _NAME.search(pattern):
        pattern = _NAME.sub(lambda match: f"({_PIECES[match[1]]})", pattern)
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern).replace(" ", r"\s")


@cache
def _claim() -> re.Pattern[str]:
    """Compiled when it is wanted: it takes a fifth of a second, and without a language model nothing needs it."""
    claimed = "|".join(f"(?P<{name}>{_read(rows)})" for name, rows in _CLAIMS.items())
    return re.compile(claimed, re.IGNORECASE)


_NAME = re.compile(r"<(\w+)>")
_CLAUSE_END = re.compile(r"[,;:!?。—\n]|\.\s|\b(?:and|but|so|because|however)\b")
# What keeps a clause from claiming anything that follows in it, and what makes a question of it.
_OPEN = re.compile(
    r"\b(?:if|once|when|whenever|after|before|until|unless|whether|as\ssoon\sas|how|what|why|not|never|nobody|nor|cannot"
    r"|(?:ca|do|does|did|wo|is|are|have|has)n't(?!\sworry)|no(?!\s(?:problem|worr|doubt))|unable|without|instead\sof)\b"
    "|如果|若|假如|要是|是否|有没有|没(?!问题|关系|事|有问题)|尚未|还未|未(?!来)|不(?!好意思|用|必|久|错|仅|但|过)|无法|一旦|[等待][您你]"
    "|可以|(?<![智功只可])能(?!源)|需要我|要我|要不要|想要?我|请(?:让|联系|向|先|把|将|告|提供)|怎么|为什么|什么时候"
)
_ASKED = re.compile(r"[^,。;!?:]{0,40}(?:吗|么(?!样)|呢|\?|,(?:好|可以|行|方便|需要|对|是)[吗么不嘛])")
