"""Every question of an application, answered and changed in each of many ways; nothing else may change by it.

Of what is told beside an answer one way is tried, all of them in `make soak`.
"""

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from applying import BEFORE_REVIEW, IDS, Customer, asking
from bot.intake import Kind
from forms import WHOLE

WAYS: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("ways.yaml").read_text(encoding="utf-8"))


def ways(of: str) -> pytest.MarkDecorator:
    """The ways of that kind with their language."""
    return pytest.mark.parametrize(
        ("language", "way"), [(language, way) for language, each in WAYS.items() for way in each[of]]
    )


def told(customer: Customer, text: str) -> dict[str, str]:
    """The values that a message changes."""
    before = dict(customer.state.values) if customer.state else {}
    customer.says(text)
    return {id: value for id, value in customer.held.values.items() if before.get(id) != value}


@ways("around")
def test_what_stands_around_an_answer_is_no_part_of_it(language: str, way: str) -> None:
    answers = WAYS[language]["answers"]
    found = {id: told(asking(id, language), way.format(v=answers[id][0])) for id in IDS}
    assert found == {id: {id: answers[id][1]} for id in IDS}


@ways("joined")
def test_what_is_told_behind_an_answer_is_kept_as_well(language: str, way: str) -> None:
    answers, more = WAYS[language]["answers"], WAYS[language]["told"]
    for asked, beside in combinations(IDS, 2):
        for each in more[beside] if WHOLE else more[beside][:1]:
            text = way.format(a=answers[asked][0], b=each)
            expected = {asked: answers[asked][1], beside: answers[beside][1]}
            assert told(asking(asked, language), text) == expected, text


@ways("opening")
def test_what_is_told_with_the_wish_to_apply_is_kept(language: str, way: str) -> None:
    for id, more in WAYS[language]["told"].items():
        for each in more:
            assert told(Customer(language), way.format(v=each)) == {id: WAYS[language]["answers"][id][1]}, (
                each
            )


@ways("changed")
def test_a_change_at_the_read_back_changes_what_it_names_and_is_sent(language: str, way: str) -> None:
    said = WAYS[language]
    for number, (id, name) in enumerate(zip(IDS, said["names"], strict=True), 1):
        answer, kept = said["answers"][id]
        customer = Customer(language, BEFORE_REVIEW)
        text = way.format(n=name, v=answer, k=number)
        changed = told(customer, text)
        if way in said["unclear"].get(id, ()):
            assert not changed, text
            assert customer.step.kind is not Kind.CONFIRMED, text
            continue
        assert customer.step.kind is Kind.REVIEW, text
        assert changed in ({id: kept}, {id: f"+8613800138000, {kept}"}), text  # beside the telephone
        assert customer.says(said["sends"]).kind is Kind.CONFIRMED, text
        assert customer.held.values[id] == changed[id], text
