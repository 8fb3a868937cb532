import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intent import Intent, accepts, intent, without_courtesy, without_refusal
from evals import cases

GREETINGS = """
hi | Hi! | hello | Hello there | HELLO!!! | hey | hey there | hiya | good morning | Good afternoon, | good evening team
hi all | greetings | hello 👋 | 👋 | hi, good morning | 你好 | 您好！ | 你好呀 | 您好啊 | 嗨 | 哈喽 | 在吗？ | 在么 | 有人吗
hi again | is anybody here? | are you there | hello, are you still there? | 你好，还在吗 | 下午好呀 | 喂，有人在么 | 客服在吗
gm ☀️ | you there? | 有人在吗？ | 早 | 早上好 | 上午好 | 下午好！ | 晚上好 | 大家好 | 你好，在吗 | 你好～ | 您好。
"""
THANKS = """
thanks | Thanks! | thank you | Thank you so much! | thx | ty | cheers | thanks a lot | great thanks | ok thank you
thank you for your help | much appreciated | ok | okay | OK. | got it | I see | understood | perfect | cool
Great, thanks!
many thanks for your quick reply | thx again | you're very helpful | Good job! | this was really useful, cheers | no, that's all
thanks in advance | makes sense | that helps
您回答得很详细 | 你真棒 | 太感谢您了老师 | 点赞 | 谢谢您的解答 | 懂了 | 暂时没有别的问题了 | 多谢[玫瑰]
谢谢 | 谢谢！ | 谢谢您 | 多谢 | 感谢 | 非常感谢 | 谢了 | 辛苦了 | 好的谢谢 | 好的，谢谢 | 好的 | 好 | 嗯 | 嗯嗯 | 明白了
知道了 | 收到 | 了解了 | 行 | 可以 | 没问题 | 太感谢了 | 謝謝 | 謝謝您！ | 嗯嗯，明白了
🙏🙏 | ❤️ | [抱拳]
"""
OKAYS = """
we'll apply next month | I might sign up later | 改天再申请 | 好，我先回去开会，改天再申请 | 等老板批了再来申请吧 | 以后申请
等我汇报完领导同意了，再来找您申请
😀 | 👍👍👍 | [微笑] | 👌
"""
GOODBYES = """
bye | Bye! | goodbye | good bye | bye bye | see you | see you later | have a nice day | have a great weekend
goodbye and take care | thanks, bye for now | talk to you later | have a nice evening | see you tomorrow, bye
好的再见 | 那先这样吧 | 以后有问题再来问你 | 祝您工作顺利，再见 | 回头聊
再见 | 拜拜 | 拜 | 回见 | 下次再聊 | 再見 | 再见！
"""
ROBOTS = """
are you a robot | Are you a robot? | are you human? | are you an AI | are you real | are you a real person?
am i talking to a bot | Am I speaking with a human? | is this a bot? | is this a real person | are you ChatGPT
who are you? | what are you | are you a bot or a human | is this an AI? | r u a bot
你是机器人吗 | 你是机器人吗？ | 您是真人吗 | 你是真人还是机器人 | 你是不是机器人 | 你是AI吗 | 你是人工智能吗
请问你是机器人吗
你们是机器人吗 | 你是人工吗 | 这是机器人吗 | 你是谁 | 你是谁？ | 你是智能客服吗 | 你是機器人嗎 | 对面是真人吗
你好，你是机器人吗
"""
PERSONS = """
I want to talk to a person | talk to a human | human please | agent | I'd like to speak to someone
connect me to an agent | then connect me to the person who decides on prices
can I speak with a real person | transfer me to a human | please put me through to sales | let me talk to a human
real person please | talk to a real person, please | Hello, can I talk to a person? | operator
转人工 | 那帮我转给人工问问吧 | 人工 | 人工客服 | 我要人工 | 需要人工客服 | 转人工客服
我要转人工 | 请转人工 | 帮我转人工 | 找人工客服
真人客服 | 人工服务
给我转人工吧 | 轉人工 | 转接人工 | 我要找客服 | 你好，转人工
can someone call me | call me | please call me back on 13800138000 | I'd like to speak with someone about my case
is there anyone I can talk to? | I want to talk to your manager | get me a human | can I have a human please
I don't understand, let me speak to someone | are you a robot? I want to speak to a person | human, please
can someone from your team talk to me? | 找个人工问问 | in that case let me talk to a human. How much is it?
有人能跟我说吗 | 转人工!!!! | 人工人工人工 | 转人工转人工 | 我要人工！！ | 我想找真人聊聊 | 有真人吗 | 在吗？转人工
联系我 13800138000
I would rather deal with a human | please escalate this | please pass me on to a supervisor | I don't want to talk to a bot
could a colleague give us a call tomorrow | find me someone who understands this | is there a colleague of yours I can talk to
who at your company is allowed to grant an exemption? | can you hand this over to somebody senior
让你们主管过来 | 找客服 | 有活人吗 | 怎么转人工？ | 能不能请你们领导破例 | 能加个企业微信聊吗 | 我要和你们的顾问谈
我不想跟机器人说话 | 麻烦换个真人来跟我沟通
能让你们同事联系我吗 | 给我回个电话 13800138000 | 请安排人给我打电话 | 费用多少？算了，帮我转人工
"""
STATUS = """
application status | my application status | what is the status of my application | status of our application
How is my application going? | check my application | where is my application | any update on my application
what's the status of my application? | 合同都签了，现在轮到哪步了 | 交好了吧？我去跟领导回话 | 提交成功了吗
都改过来了吧？我这毛手毛脚的 | did you change it now?
CD-2026-000123 | where is CD-2026-000123 now | 我的申请进度 | 查询申请进度 | 查一下我的申请进度 | 申请进度怎么样了
我们公司的申请到哪一步了
申请进展如何 | 申请状态
any news on CD-2026-000123? | what happened to our application | CD-2026-000123, 13800138000 | hi, CD-2026-000123
my reference is CD2026000123 and email is a@b.com | where are we with our application? | has my application been approved yet
Hi, I applied last month. How is my application going? My email is a@b.com
Hello, I'd like to know how our application CD-2026-000123 is going, my phone is 13800138000
I would like to know the status of my application | can you check the status of our application?
我的申请怎么样了 | 我的证书办到哪一步了 | 你好，请问我的申请到哪一步了 | 我的申请通过了吗 | 帮我查一下我的申请进度 | 进度查询
我们的认证办得怎么样了 | 我们的证书下来了吗 | 我想查一下我们公司的申请进度 | 我的申請到哪一步了
"""
MISSING = """
what is still missing? | What's missing? | which documents do you still need from me | are we missing anything
what documents are missing from our application? | is my application complete? | what else do you need from us?
还缺什么材料？ | 还差什么 | 我的材料齐了吗 | 还有什么材料没交 | 我们还需要补什么材料 | CD-2026-000123 还缺什么材料？
還缺什麼材料
"""
APPLY = """
I want to apply | hello I want to apply | I want to apply now! | we'd like to apply for ISO 20000 certification | apply now
Hello, I want to apply for ISO/IEC 20000-1:2018 | We would like to apply for certification. Our company is Star Ltd.
We want to apply, we are Star Ltd, 80 people, two sites | start an application | I want to start another application
please start an application for us
can you start an application for me? | sign us up | let's apply | Yes, I want to apply | we want to get ISO 20000 certified
I want to apply, can you help me? | apply | new application | I'd like to get certified
我要审请认正 | apply for certification pls | no wait, I'd rather apply
我要申请认证 | 我们公司想办理20000认证 | 开始申请 | 帮我申请 | 立即申请 | 现在申请 | 我要申请 | 我要报名 | 我想再申请一项
想申请 | 那我要申请了
你好，我们想申请 ISO 20000 认证 | 你好我要申请认证 | 我們公司想辦理ISO20000認證 | 请帮我们公司申请ISO/IEC 20000-1认证
我想申请，可以帮我办理吗？
我们是一家IT公司，想申请20000认证，有十几个人，联系人张三，电话13800138000 | 我们想做20000认证
"""
QUOTATION = """
please send me a quote | we need an official quotation | quote please | can you send me a quotation for 80 people?
I'd like a quote for our company | Could we get a quotation? | Hi, we need a quotation. 80 people, two sites.
给我报个价 | 我要报价单 | 麻烦报个价 | 能给我发一份正式报价单吗 | 我们需要报价 | 帮我们公司出个报价，80人，两个场所
請給我們報個價
"""
COMPLAINT = """
I want to complain | I want to file a complaint about your auditor | complaint | I have a complaint
I want to make a complaint. Your auditor was rude, and nobody answered when we asked what was wrong.
I'm really unhappy with your consultant, he never listens | we want to contest the decision
No one has replied to us since Monday
Your auditor was rude. | we will report you to the authorities
我们对贵司的服务很不满意 | 我有情况要反映，你们的顾问态度很差 | 一个月了还没人联系我们 | 我去打12345了
this is unacceptable service, complaint | 我要投诉 | 投诉 | 我要投诉你们的审核员 | 我要投诉，上次的审核老师态度很差
我要投诉！为什么一直没人理我？
你们太差劲了，我要投诉 | 我要舉報你們
"""
UPSET = """
useless bot | this is ridiculous!!! | you are useless | you're so stupid | this is a joke | what a waste of time | wtf | shit
Your service is terrible!! | this bot sucks | I'm fed up with this | fuck you | Still nothing! This is ridiculous! Two weeks!
你们太差劲了 | 垃圾客服 | 垃圾 | 傻逼 | 滚 | 什么破机器人 | 你们服务太差了 | 气死我了 | 你这机器人真笨 | 你们就是骗子
this is simply not acceptable | I'm losing patience | how disappointing
you keep repeating the same thing | 真让人失望 | 别老发模板
太过分了！ | 你是智障吗
你們太差勁了
"""
POLICY = """
please withdraw the application | 把申请撤了吧 | 请撤回我们的申请
delete my data | please delete all my personal data | can you delete my data? | export my data | I will sue you
I am a journalist from the Times | I want a refund | refund my money now! | we want to cancel our contract | can we pay to pass?
Can we just buy the certificate without an audit? | can we pay the auditor something extra to pass?
we paid twice and want our money back | We will take legal action | 我们会走法律程序 | 我就找媒体曝光你们 | 钱赶紧退给我们
删除我的个人信息 | 请把我的聊天记录删除 | 我要求删除我的数据 | 我要起诉你们 | 法庭见 | 我是南方周末的记者 | 我要退款
能不能花钱直接过?
可以给审核员塞红包吗 | 能花钱买证吗 | 刪除我的個人信息
"""
UNCLEAR = """
test | testing 123 | hmm | 测试一下 | 试试 | 呃
??? | ？？？ | ... | 。。。 | ! | 🤔❓ | - | *** | ~~ | （） | 😡
"""
QUESTIONS = """
hi, how much is it | Hello, I would like to know the fee | thanks, and how long does it take? | ok and the fee?
Good morning, what documents do I need?
is this the person who signs | who is the person in charge of the audit | can a person of ours join the audit
is a robot used in the audit
what happens to our application after stage 1 | what does the application form ask
do you talk to our staff in stage 2 | how do auditors talk to people
what is ISO 20000 | what are the fees | who are the auditors | who are your customers | what are you charging
is this real accreditation
do human resources count | is the certificate real | bye the way how long is it valid | good price?
nice, what about validity | price | fee | validity
can I apply | I see, how about surveillance | great, how do I apply | is it an AI company | are you certified
what is your name
好的，那有效期呢 | 你好，多少钱 | 您好，请问费用多少 | 谢谢，那要多久？ | 嗯，需要什么材料 | 好的好的，怎么申请
你们是认证机构吗 | 你们是做什么的
人工智能公司可以申请吗 | 机器人公司能申请吗 | 申请需要什么材料 | 怎么申请 | 审核需要多少人工 | 人工费怎么算
客服中心可以认证吗 | 证书状态怎么查
有效期 | 费用 | 早上好，有效期几年 | 可以加急吗 | 行业有限制吗 | 没问题的话多久拿证 | 谁签字 | 再见证审核是什么
明白了，那费用呢 | 在吗，想问下费用
申请进度受什么影响，要多久 | 申请之后的流程是什么
"""
QUESTIONS_NEAR_WISHES = """
How do I apply? | can a small company apply? | do we need to apply online | I want to know how to apply | who can apply
I want to apply, how long does it take? | I want to apply for ISO 9001 | we want to apply but have no internal audit yet
We are planning to apply | we already applied | I do not want to apply yet | we need to get certified by March, is that realistic
怎么申请？ | 怎么报名？ | 申请 | 我想申请，需要什么材料？ | 我要申请9001认证 | 我想申请但是不知道够不够条件 | 我不想申请
我申请过了 | 我想申请补贴
我想咨询认证 | 想做20000，多少钱 | 我们要申请的话先做什么 | 帮我写申请书
how much does it cost? | how do I get a quote | what does the quotation cover | we got a quote from another body, can you beat it
报价 | 怎么报价 | 报价单多久有效 | 你们报价怎么比别人高 | 给我发个模板 | please send me the list of documents
how do I complain? | how are complaints handled | complaints | I don't want to complain but how long does it take
怎么投诉？ | 投诉流程是什么 | 我要投诉审核员，走什么程序 | 客户投诉记录要保留吗 | 不想投诉
is it a waste of time to get certified? | are you a scam? | our service desk is terrible, does that matter | this is hard
我们做环保，垃圾，回收 | 系统很垃圾能过审吗 | 你们是骗子吗 | 太贵了 | 差别大吗 | 什么态度的服务才合格
do you delete our records after the audit? | Do we get our money back if we do not pass? | can we buy the standard from you
can we pay in instalments | can law firms apply | we have a lawyer in our team | can we pay extra to be faster?
don't delete my data
我的个人信息你们会怎么用 | 没通过退钱吗 | 怎么退款 | 我们是做新媒体的 | 可以花钱加急吗 | 律师需要在场吗 | 退款政策是什么
who will contact us | does someone call me after I apply | can you call it certified | agent fees | operator training
人工，差旅，住宿怎么算 | 会有人联系我吗 | 有没有专人对接 | 不要转人工 | 请联系我们的客服获取报价
which documents are needed | what documents do you need from us | is something missing in the standard | 需要什么材料
还需要什么材料
还缺人怎么办 | 材料不全可以后补吗 | our certification expires soon, what now | what is the status of the standard
我的证书什么时候到期 | 审核进度受什么影响 | 查证书真伪 | 怎么查进度 | 申请流程
is the audit done by a person on site? | do I need a contact person? | who can approve an exception to the policy
can someone from our team join the audit | should we get a consultant to help us | does the auditor call our staff
nobody answers the phone at our service desk, is that a finding | we are not happy with our current certifier, can we move to you
thanks for the info how long is it valid | test reports | is a test required | what if the auditor was rude
what happens if nobody replies | how do we dispute a finding | are you available in Beijing | is anyone there exempt
审核是派人来吗 | 要指定联系人吗 | 可以找顾问帮我们处理吗 | 以后就没人管了对吧 | 客户对我们的服务不满意怎么办 | 测试记录要吗
你们专业吗 | 审核老师态度好吗 | 加急能特批几天 | 审核那天要叫领导来吗 | 走法律途径要多久 | 有问题找谁 | 有需要补的材料吗
"""


