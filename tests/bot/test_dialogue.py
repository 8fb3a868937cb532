"""Conversations from the first word to a case and a person, without a search behind them."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import forms
from bot.answer import Found
from bot.compose import Draft
from bot.dialogue import Dialogue
from bot.errors import InvalidApplication
from bot.files import StoredFile
from bot.intake import Command
from bot.intent import Intent, intent
from bot.messages import HandoffReason, Inbound, Message, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Case, Quotation
from bot.service import Service
from bot.store import Store
from bot.texts import texts
from databases import MIGRATED
from knowledge.language import detect
from knowledge.search import Hit
from offices import SERVICES, Kept, a_conversation, an_office
from talking import WHOLE


class Answers:
    """Knows the fee and the time, and nothing else."""

    def greet(self, language: str) -> Draft:
        return Draft("Hello!", language, Outcome.SMALLTALK)

    def look_up(self, text: str, history: Sequence[Message], locale: str, least: float = 0.0) -> Found:
        language = self.language(text, history, locale)
        known = "They are not in my documents." if "client" in text else texts(language).declined
        draft = Draft(known, language, Outcome.DECLINED, off_topic="weather" in text)
        if "much" in text or "多少" in text:
            draft = Draft("It depends.", language, Outcome.ANSWERED, topic="iso-20000/fee")
        elif "long" in text or "多久" in text:
            draft = Draft(
                "15 working days at the fastest.", language, Outcome.ANSWERED, topic="iso-20000/duration"
            )
        elif "until" in text:
            draft = Draft("It is valid for 3 years.", language, Outcome.ANSWERED, confidence=1.0)
        return Found(draft, [], language)

    def find(self, query: str, language: str) -> list[Hit]:
        return []

    def language(self, text: str, history: Sequence[Message], locale: str) -> str:
        return detect(text) if any(map(str.isalpha, text)) else locale

    def commanded(self, text: str) -> Command | None:
        return None

    def answers(self, text: str) -> bool:
        return False

    def chats(self, text: str) -> bool:
        return False

    def of_price(self, text: str, history: Sequence[Message]) -> Intent | None:
        return Intent.APPLY if text == "then put me down" else None

    def presses(self, text: str, least: float = 0.0) -> bool:
        return text == "just a rough figure, then"

    def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None:
        return Intent.STATUS if "handbook" in text or "until" in text else None

    def consents(self, text: str, *, surely: bool = False) -> bool:
        return text.startswith(("yes, that's right.", "没问题，提交吧。"))

    def knows(self, text: str) -> bool:
        return text == "How long does certification take?"

    def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
        return intent(text)


class Talk:
    """One customer on the line."""

    def __init__(self, store: Store, locale: str = "en") -> None:
        self.store = store
        self.staff = Kept()
        self.office: Office = an_office(store, self.staff)
        self.service = Service(store, Dialogue(Answers(), SERVICES, self.office))
        self.id = a_conversation(store, locale)

    def say(self, text: str, id: str = "") -> Reply:
        return asyncio.run(self.service.receive(Inbound("web", self.id, id or new_id("m"), text)))

    def all(self, *texts: str) -> Reply:
        for text in texts:
            reply = self.say(text)
        return reply

    def upload(self, name: str, item: str = "", id: str = "", sha: str = "a") -> Reply:
        file = StoredFile(sha * 64, 10, "application/pdf", name)
        return asyncio.run(
            self.service.upload(Inbound("web", self.id, id or new_id("m"), f"📎 {name}"), file, item)
        )

    def form(self, id: str = "", **changes: str) -> Reply:
        inbound = Inbound("web", self.id, id or new_id("m"), "")
        return asyncio.run(self.service.apply(inbound, WHOLE | changes, "iso-20000", "en"))

    @property
    def cases(self) -> list[Case]:
        with self.store.read() as tx:
            return list(reversed(tx.cases.latest(100)))

    @property
    def said(self) -> list[str]:
        with self.store.read() as tx:
            return [message.text for message in tx.conversations.messages(self.id)]

    def handoff(self) -> HandoffReason | None:
        with self.store.read() as tx:
            found = tx.handoffs.open_of(self.id)
        return found.reason if found else None

    def apply(self, contact: str = "ann@example.com") -> Case:
        self.say(f"I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, {contact}")
        self.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        assert self.say("yes").case is not None
        return self.cases[-1]


@pytest.fixture(params=MIGRATED if forms.WHOLE else ["sqlite"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """What is stored is the same everywhere, as the tests of the store say; the first of these says so once more."""
    return MIGRATED[request.param](tmp_path)


@pytest.fixture
def talk(everywhere: Store) -> Talk:
    return Talk(everywhere)


class TestApplying:
    @pytest.mark.parametrize("database", MIGRATED, indirect=True)
    def test_a_careful_customer_ends_with_one_case_as_they_meant_it(self, talk: Talk) -> None:
        first = talk.say("I want to start an application")
        assert (first.outcome, first.case) == (Outcome.INTAKE, None)
        talk.all(
            "Star Hosting Ltd", "Hosting", "Hosting and service desk", "80", "2", "skip", "skip", "Ann Lee"
        )
        review = talk.say("ann@example.com")
        assert "Star Hosting Ltd" in review.text
        assert "https://certdesk.example/privacy?lang=en" in review.text
        assert talk.cases == []
        sent = talk.say("yes")
        (case,) = talk.cases
        assert sent.case is not None
        assert sent.case.reference == case.reference
        assert case.reference in sent.text
        assert len(sent.case.missing) == 8
        assert {name: case.fields[name] for name in WHOLE} == WHOLE
        assert (case.language, case.conversation) == ("en", talk.id)

    def test_a_hurried_customer_in_chinese_gives_all_at_once(self, everywhere: Store) -> None:
        talk = Talk(everywhere, "zh-CN")
        reply = talk.say(
            "我们想申请认证，我们是深圳星辰科技有限公司，五十来人，两个办公点，联系人李雷 13800138000"
        )
        assert reply.language == "zh"
        talk.all("软件外包", "运维服务、服务台", "跳过", "跳过")
        assert talk.say("确认").language == "zh"
        (case,) = talk.cases
        assert case.fields["company"] == "深圳星辰科技有限公司"
        assert (case.fields["people_covered"], case.fields["sites"]) == ("50", "2")
        assert case.contact == "+8613800138000"

    def test_a_question_in_the_middle_is_answered_and_the_interview_goes_on(self, talk: Talk) -> None:
        talk.say("I want to start an application")
        reply = talk.say("How long does certification take?")
        assert reply.outcome is Outcome.ANSWERED
        assert reply.text.startswith("15 working days")
        assert "(1 of 9)" in reply.text
        assert "(2 of 9)" in talk.say("Star Hosting Ltd").text

    def test_one_who_keeps_changing_their_mind_is_sent_as_they_said_last(self, talk: Talk) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        assert talk.say("yes but 90 people").case is None
        assert talk.say("no, 3 sites").case is None
        assert talk.cases == []
        talk.say("yes")
        (case,) = talk.cases
        assert (case.fields["people_covered"], case.fields["sites"]) == ("90", "3")

    def test_who_pauses_comes_back_to_where_they_were(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd", "later")
        between = talk.say("how much is it?")
        assert between.outcome is Outcome.ANSWERED
        back = talk.say(next(action.send for action in between.actions if "ontinue" in action.label))
        assert "(2 of 9)" in back.text

    def test_what_was_read_back_before_a_pause_is_sent_once_it_is_ordered(self, talk: Talk) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        talk.all("not yet, don't send it, let me ask my boss", "how much is it?")
        assert talk.cases == []
        talk.say("she is content, please send it now")
        assert len(talk.cases) == 1

    def test_what_was_not_read_back_is_not_sent_after_a_pause(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd", "later", "send it now please")
        assert talk.cases == []

    def test_a_bare_name_is_one_however_it_sounds(self, talk: Talk) -> None:
        talk.say("我要申请，公司：海达软件有限公司，80人，2个场所，ann@example.com")
        talk.all("软件开发", "服务台", "跳过", "跳过")
        assert talk.say("闻人瑾").outcome is Outcome.INTAKE

    def test_who_cancels_leaves_nothing(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd", "cancel")
        with talk.store.read() as tx:
            assert tx.conversations.intake(talk.id) is None
        assert talk.say("yes").outcome is not Outcome.INTAKE
        assert talk.cases == []

    def test_the_same_yes_and_another_yes_make_no_second_case(self, talk: Talk) -> None:
        case = talk.apply()
        for _ in range(2):
            again = talk.say("yes", "the same id")
            assert again.case is not None
            assert again.case.reference == case.reference
        assert talk.cases == [case]

    def test_two_devices_that_confirm_at_once_make_one_case(self, talk: Talk) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        other = Service(talk.store, Dialogue(Answers(), SERVICES, talk.office))

        async def both() -> list[Reply]:
            return await asyncio.gather(
                *(
                    service.receive(Inbound("web", talk.id, f"device {n}", "yes"))
                    for n, service in enumerate((talk.service, other) * 3)
                )
            )

        references = {reply.case.reference for reply in asyncio.run(both()) if reply.case}
        assert references == {talk.cases[0].reference}
        assert len(talk.cases) == 1

    def test_a_correction_right_after_sending_changes_the_case(self, talk: Talk) -> None:
        talk.apply()
        reply = talk.say("no, 95 people")
        assert "95" in reply.text
        assert [case.fields["people_covered"] for case in talk.cases] == ["95"]

    def test_a_later_correction_changes_the_case_until_somebody_works_on_it(self, talk: Talk) -> None:
        talk.apply()
        talk.say("how long does it take?")
        reply = talk.say("the number of people is wrong, it should be 150")
        assert "150" in reply.text
        assert "Star Hosting Ltd" in reply.text
        assert talk.say("can you change the target date to May 2033?").outcome is Outcome.INTAKE
        assert [case.fields["people_covered"] for case in talk.cases] == ["150"]
        assert [case.fields["target_date"] for case in talk.cases] == ["2033-05"]

    def test_more_people_are_a_change_and_no_other_application(self, talk: Talk) -> None:
        talk.apply()
        talk.say("how long does it take?")
        reply = talk.say("we've just hired more: please change the number of people in our application to 92")
        assert reply.outcome is Outcome.INTAKE
        assert [case.fields["people_covered"] for case in talk.cases] == ["92"]

    def test_what_only_mentions_a_figure_later_changes_nothing(self, talk: Talk) -> None:
        talk.apply()
        talk.all("how long does it take?", "we have 90 people, how much is it?")
        assert talk.cases[0].fields["people_covered"] == "80"

    def test_a_message_after_a_case_was_worked_on_changes_nothing(self, talk: Talk) -> None:
        case = talk.apply()
        with talk.store.write() as tx:
            talk.office.cases.move(tx, case.reference, "quotation", "Li")
        assert talk.say("thank you").outcome is not Outcome.HANDED_OFF
        assert talk.say("no, 95 people").outcome is Outcome.HANDED_OFF
        assert talk.cases[0].fields["people_covered"] == "80"

    def test_what_is_wrong_in_an_application_is_asked_for_and_changed(self, talk: Talk) -> None:
        case = talk.apply()
        talk.say("how long does it take?")
        asked = talk.say("the email I gave is wrong")
        assert asked.outcome is Outcome.INTAKE
        assert case.reference in asked.text
        assert "phone, e-mail or WeChat" in asked.text
        talk.say("anna@example.com, with an a at the end of the name")
        assert talk.cases[0].fields["contact"] == "anna@example.com"
        talk.all("the company is wrong", "Moon Hosting")
        assert talk.cases[0].fields["company"] == "Moon Hosting"

    def test_where_nothing_is_open_later_and_cancel_end_nothing(self, talk: Talk) -> None:
        for text in ("cancel", "let me ask my boss first", "算了"):
            assert talk.say(text).outcome is Outcome.SMALLTALK
        assert talk.cases == []

    def test_a_name_that_is_also_written_in_chinese_changes_no_language(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd", "Hosting", "Service desk", "80", "2")
        assert talk.all("skip", "skip", "Wang Lei (王磊)").language == "en"

    def test_who_is_fed_up_and_cancels_is_let_go(self, talk: Talk) -> None:
        talk.say("我要申请")
        assert "取消" in talk.say("烦死了，不申请了").text

    def test_chat_between_two_answers_is_no_answer(self, talk: Talk) -> None:
        talk.say("I want to start an application")
        assert "(1 of 9)" in talk.say("oh thanks so much for the help").text
        assert "(2 of 9)" in talk.say("Thanks Ltd").text
        assert "(2 of 9)" in talk.say("ok thanks").text

    def test_another_application_is_another_case_and_only_when_it_is_wanted(self, talk: Talk) -> None:
        case = talk.apply()
        known = talk.say("I want to start an application")
        assert known.case is not None
        assert known.case.reference == case.reference
        talk.say(next(action.send for action in known.actions if "another" in action.label))
        talk.all(
            "Moon Ltd", "Hosting", "Service desk", "20", "1", "skip", "skip", "Bo Li", "bo@example.com", "yes"
        )
        assert [each.fields["company"] for each in talk.cases] == ["Star Hosting Ltd", "Moon Ltd"]

    @pytest.mark.parametrize("text", ["yes, thanks", "yes thank you", "好的没问题，谢谢，提交"])
    def test_thanks_beside_the_yes_to_the_read_back_hold_nothing_up(self, talk: Talk, text: str) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        assert talk.say(text).case is not None

    @pytest.mark.parametrize(
        "text",
        ["yes, that's right. Send it. How long does it take?", "没问题，提交吧。多久能拿证？"],
    )
    def test_what_is_asked_beside_the_words_to_send_it_is_answered_after_sending(
        self, talk: Talk, text: str
    ) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
        reply = talk.say(text)
        (case,) = talk.cases
        assert reply.case is not None
        assert reply.case.reference == case.reference
        assert reply.text.index(case.reference) < reply.text.index("15 working days")

    @pytest.mark.parametrize(
        "text",
        [
            "yes, but how long does it take?",
            "yes. How long does it take?",
            "Can I send it later? How long does it take?",
            "先别提交，多久能拿证？",
        ],
    )
    def test_a_question_beside_less_than_that_sends_nothing(self, talk: Talk, text: str) -> None:
        talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
        talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee", text)
        assert not talk.cases

    def test_who_asks_whether_something_may_still_be_changed_is_asked_what(self, talk: Talk) -> None:
        case = talk.apply()
        assert case.reference in talk.say("I fear there's a mistake in it, can I still change it?").text

    def test_who_asks_only_how_beside_the_wish_to_apply_begins(self, talk: Talk) -> None:
        for text in ("想申请认证，咋弄", "I want to apply. How?"):
            assert talk.say(text).outcome is Outcome.INTAKE
            talk.say("cancel")

    def test_who_takes_up_an_answer_about_the_price_begins(self, talk: Talk) -> None:
        assert talk.say("then put me down").outcome is Outcome.INTAKE

    def test_who_says_only_that_something_is_wrong_is_asked_what(self, talk: Talk) -> None:
        case = talk.apply()
        assert case.reference in talk.say("hang on. there's a mistake in it").text
        assert "phone, e-mail or WeChat" in talk.say("the e-mail").text
        talk.say("ann.b@example.com")
        assert [each.contact for each in talk.cases] == ["ann.b@example.com"]

    def test_what_is_taken_out_of_what_was_sent_is_out(self, talk: Talk) -> None:
        talk.form(current_certificates="ISO 9001")
        talk.say("please take the ISO 9001 out, it ran out")
        (case,) = talk.cases
        assert "current_certificates" not in case.fields

    def test_a_change_with_a_question_beside_it_is_made_and_the_question_answered(self, talk: Talk) -> None:
        talk.apply()
        reply = talk.say("please make it 85 people. How long does it take?")
        (case,) = talk.cases
        assert case.fields["people_covered"] == "85"
        assert "15 working days" in reply.text

    @pytest.mark.parametrize(
        "text", ["Can you read my answers back to me?", "which e-mail do you have for me?", "再给我发一遍"]
    )
    def test_what_was_sent_is_shown_to_who_asks_what_it_says(self, talk: Talk, text: str) -> None:
        case = talk.apply()
        shown = talk.say(text).text
        assert case.reference in shown
        assert "Star Hosting Ltd" in shown

    @pytest.mark.parametrize(
        "text",
        ["I'd like to do another application. It's called Moon Ltd", "再开一个申请，公司是月亮软件有限公司"],
    )
    def test_another_application_changes_nothing_of_the_one_that_was_sent(
        self, talk: Talk, text: str
    ) -> None:
        talk.apply()
        talk.say(text)
        assert [case.fields["company"] for case in talk.cases] == ["Star Hosting Ltd"]
        assert talk.say("Hosting").outcome is Outcome.INTAKE

    def test_three_answers_that_are_none_bring_a_person(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd", "Hosting", "Service desk")
        stuck = talk.all("many", "quite a lot", "loads")
        assert stuck.outcome is Outcome.HANDED_OFF
        assert talk.handoff() is HandoffReason.FAILED_TWICE
        assert "(5 of 9)" in talk.say("80").text

    def test_staff_are_told_of_a_new_case_once(self, talk: Talk) -> None:
        case = talk.apply()
        talk.say("yes")
        for _ in range(2):
            talk.office.outbound.send(f"case:{case.reference}:kept")
        assert [notice.data["reference"] for notice in talk.staff.notices] == [case.reference]


class TestTheForm:
    def test_a_form_makes_a_case_and_stands_in_the_conversation_in_words(self, talk: Talk) -> None:
        reply = talk.form("f1")
        assert talk.form("f1") == reply
        assert reply.case is not None
        (case,) = talk.cases
        assert case.fields == WHOLE
        assert "Star Hosting Ltd" in talk.said[1]

    def test_the_same_form_from_another_tab_changes_nothing(self, talk: Talk) -> None:
        first, second = talk.form(), talk.form()
        assert first.case == second.case
        assert len(talk.cases) == 1

    def test_a_form_takes_over_a_begun_interview(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Moon Ltd")
        shown = asyncio.run(talk.service.form(talk.id, "en"))
        assert shown.values == {"company": "Moon Ltd"}
        talk.form()
        assert talk.say("yes").case is not None
        assert len(talk.cases) == 1

    def test_every_wrong_field_is_named_and_nothing_stored(self, talk: Talk) -> None:
        with pytest.raises(InvalidApplication) as refused:
            talk.form(people_covered="many", contact="0123", company="")
        assert set(refused.value.errors) == {"people_covered", "contact", "company"}
        assert talk.cases == []
        assert len(talk.said) == 1


class TestStatus:
    def test_its_own_conversation_knows_its_case(self, talk: Talk) -> None:
        case = talk.apply()
        for text in ("how is my application?", "what is still missing?", f"any news on {case.reference}?"):
            reply = talk.say(text)
            assert reply.outcome is Outcome.STATUS, text
            assert case.reference in reply.text

    def test_elsewhere_reference_and_contact_are_needed_together(self, talk: Talk) -> None:
        case = talk.apply()
        other = Talk(talk.store)
        assert case.reference not in other.say("what is the status of my application?").text
        assert other.say(case.reference).case is None
        found = other.say("ann@example.com")  # one after the other will do
        assert found.case is not None
        assert found.case.reference == case.reference

    def test_a_wechat_id_beside_a_reference_needs_no_name(self, talk: Talk) -> None:
        case = talk.apply("WeChat: ann_lee88")
        for asked in (
            f"any news? {case.reference}, ann_lee88",
            f"any news of {case.reference}? It is ann_lee88.",
        ):
            assert Talk(talk.store).say(asked).case is not None

    def test_wrong_pairs_get_one_answer_and_then_a_pause(self, talk: Talk) -> None:
        case = talk.apply()
        other = Talk(talk.store)
        wrong = {other.say(f"{case.reference} eve{n}@example.com").text for n in range(2)}
        unknown = {other.say(f"CD-2026-99999{n} ann@example.com").text for n in range(3)}
        assert wrong == unknown
        assert len(wrong) == 1
        limited = other.say(f"{case.reference} ann@example.com")
        assert limited.case is None
        assert "hour" in limited.text

    def test_a_price_is_repeated_to_its_customer_only_while_it_is_valid(self, talk: Talk) -> None:
        case = talk.apply()
        today = datetime.now(UTC).date()
        with talk.store.write() as tx:
            talk.office.cases.quote(tx, case.reference, Quotation(Decimal(12000), "CNY", today, today, "Li"))
        assert "12,000" in talk.say("how much is it?").text
        assert "12,000" in talk.say("how is my application?").text
        assert "12,000" not in Talk(talk.store).say("how much is it?").text
        for text in ("until when does that price hold?", "这个价到哪天之前有效", "所以现在以哪个价为准"):
            assert "12" in talk.say(text).text, text
        past = today - timedelta(days=2)
        with talk.store.write() as tx:
            talk.office.cases.quote(tx, case.reference, Quotation(Decimal(9000), "CNY", past, past, "Li"))
        assert "000" not in talk.say("how much is it?").text.replace(case.reference, "")

    def test_what_is_not_sent_yet_is_said_to_be_so_and_goes_on(self, talk: Talk) -> None:
        talk.all("I want to start an application", "Star Hosting Ltd")
        reply = talk.say("how is my application?")
        assert reply.outcome is Outcome.STATUS
        assert "not been sent yet: 1 of" in reply.text
        assert "main business" in reply.text
        assert "1 of" in talk.all("pause", "how is my application?").text
        assert "main business" in talk.say("continue").text

    def test_documents_that_came_before_an_application_are_named(self, talk: Talk) -> None:
        talk.upload("licence.pdf", "legal_status")
        reply = talk.say("how is my application?")
        assert reply.outcome is Outcome.STATUS
        assert "licence.pdf" in reply.text
        assert reply.actions[0].send == "I want to start an application"

    def test_who_has_lost_the_reference_is_told_where_it_was_and_who_finds_it(self, talk: Talk) -> None:
        talk.say("how is my application?")
        for text in ("I lost it", "hmm, I did not get any reference number"):
            reply = talk.say(text)
            assert (reply.outcome, [action.label for action in reply.actions]) == (
                Outcome.STATUS, [texts("en").person_action],
            )  # fmt: skip
            talk.say("how is my application?")
        assert talk.say("I want to start an application").outcome is Outcome.INTAKE

    def test_who_is_not_sure_of_the_reference_is_told_how_to_find_it(self, talk: Talk) -> None:
        talk.say("how is my application?")
        assert texts("en").case.no_reference not in talk.say("对不起，我搞混了").text
        for text in ("it was X-000-something I think", "the number? I don't have it, a colleague did that"):
            talk.say("how is my application?")
            assert texts("en").case.no_reference == talk.say(text).text

    def test_the_reference_comes_first_and_then_a_number_to_call(self, talk: Talk) -> None:
        case = talk.apply()
        other = Talk(talk.store, "zh")
        other.all("我想看看申请到哪儿了", f"编号是{case.reference}")
        assert other.say("电话ann@example.com").outcome is Outcome.STATUS

    def test_who_asks_for_a_person_after_a_decline_has_asked_for_one(self, talk: Talk) -> None:
        talk.all("do you sell bicycles?", "I want to talk to a person")
        assert talk.handoff() is HandoffReason.CUSTOMER_ASKED
        other = Talk(talk.store)
        other.all("do you sell bicycles?", texts("en").person_action)
        assert other.handoff() is HandoffReason.NO_KNOWLEDGE

    def test_every_application_of_a_conversation_is_told_in_it_and_nowhere_else(self, talk: Talk) -> None:
        first = talk.apply()
        talk.form(company="Moon Hosting Ltd")
        second = talk.cases[-1]
        told = talk.say("how is my application?").text
        assert told.startswith(f"Your application {second.reference}")
        assert first.reference in told
        other = Talk(talk.store).say(f"any news? {second.reference}, ann@example.com")
        assert second.reference in other.text
        assert first.reference not in other.text

    @pytest.mark.parametrize(
        "text",
        [
            "Hi, I was here last week and never finished",
            "my laptop died while I filled it in, do you remember me?",
            "我昨天填到一半电脑死机了",
            "上个星期我填了两项就去监考了",
        ],
    )
    def test_who_left_off_elsewhere_is_told_that_nothing_is_here(self, talk: Talk, text: str) -> None:
        reply = talk.say(text)
        assert reply.outcome is Outcome.STATUS
        assert reply.text == texts(reply.language).case.no_draft

    def test_what_else_was_not_finished_is_no_application(self, talk: Talk) -> None:
        assert talk.say("we never finished our ISO 9001 project").outcome is not Outcome.STATUS

    def test_who_left_off_here_is_told_what_is_there(self, talk: Talk) -> None:
        talk.all("I want to apply", "Star Hosting Ltd", "pause")
        assert talk.say("is what I typed still there?").text == texts("en").case.unsent.format(
            answered=1, count=9
        )

    @pytest.mark.parametrize(
        "text",
        [
            "yes, cancel it",
            "对 取消",
            "刚才填的那些作废哈",
            "我写的那些删掉啊",
            "刚才那些没发给你们公司的人吧",
        ],
    )
    def test_what_was_cancelled_stays_so(self, talk: Talk, text: str) -> None:
        talk.all("I want to apply", "cancel")
        reply = talk.say(text)
        assert reply.text == texts(reply.language).intake.cancelled

    @pytest.mark.parametrize(
        "text",
        [
            "I lost my reference number, can't you find me by company? Star Hosting Ltd",
            "单号找不着了，用手机号13800138000查行不行",
            "我编号找不着了，帮忙看看走到哪了",
        ],
    )
    def test_without_a_reference_nothing_is_shown_whatever_else_is_given(self, talk: Talk, text: str) -> None:
        talk.say("what is the status of my application?")
        reply = talk.say(text)
        assert reply.text == texts(reply.language).case.no_reference

    @pytest.mark.parametrize(
        ("reference", "contact"),
        [
            ("CD-2026-000999", "ann@example.com"),
            ("CD-1234-5678", "ann@example.com"),
            ("编号CD-2026-000999", "13800138000"),
        ],
    )
    def test_reference_and_contact_may_come_one_after_the_other(
        self, talk: Talk, reference: str, contact: str
    ) -> None:
        talk.say("what is the status of my application?")
        first = talk.say(reference)
        words = texts(first.language).case
        assert first.text == words.contact_too.format(reference=reference.removeprefix("编号"))
        assert talk.say("what is the status of my application?").text.endswith(
            texts("en").case.contact_too[-30:]
        )
        last = talk.say(contact)
        assert last.text == texts(last.language).case.not_found
        talk.say("what is the status of my application?")
        first = talk.say(contact)
        assert first.text == texts(first.language).case.reference_too
        last = talk.say(reference)
        assert last.text == texts(last.language).case.not_found

    def test_what_is_meant_for_a_reference_is_answered_as_a_wrong_one(self, talk: Talk) -> None:
        reply = talk.say("the number is CD-1234-5678, my e-mail ann@example.com, status please")
        assert reply.text == texts("en").case.not_found

    @pytest.mark.parametrize(
        "text", ["the rest is being signed and follows next week", "漏了一页，马上补", "嗯对，就用这个新号"]
    )
    def test_who_tells_what_they_are_at_is_answered_nothing_else(self, talk: Talk, text: str) -> None:
        talk.apply()
        talk.say("thanks")
        reply = talk.say(text)
        assert (reply.outcome, reply.text) == (Outcome.SMALLTALK, texts(reply.language).okay)

    def test_who_says_once_more_what_was_changed_changes_nothing(self, talk: Talk) -> None:
        case = talk.apply()
        talk.say("please change the number of people to 118")
        assert talk.say("right, 118").text == texts("en").okay
        assert talk.cases[-1].fields == {**case.fields, "people_covered": "118"}

    @pytest.mark.parametrize(
        "text",
        [
            "别给我弄成两份啊，不会变成两份申请吧",
            "was it sent twice?",
            "so who looks at it now?",
            "这家的就算报好了，对吧？",
        ],
    )
    def test_who_wonders_about_what_was_sent_is_told_how_it_stands(self, talk: Talk, text: str) -> None:
        case = talk.apply()
        talk.say("thanks")
        assert case.reference in talk.say(text).text

    def test_what_is_of_the_application_and_not_in_the_knowledge_gets_how_it_stands(self, talk: Talk) -> None:
        case = talk.apply()
        talk.say("thanks")
        reply = talk.say("whatever became of the handbook")
        assert reply.outcome is Outcome.STATUS
        assert case.reference in reply.text

    def test_a_quotation_is_repeated_also_where_nothing_names_it(self, talk: Talk) -> None:
        case = talk.apply()
        today = talk.office.cases.today()
        with talk.store.write() as tx:
            talk.office.cases.quote(tx, case.reference, Quotation(Decimal(12000), "CNY", today, today, "Li"))
        talk.say("thanks")
        assert "12,000" in talk.say("Good. And until which day does it hold?").text
        assert "12,000" not in talk.say("How long does it take?").text

    def test_a_quotation_that_is_asked_for_reaches_the_staff(self, talk: Talk) -> None:
        case = talk.apply()
        reply = talk.say("please send me a quote")
        assert reply.outcome is Outcome.HANDED_OFF
        assert talk.handoff() is HandoffReason.QUOTATION
        with talk.store.read() as tx:
            assert len(tx.cases.quotation_requests(case.id)) == 2


class TestPeople:
    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("Talk to a person", HandoffReason.CUSTOMER_ASKED),
            ("转人工客服", HandoffReason.CUSTOMER_ASKED),
            ("I want to complain", HandoffReason.COMPLAINT),
            ("我要投诉", HandoffReason.COMPLAINT),
            ("please delete my personal data", HandoffReason.POLICY),
        ],
    )
    def test_who_needs_a_person_gets_one(self, talk: Talk, text: str, reason: HandoffReason) -> None:
        assert talk.say(text).outcome is Outcome.HANDED_OFF
        assert talk.handoff() is reason

    @pytest.mark.parametrize("text", ["Yes, please.", "sure", "好的，麻烦了"])
    def test_who_takes_the_offer_after_a_decline_gets_a_person(self, talk: Talk, text: str) -> None:
        talk.all("Which wine goes with fish?", text)
        assert talk.handoff() is HandoffReason.NO_KNOWLEDGE

    def test_a_person_that_is_asked_for_in_an_application_is_no_correction(self, talk: Talk) -> None:
        talk.all("I want to apply", "Star Hosting Ltd", "Hosting")
        reply = talk.say("sorry, before I go on I'd rather speak to a real person")
        assert reply.outcome is Outcome.HANDED_OFF
        assert talk.say("what did I enter so far?").text.count("real person") == 0

    def test_what_the_bot_cannot_answer_twice_goes_to_a_person(self, talk: Talk) -> None:
        assert talk.say("Which wine goes with fish?").outcome is Outcome.DECLINED
        assert talk.handoff() is None
        reply = talk.say("And which with cheese?")
        assert reply.outcome is Outcome.HANDED_OFF
        assert texts("en").offer_person not in reply.text
        assert talk.handoff() is HandoffReason.FAILED_TWICE

    def test_what_is_known_not_to_be_known_brings_no_person(self, talk: Talk) -> None:
        assert talk.say("Who are your clients?").outcome is Outcome.DECLINED
        assert talk.say("Which client is the biggest?").outcome is Outcome.DECLINED
        assert talk.say("Which wine goes with fish?").outcome is Outcome.DECLINED
        assert talk.handoff() is None

    def test_what_is_off_topic_brings_no_person_and_is_no_gap(self, talk: Talk) -> None:
        for _ in range(3):
            assert talk.say("What is the weather like?").outcome is Outcome.DECLINED
        assert talk.handoff() is None
        with talk.store.read() as tx:
            assert tx.people.export([talk.id], [])["gaps"] == []

    def test_asking_for_a_person_after_a_decline_says_why(self, talk: Talk) -> None:
        declined = talk.say("Which wine goes with fish?")
        talk.say(next((action.send for action in declined.actions), "Talk to a person"))
        assert talk.handoff() is HandoffReason.NO_KNOWLEDGE

    def test_while_a_person_has_it_the_bot_is_silent_and_keeps_everything(self, talk: Talk) -> None:
        talk.say("Talk to a person")
        with talk.store.write() as tx:
            talk.office.handoffs.take(tx, talk.id, "Li")
        before = len(talk.said)
        silent = [talk.say("how much is it?"), talk.upload("licence.pdf"), talk.form()]
        assert {(reply.outcome, reply.text) for reply in silent} == {(Outcome.WAITING, "")}
        assert len(talk.said) == before + 3
        assert len(talk.cases) == 1
        with talk.store.read() as tx:
            assert [document.name for document in tx.documents.of_conversation(talk.id)] == ["licence.pdf"]

    def test_a_closed_conversation_opens_again_with_the_bot(self, talk: Talk) -> None:
        with talk.store.write() as tx:
            talk.office.handoffs.take(tx, talk.id, "Li")
            talk.office.handoffs.close(tx, talk.id, "Li", "solved")
        assert talk.say("how much is it?").outcome is Outcome.ANSWERED
        with talk.store.read() as tx:
            found = tx.conversations.get(talk.id)
        assert found is not None
        assert not found.closed

    def test_a_decline_is_kept_as_a_gap_once(self, talk: Talk) -> None:
        talk.say("Which wine goes with fish?", "m1")
        talk.say("Which wine goes with fish?", "m1")
        talk.say("😀")
        with talk.store.read() as tx:
            assert tx.gaps.totals() == {}
            assert len(tx.people.export([talk.id], [])["gaps"]) == 1


class TestDocuments:
    def test_what_it_is_may_be_said_in_a_sentence(self, talk: Talk) -> None:
        talk.apply()
        assert "Which document is it" in talk.upload("scan0001.pdf").text
        talk.say("that one is the introduction of our organisation")
        with talk.store.read() as tx:
            assert [document.item for document in tx.documents.of_conversation(talk.id)] == ["introduction"]

    @pytest.mark.parametrize(
        ("said", "item"),
        [
            ("这个是我们的营业执照", "legal_status"),
            ("this is our business licence", "legal_status"),
            ("这份是体系文件", "system_documents"),
        ],
    )
    def test_without_a_case_it_is_filed_by_what_is_said_of_it(self, talk: Talk, said: str, item: str) -> None:
        talk.upload("scan0001.pdf")
        talk.say(said)
        with talk.store.read() as tx:
            assert [document.item for document in tx.documents.of_conversation(talk.id)] == [item]

    def test_before_there_is_a_case_a_document_waits_for_it(self, talk: Talk) -> None:
        assert talk.upload("licence.pdf").case is None
        case = talk.apply()
        with talk.store.read() as tx:
            assert [document.name for document in tx.documents.of_case(case.id)] == ["licence.pdf"]

    @pytest.mark.parametrize("name", ["营业执照.pdf", "Business licence.pdf", "法律地位证明_2026.pdf"])
    def test_a_name_that_says_what_it_is_is_filed_by_it(self, talk: Talk, name: str) -> None:
        case = talk.apply()
        reply = talk.upload(name)
        with talk.store.read() as tx:
            (document,) = tx.documents.of_case(case.id)
        assert document.item == "legal_status"
        assert reply.case is not None
        assert len(reply.case.missing) == 7

    def test_a_name_that_says_nothing_is_asked_about(self, talk: Talk) -> None:
        case = talk.apply()
        asked = talk.upload("scan_0001.pdf")
        assert len(asked.actions) == 8
        filed = talk.say("Confidentiality statement")
        assert filed.case is not None
        assert "Confidentiality statement" not in filed.case.missing
        with talk.store.read() as tx:
            assert [document.item for document in tx.documents.of_case(case.id)] == ["confidentiality"]

    def test_the_same_upload_is_taken_once(self, talk: Talk) -> None:
        talk.apply()
        assert talk.upload("a.pdf", "legal_status", "u1") == talk.upload("a.pdf", "legal_status", "u1")
        with talk.store.read() as tx:
            assert len(tx.documents.of_conversation(talk.id)) == 1


def test_what_recalls_nothing_by_its_words_shows_no_answers(talk: Talk) -> None:
    class Recalls(Answers):
        def commanded(self, text: str) -> Command | None:
            return Command.SO_FAR

    talk.say("I want to start an application")
    talk.service.use(Dialogue(Recalls(), SERVICES, talk.office))
    assert "noted" not in talk.say("and what does it depend on").text
    assert "noted" in talk.say("which answers have I given you").text


def test_who_reads_the_answers_again_throws_none_away(talk: Talk) -> None:
    class Restarts(Answers):
        def commanded(self, text: str) -> Command | None:
            return Command.RESTART

    talk.say("I want to apply: company: Star Hosting Ltd, 80 people, 2 sites, ann@example.com")
    talk.all("Hosting", "Hosting and service desk", "skip", "skip", "Ann Lee")
    talk.service.use(Dialogue(Restarts(), SERVICES, talk.office))
    assert "Star Hosting Ltd" in talk.say("wait, let me go over it from the start once more").text
    assert "Star Hosting Ltd" not in talk.say("the whole thing anew from the start").text


def test_a_wish_for_a_person_is_more_than_a_remark_on_what_was_sent(talk: Talk) -> None:
    class Calls(Answers):
        def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None:
            return Intent.OKAY if least < 0.6 else None

        def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
            return Intent.PERSON if "today" in text else intent(text)

    talk.apply()
    talk.service.use(Dialogue(Calls(), SERVICES, talk.office))
    assert talk.say("the rest is with my colleague").outcome is Outcome.SMALLTALK
    assert talk.say("this cannot wait, somebody has to phone me today").outcome is Outcome.HANDED_OFF


def test_how_to_be_reached_is_no_complaint_whatever_it_is_like(talk: Talk) -> None:
    class Cross(Answers):
        def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
            return Intent.COMPLAINT if "139" in text or "经营范围" in text else intent(text)

    talk.say("I want to start an application")
    talk.service.use(Dialogue(Cross(), SERVICES, talk.office))
    assert talk.say("这个要抄营业执照上的经营范围吗，那个老长了").outcome is not Outcome.HANDED_OFF
    talk.all("Star Hosting Ltd", "Hosting", "Service desk", "80", "2", "skip", "skip", "Ann Lee")
    assert "139 0013 9000" in talk.say("有事打13900139000").text
    assert talk.handoff() is None


def test_a_complaint_changes_nothing_of_what_was_sent(talk: Talk) -> None:
    class Cross(Answers):
        def wanted(self, text: str, *, has_case: bool = False, least: float = 0.0) -> Intent:
            return Intent.COMPLAINT if "complaint" in text else intent(text)

        def of_sent(self, text: str, least: float = 0.0) -> Intent | Command | None:
            return Command.CORRECTS

    before = talk.apply().fields
    talk.service.use(Dialogue(Cross(), SERVICES, talk.office))
    text = "I have to make a complaint: your colleague promised to ring on Tuesday at ten, and nothing"
    assert talk.say(text).outcome is Outcome.HANDED_OFF
    assert [case.fields for case in talk.cases] == [before]


def test_another_thing_is_no_other_application(talk: Talk) -> None:
    talk.apply()
    assert talk.say("批准页被我夹在另一个本子里了").outcome is not Outcome.INTAKE


def test_who_begins_in_a_hurry_asks_nothing_with_it(talk: Talk) -> None:
    reply = talk.say("我要申请认证，咱麻利点哈，客户在楼下等我喝茶呢")
    assert reply.outcome is Outcome.INTAKE
    assert texts("zh").declined not in reply.text


def test_what_breaks_while_answering_reaches_a_person(talk: Talk) -> None:
    class Broken(Answers):
        def look_up(self, text: str, history: Sequence[Message], locale: str, least: float = 0.0) -> Found:
            raise RuntimeError("the index is gone")

    talk.service.use(Dialogue(Broken(), SERVICES, talk.office))
    reply = talk.say("how much is it?")
    assert reply.outcome is Outcome.HANDED_OFF
    assert talk.handoff() is HandoffReason.TOOL_FAILURE
    assert replace(reply, text="") != reply


@pytest.mark.parametrize(
    "text",
    [
        "actually don't worry about the person, I'm fine",
        "no, keep it, sorry",
        "never mind",
        "不用了 我自己打电话",
        "算了 先不撤了",
    ],
)
def test_who_takes_back_what_a_person_was_asked_for_is_told_that_staff_see_it(talk: Talk, text: str) -> None:
    talk.say("I want to talk to a person")
    reply = talk.say(text)
    assert (reply.outcome, reply.text) == (Outcome.SMALLTALK, texts(reply.language).handoff.seen)


@pytest.mark.parametrize("text", ["ok when", "how long will that take?", "要等多久啊"])
def test_who_wonders_how_long_a_person_takes_is_told_when_they_are_there(talk: Talk, text: str) -> None:
    talk.say("I want to talk to a person")
    assert talk.say(text).outcome is Outcome.HANDED_OFF


@pytest.mark.parametrize("text", ["never mind", "算了"])
def test_where_nobody_was_asked_for_nothing_is_taken_back(talk: Talk, text: str) -> None:
    reply = talk.say(text)
    assert reply.text != texts(reply.language).handoff.seen


def test_what_a_field_is_to_be_may_be_said_in_a_word(talk: Talk) -> None:
    case = talk.apply()
    talk.say("I need to change the number of sites")
    talk.say("to three")
    assert talk.cases[-1].fields == {**case.fields, "sites": "3"}


def test_who_asks_whether_to_change_something_changes_nothing(talk: Talk) -> None:
    case = talk.apply()
    talk.say("公司下个月要改名叫杭州云帆数字科技有限公司,现在要改吗?")
    assert talk.cases[-1].fields == case.fields


@pytest.mark.parametrize("text", ["how much does it cost?", "thanks", "can I upload the licence here?"])
def test_what_a_field_is_to_be_is_asked_once_and_other_things_may_be_said(talk: Talk, text: str) -> None:
    talk.apply()
    asked = talk.say("I need to change the number of sites")
    assert talk.say(text).text != asked.text
