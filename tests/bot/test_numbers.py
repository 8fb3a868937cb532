"""The desk's numbers, against cases small enough to count by hand, on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import parse_week
from bot.messages import AuthorKind, Outcome
from bot.numbers import Numbers, Period, Share, numbers, quantile, wilson
from bot.records import HandoffState
from bot.store import Store, tables
from bot.store.numbers import Scope, Stage, Verdict
from databases import MIGRATED

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = parse_week("Mon-Fri 09:00-12:00,13:00-17:30")
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 20))
TARGET = timedelta(minutes=15)


class Past:
    """A database in which things happened when a test says so."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._ids = (f"id_{n}" for n in count())
        self._seqs: dict[str, int] = {}

    def add(self, table: str, **row: Any) -> None:
        with self.store.write() as tx:
            tx._connection.execute(tables.metadata.tables[table].insert(), row)

    def conversation(
        self, at: datetime = NOW - timedelta(days=9), channel: str = "web", language: str = "en"
    ) -> str:
        id = next(self._ids)
        self.add(
            "conversations", id=id, channel=channel, token_hash="", locale=language, page_url="", created_at=at,
            language=language,
        )  # fmt: skip
        self.message(id, at, AuthorKind.BOT, "Hello!", outcome=Outcome.SMALLTALK)
        return id

    def message(self, conversation: str, at: datetime, kind: AuthorKind, text: str, **more: Any) -> str:
        seq = self._seqs[conversation] = self._seqs.get(conversation, 0) + 1
        row = {
            "id": next(self._ids),
            "conversation_id": conversation,
            "seq": seq,
            "channel": "web",
            "text": text,
        }
        self.add("messages", author_kind=kind, author_name="", created_at=at, **row, **more)
        return str(row["id"])

    def ask(
        self, conversation: str, at: datetime, outcome: Outcome | None = Outcome.ANSWERED, text: str = "How much?",
        sections: tuple[str, ...] = (),
    ) -> str:  # fmt: skip
        """A customer's message and the reply, whose id it returns; None while a person has the conversation."""
        asked = self.message(conversation, at, AuthorKind.CUSTOMER, text)
        with self.store.write() as tx:
            tx.conversations.change(conversation, asked_at=at)
        if outcome is None:
            return asked
        citations = [{"n": 1, "title": "FAQ", "section": section} for section in sections]
        return self.message(
            conversation, at, AuthorKind.BOT, "Reply", in_reply_to=asked, outcome=outcome,
            reply={"citations": citations},
        )  # fmt: skip

    def handoff(self, conversation: str, at: datetime, state: HandoffState, taken_after: float | None = None,
                summary: str = "They asked for a person.") -> None:  # fmt: skip
        taken_at = None if taken_after is None else at + timedelta(minutes=taken_after)
        self.add(
            "handoffs", id=next(self._ids), conversation_id=conversation, reason="customer_asked", summary=summary,
            state=state, created_at=at, taken_at=taken_at,
        )  # fmt: skip

    def case(self, conversation: str, *moves: str, quoted: bool = False) -> None:
        reference = next(self._ids)
        number = len(self._seqs) + sum(map(ord, reference))
        self.add(
            "cases", id=number, reference=reference, confirmation=reference, conversation_id=conversation,
            service="iso-20000", language="en", status="enquiry", fields={}, contact="", version=1, consent_to="",
            consent_at=NOW, created_at=NOW,
        )  # fmt: skip
        for seq, to in enumerate(moves, 1):
            self.add("case_events", case_id=number, seq=seq, at=NOW, actor_kind="staff", actor_name="", kind="moved",
                     data={"to": to})  # fmt: skip
        if quoted:
            self.add("quotations", case_id=number, amount=1, currency="CNY", issued_on=NOW.date(),
                     valid_until=NOW.date(), entered_by="", entered_at=NOW)  # fmt: skip

    def numbers(
        self, period: Period = NOVEMBER, zone: ZoneInfo = SHANGHAI, channel: str = "", language: str = ""
    ) -> Numbers:
        with self.store.read() as tx:
            return numbers(tx, period, period.scope(zone, channel, language), WEEK, TARGET, NOW)


@pytest.fixture(params=MIGRATED)
def past(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Past]:
    store = Store(MIGRATED[request.param](tmp_path))
    yield Past(store)
    store.close()


