from decimal import Decimal

import pytest

from knowledge.figures import Figure, entailed, equal, figures, meaning

TABLE = """
3 years | 3 year
three-year certificate | 3 year
a 3‑year certificate | 3 year
a year and a half | 1.5 year
one and a half years | 1.5 year
2 and a half years | 2.5 year
1½ years | 1.5 year
half a year, half an hour | 0.5 year, 0.5 hour
a couple of days, a fortnight | 2 day, 2 week
a decade of experience | 10 year
10+ years; more than 10 years | 10 year, 10 year
15 working days or 15 days | 15 working_day, 15 day
15 business days | 15 working_day
15 (fifteen) working days | 15 working_day, 15 working_day
fifteen calendar days | 15 day
24 hours, 90 minutes, 24h | 24 hour, 90 minute, 24 hour
1 year and 6 months | 18 month
3-5 years | 3 year, 5 year
two to three weeks | 2 week, 3 week
between 2 and 5 years | 2 year, 5 year
every 6 or 12 months | 6 month, 12 month
2, 3 or 5 days | 2 count, 3 day, 5 day
thirty-one of them, one of them | 31 count
every year, annually, twice a year | 1 year, 1 year, 2 count, 1 year
quarterly, half-yearly | 3 month, 6 month
three audit days | 3 man_day
valid for [5] years | 5 year
three man-days | 3 man_day
3年 三年 3 年 ３年 | 3 year, 3 year, 3 year, 3 year
十五个工作日，15个工作日 | 15 working_day, 15 working_day
15天 15日 十五天 | 15 day, 15 day, 15 day
半年，一年半，两年半 | 0.5 year, 1.5 year, 2.5 year
两个半月，三个半小时，半个月 | 2.5 month, 3.5 hour, 0.5 month
3到5年，三至五年，3～5年 | 3 year, 5 year, 3 year, 5 year, 3 year, 5 year
三五天，两三年 | 3 day, 5 day, 2 year, 3 year
6个月或12个月，6或12个月 | 6 month, 12 month, 6 month, 12 month
1年6个月，一年零三个月 | 18 month, 15 month
十余年，几十年，10多年，三十来天 | 10 year, 10 year, 10 year, 30 day
两周，三个星期，3個月，兩週 | 2 week, 3 week, 3 month, 2 week
每年一次，每两年 | 1 year, 2 year
5人天 | 5 man_day
第三年 | 3 year
twenty-five thousand yuan | 25000 CNY
two hundred and fifty dollars | 250 USD
a hundred thousand euros | 100000 EUR
RMB 5k, RMB5000, 5,000 RMB, CNY 5000 | 5000 CNY, 5000 CNY, 5000 CNY, 5000 CNY
$3,000.50, USD 20, US$ 20 | 3000.5 USD, 20 USD, 20 USD
€10.000, 10,000 euros, £5, 5 pounds | 10000 EUR, 10000 EUR, 5 GBP, 5 GBP
15 000 euros | 15000 EUR
¥3000-5000 | 3000 CNY, 5000 CNY
1500-2000 RMB | 1500 CNY, 2000 CNY
2.5 million dollars | 2500000 USD
two to three thousand dollars | 2000 USD, 3000 USD
３，０００元，￥３０００ | 3000 CNY, 3000 CNY
1.5万元，两万元，一万五千元，3千块 | 15000 CNY, 20000 CNY, 15000 CNY, 3000 CNY
3-5万元，三到五万元，三五万元 | 30000 CNY, 50000 CNY, 30000 CNY, 50000 CNY, 30000 CNY, 50000 CNY
壹佰贰拾叁元，贰万元整，伍元 | 123 CNY, 20000 CNY, 5 CNY
十多万元，人民币5000元，100美元 | 100000 CNY, 5000 CNY, 100 USD
20000 yuan, 20000元 | 20000 CNY, 20000 CNY
90%, 90 %, 90 per cent, ninety percent, 99.9％ | 90 percent, 90 percent, 90 percent, 90 percent, 99.9 percent
3-5% | 3 percent, 5 percent
百分之九十，百分之90，百分百，百分之百 | 90 percent, 90 percent, 100 percent, 100 percent
百分之九十到九十五 | 90 percent, 95 percent
打八折，九五折，8.5折，85折，三成 | 80 percent, 95 percent, 85 percent, 85 percent, 30 percent
千分之五，百分之三点五 | 0.5 percent, 3.5 percent
2018-09-15, 2018/9/15, 2018.09.15 | 2018-09-15 date, 2018-09-15 date, 2018-09-15 date
15 September 2018, 15th of September 2018 | 2018-09-15 date, 2018-09-15 date
September 15, 2018; Sept. 15 2018; 15-Sep-2018 | 2018-09-15 date, 2018-09-15 date, 2018-09-15 date
September 2018, Sept 2018, 2018-09 | 2018-09 date, 2018-09 date, 2018-09 date
September 15, by March, in May | --09-15 date, --03 date, --05 date
15/09/2018, 09/15/2018, 05/06/2018 | 2018-09-15 date, 2018-09-15 date, 2018-06-05 date
2018年9月15日，二〇一八年九月十五日 | 2018-09-15 date, 2018-09-15 date
2018年9月，二零一八年，9月15号，十二月 | 2018-09 date, 2018 date, --09-15 date, --12 date
in 2018, from 2018 to 2021 | 2018 date, 2018 date, 2021 date
in 2018 and 3 years later | 2018 date, 3 year
2018-02-30 | 2018 date, 2 count, 30 count
next year, may, march on |
5000+ customer cases | 5000 count
2000 customers, 2000家企业 | 2000 count, 2000 count
5k, 5 thousand, 5w, 5千，5 万 | 5000 count, 5000 count, 50000 count, 5000 count, 50000 count
8 documents, seven steps, 一共8项，七个步骤 | 8 count, 7 count, 8 count, 7 count
a dozen, half a dozen, 2 dozen, a hundred | 12 count, 6 count, 24 count, 100 count
thousands of customers, 数千家，上百个 | 1000 count, 1000 count, 100 count
一万五，两千三，三百五，一千零五 | 15000 count, 2300 count, 350 count, 1005 count
3万5千，3万5，1亿2000万，三点五万 | 35000 count, 35000 count, 120000000 count, 35000 count
〇，廿，廿五，二三十家，一二三四 | 0 count, 20 count, 25 count, 20 count, 30 count, 1234 count
三分之一，½ | 0.3333333333333333333333333333 count, 0.5 count
两个阶段，三大体系，一式两份 | 2 count, 3 count, 2 count
one certificate, at least one | 1 count, 1 count
double the fee, half of it, a quarter of it, three quarters | 2 count, 0.5 count, 0.25 count, 0.75 count
100 CHF, ₹500, 100澳元 | 100 CHF, 500 INR, 100 AUD
21年9月15日 | 2021-09-15 date
١٥ days, १५ days | 15 day, 15 day
"""

