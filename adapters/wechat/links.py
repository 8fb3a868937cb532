"""Signed links from a chat to pages: the whole of an answer, and a place to send documents to.

Who has the link may use it until it is too old; the key comes from the AppSecret, so a new secret ends all of them.
"""

import hashlib
import hmac

from itsdangerous import BadSignature, URLSafeTimedSerializer

from bot.errors import NotFound

_ANSWERS, _UPLOADS = "answers", "uploads"
_DAYS = {_ANSWERS: 30, _UPLOADS: 7}
_DAY = 24 * 3600


class Links:
    """`site` is the address that customers see."""

    def __init__(self, site: str, secret: str) -> None:
        self._site = site
        key = hmac.new(secret.encode(), b"certdesk links", hashlib.sha256).hexdigest()
        self._signers = {kind: URLSafeTimedSerializer(key, salt=kind) for kind in _DAYS}

    def answer(self, conversation: str, message: str) -> str:
        return self._link(_ANSWERS, [conversation, message])

    def upload(self, conversation: str) -> str:
        return self._link(_UPLOADS, [conversation])

    def answered(self, token: str) -> tuple[str, str]:
        """The conversation and message of a link to an answer. Raises NotFound."""
        conversation, message = self._read(_ANSWERS, token)
        return conversation, message

    def uploading(self, token: str) -> str:
        """The conversation of a link for documents. Raises NotFound."""
        (conversation,) = self._read(_UPLOADS, token)
        return conversation

    def _link(self, kind: str, of: list[str]) -> str:
        return f"{self._site}/wechat/{kind}/{self._signers[kind].dumps(of)}"

    def _read(self, kind: str, token: str) -> list[str]:
        try:
            read: list[str] = self._signers[kind].loads(token, max_age=_DAYS[kind] * _DAY)
        except (BadSignature, UnicodeEncodeError) as error:
            raise NotFound(
                "This link has expired or is incomplete; ask for a new one in the chat."
            ) from error
        return read
