from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import contacts, counts, due_dates, fields
from bot.intake.reasons import Reason, Wrong
from knowledge.documents import Field

TODAY = date(2026, 11, 10)

TEXT = Field("work", "text", True, {"en": "main work", "zh": "主要工作"})
COMPANY = Field("firm", "text", True, {"en": "company name", "zh": "公司名称"})
CERTIFICATES = Field("held", "text", False, {"en": "current certificates", "zh": "现有证书"})
COUNT = Field("desks", "count", True, {"en": "number of desks", "zh": "桌子数量"})
DATE = Field("by", "date", False, {"en": "date", "zh": "日期"})
NAME = Field("who", "name", True, {"en": "name", "zh": "姓名"})
CONTACT = Field("reach", "contact", True, {"en": "contact", "zh": "联系方式"})
EMAIL = Field("mail", "contact", True, {"en": "e-mail", "zh": "邮箱"})
ALL = (TEXT, COMPANY, COUNT, DATE, NAME, CONTACT, EMAIL)


def reason(field: Field, text: str) -> Reason:
    with pytest.raises(Wrong) as caught:
        fields.read(field, text, TODAY)
    return caught.value.reason


def rows(table: str) -> list[tuple[str, str]]:
    pairs = [cell.rsplit(" = ", 1) for line in table.strip().splitlines() for cell in line.split(" | ")]
    return [(said.strip(), value.strip()) for said, value in pairs]


COUNTS = """
80 = 80 | 80 people = 80 | about 80 = 80 | 80+ = 80 | 80多 = 80 | 80人左右 = 80 | １２０人 = 120 | ٨٠ = 80 | 2000 = 2000
五十来人 = 50 | 五十几个人 = 50 | 百来人 = 100 | 两百多号人 = 200 | 一万两千人 = 12000 | 1.2万人 = 12000 | 壹佰人 = 100
两个办公点 = 2 | 兩個辦公點 = 2 | 三百零五 = 305 | 一个 = 1 | 就一个 = 1 | 单一场所 = 1 | 一处 = 1 | 就我一个人 = 1
eighty = 80 | a dozen = 12 | about a hundred = 100 | 2k people = 2000 | 1,200 employees = 1200 | only one = 1 | just me = 1
80-100 = 100 | 五六十人 = 60 | 30 to 40, it depends = 40 | 六七十号人 = 70 | 十五六个人 = 16
五六十人吧，按55算 = 55 | 30 or 40 = 40 | 50左右，不超过 = 50
一共80人，上海50，北京30 = 80 | 30 and 50, 80 in total = 80 | total of 12 = 12 | 80 (ISO 9001 team) = 80 | 10000000 = 10000000
9 in Cork, 12 in Leeds = 21 | 14 on the desk, 6 on call, plus me = 21 | 20 people plus me = 21
2 teams, 12 in Cork and 15 in Leeds = 27
12 engineers and 3 managers = 15 | one head office and two branches = 3 | 80 staff plus 20 contractors = 100
两个组 一组12 一组15 再加我这个经理 = 28 | 运维的人手嘛白班十二个夜班六个 = 18 | 总部一个再加三个分公司 = 4
天津一个，成都两个 = 3
北京一个办公室，上海两个，深圳那个上个月退租了不算 = 3 | 北京一个，上海一个 = 2 | 白班12人，夜班6人，一共18人 = 18
青岛、烟台、威海各一个 = 3 | one each in Leeds, York and Hull = 3 | 呼和浩特、包头和鄂尔多斯各两个 = 6 | 人数30，加我微信 = 30
total 80 staffs, 55 do this service = 55 | 80 people, 20 of them in scope = 20 | 两百多号人,但这次进范围的只有运维部28个人 = 28
公司一共两百号人,但是干运维的、要纳入认证的就35个 = 35 | 有三个办公点,不过这次只认证成都这一个点 = 1
a hundred and twenty in the whole company but only the ops team would be covered and that's eighteen = 18
五十八九个 算60吧 = 60 | 五十八九个 就写60 = 60 | 58 or 59, call it 60 = 60 | about 58, put 60 = 60 | 23 喔不是32,打反了 = 32
范围里37个人,哦不对,这周又来俩,39 = 39 | it was 25, but two have left, so 23 = 23 | 人数改成54，哦不对，53，是53 = 53
26... no, 27, I forgot the apprentice = 27 | 80 or 90 = 90 | 20 of them on site = 20
out of the 140 on our rolls, 17 are in this helpdesk = 17 | 31 on the desk, 80 in the company = 31
Eighteen, of whom I may say 4 are part-timers, but eighteen all the same = 18
We employ 240 in all, but on this there are 22 = 22
fifteen of us, sixteen if you count the dog = 15 | seventeen, counted twice = 17 | 科技部70人里有6人不参与，所以是64人 = 64
中心一百多人，信息科参与的是二十二人 = 22
坝上一个机房，处里一个办公室，两个 = 2 | 沈阳、铁岭、四平各一个，仨 = 3
四十出头，具体是44 = 44 | 44 officers. = 44
"""