def old(hours: float = 0) -> datetime:
    """A time that is long enough ago to tell what came of it."""
    return NOW - timedelta(days=8) + timedelta(hours=hours)


def test_nothing_is_counted_of_nothing(past: Past) -> None:
    found = past.numbers()
    assert found.volume.days == [(day, 0, 0) for day in NOVEMBER.days()]
    assert found.volume.week == [[0] * 24] * 7
    assert found.total(Outcome.ANSWERED) == Share(0, 0)
    assert found.resolution.resolved == Share(0, 0)
    assert found.resolution.young == 0
    assert (found.replies.median, found.replies.waiting, found.takeovers.in_time) == (None, 0, Share(0, 0))
    assert (found.cited, found.missing) == ([], [])
    assert set(found.funnel.values()) == {0}


def test_a_conversation_counts_once_a_day_and_its_messages_each(past: Past) -> None:
    one, other = past.conversation(), past.conversation()
    for at in (old(), old(1), old(24)):
        past.ask(one, at)
    past.ask(other, old())
    days = {day: counts for day, *counts in past.numbers().volume.days}
    assert days[date(2026, 11, 12)] == [2, 3]
    assert days[date(2026, 11, 13)] == [1, 1]
    assert sum(n for _, n in days.values()) == 4


def test_days_end_at_the_firms_midnight(past: Past) -> None:
    one = past.conversation(datetime(2026, 11, 1, tzinfo=UTC))
    midnight = datetime(2026, 11, 9, 16, tzinfo=UTC)  # of 10 November in Shanghai
    past.ask(one, midnight - timedelta(milliseconds=1))
    past.ask(one, midnight)
    days = {day: n for day, _, n in past.numbers().volume.days if n}
    assert days == {date(2026, 11, 9): 1, date(2026, 11, 10): 1}
    ninth = Period(date(2026, 11, 9), date(2026, 11, 9))
    assert past.numbers(ninth).volume.days == [(date(2026, 11, 9), 1, 1)]


