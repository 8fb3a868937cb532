from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import asides, corrections, cues
from bot.intake.commands import Command, says
from bot.intake.extract import Found, extract
from bot.intake.names import companies, is_person, people
from bot.intake.reading import Form
from bot.intake.reasons import Reason
from forms import long
from knowledge.documents import Field
from offices import SERVICES

TODAY = date(2026, 11, 10)
FIELDS = SERVICES["iso-20000"].application
BY_ID = {field.id: field for field in FIELDS}
HELD = {
    "company": "Old Co Ltd",
    "main_business": "hosting",
    "people_covered": "50",
    "contact": "+8613800138000",
}


def read(
    text: str, asked: str | None = None, held: Mapping[str, str] | None = None, corrects: bool = False
) -> Found:
    return extract(text, Form(FIELDS, held or {}, BY_ID.get(asked or ""), TODAY, corrects))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "公司名称：深圳星辰科技有限公司；人数：80；联系人：李雷",
            {"company": "深圳星辰科技有限公司", "people_covered": "80", "contact_name": "李雷"},
        ),
        (
            "公司：星辰，人数 80，场所两个，联系人 李雷 13800138000",
            {
                "company": "星辰",
                "people_covered": "80",
                "sites": "2",
                "contact_name": "李雷",
                "contact": "+8613800138000",
            },
        ),
        (
            "深圳星辰科技有限公司 主营运维外包 50多人 2个办公点 明年3月 李雷 13800138000",
            {
                "company": "深圳星辰科技有限公司",
                "main_business": "运维外包",
                "people_covered": "50",
                "sites": "2",
                "target_date": "2027-03",
                "contact_name": "李雷",
                "contact": "+8613800138000",
            },
        ),
        (
            "company: Star Hosting Ltd, main business: hosting, consulting, people: 80\nby June; contact: Anna Smith, a@x.com",
            {
                "company": "Star Hosting Ltd",
                "main_business": "hosting, consulting",
                "people_covered": "80",
                "target_date": "2027-06",
                "contact_name": "Anna Smith",
                "contact": "a@x.com",
            },
        ),
        (
            "We are Star Hosting Ltd, we provide cloud hosting, 80 people at 3 sites, want it by March. I'm Li Lei",
            {
                "company": "Star Hosting Ltd",
                "main_business": "cloud hosting",
                "people_covered": "80",
                "sites": "3",
                "target_date": "2027-03",
                "contact_name": "Li Lei",
            },
        ),
        (
            "公司名稱：星辰科技股份有限公司，聯絡電話+886 912 345 678",
            {"company": "星辰科技股份有限公司", "contact": "+886912345678"},
        ),
        ("认证范围：云服务、服务台", {"services_in_scope": "云服务、服务台"}),
        ("our scope of certification is hosting", {"services_in_scope": "hosting"}),
        ("现有证书 ISO9001、ISO27001", {"current_certificates": "ISO9001、ISO27001"}),
        ("we are acme hosting gmbh", {"company": "acme hosting gmbh"}),
        ("I want to apply for ISO 20000-1:2018 and ISO 27001", {}),
        ("我们公司是做云计算的，想申请认证", {"main_business": "云计算"}),
        ("founded in March 2015, growing fast", {}),
        ("I'm interested in certification", {}),
    ],
)
def test_a_first_message_gives_what_it_plainly_says(text: str, values: Mapping[str, str]) -> None:
    assert read(text).values == values


@pytest.mark.parametrize(
    "text",
    [
        "IT outsourcing, cloud hosting and service desk",
        "We run data centres with 80 people, and hosting",
        "we serve 10,000 people",
        "Hosting for Star Hosting Ltd and others",
        "Phone support and e-mail hosting",
        "campus network and e-mail",
        "servers, phone",
        "WeChat development services",
        "ISO 9001, valid until March 2028",
        "service desk for our 3 sites",
        "云计算；大数据；AI",
        "hosting for a company that is growing",
        "the name of the game",
    ],
)
def test_an_answer_in_free_text_stays_whole(text: str) -> None:
    found = read(text, "services_in_scope", HELD)
    assert found.values.get("services_in_scope", found.rest) == text
    assert set(found.values) <= {"services_in_scope"}