@pytest.mark.parametrize(("said", "value"), rows(COUNTS))
def test_a_count_is_the_number_that_was_said(said: str, value: str) -> None:
    assert fields.read(COUNT, said, TODAY) == value


@pytest.mark.parametrize(
    ("said", "why"),
    [
        *[(said, Reason.COUNT) for said in "many|a few|several hundred|hundreds|dozens".split("|")],
        *[
            (said, Reason.COUNT)
            for said in "几个人|十几个|几十人|几百人|很多|ISO 20000|1O0|80%|一样|不知道".split("|")
        ],
        *[
            (said, Reason.COUNT_RANGE)
            for said in "0|0人|half|-5|minus 5|负五|10000001|13800138000".split("|")
        ],
        ("9" * 4000, Reason.COUNT_RANGE),
        ("3.5", Reason.COUNT_WHOLE),
        *[
            (said, Reason.COUNT_SEVERAL)
            for said in "3 sites 80 people|80 people in 3 sites|80 people, 20 not covered|2 each"
            "|50 now, 60 in June|80人，20个不在范围内|50人，可能60|各一个|80人，办公点3个".split("|")
        ],
        ("👍", Reason.MISSING),
        ("...", Reason.MISSING),
    ],
)
def test_a_count_that_is_vague_or_impossible_is_asked_again(said: str, why: Reason) -> None:
    assert reason(COUNT, said) is why


@pytest.mark.parametrize(("said", "value"), [("1 240", "1240"), ("about 2 500 people", "2500")])
def test_thousands_may_be_set_off_by_a_space(said: str, value: str) -> None:
    assert fields.read(COUNT, said, TODAY) == value


def test_counts_are_found_by_what_is_counted() -> None:
    text = "We have 80 people, 五六十个员工, 2 different sites and 三个独立的办公点; -3 sites, 9 tables"
    found = [(text[start:end], value) for start, end, value in counts.find(text, "people|员工|sites|办公点")]
    assert found == [
        ("80 people", 80),
        ("五六十个员工", 60),
        ("2 different sites", 2),
        ("三个独立的办公点", 3),
    ]


