"""One process at a time fetches the access token, and all others use it too."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.wechat.tokens import Kept, Shelf, Tokens

HOURS = 7200.0


class Clock:
    """Goes on only where somebody pauses."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.pauses = 0

    def __call__(self) -> float:
        return self.time

    def pause(self, seconds: float) -> None:
        self.pauses += 1
        self.time += seconds


class InMemory:
    """A shelf as a database would be one, for the threads of a test."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.kept: Kept | None = None
        self.claimed_until = 0.0
        self._now = now
        self._lock = threading.Lock()

    def load(self) -> Kept | None:
        return self.kept

    def claim(self, seconds: float) -> bool:
        with self._lock:
            free = self.claimed_until <= self._now()
            if free:
                self.claimed_until = self._now() + seconds
            return free

    def save(self, kept: Kept) -> None:
        self.kept, self.claimed_until = kept, 0.0

    def release(self) -> None:
        self.claimed_until = 0.0


class WeChat:
    """Gives the same token until one is forced; `forced` has what each call wanted."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.number = 1
        self.lasts = HOURS
        self.forced: list[bool] = []
        self.before: Callable[[], object] = lambda: None
        self._now = now

    def __call__(self, force: bool) -> Kept:
        self.forced.append(force)
        self.before()
        self.number += force
        return Kept(f"token-{self.number}", self._now() + self.lasts)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shelf(clock: Clock) -> InMemory:
    return InMemory(clock)


@pytest.fixture
def wechat(clock: Clock) -> WeChat:
    return WeChat(clock)


@pytest.fixture
def tokens(shelf: InMemory, wechat: WeChat, clock: Clock) -> Tokens:
    return Tokens(shelf, wechat, clock, clock.pause)


def test_a_shelf_in_memory_is_a_shelf(shelf: InMemory) -> None:
    kept: Shelf = shelf
    assert kept.load() is None


def test_a_token_is_fetched_once_and_kept(tokens: Tokens, wechat: WeChat, shelf: InMemory) -> None:
    assert [tokens.get(), tokens.get()] == ["token-1", "token-1"]
    assert wechat.forced == [False]
    assert shelf.kept
    assert shelf.kept.token == "token-1"
    assert shelf.claim(1)


def test_a_token_is_not_shown_in_logs(shelf: InMemory, tokens: Tokens) -> None:
    tokens.get()
    assert "token-1" not in repr(shelf.kept)


def test_another_process_takes_it_from_the_shelf(
    tokens: Tokens, shelf: InMemory, wechat: WeChat, clock: Clock
) -> None:
    tokens.get()
    assert Tokens(shelf, wechat, clock, clock.pause).get() == "token-1"
    assert wechat.forced == [False]


@pytest.mark.parametrize(("left", "fetches"), [(301.0, 1), (300.0, 2), (-5.0, 2)])
def test_a_token_is_good_for_five_minutes_yet(
    tokens: Tokens, wechat: WeChat, clock: Clock, left: float, fetches: int
) -> None:
    tokens.get()
    clock.time += HOURS - left
    tokens.get()
    assert len(wechat.forced) == fetches


def test_one_that_lasts_a_moment_only_is_given_all_the_same(tokens: Tokens, wechat: WeChat) -> None:
    wechat.lasts = 10
    assert tokens.get() == "token-1"


def test_a_failed_fetch_gives_the_claim_back(tokens: Tokens, wechat: WeChat, shelf: InMemory) -> None:
    def fail() -> None:
        raise ConnectionError

    wechat.before = fail
    with pytest.raises(ConnectionError):
        tokens.get()
    wechat.before = lambda: None
    assert shelf.claimed_until == 0
    assert tokens.get() == "token-1"


def test_who_loses_the_claim_waits_for_the_others_token(
    tokens: Tokens, shelf: InMemory, wechat: WeChat, clock: Clock
) -> None:
    def pause(seconds: float) -> None:
        clock.pause(seconds)
        if clock.pauses == 3:
            shelf.save(Kept("theirs", clock() + HOURS))

    assert shelf.claim(30)
    assert Tokens(shelf, wechat, clock, pause).get() == "theirs"
    assert clock.pauses == 3
    assert wechat.forced == []


def test_the_claim_of_a_dead_process_runs_out(
    tokens: Tokens, shelf: InMemory, wechat: WeChat, clock: Clock
) -> None:
    assert shelf.claim(30)
    died = clock()
    assert tokens.get() == "token-1"
    assert wechat.forced == [False]
    assert clock() >= died + 30


def test_what_was_saved_just_before_the_claim_is_not_fetched_again(
    shelf: InMemory, wechat: WeChat, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = shelf.claim

    def late(seconds: float) -> bool:
        shelf.save(Kept("theirs", clock() + HOURS))
        return claim(seconds)

    monkeypatch.setattr(shelf, "claim", late)
    assert Tokens(shelf, wechat, clock, clock.pause).get() == "theirs"
    assert wechat.forced == []
    assert shelf.claimed_until == 0


def test_two_processes_with_many_threads_fetch_once(shelf: InMemory, wechat: WeChat, clock: Clock) -> None:
    waits = threading.Event()  # set once the process without the claim has begun to wait

    def pause(_: float) -> None:
        waits.set()

    wechat.before = lambda: waits.wait(10)
    processes = [Tokens(shelf, wechat, clock, pause) for _ in range(2)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda number: processes[number % 2].get(), range(8)))
    assert waits.is_set()
    assert set(got) == {"token-1"}
    assert wechat.forced == [False]


def test_a_refused_token_is_renewed_without_force_if_wechat_has_another(
    tokens: Tokens, wechat: WeChat
) -> None:
    bad = tokens.get()
    wechat.number = 2
    assert tokens.renew(bad) == "token-2"
    assert tokens.get() == "token-2"
    assert wechat.forced == [False, False]


def test_a_refused_token_that_wechat_gives_again_is_forced(
    tokens: Tokens, wechat: WeChat, shelf: InMemory
) -> None:
    assert tokens.renew(tokens.get()) == "token-2"
    assert wechat.forced == [False, False, True]
    assert shelf.kept
    assert shelf.kept.token == "token-2"


def test_another_process_that_renewed_it_spares_the_fetch(
    tokens: Tokens, shelf: InMemory, wechat: WeChat, clock: Clock
) -> None:
    bad = tokens.get()
    other = Tokens(shelf, wechat, clock, clock.pause)
    assert other.renew(bad) == "token-2"
    assert tokens.renew(bad) == "token-2"
    assert wechat.forced == [False, False, True]


def test_many_threads_with_one_refused_token_renew_it_once(tokens: Tokens, wechat: WeChat) -> None:
    bad = tokens.get()
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(tokens.renew, [bad] * 8)) == {"token-2"}
    assert wechat.forced == [False, False, True]


def test_a_token_that_wechat_insists_on_does_not_loop(
    tokens: Tokens, wechat: WeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tokens.get()
    monkeypatch.setattr(wechat, "before", lambda: setattr(wechat, "number", 0 if wechat.forced[-1] else 1))
    assert tokens.renew(bad) == bad
    assert wechat.forced == [False, False, True]