def test_what_stands_beside_a_free_text_is_taken_out_of_it() -> None:
    found = read("IT outsourcing, cloud hosting, we have 80 people, 3 sites, by March", "main_business", HELD)
    values = dict(found.values)
    assert values.pop("main_business", found.rest) == "IT outsourcing, cloud hosting"
    assert values == {"people_covered": "80", "sites": "3", "target_date": "2027-03"}


@pytest.mark.parametrize(
    ("text", "asked", "values", "rest"),
    [
        ("80", "people_covered", {}, "80"),
        ("3 sites", "people_covered", {"sites": "3"}, ""),
        ("李雷，13800138000", "contact_name", {"contact": "+8613800138000"}, "李雷"),
        ("in 3 months", "target_date", {}, "in 3 months"),
        ("you can reach me at li@x.com", "company", {"contact": "li@x.com"}, ""),
        ("Hello, Acme", "company", {}, "Acme"),
        ("电话：12345", "contact", {}, ""),
        ("电话13800138000，微信同号", "contact", {"contact": "+8613800138000"}, ""),
    ],
)
def test_the_rest_is_for_the_field_that_was_asked(
    text: str, asked: str, values: Mapping[str, str], rest: str
) -> None:
    found = read(text, asked)
    answers = {id: value for id, value in found.values.items() if id not in values}
    assert {**found.values, **values} == {**answers, **values}
    assert set(answers) <= {asked, "contact_name"}
    assert next(iter(answers.values()), found.rest) == rest


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("change the company to Acme GmbH", {"company": "Acme GmbH"}),
        ("please change my phone to 13900139000, thanks", {"contact": "+8613900139000"}),
        ("公司改成新星公司", {"company": "新星公司"}),
        ("把公司名称改为新星科技，人数改为60", {"company": "新星科技", "people_covered": "60"}),
        ("company name should be Acme Services", {"company": "Acme Services"}),
        ("人数不是50，是80", {"people_covered": "80"}),
        ("人数update一下，改成65", {"people_covered": "65"}),
        ("the headcount needs an update, make it 65", {"people_covered": "65"}),
        ("the company name is off, it should be Moon Ltd", {"company": "Moon Ltd"}),
        ("联系人也换一下，改成冉小梅", {"contact_name": "冉小梅"}),
        ("时间来不及，改到2031年下半年吧", {"target_date": "2031-H2"}),
        (
            "有三处要改，人数55，场所2个，时间推到2032年6月",
            {"people_covered": "55", "sites": "2", "target_date": "2032-06"},
        ),
        ("还有场所是3个，改一下", {"sites": "3"}),
        ("the company is not Old Co but New Co", {"company": "New Co"}),
        ("第3项改成云服务", {"services_in_scope": "云服务"}),
        ("第十项改成云服务", {}),
        ("number 4 should be 90", {"people_covered": "90"}),
        ("3: hosting, consulting", {"services_in_scope": "hosting, consulting"}),
        ("公司写错了，应该是新星公司", {"company": "新星公司"}),
        ("the phone is wrong, it's 13900139000", {"contact": "+8613900139000"}),
        ("the business is consulting", {"main_business": "consulting"}),
        ("80 people", {"people_covered": "80"}),
    ],
)
def test_a_correction_names_its_field(text: str, values: Mapping[str, str]) -> None:
    assert read(text, None, HELD, corrects=True).values == values


def test_a_count_in_a_message_is_what_is_meant_of_several() -> None:
    for text, count in (
        ("9 people in Cork, 12 in Leeds", "21"),
        ("total 80 staffs, 55 do this service", "55"),
        ("白班12个人，夜班6个人", "18"),
        ("20 people plus me", "21"),
    ):
        assert read(text, "people_covered").values == {"people_covered": count}
    assert read("80 people at 3 sites", "people_covered").values == {"people_covered": "80", "sites": "3"}


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("the phone is wrong", "contact"),
        ("电话写错了", "contact"),
        ("wrong company", "company"),
        ("I want to change the target date", "target_date"),
        ("改一下联系人", "contact_name"),
        ("第三项不对", "services_in_scope"),
        ("3", "services_in_scope"),
        ("the number of sites", "sites"),
        ("人數要改", "people_covered"),
    ],
)
def test_a_field_that_is_only_said_to_be_wrong_is_opened_again(text: str, id: str) -> None:
    found = read(text, None, HELD, corrects=True)
    assert (found.values, found.reopened) == ({}, (id,))


