"""The one reply that the response to a delivery can carry."""

import re

from adapters.wechat.incoming import Incoming

LARGEST = 2048  # bytes of UTF-8; the platform shows nothing of a longer text
_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML 1.0


def text_reply(incoming: Incoming, words: str, now: float) -> str:
    """The XML of a reply to them, with nothing in it but the words.

    What XML cannot have is left out. Raises ValueError if nothing is left, or more than LARGEST.
    """
    words = _ILLEGAL.sub("", words.replace("\r\n", "\n").replace("\r", "\n"))
    if not words.strip():
        raise ValueError("a reply without words")
    if len(words.encode()) > LARGEST:
        raise ValueError(f"a reply of more than {LARGEST} bytes")
    return (
        "<xml>"
        f"<ToUserName>{_quoted(incoming.customer)}</ToUserName>"
        f"<FromUserName>{_quoted(incoming.account)}</FromUserName>"
        f"<CreateTime>{int(now)}</CreateTime>"
        f"<MsgType>{_quoted('text')}</MsgType>"
        f"<Content>{_quoted(words)}</Content>"
        "</xml>"
    )


def _quoted(text: str) -> str:
    """As CDATA; the characters that would end it are shared between two sections."""
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"