def test_days_and_hours_follow_the_clocks_when_they_are_changed(past: Past) -> None:
    one = past.conversation(datetime(2026, 10, 1, tzinfo=UTC))
    for hour, minute in ((21, 59), (22, 0)):  # the day before begins and ends with summer time
        past.ask(one, datetime(2026, 10, 24, hour, minute, tzinfo=UTC))
    for hour, minute in ((0, 30), (1, 30), (22, 59)):  # 2:30 twice, then 23:59
        past.ask(one, datetime(2026, 10, 25, hour, minute, tzinfo=UTC))
    past.ask(one, datetime(2026, 10, 25, 23, tzinfo=UTC))
    found = past.numbers(Period(date(2026, 10, 20), date(2026, 10, 31)), BERLIN).volume
    assert {day: n for day, _, n in found.days if n} == {
        date(2026, 10, 24): 1, date(2026, 10, 25): 4, date(2026, 10, 26): 1,
    }  # fmt: skip
    assert [(day, hour, n) for day, row in enumerate(found.week) for hour, n in enumerate(row) if n] == [
        (0, 0, 1), (5, 23, 1), (6, 0, 1), (6, 2, 2), (6, 23, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "zone", ["Asia/Kathmandu", "America/St_Johns", "Australia/Lord_Howe", "America/Santiago"]
)
@pytest.mark.parametrize("month", [3, 4, 9, 10])
def test_a_day_is_the_same_in_python_and_in_the_database(past: Past, zone: str, month: int) -> None:
    local = ZoneInfo(zone)
    one = past.conversation(datetime(2026, month, 1, tzinfo=UTC))
    times = [
        datetime(2026, month, 1, 12, tzinfo=UTC) + n * timedelta(hours=18, minutes=37) for n in range(24)
    ]
    for at in times:
        past.message(one, at, AuthorKind.CUSTOMER, "?")
    found = past.numbers(Period(date(2026, month, 1), date(2026, month, 30)), local).volume
    days = [at.astimezone(local).date() for at in times]
    assert {day: n for day, _, n in found.days if n} == {day: days.count(day) for day in days}
    hours = {(at.astimezone(local).weekday(), at.astimezone(local).hour) for at in times}
    assert {(d, h) for d, row in enumerate(found.week) for h, n in enumerate(row) if n} == hours


def test_messages_outside_office_hours_are_counted_to_the_quarter(past: Past) -> None:
    one = past.conversation()
    monday = datetime(2026, 11, 9, tzinfo=SHANGHAI)
    for hour, minute in ((8, 59), (9, 0), (11, 59), (12, 0), (17, 29), (17, 30)):
        past.ask(one, monday + timedelta(hours=hour, minutes=minute))
    past.ask(one, monday + timedelta(days=6, hours=10))  # a Sunday
    assert past.numbers().volume.outside == Share(4, 7)


def test_channel_and_language_leave_what_fits_of_everything(past: Past) -> None:
    for channel, language, n in (("web", "en", 1), ("web", "zh", 2), ("wechat", "zh", 4)):
        for _ in range(n):
            one = past.conversation(channel=channel, language=language)
            past.ask(one, old(), sections=("Fees",))
            past.handoff(one, old(), HandoffState.ENDED, 1)
    for channel, language, n in (("web", "", 3), ("", "zh", 6), ("wechat", "zh", 4), ("wechat", "en", 0)):
        found = past.numbers(channel=channel, language=language)
        assert sum(messages for _, _, messages in found.volume.days) == n
        assert sum(map(sum, found.volume.week)) == n
        assert found.total(Outcome.ANSWERED) == Share(n, n)
        assert found.resolution.resolved.of == n
        assert found.takeovers.reached == n
        assert found.funnel[Stage.ASKED] == n
        assert sum(each for _, _, each in found.cited) == n


def test_only_the_bots_replies_to_questions_have_outcomes(past: Past) -> None:
    one = past.conversation()
    for n, outcome in enumerate([*Outcome, Outcome.ANSWERED]):
        past.ask(one, old(n), outcome)
    past.message(one, old(), AuthorKind.PERSON, "Hi", outcome=Outcome.ANSWERED)
    found = past.numbers()
    assert found.total(Outcome.ANSWERED) == Share(2, 5)
    assert found.total(Outcome.HANDED_OFF) == Share(1, 5)
    assert found.outcomes[(date(2026, 11, 12), Outcome.ANSWERED)] == 1


def test_an_answered_question_is_resolved(past: Past) -> None:
    one = past.conversation()
    past.ask(one, old(), text="What does it cost?")
    past.ask(one, old(1), Outcome.CLARIFY, text="And the time?")
    past.ask(one, old(2), text="The time of the audit")
    past.ask(one, old(3), Outcome.SMALLTALK, text="Thanks")
    assert past.numbers().resolution.resolved == Share(1, 1)


def test_each_reason_stands_for_itself(past: Past) -> None:
    handed, declined, unanswered, unhelpful, repeated = (past.conversation() for _ in range(5))
    past.ask(handed, old())
    past.handoff(handed, old(1), HandoffState.ENDED)
    past.ask(declined, old(), Outcome.DECLINED)
    past.ask(declined, old(1), text="Something else")
    past.ask(unanswered, old())
    past.ask(unanswered, old(1), Outcome.CLARIFY, text="Something else")
    reply = past.ask(unhelpful, old())
    past.add("feedback", message_id=reply, conversation_id=unhelpful, helpful=False, at=old(1))
    past.ask(repeated, old(), text="How long does it take?")
    past.ask(repeated, old(1), text="how long,  does it TAKE")
    found = past.numbers().resolution
    assert found.resolved == Share(0, 5)
    assert found.reasons == {
        Verdict.HANDED: 1, Verdict.DECLINED: 1, Verdict.UNANSWERED: 1, Verdict.UNHELPFUL: 1, "repeated": 1,
    }  # fmt: skip


def test_thanks_said_twice_are_no_repeated_question_and_a_thumb_up_no_complaint(past: Past) -> None:
    one = past.conversation()
    reply = past.ask(one, old())
    past.add("feedback", message_id=reply, conversation_id=one, helpful=True, at=old(1))
    past.ask(one, old(1), text="What documents?")
    past.ask(one, old(2), Outcome.SMALLTALK, text="Thanks")
    past.ask(one, old(3), Outcome.SMALLTALK, text="Thanks")
    assert past.numbers().resolution.resolved == Share(1, 1)


def test_who_asked_within_72_hours_is_too_young_to_count(past: Past) -> None:
    for hours in (71.9, 72.1):
        past.ask(past.conversation(), NOW - timedelta(hours=hours))
    still_asking = past.conversation()
    past.ask(still_asking, old())
    past.ask(still_asking, NOW - timedelta(hours=1), Outcome.DECLINED)
    found = past.numbers().resolution
    assert (found.resolved, found.young) == (Share(1, 1), 2)


def test_a_conversation_belongs_to_the_period_of_its_last_question(past: Past) -> None:
    one = past.conversation()
    past.ask(one, old(), Outcome.DECLINED)
    past.ask(one, old(48), text="Something else")
    first, second = date(2026, 11, 12), date(2026, 11, 14)
    assert past.numbers(Period(first, first)).resolution.resolved == Share(0, 0)
    found = past.numbers(Period(second, second)).resolution
    assert (found.resolved, found.reasons[Verdict.DECLINED]) == (Share(0, 1), 1)


def test_who_only_greets_has_no_question(past: Past) -> None:
    past.ask(past.conversation(), old(), Outcome.SMALLTALK)
    past.conversation()
    found = past.numbers()
    assert found.resolution.resolved == Share(0, 0)
    assert (found.funnel[Stage.OPENED], found.funnel[Stage.ASKED]) == (2, 0)


def replied(past: Past, minutes: float | None, state: HandoffState = HandoffState.ENDED) -> None:
    one = past.conversation()
    past.message(one, old() - timedelta(hours=1), AuthorKind.PERSON, "Earlier")
    past.handoff(one, old(), state, minutes and minutes / 2)
    if minutes is not None:
        past.message(one, old() + timedelta(minutes=minutes), AuthorKind.PERSON, "Hello")
        past.message(one, old() + timedelta(minutes=minutes + 60), AuthorKind.PERSON, "Anything else?")


def test_waits_are_until_the_first_reply_and_until_the_takeover(past: Past) -> None:
    for minutes in (2, 10, 16, 40):
        replied(past, minutes)
    found = past.numbers()
    assert found.replies.median == 13 * 60
    assert found.replies.ninetieth == pytest.approx((16 + 0.7 * 24) * 60)
    assert found.replies.in_time == Share(2, 4)
    assert found.takeovers.median == pytest.approx(6.5 * 60)
    assert found.takeovers.in_time == Share(3, 4)
    assert (found.replies.reached, found.replies.waiting, found.replies.missed) == (4, 0, 0)


def test_who_still_waits_is_late_once_the_target_has_passed(past: Past) -> None:
    replied(past, 5)
    replied(past, None, HandoffState.WAITING)
    for minutes in (14, 16):
        past.handoff(past.conversation(), NOW - timedelta(minutes=minutes), HandoffState.WAITING)
    found = past.numbers()
    assert (found.replies.waiting, found.replies.in_time) == (3, Share(1, 3))
    assert (found.takeovers.waiting, found.takeovers.in_time) == (3, Share(1, 3))
    assert found.replies.median == 5 * 60


def test_who_was_taken_but_never_written_to_is_missed(past: Past) -> None:
    past.handoff(past.conversation(), old(), HandoffState.ENDED, 3)
    past.handoff(past.conversation(), old(), HandoffState.TAKEN, 3)
    past.handoff(past.conversation(), old(), HandoffState.ENDED)  # when it was taken was not kept once
    found = past.numbers()
    assert (found.replies.missed, found.replies.waiting, found.replies.in_time) == (2, 1, Share(0, 3))
    assert (found.takeovers.reached, found.takeovers.missed, found.takeovers.in_time) == (2, 0, Share(2, 2))


def test_a_reply_belongs_to_the_last_time_a_person_was_asked_for(past: Past) -> None:
    one = past.conversation()
    past.handoff(one, old(), HandoffState.ENDED, 1)
    past.handoff(one, old(2), HandoffState.TAKEN, 1)
    past.message(one, old(2) + timedelta(minutes=7), AuthorKind.PERSON, "Hello")
    found = past.numbers().replies
    assert (found.reached, found.median, found.missed) == (1, 7 * 60, 1)


def test_what_staff_took_unasked_has_no_wait(past: Past) -> None:
    past.handoff(past.conversation(), old(), HandoffState.TAKEN, 0, summary="")
    assert past.numbers().takeovers.reached == 0


def test_the_most_cited_sections_stand_first(past: Past) -> None:
    one = past.conversation()
    past.ask(one, old(), sections=("Fees", "Steps"))
    past.ask(one, old(1), sections=("Steps",))
    past.ask(one, old(2), Outcome.CLARIFY, sections=("Never",))
    past.ask(one, old(3))
    assert past.numbers().cited == [("FAQ", "Steps", 2), ("FAQ", "Fees", 1)]


def test_gaps_are_those_still_open_by_how_often_they_were_asked_in_the_period(past: Past) -> None:
    one = past.conversation()
    for group, state, times in (
        ("few", "open", [old()]), ("many", "open", [old(), old(1)]), ("done", "answered", [old()]),
        ("before", "open", [NOW - timedelta(days=60)]),
    ):  # fmt: skip
        past.add(
            "gap_groups", id=group, label=f"{group}?", total=b"", counts={}, created_at=old(), state=state
        )
        for n, at in enumerate(times):
            past.add("gaps", id=f"{group}{n}", conversation_id=one, message_id=f"{group}{n}", group_id=group,
                     question="?", language="en", reason="", created_at=at)  # fmt: skip
    assert past.numbers().missing == [("many", "many?", 2), ("few", "few?", 1)]


def test_the_funnel_counts_who_came_at_least_so_far(past: Past) -> None:
    opened, asked, begun, running, sent, quoted, contract, withdrawn, before = (
        past.conversation(old() if n < 8 else datetime(2026, 10, 1, tzinfo=UTC)) for n in range(9)
    )
    assert opened
    past.ask(asked, old())
    past.ask(begun, old(), Outcome.INTAKE)
    past.add("intakes", conversation_id=running, id="i", state={}, updated_at=old())
    past.case(sent)
    past.case(quoted, "quotation", quoted=True)
    past.case(contract, "quotation", "contract", "stage-1")
    past.case(withdrawn, "withdrawn")
    past.case(before, "contract")
    assert list(past.numbers().funnel.values()) == [8, 7, 6, 4, 2, 1]


def test_a_period_has_whole_days() -> None:
    period = Period.until(date(2026, 3, 2), 7)
    assert (period.first, period.length) == (date(2026, 2, 24), 7)
    assert period.days()[-1] == date(2026, 3, 2)


def test_a_scope_knows_when_the_clocks_are_changed() -> None:
    scope = Period(date(2026, 3, 1), date(2026, 10, 31)).scope(BERLIN)
    assert scope.start == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert scope.end == datetime(2026, 10, 31, 23, tzinfo=UTC)
    assert scope.clock == [
        (scope.start, 3600),
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 7200),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), 3600),
    ]


