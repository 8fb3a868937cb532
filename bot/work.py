"""The jobs that are done behind the scenes; each can be repeated without harm."""

import functools
import operator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot import gaps, log, steps
from bot.files import Files
from bot.jobs import Handler
from bot.messages import Author, AuthorKind, Outcome, Reply, new_id
from bot.office import Office
from bot.records import Actor, ActorKind, Case
from bot.store import Transaction
from bot.texts import texts
from knowledge.documents import Service
from knowledge.embed import CachedEmbedder
from knowledge.render import date_text
from knowledge.search import Search

_LONGEST_QUESTION = 500  # characters that are embedded, as in a search
_NIGHT = 3  # hour, UTC, at which old conversations are forgotten

logger = log.get("bot.work")


class Meaning:
    """Questions as `bot.gaps` compares them, by the index's own embeddings.

    Vectors of the content's questions are cached in a file; those of customers' questions are not.
    """

    def __init__(self, search: Search, cache: Path) -> None:
        self._search = search
        self._cache = cache

    def question(self, text: str, language: str) -> gaps.Group:
        vector = self._search.embedder.embed([text[:_LONGEST_QUESTION]], "query")[0]
        return self._background.question(vector, language)

    @functools.cached_property
    def _background(self) -> gaps.Background:
        entries = self._search.index.entries
        cached = CachedEmbedder(self._search.embedder, self._cache)
        vectors = cached.embed([entry.title for entry in entries], "query")
        cached.close()
        return gaps.Background.of(vectors, [entry.language for entry in entries])


class Work:
    """`retention_days` of 0 forgets nothing."""

    def __init__(self, office: Office, files: Files, meaning: Meaning, retention_days: int) -> None:
        self._store = office.store
        self._outbound = office.outbound
        self._privacy = office.privacy
        self._cases = office.cases
        self._files = files
        self._meaning = meaning
        self._retention_days = retention_days

    def handlers(self) -> dict[str, Handler]:
        return {
            "send": self._outbound.send,
            "remind": self.remind,
            "group": self.group,
            "forget": self.forget,
            "discard": self.discard,
        }

    def begin(self) -> None:
        """Enqueue what returns by itself; to be called once the process has started."""
        with self._store.write() as tx:
            self._tonight(tx, datetime.now(UTC))

    def remind(self, subject: str) -> None:
        """Tell a certified customer, and the staff, what is due; `subject` is case:step:date of the reminder."""
        id, step, day = subject.rsplit(":", 2)
        with self._store.write() as tx:
            case = tx.cases.get(int(id))
            if case is None or not self._still(case, step, date.fromisoformat(day)):
                return
            if any(
                e.kind == "reminded" and e.data == {"reminder": subject} for e in tx.cases.history(case.id)
            ):
                return
            service = self._cases.service(case)
            due = _due(service, step, date.fromisoformat(day))
            tx.cases.record(case, Actor(ActorKind.TIMER), "reminded", {"reminder": subject})
            self._outbound.due(tx, case, service, step, due)
            self._tell(tx, case, service, step, due)

    def group(self, gap: str) -> None:
        """Put a question that was not answered with those of its meaning."""
        with self._store.read() as tx:
            found = tx.gaps.ungrouped(gap)
        if found is None:
            return
        text, language = found
        question = self._meaning.question(text, language)
        with self._store.write() as tx:
            group = tx.gaps.put(gap, gaps.join(question, tx.gaps.totals()), question)
            members = tx.gaps.members(group)
            central = gaps.label([member for _, member in members])
            total = functools.reduce(operator.add, (member for _, member in members))
            tx.gaps.describe(group, members[central][0], total)

    def forget(self, day: str) -> None:
        """Once a night."""
        if self._retention_days:
            self._privacy.forget_older_than(self._retention_days)
        with self._store.write() as tx:
            self._tonight(
                tx, max(datetime.now(UTC), datetime.fromisoformat(f"{day}T{_NIGHT:02}:00:01+00:00"))
            )

    def discard(self, sha256: str) -> None:
        """Delete a file's content, unless it has come again meanwhile."""
        with self._store.write() as tx:
            if not tx.documents.held(sha256):
                self._files.delete(sha256)

    def _tonight(self, tx: Transaction, now: datetime) -> None:
        night = now.replace(hour=_NIGHT, minute=0, second=0, microsecond=0)
        night = night if night > now else night + timedelta(days=1)
        wait = (night - datetime.now(UTC)).total_seconds()
        tx.enqueue("forget", night.date().isoformat(), after=max(wait, 1.0))

    def _still(self, case: Case, step: str, day: date) -> bool:
        """Whether the certificate that the reminder was for is still the one in force."""
        if case.status not in {steps.CERTIFIED, *(r.step for r in self._cases.service(case).reminders)}:
            return False
        return case.status != step and case.certified_on is not None and case.certified_on <= day

    def _tell(self, tx: Transaction, case: Case, service: Service, step: str, due: date) -> None:
        words = texts(case.language)
        text = words.case.due.format(
            reference=case.reference,
            status=steps.label(service, step, case.language),
            date=date_text(due, case.language),
        )
        for conversation in tx.conversations.of_case(case.id):
            if conversation.owner:
                continue  # a person has it, and has the staff's notice
            reply = Reply(
                id=new_id("msg"),
                in_reply_to=None,
                text=text,
                language=case.language,
                outcome=Outcome.STATUS,
                author=Author(AuthorKind.BOT, words.name),
                case=self._cases.summary(tx, case, case.language),
            )
            tx.say(conversation, reply)


def _due(service: Service, step: str, reminded_on: date) -> date:
    """The day on which the step is due: the reminder's own, and what it comes ahead."""
    ahead = next((r.ahead_months for r in service.reminders if r.step == step), 0)
    return steps.later(reminded_on, ahead)
