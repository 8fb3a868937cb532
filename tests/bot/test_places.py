"""Places that are named without being counted, or beside a number."""

import pytest

from bot.intake import counts, places
from bot.intake.cues import is_places, nouns
from bot.intake.plain import plain
from bot.intake.reasons import Wrong
from offices import SERVICES

APPLICATION = SERVICES["iso-20000"].application
SITES = nouns(next(field for field in APPLICATION if field.id == "sites"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("都在一栋楼里", 1),
        ("就一栋楼", 1),
        ("we all sit in the same building", 1),
        ("办公点有北京总部和广州分部", 2),
        ("我们在深圳跟东莞都有办公室", 2),
        ("offices in Leeds, York and Cork", 3),
        ("HQ in Munich plus two branch offices", 3),
        ("main office and 3 branches", 4),
        ("总部在上海,还有一个在苏州", 2),
        ("two branches plus the head office", 3),
        ("3 sites, the head office is in Leeds", 3),
        ("4 offices including the head office", 4),
        ("一共3个,总部和两个分部", 3),
        ("深圳和东莞都有一个机房", 2),
        ("Leeds, York and Hull each have one", 3),
        ("we have one office in each of Leeds and York", 2),
    ],
)
def test_places_are_counted_by_their_names(text: str, number: int) -> None:
    assert counts.read(text, SITES) == number


@pytest.mark.parametrize(
    "text",
    [
        "申请认证，范围内70~75人，重庆、贵阳、昆明各一个办公室，都算进去",
        "we want to apply, 70 people, Leeds, York and Hull have one office each",
    ],
)
def test_what_each_of_some_places_has_is_counted_beside_other_numbers(text: str) -> None:
    assert [value for *_, value in counts.find(text, SITES)] == [3]


def test_people_are_not_counted_by_their_places() -> None:
    people = next(field for field in APPLICATION if field.id == "people_covered")
    assert is_places(next(field for field in APPLICATION if field.id == "sites"))
    assert not is_places(people)
    with pytest.raises(Wrong):
        counts.read("办公点有北京总部和广州分部", nouns(people))


@pytest.mark.parametrize(
    "text", ["no office", "maybe Leeds or York", "我们没有办公室", "offices", "许多办公室"]
)
def test_what_names_no_places_is_asked_for(text: str) -> None:
    with pytest.raises(Wrong):
        counts.read(text, SITES)


def test_homes_are_no_places() -> None:
    assert places.are_homes(plain("We all work from home"))
    assert places.are_homes(plain("没有固定的办公室，都居家"))
    assert not places.are_homes(plain("2 offices, the rest work from home"))
