"""What can go wrong in the assistant, and how the outside is told.

CertDeskError
├── SettingsError          a CERTDESK_ variable is wrong (start-up only)
└── RequestError           the caller can do something about it; carries an HTTP status and a stable code
    ├── InvalidMessage     400  empty, or nothing readable in it
    ├── MessageTooLong     413
    ├── Unauthorized       401  no token, or not the conversation's
    ├── NotFound           404
    └── TooManyRequests    429
"""

from typing import ClassVar


class CertDeskError(Exception):
    pass


class SettingsError(CertDeskError):
    pass


class RequestError(CertDeskError):
    """`str(error)` is shown to the caller and says what to do; `code` never changes."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"


class InvalidMessage(RequestError):
    code = "invalid_message"


class MessageTooLong(RequestError):
    status = 413
    code = "message_too_long"


class Unauthorized(RequestError):
    status = 401
    code = "unauthorized"


class NotFound(RequestError):
    status = 404
    code = "not_found"


class TooManyRequests(RequestError):
    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
