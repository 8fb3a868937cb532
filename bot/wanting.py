"""What a message is for: by its words, and where they leave it open by its meaning."""

import re
from functools import lru_cache

from bot.intake import Command, agrees, asks, companies, inquires, without_ending
from bot.intent import Intent, intent
from bot.questions import is_list
from knowledge.language import bare, simplified, words
from knowledge.points import BEGIN, CHANGE, PRESS, Point
from knowledge.search import Search

_REMEMBERED = 256  # messages; each is asked about several times
_BEGINS = 0.5  # likeness to a wish to apply, of it and all else
_ASKED_FOR = 0.6  # from which what is asked is one
_SURELY_BEGINS = 0.6  # from which what is like nothing else by its meaning is one
_PLAINLY_BEGINS = 0.85  # from which no word stands against it: 登记个申请，缺的以后再补
_MORE_THAN_NEWS = 0.8  # from which it is no question after an application, where none is named
_MAY_BEGIN = 0.25  # below which words that say so are none
_MORE_THAN_ASKED = 0.1  # by which what asks where an application stands is liker that than a question
_SURELY_SENT = 0.5  # likeness to what is said of an application that was sent
_BEYOND_DOUBT = 0.85
_LIKELY_SENT = 0.4  # and to what does nothing
_LATER = re.compile(
    r"再来|了再|再(?:启动|走)|之后|以后|等|到时|将来|才|考虑|可能|年底|先不|不(?:想|打算|准备|是来|是要|会)"
    r"|\b(?:when|once|maybe|perhaps|later|might|some ?day|one day|next|after|probably|yet|think|not|never)\b|n't",
    re.IGNORECASE,
)
"""Words of who wishes no more than that one takes note."""
_BEGINS_PRICED = 0.4  # likeness to a wish to apply where the price was told, from which it is one
_PRESSES = 0.5  # and to pressing for a figure there
_CLAUSES = re.compile(r"[^.,;!?，。；！？]+[.,;!?，。；！？]*")
_FEW = 4  # clauses of a message
_FEW_WORDS = 5
_CONDITION = re.compile(
    r"如果|要是|假如|万一|的话|等|之后|以后|才|应该|该不该|要不要|不(?:能|会|想|敢)"
    r"|\b(?:if|when|once|whether|before|after|until|unless|should|might|may|can|could|cannot|can't|cant|not|n't|never)\b",
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"如果|要是|假如|万一|的话|等|\b(?:if(?! so)|when|once|unless|until|suppose|not|n't|never)\b",
    re.IGNORECASE,
)
"""What a wish that follows may depend on, or what takes it back."""
_CONDITIONS = re.compile(
    r"如果|要是|假如|万一|的话|等|\b(?:if(?! so)|when|once|unless|suppose)\b", re.IGNORECASE
)
_BUT = re.compile(r"\bbut\b|但|不过|可是", re.IGNORECASE)
_NAMES_IT = re.compile(
    r"\b(?:apply(?:ing)?|application|certif\w*|quot\w*|sign (?:us|me) up|20000)\b|申请|认证|报名|办证|报价|20000",
    re.IGNORECASE,
)
"""What a wish names that is one also behind a question; 有没有培训班，我想报一个 wants something else."""
_OF_MYSELF = re.compile(r"\W*(?:i\b|am i\b|do i\b|don't i\b|我(?:是不是|这人|话))", re.IGNORECASE)
"""Who doubts themselves asks nothing: "sorry, I do go on a bit, don't I?"."""
_DOES_NOTHING = {Intent.STATUS, Intent.OKAY, Intent.QUESTION}
_ASKED_OF_SENT = {Intent.STATUS, Intent.QUESTION, Intent.PERSON, Intent.APPLY}  # with a question, too
_UNDECIDED = {Intent.QUESTION, Intent.UNCLEAR, Intent.OKAY, Intent.TOLD, Intent.GREETING}
"""What a wish to apply outweighs."""
_HEATED = {Intent.PERSON, Intent.UPSET, Intent.COMPLAINT}  # which, with a company's name, was about others
_BEGINNING = {Intent.APPLY, Intent.QUOTATION}
_AGAIN_LATER = re.compile(
    r"(?:定了|之后|以后|回头|改天|下次|明年|后年|等).{0,14}再(?!次)"
    r"|(?:要是|如果|等|只要|一旦).{0,12}(?:同意|批准|批下|批了|点头|答应|通过|拍板|定下|允许).{0,8}就"
    r"|\b(?:if|when|once|as soon as) .{1,40}(?:agrees?|approves?|allows?|says? yes|signs? off|gives? the (?:nod|go)).{0,20}"
    r"\b(?:i|we)(?:'ll|ll| will)\b",
    re.IGNORECASE,
)
"""A wish for another time, or on a condition."""
_LEAVES_IT = re.compile(
    r"(?:改天|过(?:[一两几些]{1,2})?[天日周月]|过阵子|过段时间|回头|下次|晚点|晚些|年后|下半年|[明后]年|以后)(?:我们?)?再(?:说|弄|办|来|看|考虑|定|聊|做|填)"
    r"[吧了哈啊呗]*\W*$|(?:先|再)(?:去)?(?:比比|比较(?:比较|一下)?|琢磨(?:琢磨|一下)?|掂量(?:掂量)?|合计(?:合计)?|考虑(?:考虑|一下)?|想想)[吧了哈啊呗]*\W*$"
    r"|算了[,，\s]*(?:这次)?(?:先)?不(?:做|办|弄|搞|投|申请)了[吧哈]*\W*$|^\W*(?:(?:现在|目前|暂时|今天)?(?:先|还|就)*不(?:用|着急|急着?)?)(?:现在)?(?:就)?(?:申请|办(?!公)|弄|报名)"
    r"|(?:是|就)?(?:晚点|以后|明年|过阵子)(?:才|再)?(?:办|做|弄|来)[吧哈啊呗]*\W*$|(?:同意|点头|批)了?(?:我|我们)?就来?(?:报|申请|找|办)[^吗么?？]{0,6}$"
    r"|\b(?:i|we)(?:'ll| will|'d better)?(?: (?:have|need|want|got) to| must| should)?"
    r" (?:think (?:about it|it over|on it)|sleep on it)\b"
    r"|\bleave it (?:at that|there|for now)\W*$|^\W*(?:\w+\W+)?that(?:'s| is|s) all (?:from me|for (?:now|today))\W*$"
    r"|(?:先|就)这样[吧了哈]?(?:[,，\s]*(?:辛苦|谢谢?|麻烦|打扰)[您你们了啦啊]*)?\W*$",
    re.IGNORECASE,
)
"""Who puts it off, or leaves it at that: 还没定下来，过两天再说吧."""
_NOT_AT_ONCE = re.compile("不(?:用|是|要)?现在|现在(?:先|还)?不")
_THANKS_AT_LAST = re.compile(
    r".{1,80}?(?:[,，.。!！;；\s]|是吧|对吧|了)+(?:谢谢|多谢|感谢|谢了|辛苦[了啦]?|thanks|thank you|thx|cheers)"
    r"(?:[您你啦哈啊了呀]|老师|亲| a lot| so much| very much| again)*\W*",
    re.IGNORECASE | re.DOTALL,
)
_THANKS_BEHIND = re.compile(
    r"[\s,，.。!！]+(?:谢谢|多谢|谢了|thanks|thank you|thx|cheers)[您你啦了]*\W*$", re.IGNORECASE
)
_REQUESTS = re.compile(
    r"[请帮发给要想问求告讲说介查看列做办]|麻烦|安排|申请|报价|价|费|材料清单"
    r"|\b(?:please|pls|kindly|send|need|want|like|tell|give|show|know|let|looking|price|quote|list|apply|cost|info\w*)\b",
    re.IGNORECASE,
)
"""What is wanted beside thanks."""
_BARGAINS = re.compile(
    r"ball ?park|last price|discount|cheaper|大概多少|给个?(?:数|范围|区间|大概|量级)|估个|估一?下|大致|团购|打折|折扣|优惠|便宜",
    re.IGNORECASE,
)
_NO_WISH = re.compile(
    r"(?:先|就|只是|只想|随便)(?:问问|问一?下|了解|咨询)|(?<!是)不是(?:现在|马上|来|要)?就?要?(?:办|申请)|(?:还没|没)(?:想好|决定)要?不?要?(?:办|申请|做)"
    r"|想(?:先)?(?:问|了解|咨询)(?!.*(?:[想要帮]|准备)(?:申请|报名)).*(?:什么|怎么|多少|多久|吗|条件|流程|费用|要求|区别|步骤)"
    r"|\bjust (?:asking|looking|browsing|curious|wondering|want(?:ed)? to (?:know|ask|understand|learn))\b"
    r"|\bnot (?:applying|ready to apply|here to apply)\b|\bonly (?:asking|curious)\b|"
    r"(?:不用|不要|不经|免|跳过)(?:来人|人来|现场)?审核?[，,]?.{0,6}(?:出|发|拿)|包过|(?:出|发|开|整|弄)(?:我|给我)?一?张.{0,8}证"
    r"|(?:帮我|帮|给我)查.{0,24}(?:有没有|是不是|是否)"
    r"|是不是(?:在|找)[你您]们.{0,4}(?:申请|认证|办|做)"
    r"|\bapply(?:ing)? for (?:an?|the|your|any) (?:\w+ )?(?:jobs?|position|post|vacancy|role|internship|loan|visa|grant)\b"
    r"|应聘|求职"
    r"|\bif (?:you|they) (?:can |could |will )?(?:guarantee|promise)\b"
    r"|\b(?:can|could|may) (?:an?|any|small|tiny|even) [^,.?!]{2,30}\bapply\b|\bor (?:are|r) (?:we|you|u) too\b"
    r"|\bwithout (?:an? |any |the )?audits?\b|\bbuy (?:an?|the) certificate\b"
    r"|(?:\b(?:not|dont|never|nothing)|n't) (?:\w+ )?(?:want|wish|plan|going|looking|intend|mean)\w*(?: to)?"
    r" (?:apply|sign up|start|order)",
    re.IGNORECASE,
)
"""What speaks of applying or of certificates, and begins nothing."""
_WANTS_TO_KNOW = re.compile(
    r"\b(?:want|like|wish|need|love) to (?:know|learn|understand|find out|get (?:\w+ )?(?:information|info|details"
    r"|requirements))\b"
    r"|想(?:先)?(?:知道|了解|问问|问一?下|咨询)(?!.*[要想备算](?:申请|报名|办))",
    re.IGNORECASE,
)
"""Whose wish is to be told something."""
_ASKS_HOW = re.compile(
    r"^(?!.*\b(?:apply|sign up|register)\b).*\bhow (?:do|can|does|would|should|must) (?:we|i|one|it|you)"
    r" (?:begin|start|go about|proceed)\b",
    re.IGNORECASE | re.DOTALL,
)
"""Which by itself is no wish to begin at once."""
_BIDS = re.compile(
    r"列给|列出来|[给帮](?:我|忙)?[查列写做]|给我(?:看|改|查|列)|\b(?:show|list|give|tell|send) (?:me|us)\b",
    re.IGNORECASE,
)
"""What is wanted, so that it is no mere remark."""
_TELLS = re.compile(r"讲讲|说说|介绍|发我|告诉我")
_ASKS_WHEN = re.compile(
    r"\b(?:when|what (?:day|time)|how (?:soon|long))\b.{0,50}\b(?:call|ring|hear|contact|get (?:back|in touch)|reply|phone)s?\b"
    r"|\b(?:someone|somebody|anyone|anybody|you) (?:will|is going to|are going to|gonna) (?:call|ring|phone|contact)\b.*\?"
    r"|有人.{0,4}(?:打给|打过来|联[系络]|找|回复?|答复|微信|电话).{0,6}[伐吗么没不]\W*$"
    r"|有人(?:会)?[跟和与][我咱俺](?:们)?(?:对接|联[系络]|沟通|说)[吗么不]"
    r"|(?:什么时候|啥时候|几时|何时|几点|礼拜几|星期几|周几|哪天|多久|好久|多会儿|等周).{0,10}(?:联[系络]|打|找我|回我|反馈|回复|回话|答复|电话|消息|信儿)"
    r"|(?:会|有没有|会不会有)人?.{0,6}(?:打电话|给我打|给我们打|联系我|找我)们?[吗么?？]"
    r"|\bwill (?:someone|somebody|anyone|anybody|you) (?:call|ring|phone|contact|be in touch)\b"
    r"|\bwill \w+ (?:get|receive|hear)\b|\bwhen\b.{0,30}\b(?:revert|get back)\b|能(?:来|有)电话[吗么不]",
    re.IGNORECASE,
)
"""When somebody gets in touch, which is no wish that they do at once."""
_LACKS = re.compile(
    r"\b(?:documents?|papers?|files?)\b.{0,20}\b(?:missing|outstanding|lacking)\b"
    r"|\b(?:missing|outstanding|lacking)\b.{0,20}\b(?:documents?|papers?|files?)\b|(?:材料|文件|资料).{0,6}(?:还缺|缺什么|缺哪|差什么|差哪|不全)"
    r"|(?:还缺|还差)(?:什么|哪些|啥|几).{0,4}(?:材料|文件|资料)",
    re.IGNORECASE,
)
"""Which documents an application lacks."""
_NO_PERSON = re.compile(
    r"(?:不用|不需要|不必|不要|别|先不|没必要)(?:给我|帮我|再)?[转找叫请][^,，。]{0,4}(?<!器)(?:人|客服|同事)"
    r"|\b(?:no need|don't need|dont need|do not need|needn't|don't want|dont want)\b(?:(?!bot\b|robot|machine)[^.,!?]){0,30}"
    r"\b(?:person|human|agent|colleague|someone|anyone|call|called)\b",
    re.IGNORECASE,
)
NOW = re.compile(
    r"\b(?:(?<!not )(?:now|today|right away)|again)\b|现在|马上|立刻|这就|重新|先(?:[给帮替为]?[㐀-鿿]{1,8})?申请|还是要申请",
    re.IGNORECASE,
)
_DOUBTS_US = re.compile(
    r"(?:骗子|骗人|骗钱|假的|正规)(?:的|公司|机构)?(?:吧|吗|么|不)(?:[你您]们?)?\W*$|\bare you (?:a )?(?:scam|fraud|fake"
    r"|legit|real)\b|\bis this (?:a )?scam\b",
    re.IGNORECASE,
)
"""Who only doubts whether a firm is a good one has had no trouble with it yet."""
_AGREES = {Intent.OKAY, Intent.THANKS, Intent.GOODBYE, Intent.SORRY}
NO_QUESTION = {Intent.OKAY, Intent.THANKS, Intent.ANNOUNCED, Intent.TOLD, Intent.UNCLEAR}
"""What asks nothing, and may still be meant for what was just told."""
_ASKS_AT_ONCE = re.compile(
    r"是.{1,12}还是|几[份样年天步]|多少|多久|怎么|咋|\bhow (?:much|many|long)\b|\btell me (?:what|which|who|where|when|why|how)\b"
)
"""Who announces a question asks nothing yet."""
_MAY_ASK = re.compile(
    r"\b(?:questions?|ask\w*|queries|query|something|help)\b|问|请教|咨询|事", re.IGNORECASE
)
_MONEY = r"\d\s?(?:[k万千折%元块]|per ?cent|rmb|cny|yuan)|[$€¥£]\s?\d|[一二两三四五六七八九十百]+[千万]"
_MONEY_NAMED = re.compile(_MONEY, re.IGNORECASE)
_NO_CONTACT = re.compile(
    r"\b(?:rather not|not|never|don't|dont|won't|wont|without)\b.{0,30}\b(?:leav\w+|giv\w+|shar\w+|hand\w*|put\w*)\b.{0,30}"
    r"\b(?:e-?mail|number|phone|contact)"
    r"|不(?:想|愿意?|方便|太想|打算|能).{0,4}[留给填写].{0,6}(?:电话|手机|号码|邮箱|微信|联系方式)",
    re.IGNORECASE,
)
"""Who wants to give no contact does not ask for a person by it."""
_OF_MONEY = re.compile(
    r"区间|范围价|价|钱|报个?数|给个数|多少|\d万|预算|便宜|贵"
    r"|ball ?park|pric|cost|figure|rough|quot|\bfees?\b|budget|\d\s?k\b|[$€£¥]"
    r"|\b(?:low|high|cheap) end\b",
    re.IGNORECASE,
)
_PRICED = re.compile(
    rf"\d{{3}}|{_MONEY}|零头|便宜|打个?折|折扣|优惠|[太比较更]贵|降点|少点"
    r"|\b(?:cheaper|discount|pricey|for free|its free|it's free)\b",
    re.IGNORECASE,
)
_DONE = re.compile(r"了[没吗么]|\bbeen\b|\byet\b", re.IGNORECASE)  # "has it been withdrawn?"
_OF_CERTIFICATION = re.compile(r"\bcertif|20000|认证|証|证", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.,;!，。；！]\s*")
_REPORTS = re.compile(r"记下|汇报|商量|\b(?:report (?:this|it|back)|noted (?:all|down))\b", re.IGNORECASE)
"""Who takes what was told to somebody else begins nothing."""
_INQUIRES = re.compile(r"打听|请教|咨询|问[你您]?(?:一下|点|个|几)")  # and so does not ask for a person
_HUMAN = re.compile("人工|真人|客服|同事|专员|经理|顾问|人员")
_OF_TALKING = re.compile(
    r"[你您聊说找转联打叫请喊派换接]|(?<!访)谈|[真个有来派的]人(?!员)|人(?:工|来)|电话|客服|同事|领导|经理|微信|加个|留个|对接"
    r"|\b(?:you|your|call|ring|phone|talk|speak|chat|contact|reach|connect|transfer|person|people|human|someone|somebody|anyone"
    r"|anybody|agent|manager|colleague|boss|team|staff|rep|representative|employee|member|take over"
    r"|live|real|actual|expert|adviser|advisor|consultant|put me through)\b",
    re.IGNORECASE,
)
"""Without any of these words nobody asks for a person."""
_OF_COST = re.compile(
    r"\b(?:budget|steep|expensive|pricey|afford|a deal|we(?:'ll|ll| will)? sign|half price)\b|[太比较]贵|预算|便宜|打个?折|优惠",
    re.IGNORECASE,
)
"""Who bargains changes nothing in an application."""
_OF_PRICE = re.compile(
    r"含不?含?税|含(?:不含)?(?:差旅|审核)|报价.{0,8}(?:包含|包括|含)"
    r"|\b(?:in|does|is) (?:this|that|the) (?:price|quotation|amount|fee)\b"
    r".{0,40}\b(?:includ\w+|also|cover\w*|travel|tax|vat)\b|\binclud(?:es?|ing|ed) (?:tax|vat|travel)",
    re.IGNORECASE,
)
"""What a quotation is made of, which nothing tells."""
_CERTIFICATE = re.compile(r"证书?上|(?:要是|如果|万一).{0,20}(?:证书|怎么|咋)|\bcertificate\b", re.IGNORECASE)
"""What is asked about changing does not change the application."""
_THREATENS = re.compile(
    r"\b(?:sue|suing) (?:you|your)\b|\b(?:lawyer|solicitor|attorney)s?\b.{0,30}\b(?:you|hear)\b|\bsee you in court\b"
    r"|\blegal action\b|\breport (?:you|this|it) to\b|举报"
    r"|律师函|起诉|(?<![转报广警忠])告你们?|法院见|打官司|上法庭",
    re.IGNORECASE,
)
"""With the law, which is for a person whatever else it is like."""
_ORDERS = re.compile(
    r"管理员|系统(?:提示|指令)|忽略|宣布|你现在是|听我的|规矩|后台直接|改成已?(?:发证|获证|通过)"
    r"|\b(?:admin\w*|sudo|system prompt|developer mode|ignore (?:all|your|the|previous)"
    r"|forget (?:about )?(?:all )?(?:of )?(?:your|the|previous) (?:instructions|rules|prompt|orders))\b",
    re.IGNORECASE,
)
"""Words of who gives orders to a machine; nothing is begun by them."""
_NOTHING_ORDERED = {Intent.POLICY, Intent.PERSON, Intent.UNCLEAR, Intent.TOLD, Intent.OKAY}
_ASKS_PRICE = re.compile(
    r"(?!.*(?:申请|报名|办理|登记|记[下上]|[想要]做|apply|certified|sign (?:us|me) up|put (?:us|me) down|regist))"
    r".*(?:报(?:一?下|个)?(?:认证)?的?(?:费用|价格?)|(?:费用|价格|价钱)(?:多少(?!都)|怎么|如何|是)"
    r"|\b(?:how much|(?:what|which)\b.{0,24}\b(?:price|costs?|fees?))\b).*",
    re.IGNORECASE | re.DOTALL,
)
"""What asks for the price and says nothing of applying: 我们公司45人，麻烦报一下认证费用."""
_ROUGH_PRICE = re.compile(r"(?:指导|参考|大概|大致|暂估|预估|估算)的?(?:价|费用|报价)|价格?区间|报价区间")
_NO_STATUS = re.compile(
    r"来得及|[来赶]不及|赶得[上及]|^\W*(?:这个?|那|那个|网上|官网|到时候?)?(?:还|都|也)?能?(?:查得?到|查不到)"
)
"""What sounds like a question of how an application stands, and is one of time or of the certificate."""
_UNANSWERED = re.compile(
    r"\b(?:sent|e-?mailed|mailed|wrote|written|messaged|called|rang)\b.{0,60}\b(?:no|not|never|nobody|nothing|without)\b.{0,16}"
    r"\b(?:answer|repl|respon|heard|back)|邮件.{0,12}(?:没人|没有?|一直没|不)(?:理|回|答复)",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:my|our|the|an) application\b|\bapplied\b|CD-|申请(?:到|怎|进|编号|的)|收到|之前|上[次回]|填的"
    r"|\b(?:status|reference)\b",
    re.IGNORECASE,
)
_SENT = re.compile(
    r"(?:交|提交|申请|报|填|送|寄)过|申请.{0,4}(?:到哪|进展|进度|咋样|怎么?样)|收到(?:了|没|吗|吧)"
    r"|\b(?:already (?:applied|sent|submitted|filled)|i applied|we applied|weve applied"
    r"|(?:sent|gave|handed|filed) (?:you|in) (?:an|our|my|the) application)\b",
    re.IGNORECASE,
)


