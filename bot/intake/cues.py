"""How customers name the fields of an application form, and what they count in.

Everything follows from a field's type and labels; a few ids that forms often have bring more words along.
"""

import re
from collections.abc import Sequence

from bot.intake import places
from bot.intake.contacts import Way
from bot.intake.plain import plain
from knowledge.documents import Field

_BY_ID = {
    "company": (
        "company name|full company name|legal name|registered name|legal entity|name of the company"
        "|name of our company|our name|company|organisation|organization|firm"
        "|公司全称|单位全称|公司全名|单位全名|全称|公司名称|公司名字|公司名"
        "|单位名称|单位名字|单位名|单位|企业名称|企业名字|企业名|企业|组织名称|公司"
    ),
    "main_business": "main business|core business|business|主营业务|主要业务|业务范围|经营范围|主营|主业|业务",
    "services_in_scope": (
        "services to be certified|service to be certified|what we would like certified|what we'd like certified"
        "|what we want certified|what we want to certify"
        "|services in scope|scope of certification|scope of services|scope of service|service scope"
        "|certification scope|service in scope|services|scope|认证范围内的服务|认证范围|服务范围"
        "|认证服务范围|认证的服务范围|要认证的服务|想认证的服务|需要认证的服务|认证服务|认证的服务|认证内容|服务内容|范围|服务"
    ),
    "people_covered": (
        "number of people covered|number of people|number of persons|number of heads|number of employees|number of staff"
        "|people covered|people count|staff count|team size|headcount|head count|people"
        "|employees|staff|覆盖人数|员工人数|员工数量|员工数|总人数|人数|员工|人"
    ),
    "sites": (
        "number of sites|number of locations|number of offices|sites|site|locations|offices|场所数量|场所数|场所|办公地点"
        "|办公点|办公室|办公地方|地点数量|地点"
    ),
    "current_certificates": (
        "current certificates|existing certificates|certificates|certifications|现有证书|已有证书|手上的证|手里的证|证书"
    ),
}
_BY_TYPE = {
    "date": (
        "target date|completion date|deadline|due date|date|期望完成时间|希望完成时间|目标时间|目标日期|拿证时间"
        "|取证时间|拿证日期|出证时间|完成时间|完成日期|截止日期|截止时间"
        "|期限|日期|时间"
    ),
    "name": (
        "name of the contact person|contact person|contact name|name of the contact|full name|name"
        "|联系人姓名|联系人|联络人|对接人|姓名|名字"
    ),
    "contact": (
        "contact details|contact information|contact info|contact|phone number|phone|telephone|tel|mobile number|mobile"
        "|cell phone|e-mail address|email address|e-mail|email|mail|wechat id|wechat|联系电话|联系方式|联络电话"
        "|联络方式|电话号码|电话|手机号码|手机号|手机|电子邮箱|电子邮件|邮箱|邮件|微信号|微信"
    ),
}
_NOUNS = {  # by a word of the label
    r"people|persons|employees|staff|人数|人员|员工": (
        r"(?:people|persons?|employees?|staff|ppl|heads?|ftes?|members|colleagues|workers|engineers|officers)(?![a-z])"
        r"|员工|人(?![日天民次工])|职工|(?<=\d)[位名](?![称置字])"
    ),
    r"sites?|locations?|offices?|场所|办公|地点": (
        r"(?:sites?|locations?|offices?|branch(?:es)?|premises)(?![a-z])"
        r"|场所|办公地?点|办公地|办公室|办公区|地点|场地|分公司|分部|地方|职场|机房"
    ),
}
_WAYS = {
    Way.PHONE: re.compile("phone|mobile|tel|cell|电话|手机"),
    Way.EMAIL: re.compile("mail|邮"),
    Way.WECHAT: re.compile("wechat|微信"),
}
_NUMBER_OF = re.compile(r"^(?:the )?number of |^how many |数量$|总数$|个数$|数$")
_ALTERNATIVES = re.compile(r"\s?[,、/]\s?(?:or )?|\s+or\s+|或者?")
_COURTESY = re.compile(
    r"(?:[\s,]*(?:please|pls|thanks|thank you|sorry|after all|instead|then|from now(?: on)?"
    r"|(?:i|we) (?:mixed|got|had) (?:that|it|them|those) (?:up|wrong|mixed up)"
    r"|my (?:mistake|bad|fault)|(?<![网酒书茶水氧餐啡])吧|谢谢|了|哈|我?[说写搞记填]错"
    r"|[请麻烦]+(?:在申请中|帮忙)?(?:更新|更正|修改|改)(?:一?下)?))+[\s.!。]*$"
)
_COMPANY = re.compile(r"(?:company|organi[sz]ation) name|(?:公司|企业|单位|组织)名称")
_BUSINESS = re.compile(r"\bbusiness\b|业务")
_SCOPE = re.compile(r"\bscope\b|范围")
_CERTIFICATES = re.compile(r"\bcertificates\b|证书")


