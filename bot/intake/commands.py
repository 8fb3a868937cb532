"""What customers say to an interview rather than in it: skip, cancel, pause, continue, start over, yes, no.

Here it is told by the words; `knowledge.replies` tells by the meaning, under the same names, what words leave open.
"""

import re
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from bot.intake.plain import bare, plain, readable
from knowledge.dialects import mandarin


class Command(StrEnum):
    SKIP = "skip"
    CANCEL = "cancel"
    PAUSE = "pause"
    RESUME = "resume"
    RESTART = "restart"
    YES = "yes"
    NO = "no"
    BACK = "back"  # to the answer before
    WHY = "why"  # that is asked
    SO_FAR = "so-far"  # what has been answered
    ASKS = "question"  # something else
    UNCLEAR = "unclear-question"  # what the open question is after
    CORRECTS = "correction"  # what has been answered
    CHATS = "chat"  # and wants nothing


_IT = r"(?: (?:it|this|that|here|now|all|everything))?"
_APPLICATION = (
    r"(?: (?:the|my|our|this|with the|with my|with this) ?(?:application|form|process|request|interview|whole thing)?"
    r"| application)?"
)
_PATTERNS = {
    Command.SKIP: (
        r"(?:let us |lets )?(?:skip|pass)(?: (?:it|this|that))?(?: (?:one|question))?|next(?: question| one)?"
        r"|none(?: yet| at all)?|no(?:pe)?|nothing(?: yet)?|(?:no )?not a (?:single )?one"
        r"|(?:i am |im )?(?:not (?:really )?sure|unsure)(?: yet| about (?:it|that))?|(?:i |we )?(?:do not"
        r"|dont) (?:really )?know(?: yet| that| it)?"
        r"|dunno|no idea|n a|na|not applicable|not (?:yet|decided|known|needed|available)(?: yet)?|unknown"
        r"|undecided|tbd|leave it (?:open|empty|blank)"
        r"|(?:no )?(?:i |we )?(?:do not|dont) have (?:any|one|it|that|none)(?: yet| so far)?"
        r"|(?:we have )?no (?:other )?certificates?(?: yet)?"
        r"|(?:i |we )?(?:would |id )?(?:prefer|rather) not(?: to)?(?: say| tell)?|no (?:preference|deadline|date"
        r"|target|hurry|rush)"
        r"|(?:(?:明年|后年|到时候?|过段时间|过阵子|以后|回头)再(?:说|定|看))?(?:先|请)?(?:跳过|略过|不填)(?:这个|这题|这一?项"
        r"|这个问题)?|下一?[个题项]|没有?|无|暂无|(?:(?:一个|啥|什么)?[都也]?(?:[莫没么冇]得|冇)){1,3}|(?:暂时|目前"
        r"|现在|还|都|我们|什么都)+没有?|(?:目前)?没有?(?:证书|要求|计划|任何证书|(?:别的|其他|其它)的?证书?)|(?:啥|什么"
        r"|一个)证?书?(?:都|也)没有?"
        r"|(?:暂时|目前|现在|还)*(?:定|说|确定)不(?:下来|好|了)"
        r"|(?:还|暂时|目前|我也?|也)*(?:不知道|不清楚|不确定|不晓得|不太清楚|不太确定|没定|没确定|没想好|没决定"
        r"|不好说)|(?:明年|后年|到时候?|过段时间|过阵子)再(?:说|定|看)|待定|未定|不详|不用|不需要|不限|随便|都行|都可以|不急"
        r"|不着急|(?:我|我们)?(?:不方便|不想"
        r"|不愿意)(?:说|留|给|填|透露|告诉你们?)?|保密"
    ),
    Command.CANCEL: (
        rf"(?:(?:i|we) (?:want|need|would like|have) to |(?:id|wed) like to |can (?:i|we|you) )?"
        rf"(?:cancel|stop(?= (?!here|now|for))|abort|quit|exit|drop|end|terminate){_IT}{_APPLICATION}|forget (?:it"
        rf"|about it|the application)"
        r"|(?:i |we )?(?:do not|dont|no longer) want to (?:apply|continue|go on|do this|do it)(?: any ?more| anymore)?"
        r"|(?:i |we |ive |weve )?(?:have )?changed (?:my|our) minds?|(?:i am |im |we are )?(?:no longer"
        r"|not) interested(?: any ?more| anymore)?"
        r"|(?:这[个份次]?|本次|我们?的)?申请(?:就|先|还是|直接|给我|帮我)*(?:取消|撤|作废|不要|放弃)"
        r"|(?:老板|领导|客户|公司)?(?:刚|刚刚|刚才)?(?:说|讲)?(?:先|暂时|就)?不(?:做|办|申请|弄|搞)了|(?:这[个份次单]?"
        r"|我们?的)?申请(?:我们?)?不要了"
        r"|算了|(?:太麻烦了|还是|那就?|把|帮我|请)*(?:(?:取消){1,3}|放弃|终止|停止|退出)(?:[这那本该][个份次单家]?)?(?:申请|填写|办理)?|停"
        r"|(?:我|我们|先|暂时)*不(?:想"
        r"|要|打算)?(?:申请|填|弄|办|做|搞)了|别(?:填|弄|办)了"
    ),
    Command.PAUSE: (
        r"never ?mind(?: then| about (?:it|that))?|nvm|"
        r"(?:lets |let us |please |(?:i|we) (?:need|have|want|must) to |(?:can|could|may|might|shall) (?:i|we) )*"
        rf"(?:(?:pause|take a break){_IT}{_APPLICATION}|stop(?! (?:it|this|that|everything|all|the|my|our|with)\b)(?: now)?)"
        r"(?: here)?(?: again)?(?: for (?:today|the moment))?(?: for now)?|later|not now"
        rf"|(?:some )?(?:other|another) time|brb|be right back"
        r"|(?:(?:i will|ill|lets|let us|let me|i want to|i would like to|id like to|we will|well|can i|can we|could we|shall we"
        r"|i can) )?(?:continue"
        r"|finish|fill|do|go on|save|complete)(?: (?:it|this|that|the form|the rest|(?:the|my|our) application|in|out))*"
        r" (?:for )?(?:later|tomorrow|tonight|another time|next week|on monday|this afternoon)(?: on)?"
        r"|(?:(?:i will|ill|we will|well) )?(?:be back|come back|get back(?: to you| to this)?|return)(?: to (?:it"
        r"|this|that))?(?: (?:later|soon|tomorrow|tonight|next week|in a (?:bit|while|minute|moment)|on monday"
        r"|in an hour))?"
        r"|(?:(?:剩下|余下|其余|后面|其他)的)?(?:我|我们)?(?:先|那)?(?:稍后|回头|等会儿?|等一?会儿?|待会儿?|晚点|晚些|改天|明天"
        r"|下次|以后|过会儿?"
        r"|过几天|下周)(?:我|我们)?(?:再|来)(?:来|说|填|聊|继续|弄|办|写|补|看|申请|报)*"
        r"|(?:let me |i will |ill |i need to |i have to )?think(?: (?:about it|it over|again))?"
        r"|(?:让?我们?|容我|先|再)*(?:再|先)?(?:想想|想一想|考虑(?:一下|考虑)?)(?:再说)?"
        r"|稍后|回头|(?:先|我先)?暂停(?:一下|填写|申请)?|先(?:这样|停一下|停停|到这里?|放着|放一放|不填了?)|(?:下次|下回|回头"
        r"|改天|明天|晚点)(?:我)?(?:再)?(?:接着|继续)(?:填|弄|来|办|写)"
        r"|(?:我)?(?:先忙|有事先走了?)|(?:我们?|那|就)*(?:先|暂时)(?:别|不要?)(?:提交|发送?|交)了?"
        r"|(?:我们?)?再(?:多|去)*(?:比较|对比|看看|商量|问|打听)(?:比较|比比|对比|问|看看|商量|一下|几家|别家|别的)*"
        r"|(?:(?:please )?(?:dont|do not) (?:send|submit) (?:it|this|that|anything)?(?: yet| now)?)"
        r"|(?:let me |i (?:have|need|want) to |i will |ill )(?:first )?(?:ask|check with|talk to|discuss (?:it|this) with)"
        r" (?:my |our |the )?\w+(?: first| about it)?"
        r"|(?:嗯)*让我再看(?:一眼|看|一下|一遍)|(?:我)?(?:得|要)?再(?:核对|确认|看)一?(?:下|遍)"
        r"|(?:let me |i will |ill )(?:have (?:another|one more) look|look (?:it )?over(?: again)?|double check|sleep on it|check)"
        r"|(?:我|我们)?(?:先|得|要)*(?:问一?下?|请示|跟|和)(?:我们?)?(?:其他|别的|那边)?(?:老板|领导|经理|上级|同事|财务|股东"
        r"|他们|家里|院长|校长|主任|老总)们?(?:再)?(?:商量|汇报|请示|说|确认)?(?:一?下|一声)?(?:再说)?"
    ),
    Command.RESUME: (
        rf"(?:ill |i will |let me )?(?:continue|go on|carry on)(?: with)?{_APPLICATION} (?:in the meantime|meanwhile"
        rf"|while i wait)"
        rf"|(?:(?:lets|let us|please|ok|yes) )?(?:continue|go on|resume|carry on|proceed"
        rf"|go ahead){_IT}{_APPLICATION}(?: please)?|(?:i am |im )?(?:back|ready)(?: again)?"
        r"|(?:ok |okay )?(?:my |the |our )?(?:boss|manager|director|partner|he|she|they)(?:s|re)?(?: has| have)? (?:agrees?"
        r"|agreed|approved"
        r"|(?:(?:says?|said|is|are) )?(?:yes|ok|okay|fine|go|go ahead|it is fine|fine with (?:it|this)))"
        r"|(?:我们?)?(?:老板|领导|经理|上级|他们?|同事|财务|家里)(?:说|都|也|已经)*(?:可以|同意|行|好|没问题|ok)了?|可以了|搞定了|忙完了"
        r"|(?:我们|我|那|可以|现在)*(?:继续|接着)(?:填写|填|申请|来|说|办理|办|吧)*|(?:我)?回来了|来吧"
    ),
    Command.RESTART: (
        r"(?:(?:never ?mind|(?:forget|scrap) (?:it|that)|no|sorry) )?"
        r"(?:lets |let us |please |i want to |id like to |can we |can i )?(?:start|begin|do|apply)(?: (?:it|this|(?:the |my |our "
        r"|this )?(?:application|form|whole thing)))?"
        r" (?:over|again|anew"
        r"|from scratch|from the (?:start|beginning))(?: again)?|restart|reset"
        r"|(?:我要?|我想|请)?(?:重新|从头|从新)(?:再)?(?:填写|填|开始|申请|来过?|录入)(?:一遍|一次)?|重来(?:一遍)?|重填"
    ),
    Command.NO: (
        r"no(?:pe)?|not (?:yet|quite|correct|right|ok)|wrong|(?:that|this|it) is (?:wrong|not (?:right|correct))"
        r"|thats (?:wrong|not (?:right|correct))|wait"
        r"|(?:something is|somethings) (?:wrong|not right)|(?:i do not|i dont) agree|(?:i (?:want|need|would like"
        r"|have) to |id like to |please |let me )?(?:change|correct|edit|fix)(?: something| it| a thing"
        r"| an answer)?"
        r"|不|不是|不对|不行|不可以|有误|有错|错了|不正确|否|不同意|还没|没有|等等|等一下|先别|(?:我要?|我想|还要"
        r"|需要|要)?(?:修改|更改|改)(?:一下|内容|信息|一项)?|修改内容"
    ),
}
_YES = (
    r"(?:oh )?(?:yes|aye|yep|yeah|yup|y|ya|sure|ok|okay|okey|right|correct|confirm|confirmed|agreed?"
    r"|absolutely|of course|please do)"
    r"|(?:i|we) (?:agree|confirm)|i do|(?:thats|that is|it is|its|this is|everything is|all is|all|everything"
    r"|looks|all looks|it looks|everything looks|it all looks)"
    r" (?:all )?(?:right|correct|good|fine|ok|perfect)(?: to me| for me)?(?: now)?|(?:please |just )?(?:send|submit)(?: (?:it"
    r"|this|them|that"
    r"|the application|my application|everything))?(?: (?:in|off|now|please))?|no (?:please |just )?(?:send"
    r"|submit) (?:it|this|that"
    r"|everything)(?: (?:in|off|now|please))?|go ahead|go for it|off (?:it|you) go(?:es)?"
    r"|(?:please )?proceed(?: with (?:it|that|this|the application))?"
    r"|no problems?|(?:all )?(?:(?:the|my|these) )?(?:values|data|details|entries|answers|information|fields?)"
    r" (?:is|are|looks?) (?:all )?(?:right|correct|good|fine|ok)"
    r"|系|系呀|系嘅|系啊|啱|啱晒|啱嘅|冇错|冇问题|得啦|是|是的|是滴|对|对的|对滴|对喽|对头|好|好的|好滴|好吧|嗯|嗯嗯|可以|可以的"
    r"|行|行的|确认|确认提交|确认无误|无误|信息无误"
    r"|提交|提交吧|请提交|发|交|交吧|麻烦提交|帮我提交|以上无误|核对无误|都对|发送|发送吧|发吧|没毛病|没问题|没有问题|走起|没错"
    r"|(?:那就?|就|就这[么样]|我们?)?(?:提交|交|发|送)(?:了|上|上去|出去|出|过去)?吧|先?(?:提交|交|发)[这第一]+[家个份]|[这第一]+[家个份]先?(?:提交|交|发)(?:吧|了)?|没有错|没有?错误|没有?毛病|没问提|确人提交?|阔以滴?|可以滴"
    r"|同意|我同意|我确认|正确|都没错|都对|都对的|全对|都没问题|全部正确|信息正确|就这样|就这样吧|可以提交|可以提交了"
    r"|请发送|送出|ok的|要得|没得问题|得行|发嘛|交嘛|对着[呢嘞哩]|妥了?|中|成|can(?: can| lah| liao)?"
    r"|(?:以上)?(?:资料|信息|内容|数据|填写的?|申请)(?:都|均|全部|全)?(?:正确|属实|准确|没错|无误|没问题)|属实|准确"
)
_POLITE_YES = (  # no yes by itself
    "pls|plz|thx|kindly|no (?:more|further|other) (?:changes?|remarks?|comments?|corrections?)"
    "|nothing (?:else )?to change|不用改了?"
    "|赶紧(?:的|吧)?|抓紧(?:吧)?|快点(?:吧)?"
    "|please|(?:thanks|thank you)(?: so much| very much| a lot)?|perfect"
    "|great|fine|good|谢谢|麻烦了|辛苦了"
)
_AROUND = r"(?:(?:ok|okay|well|please|pls|sorry|hi|hello|then|actually|thanks|请|麻烦|那|那就|好的?|嗯|不好意思|抱歉|我们?) ?)*"
_ENDING = (
    r"(?: ?(?:老师|亲|pal|mate|buddy|love|guys|m8|please|pls|thanks|thank you|for now|then|now"
    r"|谢谢|吧|了|啊|呀|哦|呢|哈|啦|的|呢|嘛))*"
)
_WHOLE = {command: re.compile(f"{_AROUND}(?:{pattern}){_ENDING}") for command, pattern in _PATTERNS.items()}
_WHOLE_YES = re.compile(
    rf"(?!对了(?!对了))(?:(?:{_YES}|{_POLITE_YES})[了吧啊呀哦哈啦嘛]? ?(?:and )?){{1,6}}(?:老师|亲)?"
)
_FIRM = re.compile(
    r"\b(?:y|yes|yep|yeah|yup|yea|confirm(?:ed)?|send|submit|agreed?)\b"
    r"|是|对|确认|提交|这样发|交[了上]?吧|(?:^| )交$|交[这第一]+[家个份]|发送|发吧|送出|同意|无误"
)
_ONLY_POLITE = re.compile(rf"(?:(?:{_POLITE_YES}) ?)+")
_REASONS = re.compile(
    r"(?:h+m+|u+[hm]+|ah|oh|well|sorry|thanks|thank you|ok|okay"
    r"|(?:oops )?(?:the |my )?(?:next |another |a )?(?:meeting|call|phone|boss|customer|visitor|train|bus|taxi|doorbell"
    r"|kids?)(?: is)?"
    r"(?: (?:now|arriv(?:es|ing)|leav(?:es|ing)|rings?|ringing|calls?|calling|came|here"
    r"|is here|is calling|just came|starts|starting))*|oops"
    r"|(?:i |we )?(?:need|have|want|got) to (?:check|ask|find|look|confirm|count)(?: \w+){0,4}"
    r"|(?:i )?(?:have to|need to|got to|gotta|must) (?:go|leave|run|dash)(?: now)?|(?:i am|im) (?:busy"
    r"|in a meeting)(?: now| right now)?"
    r"|(?:i |we |ive |weve )?(?:have )?changed (?:my|our) minds?|不好意思|抱歉|谢谢|好的"
    r"|[㐀-鿿]{0,6}(?:来电话|来客人|来客户|来人|有人找|[叫喊找]我|要?开会|去?接个?电话|有电话|来快递)(?:去|了)*"
    r"|(?:时间|日期|这个|这项)?(?:上|倒|也|还|暂时|目前)*(?:不着?急|还早|没定|不清楚|不知道|不确定|没想好)"
    r"|(?:我们?|现在|这会儿?|先|得|要|马上)*(?:有点?事|在?忙|有点忙|去忙|去?开个?会|有个?会)(?:了|去)?"
    r"|(?:我们?|还|有点儿?|也)*(?:拿不准|没底|犹豫|纠结))"
)
_LATER = re.compile("later|not now|稍后|(?:以后|回头|晚点|待会儿?)(?:再说|再填|补)?")
_MOMENT = re.compile(
    r"^\W*(?:sec|min|moment)\b"
    r"|\b(?:one|just a|a|1|half a|gimme a|give me a) ?(?:quick )?(?:sec(?:ond)?s?|min(?:ute)?s?|mo(?:ment)?|tick|jiffy)\b|\bbrb\b"
    r"|\bbe right back\b|稍等|等我?一?下|等我(?:一|几)?(?:会儿?|分钟)|马上回来|去去就来|(?:好|很)快(?:就)?回来",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_LONGER = re.compile(
    r"\b(?:pause|later|tomorrow|tonight|afternoon|evening|morning|week|continue|until|till|boss|stop|leave|save)\b|先停|暂停"
    r"|先[到填]|放一?放|再[填来说弄]|不[填办弄申]|不想|没想好|作废|从头|取消|重新|继续|回头|晚点|明天|下午|晚上|改天|领导|老板|经理|请示|商量",
    re.IGNORECASE,
)
"""What takes longer than a moment."""
_KEPT = re.compile(
    r"(?:别|不要|不是要?|没说要?|先不)[^,，。]{0,8}(?:取消|撤|删|作废)"
    r"|(?:\b(?:not|dont|never)|n't) (?:\w+ ){0,2}(?:cancel|delete|drop)"
)
"""What must not be cancelled."""
_CANCELS = re.compile(
    r"cancel|abort|取消|放弃|不(?:想|要|打算)?(?:申请|填|办|弄|做|搞)了"
    r"|(?:do not|dont|no longer) want to (?:apply|continue|go on)"
)
_ENDS = re.compile(
    r"\b(?:cancel|stop|quit|abort|drop|forget|leave|end|out|not|cannot|never|scrap|withdraw|enough|done|no|delete|remove|erase)\b"
    r"|n't\b|dont|wont|删|清空|取消|算了|放弃|停|撤|不|别|免了|拉倒|作罢|退出|结束|没(?!意见|问题|事)"
)
"""Without any of these words nothing is thrown away, whatever else is like it."""
_LEAVES = re.compile(
    r"\bleave (?:that|this|it)(?: \w+)?(?: \w+)? (?:blank|open|empty|out)\b|(?:剩下|其余|余下|后面)的?.{0,3}(?:不填|不写|跳过)"
    r"|这[个项题条]?(?:就|先)?(?:不填|不写|空着)"
)
_NOTHING = re.compile(
    r"(?:so |and |well |but )*(?:no )?(?:nothing|none|not any ?more)(?: now| at all| really)?|skip(?: it| that| this)?"
    r"|(?:所以|就|现在)*(?:没有了?|没了)|跳过吧?"
)
_DETAIL = re.compile(r"\d|@|公司(?!不|错|搞)")
_NO_DATE = re.compile(
    r"\b(?:dunno|(?:do not|don't|dont) know|no idea)\b"
    r"|\b(?:not|n't|nt)(?: yet| really| been)* (?:decided|fixed|set|agreed|settled)\b(?! (?:on|to)\b)"
    r"|\b(?:cannot|can't|cant|could not|couldn't) (?:\w+ ){0,2}(?:give|tell|name|say)(?: \w+){1,3} dates?\b"
    r"|\b(?:yet|still (?:have|has)) to (?:decide|take a call|agree|set|fix)\b"
    r"|\b(?:no (?:rush|hurry|deadline|(?:fixed |particular )?date)|not in a (?:rush|hurry)|whenever|any ?time"
    r"|does not matter|doesn't matter)\b"
    r"|不着?急|没有?(?:时间|日期)?(?:上的?)?(?:要求|限制)|随时|[定说]不下来|没想好|还?没定|无所谓|[没无未]有?个?准日子|看你们(?:安排|方便)|[未没]能?(?:有)?(?:确定|敲定|定下|明确)"
)
_KEEPS = (Command.PAUSE, Command.RESUME)
_STOPS = re.compile(r"\bstop\b")
"""Who stops, and cancels, does not come back."""
_UNSENT = re.compile(r"\b(?:dont|do not) (?:send|submit)|(?:别|不要?)(?:提交|发|交)")
"""Who cancels in these words, too, keeps nothing: "don't send it, cancel it"."""
_NOT_SENT = re.compile(
    r"\bcancel|\b(?:not|never|n't|dont)\b[^.,;!?。，；！？]{0,20}\b(?:send|submit)\b|取消|不[^。，；！？,.]{0,6}(?:提交|发送)"
)
_SENDS = re.compile(r"\b(?:send|submit)(?: it| off| now| please)*\W*$|(?:提交|发送)[吧了]?\W*$")
_DEPENDS = re.compile(
    r"\bif\b(?! (?:it'?s|that'?s|it is|that is|possible|so|i may|we may|you (?:don'?t mind|please|could|can|would))\b)"
    r"|\b(?:unless|in case|should (?:it|he|she|they|we))\b|如果|要是|假如|万一"
)
"""What gives up only on a condition: "if the price is above 5000, cancel the application"."""
_PAUSES = re.compile(r"pause|暂停")
"""Words that say so also among others: "pause please, I'll sleep on it"."""
_WAITS = re.compile("wait|hold on|one moment|等等|等一?下|稍等")  # no reason to skip
_RESERVES = re.compile(
    r"\b(?:not?|never|dont|cannot|cant|wont|wait|hold|but|unless|once|until|later|except|change|wrong"
    r"|cancel|stop|instead|ignore|how|what|why|provided (?:that|you|we|they)|on (?:the |one )?condition|as long as"
    r"|(?<!even )(?:if|when|after|before))\b"
    r"|(?<!差)不|没(?!有?(?:问题|错|毛病))|别|先(?!这样(?:提交|交|发)|提交|交(?!给)|发[出吧])|等等|等一|等我|等下|稍等|但|如果|要是|前提|条件是"
    r"|[你您贵](?:们|司)?(?:得|要|能)?保证|除了|改|错(?<!没错)(?<!没有错)|取消|再|之后|之前|怎么|什么|吗"
)
_REQUEST = re.compile(
    r"\b(?:can|could|would|will) (?:you|we|i) (?:please |just |now )*(?:send|submit) (?:it|this|that|everything|the application)"
    r"(?: (?:in|off|now|please|then|for me))*\s*[?？]|\b(?:能|可以|麻烦|请)?(?:帮我|现在)*(?:提交|交)(?:一下|了)?[吗么][?？]?",
    re.IGNORECASE,
)
_NODS = re.compile(r"\s*(?:[👌👍✅🆗][\ufe0f\U0001f3fb-\U0001f3ff]*\s*)+")
_CONSENTING = frozenset(
    "y yes yep yeah yup ok okay sure please thanks thank you much may can do send submit it off goes go ahead and that thats is"
    " its all are quite very right correct fine good perfect great so everything everythings now confirm confirmed agree agreed i"
    " we the application one in looks with this then well exactly indeed as should be absolutely of course my our details"
    " data happy gladly hurry quick quickly asap straight away guess suppose".split()
)
_CONSENTING_CHINESE = re.compile(
    "[是对滴喽头的好可以行嗯确认提交发送吧了啊呀哦都全没问题无误正确同意麻烦请您你帮我们一下这样就上核信息内容老师谢现在先回次]+"
)
_PARTS = re.compile(r"[,，.。!！?？;；~～\n]+|(?<=[㐀-鿿])\s+(?=[㐀-鿿])")
_CLAUSES = re.compile(rf"{_PARTS.pattern}|\band\b", re.IGNORECASE)
_FEW = 3  # words of what is no wish of its own: "quick"
_SENT_OFF = re.compile(r"\b(?:send|submit|off (?:it|you) go(?:es)?|go ahead)\b|交|发|送")
_SENTENCES = re.compile(r"[.。!！;；\n]+")
_HOLDS_BACK = re.compile(
    r"\b(?:not?|never|dont|cannot|cant|wait|hold|but|wrong|typos?|mistakes?|incorrect|errors?|else|except|change)\b|n't\b"
    r"|不|没|别|等|但|错|误|改"
)
_HURRIES = re.compile(
    r"\bbefore (?:(?:some|any)(?:body|one)|he|she|they|it|my|the|[iw]e? (?:change|forget|think|find|remember))\b"
    r"(?!.*\b(?:cancel|check|see|let|want)\b)(?: [\w']+){0,4}(?=\W*$|\s?[,.;!])",
    re.IGNORECASE,
)
"""Why a yes is given at once: "yes, quick, before somebody shouts"."""
_LONGEST = 80
_ALIKE = 0.8  # a mistyped word and the word
_REMEMBERED = 2048  # words, of which most messages are made
_MISTYPED = {
    "please": re.compile(r"\b(?:pleas|plese|pleease|plesae|plaese|pelase)\b", re.IGNORECASE),
    "cancel": re.compile(r"\b(?:cancle|cansel|cancell|canel|cacel)\b", re.IGNORECASE),
    "application": re.compile(
        r"\b(?:app?lic?ation|aplication|appication|applicaton|aplicacion)\b", re.IGNORECASE
    ),
}
_QUESTION = re.compile("[?？]")


def says(text: str, command: Command) -> bool:
    """Whether the whole message is that command and nothing else; a yes may hold no question mark."""
    words = bare(text)
    asks = command not in {Command.PAUSE, Command.RESTART} and _QUESTION.search(text)
    if not words or len(words) > _LONGEST or asks:
        return False
    if command is Command.YES:
        words = _as_meant(words)
        return bool(_WHOLE_YES.fullmatch(words)) and not _ONLY_POLITE.fullmatch(words)
    if command not in _WHOLE:
        return False
    for word, mistyped in _MISTYPED.items():
        text = mistyped.sub(word, text)
    words, pattern = bare(text), _WHOLE[command]
    if pattern.fullmatch(words):
        return True
    parts = [part for part in (bare(piece) for piece in _PARTS.split(text)) if part]
    told = [part for part in parts if pattern.fullmatch(part)]
    if command is Command.CANCEL and any(_CANCELS.search(part) for part in told):
        keeps = [part for part in parts if not (_UNSENT.search(part) or _STOPS.search(part))]
        return not _DEPENDS.search(plain(text)) and not any(
            _WHOLE[other].fullmatch(part) for other in _KEEPS for part in keeps
        )
    if command is Command.RESTART and told and not _DETAIL.search(text):
        return True
    if command is Command.PAUSE and any(_PAUSES.search(part) for part in told):
        return True
    return bool(told) and all(part in told or _is_reason(part, command) for part in parts)


def gives_up(text: str) -> bool:
    """Whether nothing in a message takes back that something is cancelled, or makes it depend on anything."""
    folded = plain(text)
    return not (_KEPT.search(folded) or _DEPENDS.search(folded))


def may_end(text: str) -> bool:
    """Whether a message that means to cancel also says something of the kind, and not of one answer: "leave it blank"."""
    folded = plain(text)
    sends = _SENDS.search(folded) and not (
        _UNSENT.search(folded) or _NOT_SENT.search(folded)
    )  # "i want not change nothing. send"
    return bool(_ENDS.search(folded)) and gives_up(text) and not (sends or leaves_open(text))


def leaves_open(text: str) -> bool:
    """Whether a message leaves what is asked open among other words, or at its end: "we had one, but no, nothing"."""
    *_, last = [part for part in map(bare, _PARTS.split(text)) if part] or [""]
    return bool(_LEAVES.search(plain(text)) or _NOTHING.fullmatch(last))


def has_no_date(text: str) -> bool:
    """Whether a message that holds no date says that there need be none."""
    return bool(_NO_DATE.search(plain(text)))


def is_later(text: str) -> bool:
    """Whether the whole message is "later", which pauses an application, or leaves a question open that may be.

    "Later, skip it" is no more than that.
    """
    first, *rest = [part for part in map(bare, _PARTS.split(text)) if part] or [""]
    skips = not rest or (len(rest) == 1 and says(rest[0], Command.SKIP))
    return bool(_LATER.fullmatch(first)) and skips


def waits(text: str) -> bool:
    """Whether a message asks for no more than a moment: "one sec, someone's at the door"."""
    rest, moments = _MOMENT.subn("", mandarin(text))
    return bool(moments) and not any(pattern.search(rest) for pattern in (_LONGER, _QUESTION, _DIGIT))


def ends(text: str) -> bool:
    """Whether a message says "cancel", and then no more than that it may be for another time: 取消吧，以后再说."""
    first, *rest = [part for part in map(bare, _PARTS.split(text)) if part] or [""]
    return len(rest) == 1 and says(first, Command.CANCEL) and bool(_LATER.fullmatch(rest[0]))


def puts_off(text: str) -> bool:
    """Whether a message begins with "later", and gives a reason."""
    first, *reason = [part for part in map(bare, _PARTS.split(text)) if part] or [""]
    return bool(reason) and is_later(first) and not _QUESTION.search(text)


def leaves_off(text: str) -> bool:
    """Whether the whole message ends or puts off what is going on: "cancel", "let me ask my boss first"."""
    return says(text, Command.CANCEL) or says(text, Command.PAUSE)


def is_command(text: str) -> bool:
    """Whether the whole message is any of them."""
    return any(says(readable(text), command) for command in Command)


def is_firm(text: str) -> bool:
    """Whether a yes is one whatever was asked before: "yes", 确认; not "ok", 好的."""
    return bool(_FIRM.search(_as_meant(bare(text))))


def nods(text: str) -> bool:
    """Whether a message is nothing but a sign of consent: 👌."""
    return bool(_NODS.fullmatch(text))


def consents(text: str) -> bool:
    """Whether a message says yes in whatever order, and holds no word that could say anything else."""
    words = bare(text)
    if not is_firm(text) or len(words) > _LONGEST or _QUESTION.search(text) or _RESERVES.search(words):
        return False
    said = _as_meant(words).split()
    return all(word in _CONSENTING or _CONSENTING_CHINESE.fullmatch(word) for word in said)


def reserves(text: str) -> bool:
    """Whether a message holds a word that could hold back what else it agrees to: "but", "not", "if"."""
    return bool(_RESERVES.search(bare(text)))


def without_request(text: str) -> str:
    """What a message has done rather than asks for: "could you send it now?" """
    return _REQUEST.sub("send it", text)


def assents(text: str) -> bool:
    """Whether a message agrees among other words: "yep, all as it should be, please send it", and holds nothing back."""
    if _QUESTION.search(text):
        return False
    before = _before_yes(text)
    if before and not _HOLDS_BACK.search(plain(_HURRIES.sub("", before))):
        return True  # "stop me before I change more. Yes, send"
    words = bare(_HURRIES.sub("", text))
    if len(words) > _LONGEST or _RESERVES.search(words):
        return False
    return any(says(part, Command.YES) and is_firm(part) for part in _CLAUSES.split(text))


def sends(text: str) -> bool:
    """Whether a yes has it sent ("yes, off it goes", 就交吧), at once ("yes, before my train comes"), or after all else."""
    if _before_yes(text):
        return True
    beside = [part for part in _CLAUSES.split(_HURRIES.sub("", text)) if not says(part, Command.YES)]
    if _HURRIES.search(text) and all(len(bare(part).split()) < _FEW for part in beside):
        return True
    return any(_SENT_OFF.search(plain(part)) and says(part, Command.YES) for part in _CLAUSES.split(text))


def _before_yes(text: str) -> str:
    """What stands before a last sentence that is a yes and nothing else; empty where there is none."""
    *before, last = [part for part in _SENTENCES.split(text) if bare(part)] or [""]
    return ".".join(before) if says(last, Command.YES) and is_firm(last) else ""


def _as_meant(words: str) -> str:
    """Mistyped words of consent as they are written: "yess al corect"; what says otherwise stays as it is."""
    if len(words) > _LONGEST or _RESERVES.search(words):
        return words
    return " ".join(map(_word_as_meant, words.split()))


@lru_cache(_REMEMBERED)
def _word_as_meant(word: str) -> str:
    if word in _CONSENTING or not word.isascii():
        return word
    alike = get_close_matches(word, _CONSENTING, 1, _ALIKE)
    return next((like for like in alike if like[0] == word[0]), word)


def _is_reason(part: str, command: Command) -> bool:
    return bool(_REASONS.fullmatch(part) or (command is not Command.SKIP and _WAITS.fullmatch(part)))