def rows(table: str) -> list[str]:
    return [cell.strip() for line in table.splitlines() if line for cell in line.split("|")]


TABLE = {
    Intent.GREETING: GREETINGS,
    Intent.THANKS: THANKS,
    Intent.OKAY: OKAYS,
    Intent.GOODBYE: GOODBYES,
    Intent.ROBOT: ROBOTS,
    Intent.PERSON: PERSONS,
    Intent.STATUS: STATUS,
    Intent.MISSING: MISSING,
    Intent.APPLY: APPLY,
    Intent.QUOTATION: QUOTATION,
    Intent.COMPLAINT: COMPLAINT,
    Intent.UPSET: UPSET,
    Intent.POLICY: POLICY,
    Intent.UNCLEAR: UNCLEAR,
    Intent.QUESTION: QUESTIONS + QUESTIONS_NEAR_WISHES,
}
LABELLED_OTHERWISE = {
    "我要投诉，上次的审核老师态度很差",
    "who are you",
    "之前做9001的时候交了一大摞，来回补了四五次，烦死了。这次20000我想一次弄全，麻烦您把要交给你们的资料一样不落地告诉我",
    "材料是12样对吧，我这才凑了7样，还缺哪些",
}  # known to the knowledge too; these come first


@pytest.mark.parametrize(("text", "wanted"), [(text, kind) for kind in TABLE for text in rows(TABLE[kind])])
def test_the_whole_message_decides_what_is_wanted(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


def test_no_labelled_question_is_taken_for_anything_else() -> None:
    asked = [case.question for case in (*cases.development(), *cases.bands())]
    assert {text for text in asked if intent(text) is not Intent.QUESTION} == LABELLED_OTHERWISE


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("你们太差劲了，退款！", Intent.POLICY),
        ("我想申请个人证书", Intent.QUESTION),
        ("我想身请人证", Intent.APPLY),
        ("了解，那我們要重新申請認證", Intent.APPLY),
        ("不说价我没法跟领导交代，换个人来说", Intent.PERSON),
        ("太贵了，让你们的人来谈", Intent.PERSON),
        ("这场所怎么算我弄不明白，请转人工给我讲讲", Intent.PERSON),
        ("我怕填错，能先叫个人工老师帮我看一眼吗", Intent.PERSON),
        ("先不用转人工，我自己再看看", Intent.QUESTION),
        ("I have patient data and would like to discuss that with one of your people", Intent.PERSON),
        ("do I need to speak to someone at your firm before I apply?", Intent.QUESTION),
        ("How splendid. Then I should like to apply at once, if it isn't too much trouble", Intent.QUESTION),
        ("We would like to apply with our university clinic.", Intent.APPLY),
        ("我还是要申请认证", Intent.APPLY),
        ("先等等，我想找个人工帮我看看填得对不对", Intent.PERSON),
        ("贵司宣传内容涉嫌虚假，我司将发律师函并向法院起诉", Intent.POLICY),
        ("我已经找律师了 再不处理我就起诉你们", Intent.POLICY),
        ("useless bot, I want to complain", Intent.COMPLAINT),
        ("useless bot, let me talk to a person", Intent.UPSET),
        ("I want to apply, and please call me", Intent.PERSON),
        ("谢谢，我的申请怎么样了", Intent.STATUS),
        ("我的申请CD-2026-000123怎么样了，还缺什么材料", Intent.MISSING),
    ],
)
def test_the_graver_of_two_wishes_counts(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


def test_a_wish_may_stand_in_a_long_message() -> None:
    assert intent("I want to complain. " + "The auditor was late again. " * 100) is Intent.COMPLAINT
    assert intent("我要投诉。" + "审核老师又迟到了。" * 300) is Intent.COMPLAINT
    unbroken = "We are deeply unhappy with the service we have received from your side this year and expect an apology"
    assert intent(unbroken) is Intent.COMPLAINT


@pytest.mark.parametrize(
    "text",
    [
        "please " * 600, "really " * 600, "i will " * 600, "a," * 2000, "我想，" * 1300, "人工" * 2000,
        "你们真" + "真" * 3900 + "x",
        "cd2026" * 660, "1 " * 2000, "iso iec " * 500, "can you send me a quote for " + "a " * 1900, "hi, " * 1000, "?" * 4000,
        "you are " + "so " * 23 + "x", "your " * 15 + "x", "你们真" + "真" * 70 + "x", "iso iec " * 9 + "x", "is " * 26,
    ],
)  # fmt: skip
def test_no_message_makes_the_judging_run_away(text: str) -> None:
    """It would not end within years if it grew faster than the text."""
    assert intent(text) in Intent


def test_small_talk_at_length_is_looked_up() -> None:
    assert intent("hello " * 20) is Intent.QUESTION


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("hi, how much is it", "how much is it"),
        ("Good morning! Which documents?", "Which documents?"),
        ("你好，多少钱", "多少钱"),
        ("您好！请问费用多少", "请问费用多少"),
        ("请问 有效期多久", "有效期多久"),
        ("excuse me, how long?", "how long?"),
        ("how much is it", "how much is it"),
        ("hi", "hi"),
        ("hi!", "hi!"),
        ("history of the standard", "history of the standard"),
        ("早期的版本还能用吗", "早期的版本还能用吗"),
    ],
)
def test_a_greeting_in_front_of_a_question_is_left_out(text: str, rest: str) -> None:
    assert without_courtesy(text) == rest


