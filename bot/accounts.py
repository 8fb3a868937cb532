"""Members of staff: who they are, what they may do, and how they sign in to the desk."""

import hashlib
import ipaddress
import secrets
import threading
from datetime import UTC, datetime, timedelta
from functools import cache

from pwdlib import PasswordHash

from bot import log
from bot.errors import Conflict, InvalidMessage, NotFound, TooManyRequests, Unauthorized
from bot.messages import clean
from bot.records import Role, Staff
from bot.store import Store, Transaction
from bot.texts import LANGUAGES

SHORTEST_PASSWORD = 10  # characters
_LONGEST_PASSWORD = 200
_LONGEST_NAME = 100
_LONGEST_LOGIN = 200
_IDLE = timedelta(hours=12)  # after which a session ends
_LONGEST = timedelta(days=7)
_SEEN_EVERY = timedelta(minutes=1)  # so that reading pages writes little
_WITHIN = timedelta(minutes=15)
_TRIES = 5  # failures within that time, of one login from one address
_TRIES_OF_LOGIN = 50  # more, so that a stranger cannot keep a colleague out
_TRIES_OF_ADDRESS = 30

_HASH = PasswordHash.recommended()

logger = log.get("bot.accounts")


class BadAccount(InvalidMessage):
    code = "bad_account"


class BadPassword(InvalidMessage):
    code = "bad_password"


class Taken(Conflict):
    code = "account_taken"


class LastAdmin(Conflict):
    code = "last_admin"


class Accounts:
    """All of it blocks. A session's token is kept only as a hash."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._checking = threading.Lock()  # a hash takes 64 MiB, and no burst gets past the count of failures

    # Who there is

    def add(
        self, login: str, name: str, role: Role, language: str, password: str, *, by: str, subject: str = ""
    ) -> Staff:
        """A new member; without `password` they sign in elsewhere. Raises InvalidMessage, Conflict."""
        login, name = clean(login).casefold(), " ".join(clean(name).split())
        if not login or not name or len(name) > _LONGEST_NAME or len(login) > _LONGEST_LOGIN:
            raise BadAccount(
                f"Give a login and a name, of at most {_LONGEST_LOGIN} and {_LONGEST_NAME} characters; "
                "the name is what customers see."
            )
        _check_language(language)
        kept = _HASH.hash(_fit(password)) if password else ""
        with self._store.write() as tx:
            if tx.staff.find(login) or tx.staff.named(name):
                raise Taken(f"The login {login} or the name {name} is taken; choose another one.")
            added = tx.staff.insert(login, name, role, language, kept, subject or None)
            tx.people.note(by, "staff.add", login)
        return added

    def all(self) -> list[Staff]:
        with self._store.read() as tx:
            return tx.staff.all()

    def change(
        self, id: int, *, by: str, role: Role | None = None, active: bool | None = None, language: str = ""
    ) -> Staff:
        """Who is let go is signed out. Raises NotFound, InvalidMessage, and Conflict if no administrator were left."""
        if language:
            _check_language(language)
        with self._store.write() as tx:
            tx.staff.lock()
            found = _staff(tx, id)
            wanted = {"role": role, "active": active, "language": language or None}
            tx.staff.change(id, **{name: value for name, value in wanted.items() if value is not None})
            governs = found.active and found.role is Role.ADMIN
            if governs and not any(one.active and one.role is Role.ADMIN for one in tx.staff.all()):
                raise LastAdmin("Somebody must remain who is an administrator and may sign in.")
            if active is False:
                tx.staff.end_sessions(id)
            if role or active is not None:
                tx.people.note(by, "staff.change", found.login)
            return _staff(tx, id)

    def set_password(self, login: str, password: str, *, by: str) -> None:
        """Also signs them out everywhere. Raises InvalidMessage, NotFound."""
        kept = _HASH.hash(_fit(password))
        with self._store.write() as tx:
            found = tx.staff.find(clean(login).casefold())
            if found is None:
                raise NotFound(f"Nobody's login is {login}; `certdesk staff list` shows them all.")
            tx.staff.change(found.id, password=kept)
            tx.staff.end_sessions(found.id)
            tx.people.note(by, "staff.password", found.login)

    def change_password(self, staff: Staff, present: str, password: str, address: str) -> None:
        """One's own, for who knows the present one. Raises Unauthorized, TooManyRequests, InvalidMessage."""
        _fit(password)
        with self._checking:
            self._checked(staff.login, _key(staff.login), present, _place(address))
        self.set_password(staff.login, password, by=staff.name)

    # Signing in

    def sign_in(self, login: str, password: str, address: str) -> tuple[Staff, str]:
        """The member and a new session's token. Raises Unauthorized, TooManyRequests."""
        login, place = clean(login).casefold(), _place(address)
        key, now = _key(login), datetime.now(UTC)
        with self._checking:
            found, kept, better = self._checked(login, key, password, place)
        with self._store.write() as tx:
            tx.staff.lock()
            if tx.staff.password(found.id) != kept:  # it was changed meanwhile, which signs out everywhere
                raise Unauthorized("The login or the password is wrong.")
            if better:
                tx.staff.change(found.id, password=better)
            tx.staff.forget_failures(key, now - _WITHIN)
            return found, self._begin(tx, found)

    def _checked(self, login: str, key: str, password: str, place: str) -> tuple[Staff, str, str | None]:
        """Whose password it is, its hash, and a better one. Raises Unauthorized, TooManyRequests."""
        with self._store.read() as tx:
            both, of_login, of_place = tx.staff.failures(key, place, datetime.now(UTC) - _WITHIN)
            found = tx.staff.find(login)
            kept = tx.staff.password(found.id) if found else ""
        if both >= _TRIES or of_login >= _TRIES_OF_LOGIN or of_place >= _TRIES_OF_ADDRESS:
            raise TooManyRequests(
                "Too many attempts; wait a quarter of an hour, or ask an administrator for a new password.",
                int(_WITHIN.total_seconds()),
            )
        fits, better = _HASH.verify_and_update(password[:_LONGEST_PASSWORD], kept or _nobody())
        if not (fits and found and kept and found.active):
            with self._store.write() as tx:
                tx.staff.failed(key, place)
                tx.people.note("", "staff.refused", place)
            raise Unauthorized("The login or the password is wrong.")
        return found, kept, better

    def sign_in_as(self, subject: str, email: str, name: str, address: str) -> tuple[Staff, str]:
        """For whom an identity provider vouches: the member whom it calls `subject`.

        Somebody whom it did not vouch for before has the login `email`, or the login `name` and no password here.
        Raises Unauthorized.
        """
        with self._store.write() as tx:
            found = tx.staff.known_as(subject) or _claimed(tx, subject, email, name)
            if found and found.active:
                return found, self._begin(tx, found)
            tx.people.note("", "staff.refused", _place(address))
        raise Unauthorized("This account is not a member of staff here.")

    def session(self, token: str) -> Staff | None:
        """Whose session it is, if it has not ended."""
        now = datetime.now(UTC)
        with self._store.read() as tx:
            found = tx.staff.session(_hash(token))
        if found is None:
            return None
        staff, began, seen = found
        if not staff.active or abs(now - seen) > _IDLE or abs(now - began) > _LONGEST:
            return None
        if abs(now - seen) > _SEEN_EVERY:
            with self._store.write() as tx:
                tx.staff.seen(_hash(token))
        return staff

    def sign_out(self, token: str) -> None:
        with self._store.write() as tx:
            tx.staff.end_session(_hash(token))

    def _begin(self, tx: Transaction, staff: Staff) -> str:
        token = secrets.token_urlsafe(32)
        tx.staff.begin_session(staff.id, _hash(token), datetime.now(UTC) - _LONGEST)
        tx.people.note(staff.name, "staff.sign_in", staff.login)
        logger.info("signed in", staff=staff.id)
        return token


