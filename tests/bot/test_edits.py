"""Changes of a few words within what is held, and what is told behind a new value."""

from collections.abc import Mapping
from datetime import date

import pytest

from bot.intake import corrections
from bot.intake.extract import Found, extract
from bot.intake.reading import Form
from offices import SERVICES

FIELDS = SERVICES["iso-20000"].application
BY_ID = {field.id: field for field in FIELDS}
ENGLISH = {
    "company": "Star Hosting Ltd",
    "main_business": "web hosting",
    "services_in_scope": "service desk",
    "people_covered": "80",
    "current_certificates": "ISO 9001",
    "target_date": "2031-06",
    "contact_name": "Ann Lee",
    "contact": "ann@starhosting.example",
}
CHINESE = {
    "company": "青岛海屿软件有限公司",
    "main_business": "港口物流软件",
    "services_in_scope": "港口系统运维",
    "people_covered": "45",
    "current_certificates": "ISO 9001",
    "contact_name": "于洋",
}


def read(text: str, asked: str | None = None, held: Mapping[str, str] | None = None) -> Found:
    known = (ENGLISH if text.isascii() else CHINESE) if held is None else held
    said, _ = corrections.opened(corrections.without_plea(text))
    return extract(said, Form(FIELDS, known, BY_ID.get(asked or ""), date(2026, 11, 10), corrects=True))


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("把“有限公司”改为“有限责任公司”，其余不动。", "company", "青岛海屿软件有限责任公司"),
        ("把海屿软件改成海屿科技吧", "company", "青岛海屿科技有限公司"),
        ("公司名称后面麻烦补上“济南分公司”五个字", "company", "青岛海屿软件有限公司济南分公司"),
        ("主营业务把“港口”俩字去掉", "main_business", "物流软件"),
        ("change Star to Moon please", "company", "Moon Hosting Ltd"),
        ('could you put down "cloud storage" in place of web hosting?', "main_business", "cloud storage"),
        ('would you write "IT service desk" instead of "service desk"?', "services_in_scope", "IT service desk"),
        ("web hosting isn't our main business actually, it's domain registration", "main_business", "domain registration"),
        ("add ISO 14001 to the certificates", "current_certificates", "ISO 9001, ISO 14001"),
        ("please add cloud hosting to our services", "services_in_scope", "service desk, cloud hosting"),
        ("服务范围那里麻烦再加一个数据备份，谢谢", "services_in_scope", "港口系统运维, 数据备份"),
        ("主营业务那栏补充一项云主机租赁", "main_business", "港口物流软件, 云主机租赁"),
        ("under certificates add Cyber Essentials please", "current_certificates", "ISO 9001, Cyber Essentials"),
    ],
)  # fmt: skip
def test_words_of_what_is_held_are_changed_for_others(text: str, field: str, value: str) -> None:
    assert read(text).values == {field: value}


@pytest.mark.parametrize("text", ["把港口改成码头", "replace hosting with cloud"])
def test_words_that_several_answers_have_change_nothing(text: str) -> None:
    assert not read(text).values


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("main business shld be email hosting, we gave up web hosting in spring", "main_business", "email hosting"),
        ('the main business must be written "e-mail hosting", sorry for my english', "main_business", "e-mail hosting"),
        ("main business is web and mail hosting, change it if you can", "main_business", "web and mail hosting"),
        ("主营业务请更正为：港口物流软件研发与销售。给您添麻烦了", "main_business", "港口物流软件研发与销售"),
        ("证书那里再给我加一个 ISO 27001，9001也留着", "current_certificates", "ISO 9001, ISO 27001"),
        ("现有证书我填错了，是ISO 27001，不是9001", "current_certificates", "ISO 27001"),
        ("联系人打错一个字 于漾 荡漾的漾", "contact_name", "于漾"),
        ("main business is wrong, we do retail", "main_business", "retail"),
        ("I also want to change the headcount, we are 52 now", "people_covered", "52"),
        ("the contact is Omar Haddad now", "contact_name", "Omar Haddad"),
        ("name is Delta Cloud Services LLC", "company", "Delta Cloud Services LLC"),
    ],
)  # fmt: skip
def test_what_is_told_behind_a_new_value_is_no_part_of_it(text: str, field: str, value: str) -> None:
    assert read(text).values == {field: value}


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("人数改成54，哦不对，53，是53", "people_covered", "53"),
        ("people should be 54, no wait, 53", "people_covered", "53"),
        ("change people to 54, sorry for the trouble", "people_covered", "54"),
        ("目标时间改到明年3月，哦不对，4月", "target_date", "2027-04"),
        ("联系人改成王蕾，不对，是王磊", "contact_name", "王磊"),
        ("contact person: Ann Li, sorry, Ann Leigh", "contact_name", "Ann Leigh"),
        ("电话改成13800138000，打错了，13900139000", "contact", "+8613900139000"),
        ("my e-mail is ann@x.example, no wait, anna@x.example", "contact", "anna@x.example"),
        ("change the company to Foo Hosting Ltd, no wait, Bar Hosting Ltd", "company", "Bar Hosting Ltd"),
        ("人数按社保上的来，51", "people_covered", "51"),
    ],
)
def test_what_is_taken_back_at_once_is_not_the_new_value(text: str, field: str, value: str) -> None:
    assert read(text).values == {field: value}


