import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wechat.links import Links
from adapters.wechat.wording import LONGEST, Wording, cut, size
from bot.messages import Action, Author, AuthorKind, Citation, Outcome, Reply
from bot.records import DeliveryState, Push
from bot.texts import texts as phrases

LABEL = "（本消息由AI生成）"
SOURCE = Citation(
    1, "faq", "常见问题", "证书有效期多久？", "有效期为3年。", "/sources/iso-20000/faq#validity"
)
links = Links("https://certdesk.example", "secret")
wording = Wording(links, LABEL)


def a_push(text: str, question: str = "", *, language: str = "zh", sources: int = 0, actions: int = 0,
           author: AuthorKind = AuthorKind.BOT) -> Push:  # fmt: skip
    reply = Reply(
        "msg_1",
        None,
        text,
        language,
        Outcome.ANSWERED,
        Author(author, "李华"),
        citations=[SOURCE] * sources,
        actions=[Action(f"更多{n}", f"请问更多{n}？") for n in range(actions)],
        ai_generated=author is AuthorKind.BOT,
    )
    return Push(DeliveryState.SENT, 1, None, reply, question)


def said(*pushes: Push, late: bool = False) -> str:
    return wording.said("cnv_1", pushes, late=late)


def test_an_answer_shows_its_sources_what_may_follow_and_who_wrote_it() -> None:
    assert said(a_push("有效期为3年。[1]", sources=1, actions=4)) == (
        "有效期为3年。[1]\n\n"
        "出处：\n[1] 常见问题 > 证书有效期多久？\n\n"
        "您还可以回复：\n· 请问更多0？\n· 请问更多1？\n· 请问更多2？\n"
        f"{LABEL}"
    )


def test_an_answer_is_said_to_be_made_by_ai_in_its_language() -> None:
    labelled = Wording(links, None)
    assert labelled.said("cnv_1", [a_push("3年。")], late=False) == f"3年。\n{LABEL}"
    english = labelled.said("cnv_1", [a_push("3 years.", language="en")], late=False)
    assert english == "3 years.\n(This message was written by AI.)"
    assert Wording(links, "").said("cnv_1", [a_push("3年。")], late=False) == "3年。"


def test_a_late_answer_says_which_question_it_is_to() -> None:
    assert said(a_push("3年。", "证书有效期多久？"), late=True) == f"关于“证书有效期多久？”：\n3年。\n{LABEL}"
    assert "关于" not in said(a_push("3年。", "证书有效期多久？"))


def test_a_late_message_that_answers_nothing_names_no_question() -> None:
    assert said(a_push("您的申请有新进展。"), late=True) == f"您的申请有新进展。\n{LABEL}"


def test_a_persons_message_has_their_name_and_not_the_label() -> None:
    assert said(a_push("您好，我来帮您。", author=AuthorKind.PERSON), late=True) == "李华：您好，我来帮您。"


def test_several_answers_in_one_message_each_name_their_question() -> None:
    both = said(a_push("3年。", "有效期？"), a_push("It depends.", "fees?", language="en"))
    assert both == f"关于“有效期？”：\n3年。\n{LABEL}\n\nOn “fees?”:\nIt depends.\n{LABEL}"


def test_an_answer_that_is_too_long_ends_with_a_sentence_and_a_link_to_the_whole() -> None:
    text = "".join(f"这是第{n}句话，讲的是认证的一个方面。" for n in range(200))
    found = said(a_push(text, sources=1, actions=2))
    assert size(found) <= LONGEST
    shown, _, rest = found.partition("\n全文和出处：")
    assert text.startswith(shown)
    assert shown.endswith("。")
    token = rest.partition("\n")[0].rpartition("/")[2]
    assert links.answered(token) == ("cnv_1", "msg_1")
    assert rest.endswith(LABEL)


def test_what_may_follow_is_left_out_before_the_text_is_cut() -> None:
    found = said(a_push("讲" * 625, sources=1, actions=3))
    assert "出处" in found
    assert "您还可以回复" not in found
    assert "讲" * 625 in found


def test_documents_are_sent_by_a_link_in_the_place_of_the_pages_own_way() -> None:
    found = said(a_push(f"还需要以下材料：\n- 营业执照\n{phrases('zh').case.upload}"))
    assert phrases("zh").case.upload not in found
    token = found.partition("/wechat/uploads/")[2].partition("\n")[0]
    assert links.uploading(token) == "cnv_1"


def test_a_long_question_is_named_by_its_beginning_on_one_line() -> None:
    waiting = wording.waiting("请问\n\n" + "很长" * 100, "zh", pushed=True)
    assert "关于“请问 很长" in waiting
    assert "…”" in waiting
    assert size(waiting) < 300


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_waits_for_an_answer_is_told_how_it_comes(language: str) -> None:
    assert ("继续" in wording.waiting("q", "zh", pushed=False)) is True
    assert wording.waiting("q", language, pushed=True) != wording.waiting("q", language, pushed=False)


@given(st.lists(st.tuples(st.text(max_size=3000), st.text(max_size=200)), min_size=1, max_size=5))
def test_no_message_is_longer_than_the_platform_takes(answers: list[tuple[str, str]]) -> None:
    pushes = [a_push(text.encode("utf-8", "replace").decode(), question.encode("utf-8", "replace").decode(), sources=1)
              for text, question in answers]  # fmt: skip
    assert size(said(*pushes, late=True)) <= LONGEST


def test_a_sentence_without_an_end_is_cut_between_characters() -> None:
    assert cut("字" * 100, 32) == "字" * 9 + "…"
    assert cut("😀" * 10, 12) == "😀" * 2 + "…"