def test_a_named_value_that_is_none_is_held_against_its_field() -> None:
    found = read("people: many, phone: 1380013800, company: none, target date: none, 现有证书去掉", None)
    assert found.wrong == {
        "people_covered": Reason.COUNT,
        "contact": Reason.PHONE,
        "company": Reason.MISSING,
    }
    assert set(found.dropped) == {"target_date", "current_certificates"}
    assert found.values == {}


def test_who_gives_all_contacts_anew_replaces_them() -> None:
    assert read("change the contact to li@x.com", None, HELD).replaced == {"contact"}
    assert read("change the e-mail to li@x.com", None, HELD).replaced == frozenset()


OTHERS = (
    Field("model", "text", True, {"en": "desk model", "zh": "桌子型号"}),
    Field("desks", "count", True, {"en": "number of desks", "zh": "桌子数量"}),
    Field("rooms", "count", True, {"en": "number of rooms", "zh": "房间数量"}),
    Field("delivery", "date", True, {"en": "delivery", "zh": "送货时间"}),
    Field("check", "date", False, {"en": "check", "zh": "检查时间"}),
    Field("phone", "contact", True, {"en": "phone", "zh": "电话"}),
    Field("mail", "contact", False, {"en": "e-mail", "zh": "邮箱"}),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12 desks in 3 rooms", {"desks": "12", "rooms": "3"}),
        ("12张桌子，桌子型号：升降桌", {"model": "升降桌"}),
        ("桌子数量12，三个房间", {"desks": "12", "rooms": "3"}),
        ("delivery: June, check: July", {"delivery": "2027-06", "check": "2027-07"}),
        ("13800138000, li@x.com", {"phone": "+8613800138000", "mail": "li@x.com"}),
        ("desk model: T-800, phone: 13800138000", {"model": "T-800", "phone": "+8613800138000"}),
        ("Star Hosting Ltd, I'm Li Lei", {}),
    ],
)
def test_another_service_s_form_is_read_by_its_labels(text: str, values: Mapping[str, str]) -> None:
    assert extract(text, Form(OTHERS, {}, None, TODAY)).values == values


def test_a_word_for_a_type_names_no_field_where_two_have_the_type() -> None:
    assert "date" in cues.vocabulary(FIELDS)
    assert "date" not in cues.vocabulary(OTHERS)


@pytest.mark.parametrize(
    ("text", "answer", "question"),
    [
        ("80 people. how much is that?", "80 people.", "how much is that?"),
        ("80 people, how much is that?", "80 people", "how much is that?"),
        ("80 people and what about the fee?", "80 people", "what about the fee?"),
        ("80人，费用多少？", "80人", "费用多少？"),
        ("软件开发。请问多久能拿证", "软件开发。", "请问多久能拿证"),
        ("80?", "80", ""),
        ("is 80 enough?", "", "is 80 enough?"),
        ("if we have 80 people, how much is it?", "", "if we have 80 people, how much is it?"),
        ("I have a question. What is scope?", "", "What is scope?"),
        ("what do you mean by scope", "", "what do you mean by scope"),
        ("范围是什么意思", "", "范围是什么意思"),
        ("转人工", "", "转人工"),
        ("我介绍的客户你们给不给返点", "", "我介绍的客户你们给不给返点"),
        ("pre-review那个预审是optional的吧", "", "pre-review那个预审是optional的吧"),
        ("80人，收不收加急费", "80人", "收不收加急费"),
        ("Will Smith", "Will Smith", ""),
        ("May Chen", "May Chen", ""),
        ("what we do is hosting", "what we do is hosting", ""),
        ("没什么证书", "没什么证书", ""),
        ("没多少人", "没多少人", ""),
        ("几个人", "几个人", ""),
        ("https://x.com/?a=1", "https://x.com/?a=1", ""),
        ("", "", ""),
    ],
)
def test_a_question_is_told_from_the_answer_beside_it(text: str, answer: str, question: str) -> None:
    said, asked = asides.split(text, lambda part: part == "80")
    assert (said.rstrip(" "), asked) == (answer, question)