@pytest.mark.parametrize(
    ("asked", "text", "value"),
    [
        ("company", "Foo Hosting Ltd, sorry, Foo Hosting Limited", "Foo Hosting Limited"),
        ("main_business", "软件开发，不对，是软件外包", "软件外包"),
        ("services_in_scope", "service desk, sorry, service desk and hosting", "service desk and hosting"),
        ("contact", "13800138000，哦不对，13900139000", "+8613900139000"),
        ("people_covered", "two sites with 20 people each", "40"),
        ("people_covered", "两个部门各20人", "40"),
        ("people_covered", "两个办公点，每个点20人左右", "40"),
        ("sites", "深圳和东莞都有一个机房", "2"),
    ],
)
def test_an_answer_that_corrects_itself_or_counts_by_places(asked: str, text: str, value: str) -> None:
    found = read(text, asked, {})
    assert (found.values.get(asked) or found.rest) == value


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("67 for the number of people", "people_covered", "67"),
        ("Bea Marsh for the contact person", "contact_name", "Bea Marsh"),
        ("could the main business be payroll software instead", "main_business", "payroll software"),
        ("I want the services to be application support", "services_in_scope", "application support"),
        ("wait, the main business is payroll software, not that", "main_business", "payroll software"),
        ("change 4 to 67", "people_covered", "67"),
        ("主营业务填薪酬软件开发", "main_business", "薪酬软件开发"),
        ("公司名称填成都铭川信息技术有限公司", "company", "成都铭川信息技术有限公司"),
        ("联系人要改成马蓓", "contact_name", "马蓓"),
    ],
)
def test_a_change_is_worded_in_many_ways(text: str, field: str, value: str) -> None:
    assert read(text).values == {field: value}


@pytest.mark.parametrize(
    "text",
    ["send it for the company", "thanks for the contact", "any news for the main business", "证书要加盖公章"],
)
def test_what_only_sounds_like_a_change_changes_nothing(text: str) -> None:
    assert read(text).values == {}


def test_a_number_of_a_line_that_is_also_an_answer_is_that_answer() -> None:
    assert read("change 4 to 67", held={**ENGLISH, "sites": "4"}).values.get("people_covered") is None


def test_changes_may_be_numbered() -> None:
    found = read("改两处哈：1）场所是4个；2）拿证时间改到2032年第一季度")
    assert found.values == {"sites": "4", "target_date": "2032-Q1"}


def test_what_only_says_that_it_is_wrong_gives_nothing() -> None:
    found = read("联系人不是我呀")
    assert not found.values
    assert found.reopened == ("contact_name",)
    assert read("the company name has a typo").reopened == ("company",)


def test_the_whole_name_of_a_company_takes_the_place_of_its_short_one() -> None:
    held = {"company": "金穗数据"}
    assert read("江苏金穗数据股份有限公司", "main_business", held).values == {
        "company": "江苏金穗数据股份有限公司"
    }
    assert read(
        "少打了 深圳市前海智联科技有限公司", "main_business", {"company": "深圳市前海智联"}
    ).values == {"company": "深圳市前海智联科技有限公司"}


def test_another_address_takes_the_place_of_the_number() -> None:
    found = read("no wait, use email: tan@lionport.example", held={"contact": "+8613800138000"})
    assert found.replaced == {"contact"}


def test_a_name_that_is_said_once_more_is_taken_in_full() -> None:
    assert read("I'm Peter. Peter Olsen", "contact_name", {}).values == {"contact_name": "Peter Olsen"}
    assert read("contact person Raj Patel", "current_certificates", {}).values == {
        "contact_name": "Raj Patel"
    }
