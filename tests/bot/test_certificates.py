"""What a company holds already, told in whatever words."""

import pytest

from bot.intake import certificates


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Cyber Essentials, that's your lot", "Cyber Essentials"),
        ("We are already having ISO 9001 and ISO 27001", "ISO 9001 and ISO 27001"),
        ("The bank has ISO 27001", "ISO 27001"),
        ("ISO 9001 and ISO 14001 as far as I know", "ISO 9001 and ISO 14001"),
        ("ISO 9001. For ISO 20000 my boss wants it soon", "ISO 9001"),
        ("墙上挂的那个是ISO9001，别的没有了", "ISO9001"),
        ("有两张，ISO 27001和ISO 22301，都是前两年做的", "ISO 27001和ISO 22301"),
        ("已經有ISO 27001，想2028年1月攞到20000", "ISO 27001"),
        ("有三体系，20000要8月出证", "三体系"),
        ("目前两个，9001和27001", "9001和27001"),
        ("CMMI3级嘛，去年才过的", "CMMI3级"),
        ("前年通过了ISO 9001，除此之外没有其他证书", "ISO 9001"),
        ("两个，ISO 9001和ISO 45001，都没过期", "ISO 9001和ISO 45001"),
        ("ISO 9001 and ISO 14001, both still valid", "ISO 9001 and ISO 14001"),
        ("ISO 9001 (expires 2028)", "ISO 9001 (expires 2028)"),
        ("we have JCI and ISO 9001", "we have JCI and ISO 9001"),
        ("only our parent has ISO 9001", "only our parent has ISO 9001"),
        ("ISO 9001 and our own quality label", "ISO 9001 and our own quality label"),
    ],
)
def test_names_stand_without_the_words_around_them_and_with_what_counts(text: str, names: str) -> None:
    assert certificates.named(text) == names


@pytest.mark.parametrize(
    "text",
    [
        "no certificate at all yet",
        "nah none",
        "Nothing for now, this is the first one",
        "we dont have any, and no deadline either",
        "还没办过，一个都没有",
        "没那玩意儿",
        "客户目前没有证书",
        "都没有啦2028年5月拿到就行",
        "0个",
        "没有欸",
        "截至目前尚未取得任何管理体系认证",
        "截止目前，本单位尚无任何体系认证",
        "体系认证证书敝院一张也没有",
        "啥证都木有哈，白纸一张",
        "I'm rather afraid we have never had any, unless one counts the tea room's hygiene sticker",
        "I'd love to impress you, but I'm afraid there isn't a single one on the wall",
        "I am a little embarrassed to say so, but we have no certificates whatsoever till now",
    ],
)
def test_that_there_are_none_is_told_in_any_words(text: str) -> None:
    assert certificates.are_none(text)


@pytest.mark.parametrize(
    "text", ["ISO 9001", "没有ISO 9001", "we do not have ISO 9001", "not yet decided", "没问题", "没听懂", ""]
)
def test_what_names_one_or_says_another_thing_is_not_that_there_are_none(text: str) -> None:
    assert not certificates.are_none(text)


def test_what_has_lapsed_is_not_held() -> None:
    text = "ISO 27001去年到期未续，现有的仅ISO 9001"
    assert certificates.has_lapsed(text, 0, len("ISO 27001"))
    assert not certificates.has_lapsed(text, text.index("ISO 9001"), len(text))
    assert not certificates.left_out("ISO 27001 ran out last year")
