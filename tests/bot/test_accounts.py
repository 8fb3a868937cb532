"""Members of staff, their passwords and sessions, on both databases."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.accounts import Accounts
from bot.errors import Conflict, InvalidMessage, NotFound, TooManyRequests, Unauthorized
from bot.records import Role, Staff
from bot.store import Store
from databases import MIGRATED
from desks import CHEAP

PASSWORD = "correct horse battery"
HERE, ELSEWHERE = "192.0.2.1", "198.51.100.7"


@pytest.fixture(params=MIGRATED)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = Store(MIGRATED[request.param](tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def accounts(store: Store, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    monkeypatch.setattr("bot.accounts._HASH", CHEAP)
    monkeypatch.setattr("bot.accounts._nobody", lambda: CHEAP.hash("nobody"))
    return Accounts(store)


@pytest.fixture
def li(accounts: Accounts) -> Staff:
    return accounts.add(" Li.Na@Example.com ", "Li  Na", Role.AGENT, "en", PASSWORD, by="test")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the clock, from now."""

    def moved(by: timedelta) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: object = None) -> "Clock":
                return cls.fromtimestamp(datetime.now(UTC).timestamp() + by.total_seconds(), UTC)

        monkeypatch.setattr("bot.accounts.datetime", Clock)
        monkeypatch.setattr("bot.store.staff.datetime", Clock)

    return moved


def actions(store: Store) -> list[str]:
    with store.read() as tx:
        return [line["action"] for line in reversed(tx.people.audited())]


