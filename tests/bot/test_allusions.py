import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.allusions import Allusion, Matter, allusions
from bot.settings import CONTENT
from forms import long
from knowledge.load import load
from knowledge.sentences import sentences

ALLUSIONS = {
    Matter.PRICE: """
        Certification is free of charge.
        The whole certification is on the house.
        Your first certificate is complimentary.
        Your fee is waived.
        You owe us nothing.
        We do not charge for the pre-review.
        There is no charge for it.
        A free pre-review is included.
        Not a cent is due.
        Universities get a student rate.
        You pay a third less.
        We knock a tenth off the bill.
        You get it at half price.
        You pay half the fee.
        We do it at cost.
        Stage 1 is a grand.
        It costs no more than a night in a good hotel.
        The fee is as many yuan as the alphabet has letters.
        You pay only when you pass.
        It costs next to nothing.
        Your voucher is accepted.
        Our fee is below 18,000 yuan.
        We charge a flat fee.
        认证免费。
        预审免費。
        我们分文不取。
        一分钱不要。
        不再收取任何费用。
        您的费用已经免了。
        不用付费。
        同行就按成本价算。
        今天直接骨折价。
        买一送一。
        下单立减。
        还返现到您的微信。
        给您减半。
        便宜一半。
        也就万把块的事。
        没几千块。
        一顿火锅钱。
        学生价。
        比别家便宜。
        送您一次预审。
        """,
    Matter.REFUND: """
        You get every cent back when you fail.
        All of your money comes back to you.
        We refund the fee.
        You will be reimbursed.
        The fee is returned.
        没过的话一分不少退给您。
        钱全都原路退回。
        可以退款。
        双倍退还。
        費用全部退還。
        """,
    Matter.TIME: """
        Certification is done overnight.
        You can have it by tomorrow.
        It will be on your desk next Tuesday.
        No later than Friday.
        You get it before the weekend.
        It arrives by Christmas.
        It is ready by the end of the month.
        Within days.
        It takes only weeks.
        A couple of days.
        In no time.
        On the same day.
        It comes immediately.
        We fast-track it.
        Next month.
        You have it in the summer.
        加急当天出证。
        最快明天就能拿证。
        後天就能拿證。
        最迟下周二到手。
        月底前就能拿到。
        春节前出证。
        一个多礼拜就好。
        旬日之内出证。
        几天就好。
        十来天。
        不出本周。
        马上出证。
        今年就能拿到。
        """,
    Matter.VALIDITY: """
        It is valid for life.
        It never expires.
        It does not expire.
        It is valid forever.
        It has unlimited validity.
        No renewal is needed.
        It renews itself.
        证书永不过期。
        证书是终身的。
        长期有效。
        永久有效。
        不用换证。
        自动续期。
        無限期。
        """,
}
NONE = """
    15 working days at the fastest.
    It is valid for 3 years.
    Surveillance takes place every 6 months or 12 months.
    Feel free to ask.
    It is a free text field.
    You are free to choose.
    The system is free of errors.
    That is in today's edition.
    The day-to-day work is checked.
    Operation is daily work.
    The pre-review is not free.
    I cannot say whether it is free.
    We cannot waive the fee.
    There is no flat fee.
    I have no refund terms in my documents.
    Every colleague will get back to you.
    Ask about the fee and a colleague gets back to you.
    I cannot promise next Tuesday.
    If you need it by Friday, please tell us early.
    In good time before the expiry date.
    The certificate is not permanent.
    It does not renew itself.
    The service life cycle is covered.
    The processes are all in clause 8.
    At the end of the certificate's validity it is renewed.
    预审不免费。
    费用不能减免。
    避免费用增加。
    请客服报价。
    请注明日期。
    发送您的材料。
    到底价格多少，要看报价。
    材料会退回修改。
    全部还需要准备。
    没有关于退款的信息。
    我不能承诺下周二。
    周期看人数。
    每周一次。
    满3年后再认证。
    每6个月或12个月。
    服务随即开始。
    证书不是终身的。
    不会自动延长。
    过期前要再认证。
    """
SAME = [
    ["It is free.", "It is free of charge.", "It is on the house.", "这是免费的。", "分文不取。"],
    ["You pay half price.", "You pay half less.", "半价。", "便宜一半。", "打对折。"],
    ["Every cent back.", "A full refund.", "全额退款。", "一分不少退给您。"],
    ["By tomorrow.", "Tomorrow, then.", "明天就好。"],
    ["By next Tuesday.", "On next Tuesday.", "下周二。", "下星期二之前。"],
    ["By the end of the month.", "At the end of the month.", "月底前。"],
    ["Within a few days.", "In a couple of days.", "几天就好。"],
    ["Before Chinese New Year.", "春节前。", "过年之前。"],
    ["It is valid for life.", "It never expires.", "终身有效。", "永不过期。"],
]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize(
    ("matter", "text"), [(matter, line) for matter, text in ALLUSIONS.items() for line in lines(text)]
)
def test_words_for_a_figure_are_found(matter: Matter, text: str) -> None:
    assert matter in {each.matter for each in allusions(text)}
    assert all(each.key for each in allusions(text))


@pytest.mark.parametrize("text", lines(NONE))
def test_what_stands_for_no_figure_is_none(text: str) -> None:
    assert allusions(text) == []


@pytest.mark.parametrize("texts", SAME, ids=lambda texts: texts[0])
def test_what_says_the_same_has_the_same_key(texts: list[str]) -> None:
    assert len({frozenset((each.matter, each.key) for each in allusions(text)) for text in texts}) == 1


def test_what_says_something_else_has_another_key() -> None:
    keys = [allusions(texts[0])[0].key for texts in SAME]
    assert len({*keys}) == len(SAME)
    assert allusions("By Tuesday.") != allusions("By next Tuesday.")
    assert allusions("A third off.")[0].key != allusions("A third of the price.")[0].key


def test_an_allusion_has_the_words_of_the_sentence() -> None:
    assert allusions("By Tomorrow [1] it is FREE of charge, 終身。") == [
        Allusion(Matter.TIME, "Tomorrow", "tomorrow"),
        Allusion(Matter.PRICE, "FREE of charge", "free"),
        Allusion(Matter.VALIDITY, "終身", "for ever"),
    ]


def test_the_shipped_content_alludes_to_no_figure() -> None:
    assert [
        part for entry in load(CONTENT).entries for part in sentences(entry.body) if allusions(part)
    ] == []


@pytest.mark.parametrize(
    "piece",
    ["free ", "免费", "half ", "within ", "下周", "几", "your money ", "no cost ", "x", "不"],
)
def test_a_long_hostile_sentence_is_read(piece: str) -> None:
    assert allusions(f"{long(piece, 20_000)}. It is gratis.")[-1].words == "gratis"


@given(st.text(st.one_of(st.sampled_from("今明下周一月半免费退 ,.fre"), st.characters()), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for each in allusions(text):
        assert each.words
        assert each.key
