"""What WeChat refuses, why, what staff should do about it, and what becomes of what was to be sent."""

import re
from enum import StrEnum

_SENDER = re.compile(r"invalid ip ([0-9a-f.:]{3,45})")  # in what 40164 says


class Then(StrEnum):
    """What becomes of what could not be sent."""

    AGAIN = "again"  # not delivered; a later try may succeed
    KEEP = "keep"  # not delivered; it waits for the customer's next message
    UNSURE = "unsure"  # may have been delivered
    REFUSED = "refused"  # not delivered, and no later try will be


class ApiError(Exception):
    """Its text is for staff and logs, says what to do, and holds no secret, token or openid.

    `code` is WeChat's number of the error, None where it gave none.
    """

    def __init__(self, text: str, then: Then, code: int | None = None) -> None:
        super().__init__(text)
        self.then = then
        self.code = code


_TOKEN = (
    Then.REFUSED,
    "the access token is not accepted, not even a new one; check that CERTDESK_WECHAT_APP_SECRET is this account's",
)
_CODES = {
    -1: (Then.AGAIN, "WeChat is busy; nothing to do but to wait"),
    40001: _TOKEN,
    40003: (Then.KEEP, "the customer does not follow this account; the message waits until they write"),
    40007: (
        Then.REFUSED,
        "the picture is no longer there, after three days; ask the customer to send it again",
    ),
    40013: (Then.REFUSED, "there is no such account; check CERTDESK_WECHAT_APP_ID"),
    40014: _TOKEN,
    40125: (Then.REFUSED, "the secret is wrong; copy CERTDESK_WECHAT_APP_SECRET again, or reset it"),
    40164: (Then.REFUSED, "this server's address {} is not allowed; add it to the account's IP whitelist"),
    42001: _TOKEN,
    43004: (Then.KEEP, "the customer does not follow the account; the message waits until they write"),
    45002: (Then.REFUSED, "the message is too long"),
    45009: (Then.REFUSED, "the account's calls for today are used up; raise or clear its quota"),
    45011: (Then.AGAIN, "too many calls within a minute; nothing to do but to wait"),
    45015: (
        Then.KEEP,
        "the customer has not written for 48 hours or has left; the message waits until they write",
    ),
    45047: (
        Then.KEEP,
        "all messages that one of the customer's allows are sent; the others wait until they write",
    ),
    45080: (
        Then.REFUSED,
        "typing can be shown only within 30 seconds of a customer's message; nothing to do",
    ),
    45081: (Then.REFUSED, "typing is being shown already; nothing to do"),
    48001: (
        Then.KEEP,
        "the account may not do this; have it verified, or set CERTDESK_WECHAT_ACCOUNT=unverified",
    ),
    48002: (
        Then.KEEP,
        "the customer has turned the account's messages off; the message waits until they write",
    ),
}
_UNKNOWN = (Then.REFUSED, "look the number up in the list of return codes on developers.weixin.qq.com")


def refused(code: int, said: str) -> ApiError:
    """WeChat has told of an error, by number and in words."""
    then, what = _CODES.get(code, _UNKNOWN)
    address = _SENDER.search(said)
    return ApiError(f"WeChat answered {code}: {what.format(address[1] if address else '')}.", then, code)


def unexpected(status: int) -> ApiError:
    """An HTTP status that its API does not have."""
    then = Then.AGAIN if status >= 500 or status == 429 else Then.REFUSED
    return ApiError(f"WeChat answered HTTP {status}; check CERTDESK_WECHAT_API_BASE if it stays so.", then)


def unreadable(then: Then) -> ApiError:
    return ApiError(
        "WeChat's answer cannot be read; check CERTDESK_WECHAT_API_BASE and what is between.", then
    )


def unreachable(error: Exception, then: Then) -> ApiError:
    name = type(error).__name__  # its own words may hold the secret and the token
    return ApiError(
        f"WeChat did not answer ({name}); check that this server reaches CERTDESK_WECHAT_API_BASE.", then
    )
