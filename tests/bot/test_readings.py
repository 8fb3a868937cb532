"""Single answers as customers have written them, and what is held of them."""

import pytest

from applying import FULL, ISO, Customer, asking
from bot.intake import Command, Intake, Kind, Stage, tells_contact
from bot.questions import asks_for_so_many, split
from bot.texts import texts


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("just Leeds", "1"),
        ("just leeds", "1"),
        ("Lima", "1"),
        ("only in Newcastle upon Tyne", "1"),
        ("Tallinn and Riga", "2"),
        ("London, New York and Berlin", "3"),
        ("it's one data hall in Bergen and the head office in Oslo", "2"),
        ("1 main office plus a DR site", "2"),
        ("four - Kassel, Fulda, Erfurt and a small depot near Giessen", "4"),
        ("two, 30 people in Leeds and 12 in York", "2"),
        ("就在成都", "1"),
        ("就成都一个", "1"),
        ("北京市朝阳区", "1"),
        ("成都和重庆", "2"),
        ("北京、上海、广州都有", "3"),
        ("上海一个 杭州一个小办事处就俩人 算两个吧", "2"),
        ("两处，合肥26人，芜湖2人", "2"),
        ("总部在无锡，还有一个常州办，常州那边8个人", "2"),
        ("昆明1个，曲靖有2个人在家办公", "1"),
    ],
)
def test_sites_are_counted_by_their_names_and_leave_the_headcount_as_it_is(text: str, sites: str) -> None:
    held = asking("sites", "zh" if text > "一" else "en")
    held.says(text)
    assert held.held.values["sites"] == sites
    assert held.held.values["people_covered"] == FULL["people_covered"]


@pytest.mark.parametrize(
    "text",
    [
        "Priya Nair",
        "None",
        "just asking",
        "autumn 2027",
        "All over the UK, home workers mostly, HQ in Bath",
        "HQ in Bergen with 20 people, plus a small office in Oslo (5 people)",
        "Number 3 should also include monitoring",
        "李明",
    ],
)
def test_what_is_no_number_of_sites_is_asked_for_again(text: str) -> None:
    customer = asking("sites")
    customer.says(text)
    assert "sites" not in customer.held.values


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("we are 26 technicians, 4 sales and 2 admin", "32"),
        ("then 112 own staff plus approx 30 contractors", "142"),
        ("its just me and 4 others", "5"),
        ("my husband and I plus three employees", "5"),
        ("员工一百二,做运维的三十多", "30"),
    ],
)
def test_people_are_added_up_and_those_who_do_the_work_are_told_from_all(text: str, people: str) -> None:
    customer = asking("people_covered")
    customer.says(text)
    assert customer.held.values["people_covered"] == people


@pytest.mark.parametrize(
    "text", ["hang on, phone's ringing", "one sec, someone's at the door", "等一下，老板叫我"]
)
@pytest.mark.parametrize("id", ["services_in_scope", "people_covered", "target_date"])
def test_who_is_called_away_answers_nothing_and_takes_nothing_back(text: str, id: str) -> None:
    customer = asking(id)
    before = customer.held
    for meant in (None, Command.BACK):
        customer.says(text, meant)
        assert (customer.held.values, customer.held.asking) == (before.values, id)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("过年前行不行", "2027-02"),
        ("年前吧", "2027-02"),
        ("过完年", "2027-03"),
        ("越快越好,最好国庆前", "2027-09"),
        ("五一前", "2027-04"),
        ("标书上写的是4月15号截止，最好3月底", "2027-03"),
        ("明年夏天", "2027-08"),
        ("summer 2027", "2027-08"),
        ("some time before summer 2032", "2032-05"),
        ("by autumn next year", "2027-11"),
        ("spring of 2031, April to be precise", "2031-04"),
        ("before Christmas", "2026-12"),
    ],
)
def test_a_date_may_be_a_season_or_before_a_holiday(text: str, due: str) -> None:
    customer = asking("target_date", "zh" if text > "一" else "en")
    customer.says(text)
    assert customer.held.values["target_date"] == due


