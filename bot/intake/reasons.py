"""Why a value is not taken for a field of the application form."""

from enum import StrEnum


class Reason(StrEnum):
    """Each has its words in `texts.intake.wrong`."""

    MISSING = "missing"
    TEXT = "text"
    TEXT_LONG = "text_long"
    NAME = "name"
    COUNT = "count"
    COUNT_RANGE = "count_range"
    COUNT_WHOLE = "count_whole"
    COUNT_SEVERAL = "count_several"
    DATE = "date"
    DATE_PAST = "date_past"
    DATE_SOON = "date_soon"
    PHONE = "phone"
    EMAIL = "email"
    WECHAT = "wechat"
    CONTACT = "contact"


class Wrong(Exception):
    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason
