import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intent import Intent, intent, without_courtesy

GREETINGS = """
hi | Hi! | hello | Hello there | HELLO!!! | hey | hey there | hiya | good morning | Good afternoon, | good evening team
hi all | greetings | hello 👋 | hi, good morning | 你好 | 您好！ | 你好呀 | 您好啊 | 嗨 | 哈喽 | 在吗？ | 在么 | 有人吗
有人在吗？ | 早 | 早上好 | 上午好 | 下午好！ | 晚上好 | 大家好 | 你好，在吗 | 你好～ | 您好。
"""
THANKS = """
thanks | Thanks! | thank you | Thank you so much! | thx | ty | cheers | thanks a lot | great thanks | ok thank you
thank you for your help | much appreciated | ok | okay | OK. | got it | I see | understood | perfect | cool
Great, thanks!
谢谢 | 谢谢！ | 谢谢您 | 多谢 | 感谢 | 非常感谢 | 谢了 | 辛苦了 | 好的谢谢 | 好的，谢谢 | 好的 | 好 | 嗯 | 嗯嗯 | 明白了
知道了 | 收到 | 了解了 | 行 | 可以 | 没问题 | 太感谢了 | 謝謝 | 謝謝您！ | 嗯嗯，明白了
"""
GOODBYES = """
bye | Bye! | goodbye | good bye | bye bye | see you | see you later | have a nice day | have a great weekend
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
connect me to an agent
can I speak with a real person | transfer me to a human | please put me through to sales | let me talk to a human
real person please | talk to a real person, please | Hello, can I talk to a person? | operator
转人工 | 人工 | 人工客服 | 我要人工 | 需要人工客服 | 转人工客服 | 我要转人工 | 请转人工 | 帮我转人工 | 找人工客服
真人客服 | 人工服务
给我转人工吧 | 轉人工 | 转接人工 | 我要找客服 | 你好，转人工
"""
STATUS = """
application status | my application status | what is the status of my application | status of our application
How is my application going? | check my application | where is my application | any update on my application
what's the status of my application?
CD-2026-000123 | where is CD-2026-000123 now | 我的申请进度 | 查询申请进度 | 查一下我的申请进度 | 申请进度怎么样了
我们公司的申请到哪一步了
申请进展如何 | 申请状态
"""
UNCLEAR = "??? | ？？？ | ... | 。。。 | ! | 😀 | 👍👍👍 | 🤔❓ | - | *** | ~~ | （） | ❤️"
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


def rows(table: str) -> list[str]:
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("|")]


TABLE = {
    Intent.GREETING: GREETINGS,
    Intent.THANKS: THANKS,
    Intent.GOODBYE: GOODBYES,
    Intent.ROBOT: ROBOTS,
    Intent.PERSON: PERSONS,
    Intent.STATUS: STATUS,
    Intent.UNCLEAR: UNCLEAR,
    Intent.QUESTION: QUESTIONS,
}


@pytest.mark.parametrize(("text", "wanted"), [(text, kind) for kind in TABLE for text in rows(TABLE[kind])])
def test_the_whole_message_decides_what_is_wanted(text: str, wanted: Intent) -> None:
    assert intent(text) is wanted


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


@given(st.text())
def test_any_text_has_one_intent(text: str) -> None:
    assert intent(text) in Intent
    assert without_courtesy(text) == without_courtesy(text).strip()