@pytest.mark.parametrize(
    ("text", "company"),
    [
        ("My name is Hannah, I'm from Fjord Data AS", "Fjord Data AS"),
        ("Grupo Andino S.A.C.", "Grupo Andino S.A.C."),
        ("一共9个人，5个在外面跑", None),
        ("12", None),
    ],
)
def test_a_company_has_its_whole_name_and_is_no_number(text: str, company: str | None) -> None:
    customer = asking("company")
    customer.says(text)
    customer.says(text)
    assert customer.held.values.get("company") == company


@pytest.mark.parametrize(
    "text", ["same", "same as above", "it's the same as our main business", "同上", "跟主营一样"]
)
def test_services_may_be_what_the_company_does(text: str) -> None:
    customer = asking("services_in_scope")
    customer.says(text)
    assert customer.held.values["services_in_scope"] == FULL["main_business"]


def test_a_bare_number_is_no_service() -> None:
    customer = asking("services_in_scope", people_covered="50")
    customer.says("52")
    assert "services_in_scope" not in customer.held.values


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("remove the consulting please", {"main_business": "hosting"}),
        ("把consulting去掉", {"main_business": "hosting"}),
        ("no, the ISO 9001 is expired, please remove", {"current_certificates": None}),
        ("and drop the 9001, that one lapsed", {"current_certificates": None}),
    ],
)
def test_one_of_what_is_held_may_be_taken_out(text: str, left: dict[str, str | None]) -> None:
    customer = asking("target_date")
    customer.says(text)
    for id, value in left.items():
        assert customer.held.values.get(id) == value
    assert customer.held.asking == "target_date"


@pytest.mark.parametrize("text", ["不对 第3项把客服热线去掉", "no, item 3 needs more"])
def test_what_names_an_item_is_not_kept_as_another(text: str) -> None:
    customer = asking("target_date")
    customer.says(text)
    assert customer.held.values["current_certificates"] == FULL["current_certificates"]


@pytest.mark.parametrize(
    ("held", "text", "name"),
    [("刘", "刘志强", "刘志强"), ("Kofi", "kofi.a@star.co.uk, oh and Kofi Asamoah is the full name", "Kofi Asamoah"),
     ("Tom", "Tom Baptiste, IT manager", "Tom Baptiste"), ("Tom", "Ann Lee", "Tom")],
)  # fmt: skip
def test_a_name_may_be_completed_where_a_contact_is_asked_for(held: str, text: str, name: str) -> None:
    customer = asking("contact", contact_name=held)
    customer.says(text)
    assert customer.held.values["contact_name"] == name


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("lucy.chen@star.co.uk mark.chen@star.co.uk", "lucy.chen@star.co.uk, mark.chen@star.co.uk"),
        ("lucy.chen@star.co.uk, no sorry, mark.chen@star.co.uk", "mark.chen@star.co.uk"),
        ("+44 7911 123456 (mobile), +44 20 7946 0018 (office)", "+447911123456, +442079460018"),
        ("13800138000，座机0571-85001122", "+8613800138000, +8657185001122"),
        ("13800138000 不对 13900139000", "+8613900139000"),
        ("07700900321", None),
    ],
)
def test_several_ways_to_reach_somebody_are_all_kept(text: str, contact: str | None) -> None:
    customer = asking("contact")
    customer.says(text)
    assert customer.held.values.get("contact") == contact


def test_at_the_read_back_more_is_added_and_what_is_inexact_is_asked_for() -> None:
    customer = asking("contact")
    customer.says("ann@acme.com")
    customer.says("contact stays the same but cc my manager sue@acme.com")
    assert customer.held.values["contact"] == "ann@acme.com, sue@acme.com"
    customer.says("I'd like to add: second contact Bill Otis, bill@acme.com")
    assert customer.held.values["contact_name"] == "Anna Smith, Bill Otis"
    assert customer.held.values["contact"].endswith("bill@acme.com")
    customer.says("我再看看 主营业务好像不够准确")
    assert customer.held.asking == "main_business"
    assert customer.held.values["main_business"] == FULL["main_business"]