def vocabulary(fields: Sequence[Field]) -> dict[str, Field]:
    """The field that each plain wording names: labels first, then usual words for its id, then for its type.

    What is said of a type ("date", 联系人) names a field only where it is the only one of that type.
    """
    words: dict[str, Field] = {}
    types = [field.type for field in fields]
    for names in (_label_names, _id_names, _type_names):
        for field in fields:
            if names is not _type_names or types.count(field.type) == 1:
                for name in names(field):
                    words.setdefault(name, field)
    return words


def nouns(field: Field) -> str:
    """A pattern for what a count field counts: "people|employees|…", from its label where that is nothing common."""
    labels = _labels(field)
    for word, known in _NOUNS.items():
        if any(re.search(word, label) for label in labels):
            return known
    bases = {_NUMBER_OF.sub("", label) for label in labels}
    forms = {form for base in bases for form in (base, base.removesuffix("s")) if form}
    return "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)) or "(?!)"


def named(field: Field) -> str:
    """A pattern for what names a count field, or what it counts."""
    names = [*_label_names(field), *_id_names(field)]
    return "|".join([nouns(field), *map(re.escape, names)])


def is_places(field: Field) -> bool:
    """Whether a count field counts places."""
    return field.type == "count" and places.are_counted(nouns(field))


def ways(field: Field) -> tuple[Way, ...]:
    """The ways of contact that a field asks for: those that its labels name, or all."""
    labels = " ".join(_labels(field))
    return tuple(way for way in Way if _WAYS[way].search(labels)) or tuple(Way)


def is_any_way(name: str) -> bool:
    """Whether a name for contacts leaves open which: "contact", 联系方式; not "phone"."""
    return not any(named.search(name) for named in _WAYS.values())


def is_company(field: Field) -> bool:
    return field.type == "text" and (
        field.id == "company" or any(_COMPANY.search(label) for label in _labels(field))
    )


def is_business(field: Field) -> bool:
    return field.type == "text" and any(_BUSINESS.search(label) for label in _labels(field))


def is_scope(field: Field) -> bool:
    return field.type == "text" and any(_SCOPE.search(label) for label in _labels(field))


def is_certificates(field: Field) -> bool:
    return field.type == "text" and any(_CERTIFICATES.search(label) for label in _labels(field))


def without_courtesy(text: str) -> str:
    """A value without "please" and the like behind it."""
    courtesy = _COURTESY.search(plain(text))
    return text[: courtesy.start()] if courtesy and courtesy.start() else text


def role(field: Field) -> str | None:
    """What a field is for in any application form: one of `bot.intake.slots.ROLES`."""
    if field.type in {"date", "name", "contact"}:
        return field.type
    if field.type == "count":
        return next(
            (
                role
                for role, noun in zip(("people", "sites"), _NOUNS.values(), strict=True)
                if nouns(field) == noun
            ),
            None,
        )
    told = {
        "company": is_company,
        "business": is_business,
        "scope": is_scope,
        "certificates": is_certificates,
    }
    return next((role for role, is_meant in told.items() if is_meant(field)), None)


def _labels(field: Field) -> list[str]:
    return [plain(label).strip() for label in field.label.values()]


def _label_names(field: Field) -> list[str]:
    labels = _labels(field)
    parts = [part for label in labels for part in _ALTERNATIVES.split(label)]
    bases = [_NUMBER_OF.sub("", label) for label in labels if field.type == "count"]
    return [name for name in (*labels, *parts, *bases) if len(name) > 1]


def _id_names(field: Field) -> list[str]:
    return _BY_ID[field.id].split("|") if field.id in _BY_ID else []


def _type_names(field: Field) -> list[str]:
    return _BY_TYPE[field.type].split("|") if field.type in _BY_TYPE else []