def fails(accounts: Accounts, login: str, address: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(Unauthorized):
            accounts.sign_in(login, "wrong", address)


def test_a_login_is_the_same_however_it_is_written(accounts: Accounts, li: Staff) -> None:
    assert (li.login, li.name) == ("li.na@example.com", "Li Na")
    found, token = accounts.sign_in("LI.NA@example.com ", PASSWORD, HERE)
    assert found == li
    assert accounts.session(token) == li


def test_a_password_is_kept_as_a_hash_and_a_session_as_another(
    accounts: Accounts, li: Staff, store: Store
) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    with store.read() as tx:
        assert tx.staff.password(li.id).startswith("$argon2")
        assert tx.staff.session(token) is None


@pytest.mark.parametrize("login", ["li.na@example.com", "nobody@example.com", "", "\x00", "x" * 5000])
def test_nobody_learns_which_half_was_wrong(accounts: Accounts, li: Staff, login: str) -> None:
    with pytest.raises(Unauthorized, match="The login or the password is wrong"):
        accounts.sign_in(login, "a wrong password", HERE)


def test_who_signs_in_elsewhere_has_no_password(accounts: Accounts) -> None:
    accounts.add("wang", "Wang Wei", Role.AGENT, "zh", "", by="test")
    for tried in ("", PASSWORD):
        with pytest.raises(Unauthorized):
            accounts.sign_in("wang", tried, HERE)


@pytest.mark.parametrize(
    ("login", "name", "language", "password"),
    [
        ("", "Wang", "en", PASSWORD),
        ("\x00 ", "Wang", "en", PASSWORD),
        ("wang", " ", "en", PASSWORD),
        ("w" * 201, "Wang", "en", PASSWORD),
        ("wang", "W" * 101, "en", PASSWORD),
        ("wang", "Wang", "fr", PASSWORD),
        ("wang", "Wang", "en", "short"),
        ("wang", "Wang", "en", "x" * 201),
    ],
)
def test_an_account_that_would_not_work_is_not_made(
    accounts: Accounts, login: str, name: str, language: str, password: str
) -> None:
    with pytest.raises(InvalidMessage):
        accounts.add(login, name, Role.AGENT, language, password, by="test")
    assert accounts.all() == []


def test_the_longest_login_and_name_can_be_kept_and_noted(accounts: Accounts, store: Store) -> None:
    accounts.add("w" * 200, "王" * 100, Role.AGENT, "zh", PASSWORD, by="王" * 100)
    accounts.sign_in("w" * 200, PASSWORD, HERE)
    assert actions(store) == ["staff.add", "staff.sign_in"]


@pytest.mark.parametrize(
    ("login", "name"), [("LI.NA@example.com", "Another"), ("li", "li na"), ("li", "LI NA")]
)
def test_two_members_have_different_logins_and_names(
    accounts: Accounts, li: Staff, login: str, name: str
) -> None:
    with pytest.raises(Conflict):
        accounts.add(login, name, Role.AGENT, "en", PASSWORD, by="test")


def test_a_stranger_is_locked_out_and_the_colleague_is_not(accounts: Accounts, li: Staff) -> None:
    fails(accounts, li.login, ELSEWHERE, 5)
    with pytest.raises(TooManyRequests) as refused:
        accounts.sign_in(li.login, PASSWORD, ELSEWHERE)
    assert refused.value.retry_after == 900
    assert accounts.sign_in(li.login, PASSWORD, HERE)


def test_tries_while_locked_out_do_not_prolong_it(
    accounts: Accounts, li: Staff, later: Callable[[timedelta], None]
) -> None:
    fails(accounts, li.login, HERE, 5)
    later(timedelta(minutes=14))
    with pytest.raises(TooManyRequests):
        accounts.sign_in(li.login, PASSWORD, HERE)
    later(timedelta(minutes=16))
    assert accounts.sign_in(li.login, PASSWORD, HERE)


def test_unknown_logins_are_locked_out_just_so(accounts: Accounts) -> None:
    fails(accounts, "nobody", HERE, 5)
    with pytest.raises(TooManyRequests):
        accounts.sign_in("nobody", "wrong", HERE)


def test_an_address_that_tries_many_logins_is_locked_out(accounts: Accounts, li: Staff) -> None:
    for number in range(30):
        fails(accounts, f"login{number}", ELSEWHERE, 1)
    with pytest.raises(TooManyRequests):
        accounts.sign_in(li.login, PASSWORD, ELSEWHERE)
    assert accounts.sign_in(li.login, PASSWORD, HERE)


def test_a_whole_network_of_ipv6_is_one_address(accounts: Accounts, li: Staff) -> None:
    for number in range(5):
        fails(accounts, li.login, f"2001:db8:0:1::{number:x}", 1)
    with pytest.raises(TooManyRequests):
        accounts.sign_in(li.login, PASSWORD, "2001:db8:0:1:ffff::1")
    assert accounts.sign_in(li.login, PASSWORD, "2001:db8:0:2::1")


def test_an_ipv4_address_is_itself_in_the_clothes_of_ipv6(accounts: Accounts, li: Staff) -> None:
    fails(accounts, li.login, "::ffff:192.0.2.1", 5)
    with pytest.raises(TooManyRequests):
        accounts.sign_in(li.login, PASSWORD, "192.0.2.1")
    assert accounts.sign_in(li.login, PASSWORD, "::ffff:192.0.2.2")


def test_many_addresses_together_do_not_guess_one_password(accounts: Accounts, li: Staff) -> None:
    for number in range(10):
        fails(accounts, li.login, f"203.0.113.{number}", 5)
    with pytest.raises(TooManyRequests):
        accounts.sign_in(li.login, PASSWORD, HERE)


def test_getting_in_forgets_earlier_failures(accounts: Accounts, li: Staff) -> None:
    for _ in range(3):
        fails(accounts, li.login, HERE, 4)
        accounts.sign_in(li.login, PASSWORD, HERE)


def test_an_address_may_be_anything(accounts: Accounts, li: Staff, store: Store) -> None:
    fails(accounts, li.login, "x" * 500, 1)
    fails(accounts, li.login, "", 1)
    assert actions(store).count("staff.refused") == 2


@pytest.mark.parametrize("by", [timedelta(hours=12, minutes=1), -timedelta(hours=12, minutes=1)])
def test_a_session_that_is_not_used_ends(
    accounts: Accounts, li: Staff, later: Callable[[timedelta], None], by: timedelta
) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    later(by)
    assert accounts.session(token) is None


@pytest.mark.parametrize("by", [timedelta(hours=11), -timedelta(hours=11)])
def test_a_session_lives_through_a_clock_that_is_set(
    accounts: Accounts, li: Staff, later: Callable[[timedelta], None], by: timedelta
) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    later(by)
    assert accounts.session(token)
    later(by * 2)
    assert accounts.session(token)


def test_a_session_ends_after_a_week_however_much_it_is_used(
    accounts: Accounts, li: Staff, later: Callable[[timedelta], None]
) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    for hours in range(8, 7 * 24, 8):
        later(timedelta(hours=hours))
        assert accounts.session(token), hours
    later(timedelta(days=7, minutes=1))
    assert accounts.session(token) is None


def test_a_session_ends_when_its_member_signs_out(accounts: Accounts, li: Staff) -> None:
    _, one = accounts.sign_in(li.login, PASSWORD, HERE)
    _, other = accounts.sign_in(li.login, PASSWORD, HERE)
    accounts.sign_out(one)
    assert accounts.session(one) is None
    assert accounts.session(other)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 10_000])
def test_a_token_of_nobody_is_no_session(accounts: Accounts, token: str) -> None:
    assert accounts.session(token) is None