@pytest.mark.parametrize(
    ("text", "rest", "denies"),
    [
        ("no, 80 people", "80 people", True),
        ("不对，是80人", "80人", True),
        ("Sorry, I meant 80", "80", True),
        ("actually 3 sites", "3 sites", True),
        ("我说错了，应该是80", "80", True),
        ("不是50人，是80人", "80人", True),
        ("not 50 people but 80", "80 people", True),
        ("yes, but 80 people", "80 people", False),
        ("好的，不过人数是80", "人数是80", False),
        ("no", "", True),
        ("No ISO certificates", "No ISO certificates", False),
        ("No. 1 Hosting", "No. 1 Hosting", False),
        ("不锈钢贸易", "不锈钢贸易", False),
        ("OK Computer Ltd", "OK Computer Ltd", False),
        ("yes", "yes", False),
    ],
)
def test_the_beginning_of_a_correction_is_taken_off(text: str, rest: str, denies: bool) -> None:
    assert corrections.opened(text) == (rest, denies)


SAID = {
    Command.SKIP: "skip|Skip this question|跳过|跳过这个问题|先跳过吧|没有|目前没有证书|暂时还没有|none|not sure|不知道|不清楚呢"
    "|n/a|N.A.|we don't have any|No, we don't have any|no idea|不急|I'd rather not say",
    Command.CANCEL: "cancel|stop it|Cancel the application|please cancel|算了|算了吧|不申请了|取消申请|好的，取消吧|我不想申请了"
    "|取消这份|老板刚说第二家不办了，取消这份"
    "|I don't want to apply any more|forget it",
    Command.PAUSE: "later|pause|稍后再说|回头再填|明天再说吧|I'll come back tomorrow|Sorry, I have to go, I'll come back tomorrow"
    "|我现在有事，晚点再填|I will finish this later",
    Command.RESUME: "continue|继续|接着填|Continue the application|继续填写申请|好的，继续|let's continue",
    Command.RESTART: "start over|重新填|start again|从头来|重新开始|let's start over",
    Command.YES: "yes|Yes, send it|是的，提交|确认|好的没问题|ok|OK!|that's right|looks good, thanks|没问题，提交吧|對的|確認"
    "|Yes. I agree.|嗯嗯好的|yes please|可以了|Perfect, send it",
    Command.NO: "no|不对|wrong|Change something|修改内容|I want to change something|不是|no, wait|不同意|I do not agree",
}


@pytest.mark.parametrize(("command", "text"), [(c, text) for c in SAID for text in SAID[c].split("|")])
def test_a_command_is_the_whole_message(command: Command, text: str) -> None:
    assert says(text, command)


@pytest.mark.parametrize("command", Command)
@pytest.mark.parametrize(
    "text",
    "Cancel Hosting Ltd|stop loss services|skip hire services|none of your business|later Ltd|没有公司|不申请|👍||?".split(
        "|"
    ),
)
def test_words_within_a_message_are_no_command(command: Command, text: str) -> None:
    assert not says(text, command)


@pytest.mark.parametrize(
    "text",
    "yes?|yes but 80 people|yesterday|ok, and the fee|yes no|ok cancel|不可以|可以吗|不确认|对了|thanks|please|great|谢谢"
    "|no changes|yes 80|是不是|I do not agree|同意书|行政部门|Sure Start Ltd|freight|好的，但是电话错了|没有问题吗|no".split(
        "|"
    ),
)
def test_only_a_plain_yes_is_one(text: str) -> None:
    assert not says(text, Command.YES)


def test_a_company_in_a_run_of_words_begins_where_they_tell() -> None:
    text = "喂你好啊那个我们厂里要办两万的那个认证佛山市禅兴五金科技有限公司六十三个人三个地方你帮我登记一下"
    found = read(text).values
    assert found == {"company": "佛山市禅兴五金科技有限公司", "people_covered": "63", "sites": "3"}