@pytest.mark.parametrize("yes", ["对", "yes", "ok"])
def test_a_yes_to_what_is_to_be_changed_is_no_consent(yes: str) -> None:
    customer = asking("contact", "zh")
    customer.says("13800138000")
    customer.says("等等 人数按全公司写吧")
    assert customer.held.stage is Stage.REVIEW
    assert customer.says(yes).kind is Kind.REVIEW
    assert customer.says("对").kind is Kind.CONFIRMED


def reviewing(**values: str) -> Customer:
    """A customer at the read-back who holds no certificates."""
    held = {id: value for id, value in FULL.items() if id != "current_certificates"} | values
    return Customer("en", Intake("iso-20000", held, skipped=("current_certificates",), stage=Stage.REVIEW))


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("number of people 45 -> that's the whole company, IT is 12", {"people_covered": "12"}),
        (
            "nearly. The services: service desk AND hosting. We also have ISO 9001, I forgot.",
            {"services_in_scope": "service desk AND hosting", "current_certificates": "ISO 9001"},
        ),
        (
            "2 - managed networks, 4 - 48, 8 - Ann-Marie Lee",
            {
                "main_business": "managed networks",
                "people_covered": "48",
                "contact_name": "Ann-Marie Lee",
            },
        ),
        ("You forgot my certificates, I said ISO 27001", {"current_certificates": "ISO 27001"}),
        ("add 5 part-timers to the people", {"people_covered": "55"}),
        ("第4项其实是30", {"people_covered": "30"}),
        ("the contact should be my husband Kofi Osei, he's the director", {"contact_name": "Kofi Osei"}),
        (
            "change the contact to my colleague: Tom Briggs, tom@example.com",
            {"contact_name": "Tom Briggs", "contact": "tom@example.com"},
        ),
        ("Can you take out the target date please", {"target_date": None}),
    ],
)
def test_the_read_back_is_changed_as_it_was_meant(text: str, changed: dict[str, str | None]) -> None:
    customer = reviewing(sites="3")
    before = dict(customer.held.values)
    customer.says(text)
    for id in FULL:
        assert customer.held.values.get(id) == changed.get(id, before.get(id)), id


def test_an_item_that_is_wrong_may_be_named_by_its_place() -> None:
    customer = reviewing()
    customer.says("the third is wrong")
    assert customer.held.asking == "services_in_scope"
    customer.says("application support and service desk")
    assert customer.held.values["services_in_scope"] == "application support and service desk"
    assert customer.held.stage is Stage.REVIEW


@pytest.mark.parametrize(
    "text", ["leave the email in as well", "ok looks right, send", "keep it as it was", "不改了"]
)
def test_what_was_opened_again_may_stay_as_it_was(text: str) -> None:
    customer = reviewing(contact="ann@example.com")
    customer.says("phone is better: 020 7946 0321")
    assert customer.held.asking == "contact"
    assert customer.says(text).kind is Kind.REVIEW
    assert customer.held.values["contact"] == "ann@example.com"


def test_certificates_in_progress_are_none() -> None:
    customer = asking("current_certificates")
    customer.says("None so far, though we're halfway through 27001")
    assert "current_certificates" not in customer.held.values
    assert customer.held.asking == "target_date"


def test_two_sites_are_two_where_people_work_from_home_as_well() -> None:
    customer = asking("sites")
    customer.says("two, one in Cork and one in Galway, and most people are working from home")
    assert customer.held.values["sites"] == "2"


@pytest.mark.parametrize(
    "text",
    [
        "tracey.d@brightwater.example or mobile 0412 555 019",
        "kessler@sw-oberkirch.example and Tel. 07802 / 1234-56",
    ],
)
def test_a_number_that_is_left_out_beside_an_address_is_not_left_out_in_silence(text: str) -> None:
    customer = asking("contact")
    step = customer.says(text)
    assert step.kind is Kind.REVIEW
    assert step.text.startswith(texts("en").intake.wrong["phone"][:40])


