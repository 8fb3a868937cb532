"""Changes of a few words within what is held: 把“有限公司”改为“有限责任公司”, 'write "IT desk" instead of "desk"'."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.intake.cues import is_company, vocabulary
from bot.intake.plain import plain, says_something
from bot.intake.reading import Reading, sentence_end
from knowledge.documents import Field

_OPEN, _CLOSE = "[“\"「『'《]", "[”\"」』'》]"
_OLD = rf"{_OPEN}?(?P<old>[^“”\"「」『』,;:。!?]{{1,40}}?){_CLOSE}?"
_NEW = rf"{_OPEN}?(?P<new>[^“”\"「」『』,;。!?]{{1,60}}?){_CLOSE}?"
_QUOTED = rf"{_OPEN}(?P<new>[^“”\"「」『』]{{1,60}}?){_CLOSE}"
_SIGNS = r"(?:这?[一两俩三仨四五几]个?[字词])?"
_POLITE = r"(?:please|pls|thanks|thank you|if you (?:can|could|would)|sorry|谢谢|吧|了|哈|啊|呗)*"
_END = rf"\s?{_POLITE}\s?(?=$|[,;。!?.])"
_REPLACED = (
    re.compile(
        rf"(?:^|[,;。!:\s]|里的?|中的?)(?:把|将)?{_OLD}\s?{_SIGNS}(?:都|请|麻烦|帮我|给我|要)*(?:改成|改为|换成|换为)\s?{_NEW}{_END}"
    ),
    re.compile(
        rf"\b(?:replace|change|swap|correct)\s(?:the\s)?{_OLD}\s(?:with|by|to|into|for)\s{_NEW}{_END}"
    ),
    re.compile(
        r"\b(?:write|put|note|say|use|have|be)(?:\sdown|\sit)?(?:\sas)?\s"
        rf"{_NEW}\s(?:instead of|in place of|rather than)\s(?:the\s|just\s)?{_OLD}{_END}"
    ),
)
_REMOVED = (
    re.compile(
        rf"(?:把|将)?{_OPEN}(?P<old>[^“”\"「」『』]{{1,40}}?){_CLOSE}\s?{_SIGNS}(?:都|请|麻烦|帮我|给我)*(?:去掉|删掉|删了|删去|拿掉)"
    ),
    re.compile(
        rf"\b(?:remove|delete|drop|strike|take out)\s(?:the (?:words? )?)?{_OPEN}(?P<old>[^“”\"]{{1,40}}?){_CLOSE}"
    ),
)
_TAKES_OUT = re.compile(
    r"\b(?:remove|delete|drop|strike|cut|cross out|leave out|take (?:out|off|away))\b|\btake\b.{1,40}\b(?:out|off|away)\b"
    r"|去掉|[删刪][掉了去除]|拿掉|划掉|不要(?:写)?了"
)
_IN_PLACE = re.compile(r"\b(?:instead|replace|rather)\b|改成|改为|换成|换为")
_PARTS_OF_LIST = re.compile(r"\s*(?:[、,，;；/]|\band\b|和)\s*")
_WRITTEN_TOO = re.compile(
    r"[把将](?P<new>[^把将也]{2,40}?)也(?:都|一起|给我)?[写加放列补填](?:进去|进来|上去?|里面)"
)
_ADDED = re.compile(
    rf"(?P<side>后面|后边|最后|末尾|结尾|前面|前边|开头)(?:麻烦|请|再|给我|帮我|要|得)*(?:补|加|添)[上个]?{_QUOTED}{_SIGNS}"
)
_ADDED_TO = re.compile(
    rf"\badd\s{_NEW}\s(?:to|in|under|into)\s(?:the\s|my\s|our\s)?(?P<name>[a-z ]{{3,30}}?)(?: too| as well)?{_END}"
)
_GIVEN_FOR = re.compile(
    r"(?:(?:and|please|pls|then|so) )*(?:(?:put|write|use|note|take) (?:down )?)?"
    r"(?!(?:thanks?|yes|no|not|send|submit|ok|okay|do|does|is|are|what|how|can|could|would|who|when|where|why|i|we|you|please"
    r"|that's|it's|all|and|but|nothing|good|fine|right|correct|go|just|wait|same|any|anything|something)\b)"
    rf"{_NEW} (?:for|as) (?:the|our|my) (?P<name>[a-z ]{{3,30}}?)(?: please| then)?\W*"
)
_ADDED_THERE = re.compile(
    r"(?:(?:那里|这里|那边|那[栏项块]|这[栏项块]|里面?|里头|中|上)[,，\s]?|(?=[麻请帮还也再要需]))(?:麻烦|请|帮我|给我|帮忙|还要|还得|需要|要|得|还|也|再|能不能|可以)*"
    rf"(?:增加|补充|[加添补](?!起来|[钱班价速急快盟微到在盖]))(?:上|入|进)?(?:一?[个项条])?\s?(?![\d好吗一二两三四五六七八九十几]){_NEW}{_END}"
)
_SHORTEST = 2  # characters of what is held that a change may name
_FAR = 8  # characters between a field's name and what is said of it
_ASCII_WORD = re.compile(r"[a-z0-9]")


@dataclass(frozen=True, slots=True)
class _Edit:
    field: Field
    value: str
    start: int
    end: int


def read(reading: Reading) -> None:
    """Take the changes of words that exactly one of the texts that are held has."""
    held = [field for field in reading.form.of_type("text") if reading.form.held.get(field.id)]
    _given_for(reading)
    _taken_out(reading, held)
    for edit in (
        *_written_too(reading, held),
        *_replaced(reading, held),
        *_added(reading, held),
        *_added_to(reading),
        *_added_there(reading, held),
        *_denied(reading, held),
    ):
        if edit.field.id not in reading.values and reading.is_free(edit.start, edit.end):
            reading.values[edit.field.id] = edit.value
            reading.take(edit.start, edit.end)


def _given_for(reading: Reading) -> None:
    """ "Bea Marsh for the contact person"."""
    given = _GIVEN_FOR.fullmatch(reading.folded)
    field = vocabulary(reading.form.fields).get(given["name"]) if given and reading.form.corrects else None
    if given and field:
        reading.put(field, reading.text[slice(*given.span("new"))], 0, len(reading.text), named=True)


def _taken_out(reading: Reading, held: list[Field]) -> None:
    """One of several that are held, or the only one of an optional field: "drop the 45001, it lapsed", 把客服热线去掉."""
    verb = _TAKES_OUT.search(reading.folded)
    if verb is None or _IN_PLACE.search(reading.folded):
        return
    for field in held:
        if is_company(field):
            continue
        parts = [part for part in _PARTS_OF_LIST.split(reading.form.held[field.id]) if part.strip()]
        named = [part for part in parts if _says(reading.folded, plain(part))]
        left = [part for part in parts if part not in named]
        if not named or (not left and field.required):
            continue
        if left:
            reading.values[field.id] = ("、" if "、" in reading.form.held[field.id] else ", ").join(left)
        else:
            reading.dropped.append(field.id)
        at = min(verb.start(), *(reading.folded.find(plain(part)) for part in named))
        reading.take(at, sentence_end(reading.folded, verb.end(), len(reading.text)))
        return


def _says(folded: str, part: str) -> bool:
    """Whether a text holds a part of a list by itself, or the number by which a standard is known."""
    number = re.search(r"\d{4,5}", part)
    names = [part, *([number[0]] if number else [])]
    return any(
        re.search(rf"(?<![a-z\d]){re.escape(name)}(?![a-z\d])", folded)
        for name in names
        if len(name) >= _SHORTEST
    )


def _written_too(reading: Reading, held: list[Field]) -> Iterator[_Edit]:
    """服务那里写得不完整，把网络运维、桌面支持也写进去."""
    names = vocabulary([field for field in held if not is_company(field)])
    for match in _WRITTEN_TOO.finditer(reading.folded):
        named = next((name for name in names if name in reading.folded[: match.start()]), None)
        if named:
            value = f"{reading.form.held[names[named].id]}、{reading.text[slice(*match.span('new'))].strip()}"
            yield _Edit(names[named], value, reading.folded.find(named), match.end())


def _replaced(reading: Reading, held: list[Field]) -> Iterator[_Edit]:
    for pattern in (*_REPLACED, *_REMOVED):
        for match in pattern.finditer(reading.folded):
            old = match["old"].strip()
            new = reading.text[slice(*match.span("new"))].strip() if "new" in match.groupdict() else ""
            having = [field for field in held if _place(reading.form.held[field.id], old)]
            named = [field for field in having if _is_named(reading, field)]
            having = named if len(having) > 1 else having
            if len(having) != 1 or len(old) < _SHORTEST:
                continue
            value = reading.form.held[having[0].id]
            start, end = _place(value, old) or (0, 0)
            changed = _joined(value[:start], new, value[end:])
            if says_something(changed):
                yield _Edit(having[0], changed, *match.span())


def _added(reading: Reading, held: list[Field]) -> Iterator[_Edit]:
    """公司名称后面补上“济南分公司”."""
    names = vocabulary(held)
    for match in _ADDED.finditer(reading.folded):
        before = reading.folded[: match.start()]
        named = max(
            names, key=lambda name: before.rfind(name) + len(name) if name in before else -1, default=""
        )
        if not named or len(before) - before.rfind(named) - len(named) > _FAR or named not in before:
            continue
        field, new = names[named], reading.text[slice(*match.span("new"))]
        value, joint = reading.form.held[field.id], "" if is_company(names[named]) else "、"
        first = match["side"][0] in "前开"
        yield _Edit(
            field,
            f"{new}{joint}{value}" if first else f"{value}{joint}{new}",
            before.rfind(named),
            match.end(),
        )


def _added_to(reading: Reading) -> Iterator[_Edit]:
    """ "Add ISO 9001 to the certificates", of which there may be none so far."""
    names = vocabulary(reading.form.of_type("text"))
    for match in _ADDED_TO.finditer(reading.folded):
        field = names.get(match["name"].strip())
        if field is None or is_company(field):
            continue
        new = reading.text[slice(*match.span("new"))].strip()
        held = reading.form.held.get(field.id, "")
        yield _Edit(field, held if plain(new) in plain(held) else new, *match.span())


def _added_there(reading: Reading, held: list[Field]) -> Iterator[_Edit]:
    """服务范围那里再加一个数据备份."""
    for name, field in vocabulary(held).items():
        start = reading.folded.find(name)
        match = _ADDED_THERE.match(reading.folded, start + len(name)) if start >= 0 else None
        if match and field != reading.form.asked and not is_company(field):
            yield _Edit(field, reading.text[slice(*match.span("new"))].strip(), start, match.end())


def _denied(reading: Reading, held: list[Field]) -> Iterator[_Edit]:
    """ "Web hosting isn't our main business, it's domain registration"."""
    names = vocabulary(held)
    named = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True) if name.isascii())
    if not named:
        return
    denied = (
        rf"(?:^|[,.;]\s){_OLD}\s(?:isn't|is not|wasn't|was not)\s(?:(?:our|the|my)\s)?(?P<name>{named})(?: actually"
        rf"| any ?more| now)?"
        rf"[,.;]\s(?:but |actually )?(?:it's|it is|that's|that is|that would be)\s{_NEW}{_END}"
    )
    for match in re.finditer(denied, reading.folded):
        if plain(reading.form.held[names[match["name"]].id]).find(match["old"].strip()) >= 0:
            yield _Edit(names[match["name"]], reading.text[slice(*match.span("new"))].strip(), *match.span())


def _is_named(reading: Reading, field: Field) -> bool:
    return any(name in reading.folded for name in vocabulary([field]))


def _place(value: str, old: str) -> tuple[int, int] | None:
    """Where words stand in a value, if once; what is written in letters begins and ends where words do."""
    folded = plain(value)
    if folded.count(old) != 1:
        return None
    start = folded.find(old)
    end = start + len(old)
    cut = (_ASCII_WORD.match(old) and _ASCII_WORD.match(folded[start - 1 : start])) or (
        _ASCII_WORD.match(old[-1:]) and _ASCII_WORD.match(folded[end : end + 1])
    )
    return None if cut else (start, end)


def _joined(before: str, new: str, after: str) -> str:
    if new:
        return f"{before}{new}{after}"
    return re.sub(r"\s{2,}", " ", f"{before}{after}").strip(" ,;、，")
