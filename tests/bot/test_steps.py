from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import steps
from bot.errors import IllegalMove
from knowledge.documents import Item, Service
from offices import SERVICES

SHIPPED = SERVICES["iso-20000"]
PLAIN = Service("plain", Path("service.yaml"))


def test_the_shipped_service_goes_through_the_steps_of_the_design() -> None:
    assert (
        steps.statuses(SHIPPED)
        == (
            "enquiry quotation contract proposal pre_review stage_1 stage_2 certified surveillance recertification "
            "withdrawn rejected"
        ).split()
    )


@pytest.mark.parametrize(
    ("status", "to"),
    [
        ("enquiry", "quotation withdrawn rejected"),
        ("quotation", "contract withdrawn rejected"),
        ("proposal", "pre_review stage_1 withdrawn rejected"),  # the pre-review is optional
        ("pre_review", "stage_1 withdrawn rejected"),
        ("stage_2", "certified withdrawn rejected"),
        ("certified", "surveillance recertification withdrawn"),
        ("surveillance", "certified recertification withdrawn rejected"),
        ("recertification", "certified withdrawn rejected"),
        ("withdrawn", ""),
        ("rejected", ""),
    ],
)
def test_a_status_may_go_on_to_what_follows_it(status: str, to: str) -> None:
    assert steps.moves(SHIPPED, status) == to.split()


@given(st.sampled_from(steps.statuses(SHIPPED)), st.sampled_from(steps.statuses(SHIPPED)))
def test_every_other_move_is_refused_with_what_is_legal(status: str, to: str) -> None:
    legal = steps.moves(SHIPPED, status)
    if to in legal:
        steps.check(SHIPPED, status, to)
        return
    with pytest.raises(IllegalMove) as refused:
        steps.check(SHIPPED, status, to)
    assert all(move in str(refused.value) for move in legal)


def test_a_service_without_steps_goes_from_quotation_to_certificate() -> None:
    assert steps.moves(PLAIN, "quotation") == ["certified", "withdrawn", "rejected"]
    assert steps.moves(PLAIN, "certified") == ["withdrawn"]


def test_a_case_at_a_step_that_its_service_has_no_more_can_only_end() -> None:
    assert steps.moves(PLAIN, "stage_1") == ["withdrawn", "rejected"]
    with pytest.raises(IllegalMove):
        steps.check(PLAIN, "stage_1", "certified")


def test_a_step_that_is_no_known_status_is_called_as_the_service_calls_it() -> None:
    service = Service(
        "lab", Path("s"), lists={"steps": (Item("sampling", {"en": "Take samples", "zh": "取样"}),)}
    )
    assert steps.label(service, "sampling", "zh") == "取样"
    assert steps.label(service, "certified", "en") == "Certified"
    assert steps.label(service, "unheard", "en") == "unheard"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 36, date(2029, 12, 1)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_later_stays_within_the_month(day: date, months: int, then: date) -> None:
    assert steps.later(day, months) == then


def test_a_certified_customer_is_reminded_as_the_contract_says() -> None:
    by_contract = {r.step: (on, due) for r, on, due in steps.due(SHIPPED, date(2026, 11, 25), 6)}
    assert by_contract == {
        "surveillance": (date(2027, 5, 25), date(2027, 5, 25)),
        "recertification": (date(2029, 8, 25), date(2029, 11, 25)),
    }
    otherwise = {r.step: on for r, on, _ in steps.due(SHIPPED, date(2026, 11, 25), None)}
    assert otherwise["surveillance"] == date(2027, 11, 25)
