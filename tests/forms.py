"""The short form of what takes long, for the default run; `make soak` runs the whole (CERTDESK_TEST_WHOLE)."""

import os

WHOLE = "CERTDESK_TEST_WHOLE" in os.environ


def long(piece: str, characters: int) -> str:
    """Nothing but that piece, over and over, up to so many characters; an eighth of them in the short form."""
    return piece * ((characters if WHOLE else characters // 8) // len(piece))