DATES = """
2027-03-31 = 2027-03-31 | 2027年3月31日 = 2027-03-31 | 31/03/2027 = 2027-03-31 | 20.06.2027 = 2027-06-20
March 2027 = 2027-03 | 2027年3月 = 2027-03 | 6/2027 = 2027-06 | 2027/6 = 2027-06 | 2027.6 = 2027-06 | 27年3月 = 2027-03
明年三月 = 2027-03 | 明年3月15日左右 = 2027-03-15 | june next year = 2027-06 | next year in june = 2027-06 | 今年12月 = 2026-12
June = 2027-06 | by end of june = 2027-06 | mid-June = 2027-06 | march = 2027-03 | In May = 2027-05 | 6月底 = 2027-06
三月 = 2027-03 | 3月15号 = 2027-03-15 | 10 Nov = 2026-11-10 | 9 Nov = 2027-11-09 | 2月29日 = 2028-02-29 | 十一月 = 2026-11
november twenty thirty one = 2031-11 | 3 February twenty thirty two = 2032-02-03 | by twenty thirty = 2030
年底前 = 2026-12 | 明年底 = 2027-12 | 2027年年底 = 2027-12 | end of the year = 2026-12 | before the end of 2027 = 2027-12
Q3 2027 = 2027-Q3 | 2027年第三季度 = 2027-Q3 | next quarter = 2027-Q1 | 下季度 = 2027-Q1 | Q2 = 2027-Q2 | 四季度 = 2026-Q4
明年上半年 = 2027-H1 | first half of 2027 = 2027-H1 | 下半年 = 2026-H2 | 上半年 = 2027-H1 | 年初 = 2027-Q1
in 3 months = 2027-02 | 三个月内 = 2027-02 | 半年内 = 2027-05 | within a year = 2027-11 | 一年之内 = 2027-11
two weeks = 2026-11-24 | 15 working days = 2026-12-01 | 下周 = 2026-11-17 | tomorrow = 2026-11-11 | 月底前 = 2026-11
next month = 2026-12 | 下个月15号 = 2026-12-15 | 下下个月 = 2027-01 | 2027 = 2027 | 明年 = 2027 | 后年 = 2028
March or April = 2027-03 | 2020, or 2028 = 2028 | asap, by June at the latest = 2027-06 | ２０２７年３月 = 2027-03
下半年，2031年下半年 = 2031-H2 | 1st May '32, i.e. 2032-05-01 = 2032-05-01 | Mai 2032 = 2032-05 | mars 2032 = 2032-03
写2031年5月，哦不是，客户刚说推迟了，8月 = 2031-08 | May 2031, no wait, August = 2031-08 | June yes, 2031 no. It's 2030! = 2030-06
日期改成2031下半年就行，具体几月无所谓 = 2031-H2 | 2032年吧，具体哪个月定不下来 = 2032 | Dec 2026, no, October = 2027-10
Q2/2031 = 2031-Q2 | 2031/Q2 = 2031-Q2 | 2031 年 Q2 = 2031-Q2 | H1/2031 = 2031-H1 | 2/2031 = 2031-02 | 民國120年6月 = 2031-06
投标是2030年12月，证得2030年11月拿到 = 2030-11 | ministry money comes end of 2030 so january 2031 = 2031-01
等级评审是2030年12月，我们想提前一点，2030年10月拿到 = 2030-10 | 医院复评定在2030年下半年，最好2030年6月就能拿到 = 2030-06
in Q1 2030, no wait, Q3 = 2030-Q3 | 2031, actually next month = 2026-12 | 29 Feb 2028, no, 30 March = 2028-03-30
"""


@pytest.mark.parametrize(("said", "value"), rows(DATES))
def test_a_date_is_kept_as_far_as_it_is_known(said: str, value: str) -> None:
    assert fields.read(DATE, said, TODAY) == value


@pytest.mark.parametrize(
    ("said", "value"), [("then november", "2027-11"), ("30 November", "2026-11-30"), ("December", "2026-12")]
)
def test_at_the_end_of_a_month_its_name_means_the_next(said: str, value: str) -> None:
    assert fields.read(DATE, said, date(2026, 11, 30)) == value


@pytest.mark.parametrize(
    ("said", "why"),
    [
        *[
            (said, Reason.DATE)
            for said in "some fine day|2027-02-30|we may be ready|以后再说|80|1000000 months".split("|")
        ],
        *[
            (said, Reason.DATE_PAST)
            for said in "2020-01-01|last year|去年三月|yesterday|9 November 2026".split("|")
        ],
        *[(said, Reason.DATE_SOON) for said in "asap|as soon as possible|尽快|越快越好".split("|")],
    ],
)
def test_a_date_that_is_none_or_past_is_asked_again(said: str, why: Reason) -> None:
    assert reason(DATE, said) is why


CONTACTS = """
13800138000 = +8613800138000 | 138-0013-8000 = +8613800138000 | 0086 13800138000 = +8613800138000
+86 138 0013 8000 = +8613800138000 | １３８００１３８０００ = +8613800138000 | 50 13800138000 = +8613800138000
(021) 6888 8888 = +862168888888 | 400-800-8888 = +864008008888 | +49 30 901820 = +4930901820
0044 20 7946 0958 = +442079460958 | 010-88888888-8001 = +861088888888;ext=8001 | 010-88888888转8001 = +861088888888;ext=8001
+1 (650) 253-0000 ext. 12 = +16502530000;ext=12 | my number is 13800138000 = +8613800138000
li@x.com = li@x.com | Li.Lei@Example.COM = Li.Lei@example.com | 邮箱li@x.com。 = li@x.com | li＠x.com. = li@x.com
微信 abc_123 = wechat:abc_123 | my WeChat is zhangsan = wechat:zhangsan | vx:abc12345 = wechat:abc12345
微信号zhang_san88 = wechat:zhang_san88 | zhang_san88 = wechat:zhang_san88 | 微信13800138000 = +8613800138000
电话13800138000，邮箱li@x.com = +8613800138000, li@x.com | 13800138000 微信同号 = +8613800138000
li@x.com / 139 0013 9000 / 微信 li_lei = +8613900139000, li@x.com, wechat:li_lei
13800138000 or 13900139000 = +8613800138000 | +44 7700 900346 = +447700900346
ring me on my UK mobile, that's 0044 7700 900123 = +447700900123 | 电话是一三六零零零零八八八八 = +8613600008888
幺三六 零零零零 八八八八 = +8613600008888 | its j dot okafor at brightwater dot example = j.okafor@brightwater.example
on WeChat, my id is mira_k88 = wechat:mira_k88 | WeChat please instead of e-mail, my id is ann_lee_star = wechat:ann_lee_star
微信找我就行,微信号 haiyu_2029 = wechat:haiyu_2029
"""


@pytest.mark.parametrize(("said", "value"), rows(CONTACTS))
def test_a_contact_is_kept_in_one_form(said: str, value: str) -> None:
    assert fields.read(CONTACT, said, TODAY) == value
    assert fields.read(CONTACT, value.replace("wechat:", "wechat: "), TODAY) == value


def test_a_dictated_address_is_found_in_a_sentence() -> None:
    said = "new contact is ann dot lee at starhosting dot example, not the old one"
    assert [(said[found.start : found.end], found.value) for found in contacts.find(said)] == [
        ("ann dot lee at starhosting dot example", "ann.lee@starhosting.example")
    ]
    assert contacts.find("you can look at us at star dot com") == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        *[(said, Reason.PHONE) for said in "1380013800|12800138000|91234567|电话：1234567".split("|")],
        *[
            (said, Reason.PHONE)
            for said in "07700 900123|0207 946 0112|call me on 020 7946 0112 after 5pm".split("|")
        ],
        *[(said, Reason.EMAIL) for said in "a@b|li@@x.com|a..b@x.com".split("|")],
        *[(said, Reason.WECHAT) for said in "wechat: abc|微信 1abcdef".split("|")],
        *[
            (said, Reason.CONTACT)
            for said in "zhangsan|call me|微信同号|QQ 12345678|不想留|li at x".split("|")
        ],
    ],
)
def test_a_contact_that_cannot_be_right_says_what_is_wrong(said: str, why: Reason) -> None:
    assert reason(CONTACT, said) is why


def test_a_field_takes_only_the_ways_of_contact_that_it_names() -> None:
    assert fields.read(EMAIL, "13800138000 or li@x.com", TODAY) == "li@x.com"
    assert reason(EMAIL, "13800138000") is Reason.EMAIL