def test_a_company_keeps_the_part_of_it_that_applies() -> None:
    for name in (
        "徽鼎银行股份有限公司数据中心",
        "赣州客家云计算有限公司龙南分公司",
        "Blue Harbor Digital（上海）有限公司",
    ):
        assert read(name, "company").values == {"company": name}


def test_people_before_the_word_for_places_are_no_places() -> None:
    assert read("公司是佛山市禅兴五金科技有限公司人数六十三办公地点三个").values["sites"] == "3"


def test_what_counts_something_else_is_no_number_of_the_form() -> None:
    assert "sites" not in read("need to aply for the iso 20000 thing, got 10 mins before handover").values
    assert read("办公室0471-6928888", "contact").values == {"contact": "+864716928888"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("免贵姓欧阳，欧阳靖", "欧阳靖"),
        ("我姓季叫季长根", "季长根"),
        ("何雪琴，我是行政助理", "何雪琴"),
        ("彭老师，全名彭建国", "彭建国"),
        ("Mr Lee, full name is Tom Albert Lee", "Tom Albert Lee"),
    ],
)
def test_a_name_in_full_is_the_one(text: str, name: str) -> None:
    assert read(text, "contact_name").values == {"contact_name": name}


def test_names_are_found_by_their_form() -> None:
    text = "我们是深圳市星辰科技(集团)有限公司的, working with Star Hosting Co., Ltd. and A1 Data AG"
    assert [text[start:end] for start, end in companies(text)] == [
        "深圳市星辰科技(集团)有限公司",
        "Star Hosting Co., Ltd.",
        "A1 Data AG",
    ]
    text = "Orchid Lane Ltd. You are Fjord Drift AS; Casa Nube S.L. and Bright Kids CIC; 受客户宁波甬川有限公司, (泉州云有限公司"
    assert {text[start:end] for start, end in companies(text)} == {
        "Orchid Lane Ltd",
        "Fjord Drift AS",
        "Casa Nube S.L.",
        "Bright Kids CIC",
        "宁波甬川有限公司",
        "泉州云有限公司",
    }
    text = "我叫李雷。my name is li wei and I'm from Rome. I’m Anna-Maria Rossi, 我是王经理"
    assert [text[start:end] for start, end in people(text)] == [
        "li wei",
        "Anna-Maria Rossi",
        "李雷",
        "王经理",
    ]
    assert [each for each in ("李雷", "Li Lei", "欧阳修", "云计算", "hosting") if is_person(each)] == [
        "李雷",
        "Li Lei",
        "欧阳修",
    ]


WORDS = st.sampled_from(
    "company|: |公司|：|改成|不是|是|，|, |80|people|五十|人|3|sites|13800138000|li@x.com|微信|a_12345|明年|三月|by June|no|?|吗"
    "|how|第3项|wrong|错了|Ltd|有限公司|I'm|Li Lei|我叫|李雷|\n| |。|(|\"|👍|-|skip|没有|yes".split("|")
)


@given(
    st.lists(WORDS, max_size=14).map("".join) | st.text(max_size=80),
    st.sampled_from([None, *BY_ID]),
    st.booleans(),
)
def test_any_message_is_read(text: str, asked: str | None, corrects: bool) -> None:
    found = read(text, asked, HELD, corrects)
    assert {*found.values, *found.wrong, *found.dropped, *found.reopened} <= set(BY_ID)
    assert not set(found.values) & set(found.reopened)
    said, question = asides.split(text, lambda _: False)
    assert len(said) + len(question) <= 2 * len(text)
    assert corrections.opened(text)[0].strip() == corrections.opened(text)[0]