NAMES = """
ISO/IEC 20000-1:2018, ISO 27001 and ISO9001:2015
ISO 9001, 14001 and 27001
ISO/IEC 20000-1:2005 (E)
ISO/IEC 20000-1:2018/Amd 1:2024
GB/T 24405.1-2009
iso20k, ISO20000
20000认证，20000标准，做个20000证书
20000-1:2018
CMMI3, ITIL 4
clause 8.2, clauses 4 to 10, clauses 8.2, 8.3 and 8.7
8.2条款，第8.2条，第4至10条，条款8.2
stage 2, stages 1 and 2, Stage one, the 2nd stage, stage 1/2
stage 1 and 2 audits
第二阶段，第1、2阶段，一阶段审核，第一和第二阶段
part 1, Part two, 第1部分，第一部分
Step 3 - sign, 步骤3，第3步
annex 2, amendment 1
the 2018 edition, the 2011 and 2018 editions, edition 2018, 2011 version
2018版，2018年版，2011版和2018版，18版，2018新版
it is so [1][2], 【3】 [1, 2]
CD-2026-000123
https://example.com/2018/09?page=3, mail me at a5@b6.com
24/7, 7×24小时
no one, one of them, one by one, which one, one-stop, someone
一个 一些 一般 一起 统一 第一 一定 唯一 万一 三方 第三方 四川 十分 一份 一次性
周一，星期三，千万不要，百度，二维码
the second question, both, often, weight
A4, SOC 2
we have 9001 and 27001
ISO/IEC 20000-1, 20000-2和20000-10
三方一致，哪一年都行
a third party
"""

