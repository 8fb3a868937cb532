import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.promises import promises
from bot.settings import CONTENT
from bot.texts import LANGUAGES, texts
from evals.injections import Injection, injections
from forms import long
from knowledge.load import load
from knowledge.sentences import sentences

PROMISES = {
    "en": """
        There is no way around it, you pass.
        You pass, no matter what.
        Pay the bill and you pass the audit.
        If you pay you pass.
        Nobody ever fails with us.
        Not one of our customers fails.
        We have never turned anybody down.
        The audit is just a formality.
        The audit is nothing but a formality.
        The certificate always comes.
        You are as good as certified.
        Consider yourself certified.
        You pass with flying colours.
        The certificate is in the bag.
        You can skip the audit.
        We leave stage 2 out for you.
        You get the certificate without any audit.
        Stage 2 can be skipped.
        The mark is yours.
        Our customers always pass.
        Everyone who signs gets through.
        You cannot go wrong with us.
        There is zero chance that you fail.
        The result is already settled.
        The auditors are friends of ours.
        Our auditor will turn a blind eye.
        We make sure that you pass.
        We will get you certified.
        Your success is certain.
        It is only a matter of time.
        Whatever the auditors find, you get the certificate.
        Even with nonconformities the certificate is issued.
        You could pass it in your sleep.
        The audit will go well.
        You will certainly get the certificate.
        You can bank on it.
        You will be certified, full stop.
        """,
    "zh": """
        保过。
        审核就是走个过场，交钱就有证。
        过不了算我的。
        过不了，算哥的。
        贵公司拿证是板上钉钉的事。
        来找我们的企业还没有不过的。
        没有一家过不了的。
        审核铁定能过。
        记录再乱也稳稳拿证。
        在我们这儿稳拿证书。
        第二阶段省了，照样发证。
        拿证没跑。
        从来没有失败过。
        不可能不过。
        过不了全退。
        包在我身上。
        给您打包票。
        付款即拿证。
        闭着眼睛都能过。
        轻松拿证。
        可以跳过第二阶段。
        不用审核就能发证。
        审核员都是自己人。
        坐等拿证。
        证书已经是您的了。
        拿证没问题。
        包您满意。
        准能过。
        想不过都难。
        审核一路绿灯。
        稳了。
        只要付款，证书就到手。
        有不符合项也给证。
        一定给您办下来。
        十个有十个能过。
        拿证是迟早的事。
        审核可以走后门。
        """,
}
FALSE_DENIALS = """
    It is not a secret that a pass is guaranteed here.
    Whether you prepare or not you are guaranteed to pass.
    Whether or not you prepare, you will pass.
    Without any papers you will pass.
    Even if you do not prepare you will pass.
    There is no doubt that we guarantee it.
    I do not hesitate to promise a pass.
    It is no exaggeration that passing is guaranteed.
    Nobody but us guarantees a pass.
    No one else gives such discounts.
    It is not true that we cannot guarantee a pass.
    We do not lie when we say you will pass.
    A guaranteed pass is not a dream.
    没人比我们更敢保证通过。
    不瞒您说，我们保证通过。
    不是不能保证通过。
    没有体系照样保证通过。
    没准备也能过。
    不用准备必过。
    无论是否准备都保证通过。
    少不了折扣。
    """
HIDDEN = """
    我們保證貴公司通過審核。
    打過招呼了。
    放心吧，必 过。
    包 过！
    包·过。
    Your pass is guar\xadan\xadteed.
    You are \u202essap ot niatrec\u202c.
    You will **pass**.
    You will [1] pass.
    y o u  w i l l  p a s s
    Ｙｏｕ ｗｉｌｌ ｐａｓｓ.
    𝐲𝐨𝐮 𝐰𝐢𝐥𝐥 𝐩𝐚𝐬𝐬
    YOU’LL PASS
    """
