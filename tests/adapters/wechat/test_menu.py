import pytest

from adapters.wechat import menu
from bot.answer import Answerer
from bot.intent import Intent
from bot.messages import Outcome
from knowledge.search import Search


def buttons(language: str) -> list[dict[str, str]]:
    found = menu.menu(language)["button"]
    return [leaf for button in found for leaf in button.get("sub_button", [button])]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_menu_is_one_that_the_platform_takes(language: str) -> None:
    top = menu.menu(language)["button"]
    assert 1 <= len(top) <= 3
    for button in top:
        assert len(button["name"].encode()) <= 16
        assert len(button.get("sub_button", [])) <= 5
    for leaf in buttons(language):
        assert leaf["type"] == "click"
        assert 0 < len(leaf["name"].encode()) <= 60
        assert len(leaf["key"].encode()) <= 128


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_button_says_something_in_the_language_it_is_labelled_in(language: str) -> None:
    other = "en" if language == "zh" else "zh"
    said = [menu.pressed(leaf["key"], other) for leaf in buttons(language)]
    assert all(said)
    assert len(set(said)) == len(said)
    assert all(text.isascii() is (language == "en") for text in said)


@pytest.mark.parametrize("key", ["", "fees:", "nonsense", "menu", "__class__:zh", "learn:zh"])
def test_a_strange_key_says_nothing(key: str) -> None:
    assert menu.pressed(key, "zh") in {"", menu.pressed("fees:zh", "zh")}
    assert (menu.pressed(key, "zh") == "") is (key != "fees:")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_assistant_understands_each_button(language: str, shipped_search: Search) -> None:
    answerer = Answerer(shipped_search)
    for leaf in buttons(language):
        said = menu.pressed(leaf["key"], language)
        if leaf["key"].partition(":")[0] in {"fees", "time", "documents", "steps"}:
            assert answerer.answer(said, [], language).outcome is Outcome.ANSWERED, said
        else:
            assert answerer.wanted(said) in {Intent.APPLY, Intent.STATUS, Intent.PERSON}, said