NUMBERING = [
    "1. Sign",
    "2) Sign",
    "（1）签合同",
    "一、签合同",
    "- 3. Sign",
    "1、签合同",
    "**1.** Sign",
    "(2) Sign",
]


def stated(text: str) -> list[str]:
    return [f"{_shown(figure.value)} {figure.unit}" for figure in figures(text)]


def _shown(value: Decimal | str) -> str:
    return value if isinstance(value, str) else f"{value.normalize():f}"


def rows(table: str) -> list[tuple[str, list[str]]]:
    pairs = (line.split("|") for line in table.strip().splitlines())
    return [
        (text.strip(), [each.strip() for each in found.split(",") if each.strip()]) for text, found in pairs
    ]


@pytest.mark.parametrize(("text", "expected"), rows(TABLE))
def test_every_figure_of_a_text_is_found(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


@pytest.mark.parametrize("text", NAMES.strip().splitlines())
def test_a_name_is_no_figure(text: str) -> None:
    assert stated(text) == []


@pytest.mark.parametrize("text", NUMBERING)
def test_the_numbering_of_a_list_is_no_figure(text: str) -> None:
    assert stated(text) == []
    assert stated(f"Steps:\n{text}\n{text}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in stage 2 15 days pass", ["15 day"]),
        ("in step 3, 20 people sign", ["20 count"]),
        ("ISO 20000-15 working days", ["15 working_day"]),
        ("ISO 20000元", ["20000 CNY"]),
        ("ISO 20000 costs 15000 yuan", ["15000 CNY"]),
        ("（15）个工作日", ["15 working_day"]),
        ("第5000家客户", ["5000 count"]),
        ("1. 15 working days", ["15 working_day"]),
        ("the 2018 edition of 3 years", ["3 year"]),
        ("一个月内，一个工作日", ["1 month", "1 working_day"]),
        ("十分钟", ["10 minute"]),
        ("三百家企业，二十三方", ["300 count", "23 count"]),
        ("统一百分之五", ["5 percent"]),
        ("三万一，十分之一", ["31000 count", "0.1 count"]),
    ],
)
def test_a_figure_beside_a_name_is_still_found(text: str, expected: list[str]) -> None:
    assert stated(text) == expected


def only(text: str) -> Figure:
    (figure,) = figures(text)
    return figure


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("half a year", "6 months"),
        ("半年", "six months"),
        ("12 months", "1 year"),
        ("一年半", "18个月"),
        ("1 year and 6 months", "18 months"),
        ("a week", "7 days"),
        ("a fortnight", "14天"),
        ("90 minutes", "1.5 hours"),
        ("3 years", "三年"),
        ("15 working days", "十五个工作日"),
        ("1.5万元", "RMB 15,000"),
        ("15 September 2018", "2018年9月15日"),
        ("90%", "百分之九十"),
        ("5000+", "5,000"),
        ("八折", "80%"),
        ("a dozen", "12"),
    ],
)
def test_figures_that_say_the_same_are_equal(a: str, b: str) -> None:
    assert equal(only(a), only(b))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("15 working days", "15 days"),
        ("24 hours", "1 day"),
        ("30 days", "1 month"),
        ("3 years", "3 months"),
        ("3 years", "3"),
        ("$100", "¥100"),
        ("100%", "100"),
        ("2018", "15 September 2018"),
        ("15 September 2018", "15 September 2021"),
        ("1" * 40, "1" * 39 + "2"),
    ],
)
def test_figures_that_say_different_things_are_not_equal(a: str, b: str) -> None:
    assert not equal(only(a), only(b))


@pytest.mark.parametrize("coarse", ["2018", "September 2018", "15 September", "9月", "2018-09-15"])
def test_an_exact_date_entails_a_coarser_one(coarse: str) -> None:
    exact = only("15 September 2018")
    assert meaning(only(coarse)) in entailed(exact)
    assert coarse == "2018-09-15" or meaning(exact) not in entailed(only(coarse))