def leaves_it(text: str) -> bool:
    """Whether a message puts off what was spoken of, or leaves it at that, and asks nothing."""
    later = _NOT_AT_ONCE.sub("", text)
    return bool(_LEAVES_IT.search(text)) and not (asks(later.rstrip("呢。！!")) or NOW.search(later))


def _thanks_at_last(text: str) -> bool:
    """Whether a message that wants nothing ends with thanks: "got it, the rest follows next week, thanks"."""
    told = text.replace("是吧", "").replace("对吧", "")
    thanks = _THANKS_AT_LAST.fullmatch(text)
    tells = told != text or len(words(told)) > _FEW_WORDS  # "documents, thanks" wants them
    return bool(thanks) and tells and not (asks(told) or _REQUESTS.search(text))


def _of_status(text: str) -> Intent:
    """What is wanted by who sounds as if they asked how an application stands, and is not known to have one."""
    if _UNANSWERED.search(text) and not _OWN.search(text):
        return Intent.COMPLAINT
    return Intent.QUESTION if _NO_STATUS.search(text) and not _OWN.search(text) else Intent.STATUS


class Wanting:
    def __init__(self, search: Search) -> None:
        self._search = search
        self._wanted = lru_cache(_REMEMBERED)(self._want)

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
        """What a message is for: as its words say, or what it means where they say nothing.

        `least` is how like the meaning it must be, 0..1.
        """
        wanted = Intent.QUESTION if is_list(text) else self._wanted(text, has_case, least)
        return Intent.QUESTION if wanted in _HEATED and _DOUBTS_US.search(text) else wanted

    def _want(self, text: str, has_case: bool, least: float) -> Intent:
        said, text = intent(text), simplified(text)
        if said in {Intent.APPLY, Intent.QUESTION} and leaves_it(text):
            return Intent.OKAY
        if said is Intent.QUESTION and _thanks_at_last(text):
            return Intent.THANKS
        if said is Intent.APPLY:
            later = _AGAIN_LATER.search(text) and not NOW.search(text)
            likely = max(self._begins(text, unknown=1.0), self._wish(text, ends=".!。！"))
            unlike = likely < _MAY_BEGIN
            return _no_wish(text) if later or _NO_WISH.search(text) or unlike else said
        if said is not Intent.QUESTION:
            return said
        if agrees(text.rstrip("?？ ")) and not (has_case and agrees(text)):  # to nothing that was offered
            return Intent.OKAY
        meant = self._meant(text, has_case, least)
        if meant is Intent.STATUS and not has_case:
            meant = _of_status(text)
        if has_case and meant is Intent.QUESTION and (_ASKS_WHEN.search(text) or _LACKS.search(text)):
            return Intent.MISSING if _LACKS.search(text) else Intent.STATUS
        begins = self._begins(text)
        later = _AGAIN_LATER.search(text) and begins < _PLAINLY_BEGINS
        if later or any(
            pattern.search(text)
            for pattern in (_ORDERS, _BARGAINS, _NO_WISH, _ASKS_HOW, _ROUGH_PRICE, _WANTS_TO_KNOW)
        ):
            begins = 0.0
        elif not has_case and self._ends_in_wish(text) and not _ASKS_PRICE.fullmatch(text):
            return Intent.APPLY
        elif meant in _BEGINNING:
            begins = max(begins, self._wish(text))
        *_, last = [clause for clause in _CLAUSES.findall(text) if bare(clause)] or [""]
        asked = (asks(text) or asks(last)) and not NOW.search(text)
        if meant in _BEGINNING and begins < (_ASKED_FOR if asked else _BEGINS):
            return _no_wish(text)
        named = any(companies(text))
        open = (
            meant in _UNDECIDED
            or (meant in _HEATED and named)
            or (meant is Intent.STATUS and begins >= _PLAINLY_BEGINS)
            or (meant is Intent.STATUS and begins >= _MORE_THAN_NEWS and not _OWN.search(text))
        )
        surely = begins >= (_ASKED_FOR if asked else _SURELY_BEGINS)
        if open and not has_case and surely and not _ASKS_PRICE.fullmatch(text):
            return Intent.APPLY
        told = meant is Intent.UNCLEAR or (meant is Intent.TOLD and _OF_CERTIFICATION.search(text))
        return Intent.QUESTION if named and told else meant  # of whom something is told

    def _ends_in_wish(self, text: str) -> bool:
        """Whether a message says last, and plainly, that it wants to apply: "sounds like us, doesn't it? Let's apply then"."""
        told, tag = without_ending(text)
        if inquires(tag):
            told = text
        *before, last = [clause for clause in _CLAUSES.findall(told) if bare(clause)] or [""]
        named = _NAMES_IT.search(last) and (before or told != text)
        if not named or asks(last) or _CONDITION.search(last) or any(map(_DEPENDS.search, before)):
            return False
        likely = self._begins(last)
        return likely >= _PLAINLY_BEGINS or (intent(last) is Intent.APPLY and likely >= _MAY_BEGIN)

    def _wish(self, text: str, ends: str = "") -> float:
        """How like a wish to apply the likest clause is that speaks of it, where nothing puts it off or depends.

        `ends` are the signs of which one has to stand behind it.
        """
        likely = 0.0
        for match in _CLAUSES.finditer(text):
            clause, after = match[0], text[match.end() :]
            held = _LATER.search(clause + after) or _CONDITIONS.search(text) or _BUT.search(after)
            ended = not ends or clause.endswith(tuple(ends))
            if ended and _NAMES_IT.search(clause) and not (held or asks(clause)):
                likely = max(likely, self._begins(clause))
        return likely

    def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None:
        """What a message to an application that was sent wants, where that is beyond doubt: CORRECTS changes it.

        `least` is how like what is said of one it must be, 0..1.
        """
        text = simplified(text)
        if settled := self._settled(text):
            return settled
        likeness = {} if _ORDERS.search(text) else self._search.at(Point.SENT, text)
        likest = max(likeness, key=likeness.__getitem__, default="")
        enough = max(least, _LIKELY_SENT if likest in _DOES_NOTHING else _SURELY_SENT)
        if not likest or likeness[likest] < enough:
            return None
        if (
            likest == Intent.STATUS
            and likeness[likest] - likeness.get(Intent.QUESTION, 0.0) < _MORE_THAN_ASKED
        ):
            return None  # "now that it is sent: at what point do we sign a contract?"
        if likest == CHANGE:
            other = (asks(text) and _CERTIFICATE.search(text)) or _MONEY_NAMED.search(text)
            return None if other or _OF_COST.search(text) else Command.CORRECTS
        if likest == Intent.OKAY and _PRICED.search(text):  # nobody is to think that a figure was agreed to
            return None
        if likest == Intent.STATUS and _OF_PRICE.search(text):
            return Intent.QUESTION
        if likest == Intent.OKAY and _BIDS.search(text):
            return None
        surely = likest == Intent.OKAY and likeness[likest] >= _BEYOND_DOUBT  # 知道到哪了就踏实了
        if not asks(text) or likest in _ASKED_OF_SENT or surely:
            return Intent(likest)
        return Intent.STATUS if _DONE.search(text) else None

    def _settled(self, text: str) -> Intent | None:
        """What a clause plainly says to a quotation, whatever is asked beside it: "we accept it. what's next?"."""
        clauses = [clause for clause in _CLAUSES.findall(text) if bare(clause)]
        if len(clauses) < 2:
            return None
        plain = [clause for clause in clauses[:_FEW] if not (asks(clause) or _CONDITION.search(clause))]
        self._search.prepare(plain)
        for clause in plain:
            likeness = self._search.at(Point.SENT, clause)
            likest = max(likeness, key=likeness.__getitem__, default="")
            if likest in {Intent.ACCEPT, Intent.WITHDRAW} and likeness[likest] >= _BEYOND_DOUBT:
                return Intent(likest)
        return None

    def presses(self, text: str, least: float = _PRESSES) -> bool:
        """Whether a message presses for a price, whatever was told before: 给个区间总行吧. `least` is the likeness, 0..1."""
        if not _OF_MONEY.search(text) or leaves_it(text):
            return False
        return self._search.at(Point.PRICED, simplified(text)).get(PRESS, 0.0) >= least

    def of_price(self, text: str) -> Intent | None:
        """What a message wants after the price was told: APPLY, QUESTION of who presses for a figure, None for else."""
        text = simplified(text)
        if text.strip().isdecimal() or leaves_it(text):  # 88 says goodbye
            return None
        likeness = self._search.at(Point.PRICED, text)
        if likeness.get(PRESS, 0.0) >= _PRESSES or _BARGAINS.search(text) or _ROUGH_PRICE.search(text):
            return Intent.QUESTION
        veto = _ORDERS.search(text) or _AGAIN_LATER.search(text) or _REPORTS.search(text)
        begins = not veto and likeness.get(BEGIN, 0.0) >= (_ASKED_FOR if asks(text) else _BEGINS_PRICED)
        return Intent.APPLY if begins else None

    def _begins(self, text: str, unknown: float = 0.0) -> float:
        """How like a wish to apply a message is, or `unknown` where nothing has been learned of that."""
        return self._search.at(Point.OPENING, text).get(BEGIN, unknown)

    def _meant(self, text: str, has_case: bool, least: float) -> Intent:
        talk = self._search.talk(text, has_case=has_case, least=least)
        meant = Intent(talk) if talk else Intent.QUESTION
        priced = meant in _AGREES and (
            _PRICED.search(text) or _BARGAINS.search(text)
        )  # nobody is to think that a figure was agreed to
        before = _THANKS_BEHIND.sub("", text)
        if meant is Intent.THANKS and (
            _asks_at_last(text) or (before != text and self._search.knows(before))
        ):
            return Intent.QUESTION  # "documents, thanks"
        if (meant in NO_QUESTION or meant is Intent.QUESTION) and _THREATENS.search(text) and not asks(text):
            return Intent.POLICY
        if meant in _NOTHING_ORDERED and _ORDERS.search(text):
            return Intent.QUESTION
        if meant is Intent.SORRY and asks(text):  # "sorry, the phone rang. has it been sent?"
            asked = _CLAUSE_END.split(text, maxsplit=1)[-1]
            if _OF_MYSELF.match(asked):
                return meant
            return Intent.QUESTION if asked == text else self.wanted(asked, has_case=has_case, least=least)
        remarks = meant in {Intent.OKAY, Intent.TOLD}
        if (
            priced
            or (remarks and (asks(text) or _BIDS.search(text)))
            or (meant is Intent.GOODBYE and asks(text))
        ):
            return Intent.QUESTION
        if meant is Intent.ANNOUNCED and (_ASKS_AT_ONCE.search(text) or _asks_already(text)):
            return Intent.QUESTION
        if meant is not Intent.PERSON:
            return meant
        if _INQUIRES.search(text) and not (asks(text) or _HUMAN.search(text)):
            return Intent.ANNOUNCED
        if _ASKS_WHEN.search(text):
            return Intent.STATUS if has_case else Intent.QUESTION
        if _NO_PERSON.search(text):
            return Intent.OKAY
        if asks(text) and not _OF_TALKING.search(text):  # 会访谈到一般工程师吗
            return Intent.QUESTION
        return Intent.QUESTION if _NO_CONTACT.search(text) else meant


def _asks_at_last(text: str) -> bool:
    """Whether a message ends with a question: "thanks, noted. What about the validity?"."""
    return text.strip().endswith(("?", "？")) and asks(_CLAUSE_END.split(text.strip())[-1])


def _asks_already(text: str) -> bool:
    """Whether a message asks something else than whether it may: "is there a form?" """
    asked, mark, _ = text.replace("？", "?").partition("?")
    return bool(mark) and not _MAY_ASK.search(asked)


def _no_wish(text: str) -> Intent:
    """What a message that speaks of applying is, where it does not wish to."""
    if _SENT.search(text):
        return Intent.STATUS
    later = _LATER.search(text) and not (asks(text) or _TELLS.search(text))
    return Intent.OKAY if later else Intent.QUESTION