def test_a_scope_without_a_clock_is_in_utc(past: Past) -> None:
    past.ask(past.conversation(), datetime(2026, 11, 9, 23, 59, tzinfo=UTC))
    with past.store.read() as tx:
        found = tx.numbers.asked_by_day(Scope(datetime(2026, 11, 1, tzinfo=UTC), NOW))
    assert found == {date(2026, 11, 9): (1, 1)}


@pytest.mark.parametrize(
    ("n", "of", "low", "high"),
    [
        (0, 0, 0, 1),
        (0, 10, 0, 0.2775),
        (10, 10, 0.7225, 1),
        (5, 10, 0.2366, 0.7634),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_is_wilsons(n: int, of: int, low: float, high: float) -> None:
    """The last is the example of Newcombe (1998), Statistics in Medicine 17, table I."""
    assert wilson(n, of) == pytest.approx((low, high), abs=1e-4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(n: int, more: int) -> None:
    low, high = wilson(n, n + more)
    assert 0 <= low <= (n / (n + more) if n + more else 0.5) + 1e-12
    assert high + 1e-12 >= (n / (n + more) if n + more else 0.5)
    assert high <= 1


def test_a_quantile_lies_between_its_neighbours() -> None:
    assert quantile([], 0.5) is None
    assert quantile([7], 0.9) == 7
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    assert quantile(range(11), 0.9) == 9