def test_what_leads_in_to_a_question_is_left_out_up_to_its_colon() -> None:
    assert without_courtesy("one more thing for next year: who can get it?") == "who can get it?"
    assert without_courtesy("one more thing about audits how often?") == "about audits how often?"


@given(st.text())
def test_any_text_has_one_intent(text: str) -> None:
    assert intent(text) in Intent
    assert without_courtesy(text) == without_courtesy(text).strip()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ta", Intent.THANKS),
        ("k cool thx 🙏", Intent.THANKS),
        ("kk", Intent.THANKS),
        ("6", Intent.UNCLEAR),
        ("666", Intent.UNCLEAR),
    ],
)
def test_the_shortest_messages_are_no_questions(text: str, kind: Intent) -> None:
    assert intent(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "I want to apply before my train comes",
        "I want to apply, but please ask for as little data as possible",
    ],
)
def test_a_wish_to_begin_may_come_in_a_hurry(text: str) -> None:
    assert intent(text) is Intent.APPLY


@pytest.mark.parametrize("text", ["no", "No.", "nope", "yes", "不", "没有"])
def test_a_bare_yes_or_no_answers_a_question_and_is_no_politeness(text: str) -> None:
    assert intent(text) not in {Intent.THANKS, Intent.GOODBYE, Intent.GREETING}


