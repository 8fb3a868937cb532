"""What customers do on WeChat, read from the XML that the platform delivers."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from xml.parsers import expat

import xmltodict
from wechatpy import events, messages
from wechatpy.parser import parse_message

from adapters.wechat.errors import Malformed

_DEEPEST = 16  # elements in one another; the platform's own events have five
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NAME = re.compile(r"\w{1,64}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,11}")
_UNREADABLE = (expat.ExpatError, AttributeError, KeyError, TypeError, ValueError)  # what the parsers raise


@dataclass(frozen=True)
class Incoming:
    """`customer` is their openid, `account` the account's own name; what is delivered again has the same `id`."""

    customer: str
    account: str
    id: str
    at: datetime


@dataclass(frozen=True)
class Text(Incoming):
    text: str


@dataclass(frozen=True)
class Picture(Incoming):
    media_id: str
    url: str


@dataclass(frozen=True)
class Other(Incoming):
    """A message that is not read; `kind` is one of KINDS, or `unknown`."""

    kind: str


@dataclass(frozen=True)
class Subscribed(Incoming):
    """`scene` names the code that they scanned, if they came by one."""

    scene: str


@dataclass(frozen=True)
class Unsubscribed(Incoming):
    pass


@dataclass(frozen=True)
class Clicked(Incoming):
    """`key` names the button of the menu."""

    key: str


@dataclass(frozen=True)
class Scanned(Incoming):
    """A follower scanned the code that `scene` names."""

    scene: str


@dataclass(frozen=True)
class Ignored(Incoming):
    """Nothing that a customer waits for an answer to."""

    event: str


KINDS = frozenset({"voice", "video", "shortvideo", "location", "link", "file"})


def parse(xml: str) -> Incoming:
    """Raises Malformed for all that is no message or event of a customer; one of an unknown type is an Other."""
    given = elements(xml)
    kind = _word(given, "MsgType").lower()
    if not kind:
        raise Malformed("The message has no type.")
    try:
        message = parse_message(xml)
    except _UNREADABLE:
        raise Malformed("The message cannot be read.") from None  # it may hold the message
    customer, account = _matched(given, "FromUserName", _ID), _matched(given, "ToUserName", _ID)
    at = datetime.fromtimestamp(int(_matched(given, "CreateTime", _SECONDS)), UTC)
    if kind == "event" or isinstance(message, events.BaseEvent):
        return _event(message, given, (customer, account, _event_id(given), at))
    unnamed = isinstance(message, messages.UnknownMessage) and not _word(given, "MsgId")
    id = _event_id(given) if unnamed else f"msg:{_matched(given, 'MsgId', _ID)}"
    return _message(kind, given, (customer, account, id, at))


def elements(xml: str) -> dict[str, Any]:
    """What is in `<xml>`, by name. Raises Malformed, also for what no message needs and a parser can be harmed with."""
    depth = 0

    def begin(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise Malformed("The XML is too deep.")

    def end(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(xml, True)
        found = xmltodict.parse(xml)["xml"]
    except _UNREADABLE:
        raise Malformed("The body is no XML of the platform.") from None  # it may hold the body
    if not isinstance(found, dict):
        raise Malformed("The body has no elements.")
    return found


def _refuse(*_: object) -> None:
    raise Malformed("The XML has a document type.")


def _message(kind: str, given: dict[str, Any], common: tuple[str, str, str, datetime]) -> Incoming:
    match kind:
        case "text":
            return Text(*common, _word(given, "Content"))
        case "image":
            return Picture(*common, _word(given, "MediaId"), _word(given, "PicUrl"))
    return Other(*common, kind if kind in KINDS else "unknown")


def _event(message: Any, given: dict[str, Any], common: tuple[str, str, str, datetime]) -> Incoming:
    match message:
        case events.SubscribeScanEvent():
            return Subscribed(*common, message.scene_id or "")
        case events.SubscribeEvent() | events.SubscribeScanProductEvent():
            return Subscribed(*common, "")
        case events.UnsubscribeEvent():
            return Unsubscribed(*common)
        case events.ClickEvent():
            return Clicked(*common, _word(given, "EventKey"))
        case events.ScanEvent():
            return Scanned(*common, _word(given, "EventKey"))
    return Ignored(*common, _matched(given, "Event", _NAME))


def _event_id(given: dict[str, Any]) -> str:
    """Of what has no id of its own: the platform says to tell it apart by these."""
    names = ("FromUserName", "CreateTime", "MsgType", "Event", "EventKey")
    key = "\0".join(_word(given, name) for name in names)  # a character that XML cannot have
    return f"event:{hashlib.sha256(key.encode()).hexdigest()}"


def _matched(given: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    word = _word(given, name)
    if not pattern.fullmatch(word):
        raise Malformed(f"The message has no usable {name}.")
    return word


def _word(given: dict[str, Any], name: str) -> str:
    """The text of an element; empty where there is none."""
    word = given.get(name)
    if word is None:
        return ""
    if not isinstance(word, str):
        raise Malformed(f"The message has more in {name} than text.")
    return word