@pytest.mark.parametrize(
    "text",
    [
        "要是" * 200 + "x",
        "等一下" + "先去有" * 200 + "x",
        "ann@acme.com" + " " * 500 + "x ann@acme.com" + " " * 500,
        "Leeds, " * 150 + "and",
        "just " * 200 + "x",
        "remove " * 200,
        "1) a" + " " * 1000 + "b 2) c?",
        "还是" * 200,
        "又招了" * 200 + "5",
    ],
)
@pytest.mark.parametrize("id", ["sites", "services_in_scope", "contact"])
def test_a_long_message_of_one_kind_is_read_in_time(text: str, id: str) -> None:
    """Patterns that go back on themselves would take years."""
    customer = asking(id)
    customer.says(text)
    asks_for_so_many(text)
    split(text)
    assert customer.held.values


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("证书写CMMI3就可以", {"current_certificates": "CMMI3"}),
        ("证书是三年有效对吧,那我期望时间改成2028年3月", {"target_date": "2028-03"}),
        ("联系人没变,就是他电话换了,新号 18800001111", {"contact": "+8618800001111, anna@acme.com"}),
        ("还有联系人换成我们行政 小美 13588887777", {"contact_name": "小美", "contact": "+8613588887777"}),
        ("联系人那里加个称呼 李明经理", {}),
        ("微信也留一个 lm_yf88", {"contact": "+8613800138000, anna@acme.com, wechat:lm_yf88"}),
        ("人数写多了,少写10个", {"people_covered": "40"}),
        ("人数加上分公司的20人", {"people_covered": "70"}),
        ("把人数减掉5个", {"people_covered": "45"}),
        ("不对,减10个", {}),
        ("都对,就是场所再加1个", {"sites": "4"}),
        (
            "服务那里写得不完整,把网络运维、桌面支持也写进去",
            {"services_in_scope": "service desk、网络运维、桌面支持"},
        ),
        ("加一个联系人,王芳", {"contact_name": "Anna Smith, 王芳"}),
    ],
)
def test_the_read_back_is_changed_as_it_was_meant_in_chinese(text: str, changed: dict[str, str]) -> None:
    customer = reviewing(sites="3")
    before = dict(customer.held.values)
    customer.says(text)
    for id in FULL:
        assert customer.held.values.get(id) == changed.get(id, before.get(id)), id


@pytest.mark.parametrize(
    ("text", "sites"),
    [
        ("三个,其中一个是客户现场", "3"),
        ("都在一起办公", "1"),
        ("没有分公司", "1"),
        ("宁波跟舟山", "2"),
        ("1-3-9-5-7-4-0-0-0-1-1", None),
    ],
)
def test_chinese_words_for_how_many_sites_there_are(text: str, sites: str | None) -> None:
    customer = asking("sites", "zh")
    customer.says(text)
    assert customer.held.values.get("sites") == sites


def test_a_credit_code_is_no_company() -> None:
    customer = asking("company", "zh")
    customer.says("公司名你帮我查一下呗,统一社会信用代码91330100MA2XXXXX1B")
    assert "company" not in customer.held.values


@pytest.mark.parametrize(
    ("id", "text"), [("target_date", "这个得看老板,先不填"), ("current_certificates", "得问下同事,先跳过")]
)
def test_who_leaves_one_answer_open_goes_on(id: str, text: str) -> None:
    customer = asking(id, "zh")
    step = customer.says(text, Command.PAUSE)
    assert step.kind is Kind.ASKED
    assert customer.held.asking != id


def test_a_title_and_a_line_are_name_and_contact() -> None:
    customer = asking("contact_name", "zh")
    assert tells_contact(customer.held, ISO, "王主任 0510-82345678")
    customer.says("王主任 0510-82345678")
    assert customer.held.values["contact_name"] == "王主任"
    assert customer.held.values["contact"] == "+8651082345678"
