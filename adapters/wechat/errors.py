"""Why a callback is not taken. Their texts hold no secret, no openid and nothing of the body."""


class Forbidden(Exception):
    """It is not from the platform, or not for this account: 403."""


class Malformed(Exception):
    """It is no message: 400."""