def _administers(staff: Staff) -> bool:
    return staff.active and staff.role is Role.ADMIN


def _place(address: str) -> str:
    """What counts as one address: of IPv6 the network, since every subscriber has a whole one."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((int(ip), 64), strict=False))


def _check_language(language: str) -> None:
    """Raises InvalidMessage."""
    if language not in LANGUAGES:
        raise InvalidMessage(f"The desk speaks {' and '.join(LANGUAGES)}, not {language!r}.")


def _fit(password: str) -> str:
    """Raises InvalidMessage."""
    if not SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        raise BadPassword(
            f"A password needs {SHORTEST_PASSWORD} to {_LONGEST_PASSWORD} characters; a few words in a row are fine."
        )
    return password


def _claimed(tx: Transaction, subject: str, email: str, name: str) -> Staff | None:
    """The member who is called `subject` from now on."""
    found = tx.staff.find(email) if email else None
    if found is None and name:
        found = tx.staff.find(name)
        found = None if found and tx.staff.password(found.id) else found
    if found is None or not found.active or not tx.staff.claim(found.id, subject):
        return None
    tx.people.note(found.name, "staff.link", found.login)
    return found


def _staff(tx: Transaction, id: int) -> Staff:
    found = tx.staff.get(id)
    if found is None:
        raise NotFound("There is no such member of staff.")
    return found


def _key(login: str) -> str:
    """What failures are counted by: a password may have been typed as the login."""
    return hashlib.sha256(login.encode()).hexdigest()


@cache
def _nobody() -> str:
    """A password's hash, so that an unknown login takes as long as a wrong password."""
    return _HASH.hash(secrets.token_urlsafe(16))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