def test_who_is_let_go_is_out_at_once_and_stays_out(accounts: Accounts, li: Staff) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    accounts.change(li.id, by="test", active=False)
    assert accounts.session(token) is None
    with pytest.raises(Unauthorized, match="The login or the password is wrong"):
        accounts.sign_in(li.login, PASSWORD, HERE)
    accounts.change(li.id, by="test", active=True)
    assert accounts.session(token) is None
    assert accounts.sign_in(li.login, PASSWORD, HERE)


def test_a_new_password_signs_out_everywhere_and_ends_the_old_one(accounts: Accounts, li: Staff) -> None:
    tokens = [accounts.sign_in(li.login, PASSWORD, HERE)[1] for _ in range(2)]
    accounts.set_password(li.login, "another good one", by="test")
    assert [accounts.session(token) for token in tokens] == [None, None]
    fails(accounts, li.login, HERE, 1)
    with pytest.raises(Unauthorized):
        accounts.sign_in(li.login, PASSWORD, HERE)
    assert accounts.sign_in(li.login, "another good one", HERE)


def test_a_password_that_changes_while_somebody_signs_in_lets_nobody_in(
    accounts: Accounts, li: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        """A check of the old password that ends after the change."""

        def verify_and_update(self, *_: str) -> tuple[bool, str]:
            monkeypatch.undo()
            accounts.set_password(li.login, "another good one", by="test")
            return True, "a better hash of the old one"

    monkeypatch.setattr("bot.accounts._HASH", Slow())
    with pytest.raises(Unauthorized):
        accounts.sign_in(li.login, PASSWORD, HERE)
    assert accounts.sign_in(li.login, "another good one", HERE)


def test_a_password_of_nobody_is_not_set(accounts: Accounts) -> None:
    with pytest.raises(NotFound):
        accounts.set_password("nobody", PASSWORD, by="test")


def test_a_new_role_counts_in_the_session_that_is_open(accounts: Accounts, li: Staff) -> None:
    _, token = accounts.sign_in(li.login, PASSWORD, HERE)
    accounts.change(li.id, by="test", role=Role.SUPERVISOR)
    found = accounts.session(token)
    assert found
    assert found.role is Role.SUPERVISOR


def test_the_last_administrator_stays(accounts: Accounts, li: Staff) -> None:
    zhao = accounts.add("zhao", "Zhao Min", Role.ADMIN, "zh", PASSWORD, by="test")
    for change in ({"role": Role.AGENT}, {"active": False}):
        with pytest.raises(Conflict):
            accounts.change(zhao.id, by="test", **change)
    accounts.change(li.id, by="test", role=Role.ADMIN)
    accounts.change(zhao.id, by="test", active=False)
    with pytest.raises(Conflict):
        accounts.change(li.id, by="test", role=Role.SUPERVISOR)
    assert [one.name for one in accounts.all() if one.active] == ["Li Na"]


def test_a_member_changes_their_language_where_nobody_administers(accounts: Accounts, li: Staff) -> None:
    assert accounts.change(li.id, by="Li Na", language="zh").language == "zh"
    with pytest.raises(InvalidMessage):
        accounts.change(li.id, by="Li Na", language="fr")
    with pytest.raises(NotFound):
        accounts.change(li.id + 1, by="Li Na", language="en")


def test_an_identity_provider_vouches_for_one_member_only(
    accounts: Accounts, li: Staff, store: Store
) -> None:
    found, token = accounts.sign_in_as("issuer 1", li.login, "", HERE)
    assert (found, accounts.session(token)) == (li, li)
    assert accounts.sign_in_as("issuer 1", "", "", HERE)[0] == li
    for subject, email, name in (
        ("issuer 2", li.login, ""),
        ("other 1", li.login, ""),
        ("issuer 3", "", li.login),
        ("issuer 4", "", ""),
    ):
        with pytest.raises(Unauthorized):
            accounts.sign_in_as(subject, email, name, HERE)
    assert actions(store)[1:4] == ["staff.link", "staff.sign_in", "staff.sign_in"]
    assert actions(store).count("staff.refused") == 4


def test_passwords_stand_in_no_log_and_no_audit(
    accounts: Accounts, li: Staff, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    accounts.sign_in(li.login, PASSWORD, HERE)
    with pytest.raises(Unauthorized):
        accounts.sign_in(PASSWORD, li.login, HERE)  # typed in the wrong field
    accounts.set_password(li.login, "another good one", by="test")
    with store.read() as tx:
        told = "".join([str(tx.people.audited()), *capsys.readouterr()])
    assert "signed in" in told
    for secret in (PASSWORD, "another good one"):
        assert secret not in told
    assert actions(store) == ["staff.add", "staff.sign_in", "staff.refused", "staff.password"]
