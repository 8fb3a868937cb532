"""What can go wrong in the assistant, and how the outside is told.

CertDeskError
├── SettingsError             a CERTDESK_ variable is wrong (start-up only)
├── DeliveryError             something could not be sent; `permanent` decides whether it is tried again
└── RequestError              the caller can do something about it; carries an HTTP status and a stable code
    ├── InvalidMessage        400  empty, or nothing readable in it
    ├── EmptyFile             400
    ├── InvalidApplication    422  fields of the application form that are wrong, each with what to do
    ├── MessageTooLong        413
    ├── FileTooLarge          413
    ├── UnsupportedFile       415  not a document or picture, or not what its name says, or harmful
    ├── Unauthorized          401  no token, or not the conversation's
    ├── NotFound              404
    ├── Conflict              409  somebody else was faster, or it does not go with how things stand
    │   └── IllegalMove       409  a status that cannot follow on the present one
    ├── TooManyRequests       429
    ├── Unavailable           503  the database or another part does not answer for the moment
    └── StorageFull           507
"""

from collections.abc import Mapping
from typing import ClassVar


class CertDeskError(Exception):
    pass


class SettingsError(CertDeskError):
    pass


class DeliveryError(CertDeskError):
    """`str(error)` is for staff and logs, and holds no secret."""

    def __init__(self, message: str, *, permanent: bool) -> None:
        super().__init__(message)
        self.permanent = permanent


class RequestError(CertDeskError):
    """`str(error)` is shown to the caller and says what to do; `code` never changes."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"


class InvalidMessage(RequestError):
    code = "invalid_message"


class EmptyFile(RequestError):
    code = "empty_file"


class InvalidApplication(RequestError):
    """`errors` has a text for each field that is wrong or missing, by the field's id."""

    status = 422
    code = "invalid_application"

    def __init__(self, message: str, errors: Mapping[str, str]) -> None:
        super().__init__(message)
        self.errors = dict(errors)


class MessageTooLong(RequestError):
    status = 413
    code = "message_too_long"


class FileTooLarge(RequestError):
    status = 413
    code = "file_too_large"


class UnsupportedFile(RequestError):
    status = 415
    code = "unsupported_file"


class Unauthorized(RequestError):
    status = 401
    code = "unauthorized"


class NotFound(RequestError):
    status = 404
    code = "not_found"


class Conflict(RequestError):
    status = 409
    code = "conflict"


class IllegalMove(Conflict):
    code = "illegal_move"


class TooManyRequests(RequestError):
    status = 429
    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(RequestError):
    """`retry_after` is in seconds."""

    status = 503
    code = "unavailable"

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StorageFull(RequestError):
    status = 507
    code = "storage_full"