def test_a_later_contact_takes_the_place_of_one_of_its_kind() -> None:
    assert contacts.join(["+8613800138000, li@x.com", "+4930901820"]) == "+4930901820, li@x.com"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Li Lei", "Li Lei"),
        ("my name is Anna Smith.", "Anna Smith"),
        ("I'm O'Brien", "O'Brien"),
        ("the contact is José Ñandú", "José Ñandú"),
        ("call Anna at", "Anna"),
        ("我叫李雷", "李雷"),
        ("我姓王", "王"),
        ("王经理", "王经理"),
        ("叶倩 叶子的叶", "叶倩"),
        ("找李雷就行", "李雷"),
        ("聯絡人李雷", "李雷"),
        ("that would be me, Margaret Wray", "Margaret Wray"),
        ("thats me, Kev Doyle", "Kev Doyle"),
        ("im Jaz Patel", "Jaz Patel"),
        ("Tess Unwin, U-N-W-I-N", "Tess Unwin"),
        ("Sue Tandy (me)", "Sue Tandy"),
        ("you'd be talking to Yvonne Prior", "Yvonne Prior"),
        ("Pam Yates - email", "Pam Yates"),
        ("负责人马学军", "马学军"),
        ("这家的联系人是金潇", "金潇"),
        ("就写我吧，陶静", "陶静"),
        ("写我吧 殷小雨", "殷小雨"),
        ("客户方的王砚秋", "王砚秋"),
        ("ich bin Lena Zhou", "Lena Zhou"),
        ("Sheila Pike not me", "Sheila Pike"),
        ("我叫丁一诺🙋", "丁一诺"),
        ("محمد", "محمد"),
        ("spelt Anne Lee", "Anne Lee"),
        ("Rowan Field then", "Rowan Field"),
        ("我叫陈海宇", "陈海宇"),
        ("n" * 100, "n" * 100),
    ],
)
def test_a_name_comes_without_the_words_around_it(said: str, value: str) -> None:
    assert fields.read(NAME, said, TODAY) == value


@pytest.mark.parametrize("said", ["me", "bitte", "就我吧", "13800138000", "li@x.com", "n" * 101, "12"])
def test_what_is_no_name_is_asked_again(said: str) -> None:
    assert reason(NAME, said) is Reason.NAME


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("IT outsourcing, cloud hosting and service desk", "IT outsourcing, cloud hosting and service desk"),
        (" “hosting” \n", "hosting"),
        ("IT\nHosting,\nConsulting", "IT; Hosting, Consulting"),
        ("x'; DROP TABLE cases; --", "x'; DROP TABLE cases; --"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("\u202eشركة\u202c", "شركة"),
        ("x" * 500, "x" * 500),
        (
            "so basically what we do all day is, um, video conferencing for schools",
            "video conferencing for schools",
        ),
        ("only the help desk ta", "the help desk"),
        ("so um live stream hosting", "live stream hosting"),
        ("it's sample database support", "sample database support"),
        ("We supply till systems for shops", "till systems for shops"),
        ("We make sure that hospitals run", "We make sure that hospitals run"),
        ("跨境电商ERP 就酱", "跨境电商ERP"),
        ("就俩，系统运维和客户支持", "系统运维和客户支持"),
        ("智慧停车平台的", "智慧停车平台"),
        ("data", "data"),
    ],
)
def test_a_text_is_kept_as_written_in_one_line(said: str, value: str) -> None:
    assert fields.read(TEXT, said, TODAY) == value


def test_a_text_is_limited_and_says_something() -> None:
    assert reason(TEXT, "x" * 501) is Reason.TEXT_LONG
    assert reason(TEXT, "x" * 100_000) is Reason.TEXT_LONG
    assert reason(TEXT, "🙂🙂") is Reason.MISSING


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("we are Acme GmbH", "Acme GmbH"),
        ("Star Hosting Co., Ltd.", "Star Hosting Co., Ltd."),
        ("我们是深圳星辰科技有限公司", "深圳星辰科技有限公司"),
        ("我们公司叫星辰科技", "星辰科技"),
        ("为民科技有限公司", "为民科技有限公司"),
        ("A Plus Company Ltd", "A Plus Company Ltd"),
        ("our name is Nettlefold Archives", "Nettlefold Archives"),
        ("the first company is Ferrybridge Dairy IT", "Ferrybridge Dairy IT"),
        ("were Snapgrid Labs", "Snapgrid Labs"),
        ("The name would be Oakhanger College", "Oakhanger College"),
        ("俺们叫扬州邗江鑫网电脑服务部", "扬州邗江鑫网电脑服务部"),
        ("我们company是上海Brightwave信息技术有限公司", "上海Brightwave信息技术有限公司"),
        ("长春净月动漫科技有限公司✌️", "长春净月动漫科技有限公司"),
        ("Northstar Cloud Ltd. Sorry, force of habit!", "Northstar Cloud Ltd"),
        ("Europe Hosting Ltd..", "Europe Hosting Ltd"),
        ("on paper its Orbis Helpdesk Limited but everyone just says Orbi", "Orbis Helpdesk Limited"),
        ("给济南泉云数据有限公司的", "济南泉云数据有限公司"),
        ("受客户宁波甬川信息科技有限公司委托", "宁波甬川信息科技有限公司"),
        ("我们中心(泉州市第三医院信息中心)", "泉州市第三医院信息中心"),
    ],
)
def test_a_company_name_comes_without_the_words_before_it(said: str, value: str) -> None:
    assert fields.read(COMPANY, said, TODAY) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("we've got 9001 and 14001", "9001 and 14001"),
        ("they hold ISO 27001", "ISO 27001"),
        ("有的：ISO 9001、ISO 27001、CMMI 3级", "ISO 9001、ISO 27001、CMMI 3级"),
        ("有ISO 9001", "ISO 9001"),
        ("ISO 27001 already", "ISO 27001"),
        ("ISO27001了", "ISO27001"),
        ("ISO 27001 as well, can u put that in", "ISO 27001"),
        ("ISO 9001 already, ISO 27001 in May", "ISO 9001 already, ISO 27001 in May"),
        ("有效的ISO 9001", "有效的ISO 9001"),
    ],
)
def test_certificates_come_without_the_words_around_them(said: str, value: str) -> None:
    assert fields.read(CERTIFICATES, said, TODAY) == value