@pytest.mark.parametrize(
    "junk",
    "1|1,|a@|公司|公司：|时间 |人数|the our |change the |不是|不是，|not 5 but |no, |A Ltd |A, |3 sites |in the |2027-|明年三月|"
    'q1 |一|几|(|"|第1项|微信a|13800138000 |x.|if |, and |with |有限|my name is |company is |?a=|.?|好的，|👍'.split(
        "|"
    ),
)
def test_long_junk_is_read_in_good_time(junk: str) -> None:
    text = long(junk, 4000)
    for asked in (None, "company", "people_covered"):
        read(text, asked, HELD, corrects=asked is None)
    asides.split(text, lambda _: False)
    corrections.opened(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("oh crap, its not 50 peopel its 51", {"people_covered": "51"}),
        ("人数update一下，改成65", {"people_covered": "65"}),
        ("we've counted properly now: it's 36 people", {"people_covered": "36"}),
        ("change the number of sites to 7 and the people to 120", {"sites": "7", "people_covered": "120"}),
        ("时间来不及，改到31年下半年吧", {"target_date": "2031-H2"}),
        ("人数再改一下，刚又招了三个，现在一共95人", {"people_covered": "95"}),
        ("headcount again: three more have joined, make it 95", {"people_covered": "95"}),
        ("人数写反了，是43", {"people_covered": "43"}),
        ("服务范围更新为网络运维，请更正", {"services_in_scope": "网络运维"}),
        ("人数我们数清楚了，是36个，麻烦更新下", {"people_covered": "36"}),
        ("oops, I mistyped the sites, there are 8 of them, not 5", {"sites": "8"}),
        ("另外，期望时间请更正为2031年6月。", {"target_date": "2031-06"}),
        ("那个，主营业务再帮我改成医药冷链供应链", {"main_business": "医药冷链供应链"}),
        ("等下 公司名称打错了，是芜湖江淮智家科技有限公司", {"company": "芜湖江淮智家科技有限公司"}),
        ("联系人改成我们科长韩冰", {"contact_name": "韩冰"}),
        ("联系人换成赵丽 之前写的郝建国调走了", {"contact_name": "赵丽"}),
    ],
)
def test_a_correction_may_come_in_any_words(text: str, values: Mapping[str, str]) -> None:
    assert read(text, None, HELD, corrects=True).values == values


def test_what_has_to_be_decided_is_no_value() -> None:
    found = read("No, do not send it yet. The scope has to be agreed internally.", None, HELD, corrects=True)
    assert "services_in_scope" not in found.values


def test_an_optional_answer_is_taken_out() -> None:
    found = read("please take the target date out, we don't have one after all", None, HELD, corrects=True)
    assert found.dropped == ("target_date",)


def test_a_number_that_replaces_one_counts_the_same_also_in_mid_form() -> None:
    found = read("hang on, I said 50 people but it's 30", "current_certificates", HELD)
    assert found.values == {"people_covered": "30"}


def test_what_is_held_is_not_changed_by_what_only_looks_like_it() -> None:
    assert read("两个，银川和中卫", "sites", HELD).values.keys() <= {"sites"}
    assert read("two dozen, so 24", "people_covered", {"company": "Old Co Ltd"}).values.keys() <= {
        "people_covered"
    }


def test_an_answer_keeps_what_follows_and_what_stands_in_a_list() -> None:
    for text in ("We host websites, run data centres, and do consulting", "企业IT服务外包"):
        found = read(text, "main_business", {"company": "Old Co Ltd"})
        assert found.values.get("main_business", found.rest) == text
    found = read("it should cover hosting for hospitals, including home visits", "services_in_scope", HELD)
    assert found.values.get("services_in_scope", found.rest).endswith(
        "hosting for hospitals, including home visits"
    )


@pytest.mark.parametrize(
    "text",
    [
        "also change the certificates to ISO 27001",
        "还有现有证书改成ISO 27001",
        "the certificates should be ISO 27001, too",
    ],
)
def test_another_change_of_a_list_adds_nothing_to_it(text: str) -> None:
    held = {**HELD, "current_certificates": "ISO 9001"}
    assert "ISO 9001" not in read(text, None, held, corrects=True).values["current_certificates"]


def test_what_is_added_joins_a_list() -> None:
    held = {**HELD, "current_certificates": "ISO 9001"}
    found = read("the certificates: add ISO 27001", None, held, corrects=True)
    assert found.values == {"current_certificates": "ISO 9001, ISO 27001"}