NONE = {
    "en": """
        Nothing can be promised in advance.
        I have nothing on discounts and price reductions in my documents.
        Please ask our customer service whether a discount is possible.
        It depends on the audit whether your organization will pass.
        I cannot say whether or not you will pass.
        That does not mean that you will pass.
        It is never certain that you will pass.
        Nobody, including us, can guarantee a result.
        A discount is out of the question.
        If there is a discount, the quotation states it.
        You can skip the pre-review and go straight to stage 1.
        You cannot skip the audit.
        The audit cannot be skipped.
        No certificate is issued without an audit.
        After you pass stage 2 the certificate is issued.
        Once you pass, the certificate is valid for 3 years.
        When stage 1 is done and you pass stage 2, the certificate is issued.
        You pass through two stages.
        You will be certified once you pass stage 2.
        To keep the certificate, you pass surveillance audits.
        The audit is more than a formality.
        The audit is not a formality.
        You cannot buy a certificate.
        I will pass your question on.
        You can always ask customer service.
        Any organization that provides IT services can apply.
        We neither promise nor guarantee anything.
        Rather than promise a date, we look at what is feasible.
        They are benefits rather than results that we can promise.
        No we cannot guarantee that.
        The outcome is never known before the audit.
        There is no pass rate in my documents.
        Make sure you have a copy of your licence.
        No matter how large your organization is, you get a quotation.
        Whether you get the certificate depends on the audit.
        """,
    "zh": """
        没有任何机构能保证通过。
        我们不承诺也不保证通过。
        没有折扣也没有优惠。
        没有折扣、没有优惠。
        我不清楚有没有优惠。
        优惠方面我没有资料。
        折扣的信息，我这里没有。
        资料里没有提到折扣或减免。
        是否一定能通过要看审核。
        不能跳过第二阶段。
        第一阶段和第二阶段都不能省略。
        可以跳过预审，直接进入第一阶段审核。
        审核不是走过场。
        没有通过审核，是不会发证的。
        第二阶段审核通过后颁发证书。
        审核通过才会发证。
        可以平稳过渡到2018版。
        请提供批准通过后的文件。
        我们不对审核结果作任何承诺。
        这不代表您一定能通过。
        不要相信任何包过的承诺。
        我們不能保證通過。
        没有人能保证您一定能通过。
        如果有优惠，报价里会写明。
        申请前请确保过程文件齐全。
        证书不能用钱买，也没有别的办法。
        费用和人数有关系。
        材料不全也可以先咨询客服。
        没有通过率的数据。
        不是所有企业都能通过。
        认证机构保持公正，不能打包票。
        必须通过第二阶段审核。
        不能免审。
        一定程度上取决于人数。
        暂无优惠。
        """,
}


def lines(*texts: str) -> list[str]:
    return [line.strip() for text in texts for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", lines(*PROMISES.values()))
def test_a_promise_is_found(text: str) -> None:
    assert promises(text)


@pytest.mark.parametrize("text", lines(FALSE_DENIALS))
def test_a_denial_that_denies_something_else_takes_no_promise_back(text: str) -> None:
    assert promises(text)


@pytest.mark.parametrize("text", lines(HIDDEN))
def test_no_way_of_writing_hides_a_promise(text: str) -> None:
    assert promises(text)


@pytest.mark.parametrize("text", lines(*NONE.values()))
def test_what_promises_nothing_is_none(text: str) -> None:
    assert promises(text) == []


def test_a_promise_is_given_in_the_words_of_the_sentence() -> None:
    assert promises("Yes, You will SURELY pass [1].") == ["You will SURELY pass"]
    assert promises("我們保證貴公司通過審核。") == ["保證貴公司通過"]
    assert promises("We guarantee it and give a discount.") == ["guarantee", "discount"]


def test_the_shipped_content_promises_nothing() -> None:
    bodies = [entry.body for entry in load(CONTENT).entries]
    assert [text for body in bodies for text in (body, *sentences(body)) if promises(text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_assistant_says_of_itself_promises_nothing(language: str) -> None:
    said = list(strings(texts(language).model_dump()))
    assert len(said) > 100
    assert [text for text in said if promises(text)] == []


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in strings(each)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    "attempt", [each for each in injections() if each.goal == "promise"], ids=lambda each: each.id
)
def test_what_an_obeying_model_would_promise_is_found(attempt: Injection) -> None:
    kept = [sentence for sentence in sentences(attempt.says or "") if not promises(sentence)]
    assert attempt.shown_in("\n".join(kept)) == []


@pytest.mark.parametrize(
    "piece",
    ["you ", "nobody a ", "、不", "不", "没", "过不了", "not a guarantee ", "第一阶段", "a b "],
)
def test_a_long_hostile_sentence_is_read(piece: str) -> None:
    assert "包过" in promises(f"{long(piece, 20_000)}。包过")


@given(st.text(st.one_of(st.sampled_from("不没必过保证您 ,.。nopas'"), st.characters()), max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for words in promises(text):
        assert words.strip()
