"""Places that are named without being counted, or beside a number."""

import pytest

from bot.intake import counts, places
from bot.intake.cues import nouns
from bot.intake.plain import plain
from bot.intake.reasons import Wrong
from bot.settings import CONTENT
from knowledge.load import load

APPLICATION = next(service for service in load(CONTENT).services if service.id == "iso-20000").application
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
    ],
)
def test_places_are_counted_by_their_names(text: str, number: int) -> None:
    assert counts.read(text, SITES) == number


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
