"""What the customers of the development dialogues answer is kept, in whatever words it comes.

A customer gives the same answer in several ways, so what is common to all of them is what is meant by it, and no part of that
may be lost. A few files are looked through, all of them in `make soak`.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml

from applying import Customer, asking
from bot.intake.plain import plain
from evals.cases import FOLDER
from forms import WHOLE

FILES = sorted((FOLDER / "dialogue").glob("development*.yaml"))
WORDED = ("company", "main_business", "services_in_scope", "contact_name")
FEWEST = 2  # words that tell something
NOT_YET = {
    "Minghe Securities Tech (明河)",
    "Server maintenance, that is what we do most. And the help desk too.",
    "The internal service desk I suppose, and the field communications, the radios and satellite links and so on",
    "boxes and scans, to call it by its name: document archiving",
    "call me Jory, Jory Penrose in full",
    "warm radiators for half the city, so heat supply",
    "we were Savanna Crest Limited up to 2017, now it is Savanna Crest Assurance Society",
    "上级是省公司，不过申请主体写我们，北岭电网通江供电公司",
    "对外有时候写气象台，但法人证书上是朔阳市气象服务中心，以这个为准",
    "平台运维，物联网平台的",
    "我们是从热力集团分出来的，哈尔滨松北冰城热力信息有限公司",
    "注意是有限责任公司不是有限公司，海屿港信息科技有限责任公司",
    "联系人写申屠峻，申屠是姓，别拆开了",
}
"""What is still read wrong."""


def answers(file: Path) -> Iterator[tuple[str, list[str]]]:
    """The ways in which a customer answers each question that is answered in words, with the question."""
    dialogues: list[dict[str, Any]] = yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)
    applied = [step["apply"] for dialogue in dialogues for step in dialogue["steps"] if "apply" in step]
    for facts in (each.get("facts", {}) for each in applied):
        yield from ((id, list(map(str, facts[id]))) for id in WORDED if id in facts)


def words(text: str) -> list[str]:
    """Latin words and Chinese signs."""
    return re.findall("[㐀-鿿]|[^\\W\\d_㐀-鿿]+", plain(text))


def common(ways: Sequence[str]) -> list[str]:
    """The longest run of words that all of them have."""
    first, *others = map(words, ways)
    for other in others:
        match = SequenceMatcher(None, first, other, autojunk=False).find_longest_match()
        first = first[match.a : match.a + match.size]
    return first[1:] if first[:1] in (["the"], ["mrs"]) else first


def holds(kept: str, meant: list[str]) -> bool:
    return f" {' '.join(meant)} " in f" {' '.join(words(kept))} "


@pytest.mark.parametrize("file", FILES if WHOLE else FILES[::40], ids=lambda file: file.stem)
def test_no_part_of_an_answer_is_lost_but_of_those_that_are_known(file: Path) -> None:
    language, lost, told = file.stem.rpartition(".")[2], set(), set()
    for id, ways in answers(file):
        # Beside a name stands how to reach who bears it.
        alone = [way for way in ways if id != "contact_name" or not re.search(r"[@\d]", way)]
        meant = common(alone) if len(alone) > 1 else []
        for way in ways if len(meant) >= FEWEST else ():
            customer = asking(id, language)
            before = customer.held.values.get(id)
            customer.says(way)
            kept = customer.held.values.get(id)
            told.add(way)
            if kept != before and not holds(kept or "", meant):
                lost.add(way)
    assert lost == NOT_YET & told


@pytest.mark.parametrize(
    ("id", "text", "kept"),
    [
        ("main_business", "网络安全集成", "网络安全集成"),
        ("main_business", "道闸对讲和无线网络", "道闸对讲和无线网络"),
        ("main_business", "集团内部系统、弱电集成", "集团内部系统、弱电集成"),
        ("services_in_scope", "服务台和灯控平台运维", "服务台和灯控平台运维"),
        ("services_in_scope", "想要涵蓋服務台和網路維運", "服務台和網路維運"),
        ("services_in_scope", "包含终端运维和硬件维修", "终端运维和硬件维修"),
        ("services_in_scope", "舆情上报系统运维", "舆情上报系统运维"),
        ("services_in_scope", "就弄驻场网络运维，其他的以后再说", "驻场网络运维"),
        ("contact_name", "叫我小苏就好，苏晚晴", "苏晚晴"),
        ("contact_name", "符海燕，叫我小符", "符海燕"),
        ("contact_name", "联系人同上，鲍立群", "鲍立群"),
        ("contact_name", "联系人就写顾晓东好了", "顾晓东"),
        ("company", "我院是仁济桥医疗集团总医院", "仁济桥医疗集团总医院"),
        ("company", "永宁区枣林街道办事处", "永宁区枣林街道办事处"),
        ("people_covered", "三十不到，二十九", "29"),
        ("people_covered", "三十三人，更正一下，有一位借调了不算，三十二人", "32"),
        ("people_covered", "50个…等等老板不算，49个", "49"),
        ("people_covered", "加上俩实习的27个", "27"),
        ("people_covered", "全公司160多人，涉及这块业务的是110人", "110"),
        ("sites", "总部加灾备，两处", "2"),
        ("sites", "总部和客服中心，两个办公地点", "2"),
        ("sites", "总部加两个分部", "3"),
        ("sites", "余杭一个办公室，萧山还有个监控中心，两个", "2"),
        ("target_date", "2031年元月", "2031-01"),
        ("target_date", "新楼2031年9月启用，要赶在2031年8月15日之前，就写这一天", "2031-08-15"),
        ("main_business", "game server hosting", "game server hosting"),
        ("services_in_scope", "build server operation", "build server operation"),
        ("services_in_scope", "on site repair", "on site repair"),
        ("services_in_scope", "backup and restore i would say", "backup and restore"),
        ("main_business", "电梯锅炉这些都检，统称特种设备检验", "特种设备检验"),
        ("services_in_scope", "拟申请检验业务系统运维", "检验业务系统运维"),
        ("main_business", "vans, so van rental", "van rental"),
        ("main_business", "remote monitoring of lifts, so nobody sits in one overnight", "remote monitoring of lifts"),
        ("main_business", "broadly speaking factory automation", "factory automation"),
        ("company", "Drake's Leat Marine Systems Ltd", "Drake's Leat Marine Systems Ltd"),
        ("company", "that's Rennie and Zhao Payroll Services Ltd", "Rennie and Zhao Payroll Services Ltd"),
        ("contact_name", "my name's on the licence as well, Stephen Okoro", "Stephen Okoro"),
        ("people_covered", "thirty-one of us, I counted this morning", "31"),
        ("people_covered", "12, wait, 14 with the pilots", "14"),
        ("people_covered", "15, no, pardon me, 18", "18"),
        ("people_covered", "fewer than a hundred; 88 to be precise", "88"),
        ("people_covered", "there is 17 of us on it, company is 240", "17"),
        ("people_covered", "in the firm we are 80, but the 23 in the bindery are not part of it, which leaves 57", "57"),
        ("people_covered", "fifty-two, the boss would say fifty but it's 52", "52"),
        ("sites", "only one office, near the old port", "1"),
        ("sites", "we have a dozen branches, but all of this is done at one site", "1"),
        ("sites", "4 by my count, three on the coast and the head office", "4"),
        ("sites", "HQ in Munich plus two branch offices", "3"),
        ("target_date", "originally it was 2028, now we plan for the first quarter of 2029", "2029-Q1"),
    ],
)  # fmt: skip
def test_an_answer_is_read_as_it_is_meant(id: str, text: str, kept: str) -> None:
    assert given(id, text) == {id: kept}


@pytest.mark.parametrize(
    ("id", "text", "kept"),
    [
        ("main_business", "private schools, three of them", {"main_business": "private schools"}),
        ("company", "Tern Island Hospital, Inc. We are a 250-bed hospital", {"company": "Tern Island Hospital, Inc"}),
        ("current_certificates", "two of them, ISO 9001 and ISO 27001",
         {"current_certificates": "ISO 9001 and ISO 27001"}),
        ("people_covered", "大约85人，分在五个地市，每个地市一个办公点", {"people_covered": "85"}),
        ("company", "我公司 汕海奇趣玩具贸易有限公司 做了八年了", {"company": "汕海奇趣玩具贸易有限公司"}),
        ("services_in_scope", "远程监控 上门维修，19个人",
         {"services_in_scope": "远程监控 上门维修", "people_covered": "19"}),
        ("services_in_scope", "直播平台运维 大概20个人在弄",
         {"services_in_scope": "直播平台运维", "people_covered": "20"}),
        ("main_business", "主机托管业务，认证想覆盖主机托管、7x24监控",
         {"main_business": "主机托管业务", "services_in_scope": "主机托管、7x24监控"}),
        ("contact_name", "赵磊，还有刚才日期写错了，是2028年1月不是2027年12月",
         {"contact_name": "赵磊", "target_date": "2028-01"}),
    ],
)  # fmt: skip
def test_what_stands_beside_an_answer_is_told_from_it(id: str, text: str, kept: dict[str, str]) -> None:
    assert given(id, text) == kept


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("company", "最快多久能下来啊，急急急😭"),
        ("services_in_scope", "another service"),
        (
            "services_in_scope",
            "we don't have the old certificate, only the new licence with credit code, is it ok?",
        ),
        ("contact_name", "please direct all to our quality manager"),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(id: str, text: str) -> None:
    assert given(id, text) == {}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello, I want to apply for a certificate for our firm", {}),
        ("Hi, applying for the ISO 20000 cert for my wee company", {}),
        ("Hi, our company services ATMs and we would like to apply for ISO 20000", {}),
        ("I am free now, kindly start our application.", {}),
        ("need to apply for iso 20000, can we make it short", {}),
        ("We provide IT to two clinics and want to apply for ISO 20000", {"main_business": "IT to two clinics"}),
        ("on behalf of Halvorsen Maritime Systems AS I should like to apply", {"company": "Halvorsen Maritime Systems AS"}),
        ("麻烦登记申请，我们做政府项目要用", {}),
        ("我要申请认证，做ISO20000", {}),
        ("我是顾问，替客户申请ISO20000认证", {}),
        ("刚才那份是集团的，麻烦再开一份新的申请", {}),
        ("我要申请认证，我们做冷链仓储的", {"main_business": "冷链仓储"}),
    ],
)  # fmt: skip
def test_a_wish_to_apply_gives_what_it_tells(text: str, kept: dict[str, str]) -> None:
    customer = Customer("zh" if re.search("[㐀-鿿]", text) else "en")
    customer.says(text)
    assert dict(customer.held.values) == kept


def given(id: str, text: str) -> dict[str, str]:
    """What a message gives where that is asked for."""
    customer = asking(id, "zh" if re.search("[㐀-鿿]", text) else "en")
    before = dict(customer.held.values)
    customer.says(text)
    return {id: value for id, value in customer.held.values.items() if before.get(id) != value}