@pytest.mark.parametrize(
    "text", ["Yes, please.", "sure", "please do", "that would be great", "好的，麻烦了", "要", "可以"]
)
def test_an_offer_is_taken_in_words_that_say_so(text: str) -> None:
    assert accepts(text)


@pytest.mark.parametrize(
    "text", ["ok", "thanks", "great", "好的", "嗯", "不要", "不需要", "yes, but how much is it?", "no please"]
)
def test_what_has_only_been_read_takes_no_offer(text: str) -> None:
    assert not accepts(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("What do you hold on me? I make this request under data protection law.", Intent.POLICY),
        ("根据个人信息保护法，请告知你们存了我哪些信息", Intent.POLICY),
        ("I request a quotation; is GDPR in scope?", Intent.QUESTION),
        ("The certificate you sent has our company name misspelled.", Intent.COMPLAINT),
        ("证书上公司名字印错了，要重新出一张", Intent.COMPLAINT),
        ("if the certificate has a typo, what then", Intent.QUESTION),
    ],
)
def test_who_uses_a_right_or_got_a_misprinted_certificate_is_told_from_who_asks(
    text: str, kind: Intent
) -> None:
    assert intent(text) is kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("你们的人答应我月底出证，结果没出，害我们投不了标", Intent.COMPLAINT),
        ("I was promised a call on Monday, but nobody rang", Intent.COMPLAINT),
        ("third time I'm here and all I get is canned rubbish", Intent.UPSET),
        ("你们这什么态度", Intent.UPSET),
        ("问半天没一句有用的", Intent.UPSET),
        ("要你们有什么用", Intent.UPSET),
        ("公司换人了，麻烦帮查下进度", Intent.STATUS),
        ("没有就算了，我重新来一遍吧", Intent.APPLY),
        ("那行，还是填吧", Intent.APPLY),
        ("好吧，那打扰了", Intent.GOODBYE),
        ("完事了，那俺走了", Intent.GOODBYE),
    ],
)
def test_what_is_meant_plainly_needs_no_search(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


def test_who_needs_no_person_asks_for_none() -> None:
    assert without_refusal("算了 不用人工了 我问你就行") == "算了 我问你就行"
    assert without_refusal("给我换别的客服") == "给我换别的客服"