@pytest.mark.parametrize("said", ["we are a hosting company", "a bank", "我们是一家银行"])
def test_a_kind_of_company_is_no_company_name(said: str) -> None:
    assert reason(COMPANY, said) is Reason.TEXT
    assert fields.read(TEXT, said, TODAY)


@pytest.mark.parametrize(
    ("field", "value", "en", "zh"),
    [
        (COUNT, "1200", "1,200", "1200"),
        (DATE, "2027-03-31", "31 March 2027", "2027年3月31日"),
        (DATE, "2027-03", "March 2027", "2027年3月"),
        (DATE, "2027-Q3", "Q3 2027", "2027年第三季度"),
        (DATE, "2027-H2", "second half of 2027", "2027年下半年"),
        (DATE, "2027", "2027", "2027年"),
        (
            CONTACT,
            "+8613800138000, wechat:li_lei",
            "+86 138 0013 8000, WeChat li_lei",
            "+86 138 0013 8000, 微信 li_lei",
        ),
        (CONTACT, "+861088888888;ext=8001", "+86 10 8888 8888-8001", "+86 10 8888 8888-8001"),
        (TEXT, "hosting", "hosting", "hosting"),
        (COUNT, "of another time", "of another time", "of another time"),
        (DATE, "2027-13", "2027-13", "2027-13"),
    ],
)
def test_a_value_is_shown_as_people_write_it(field: Field, value: str, en: str, zh: str) -> None:
    assert (fields.shown(field, value, "en"), fields.shown(field, value, "zh")) == (en, zh)


def test_a_form_is_read_at_once() -> None:
    given = {
        "work": "skip",
        "firm": " ",
        "desks": "5 desks",
        "reach": "1380013800",
        "other": "x",
        "who": "Li Lei",
    }
    values, wrong = fields.fill(ALL, given, TODAY)
    assert values == {"work": "skip", "desks": "5", "who": "Li Lei"}
    assert wrong == {"firm": Reason.MISSING, "reach": Reason.PHONE, "mail": Reason.MISSING}


@given(st.sampled_from(ALL), st.text(max_size=120) | st.text("0123456789+-年月日个万 @.,x微信Q", max_size=60))
def test_any_text_is_a_lasting_value_or_wrong(field: Field, text: str) -> None:
    try:
        value = fields.read(field, text, TODAY)
    except Wrong:
        return
    assert fields.shown(field, value, "en")
    assert fields.shown(field, value, "zh")
    match field.type:
        case "count":
            assert 1 <= int(value) <= counts.MOST
        case "date":
            assert due_dates.last_day(value) >= TODAY
        case "contact":
            assert contacts.read(value.replace("wechat:", "wechat: ")) == value
        case "name":
            assert 0 < len(value) <= fields.LONGEST_NAME
        case _:
            assert 0 < len(value) <= fields.LONGEST_TEXT
            assert "\n" not in value
