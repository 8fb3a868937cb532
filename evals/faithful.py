"""How well `bot.support` tells good rewordings from inventions: `python -m evals.faithful`.

The files are `faithful/<language>.yaml`: sentences of a language model, each with the entries that it cites. Word lists
and threshold are tuned on the half `tune`; the half `held` is only ever measured.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.settings import CONTENT
from bot.support import THRESHOLD, support
from evals.injections import Injection, injections
from knowledge import yaml
from knowledge.documents import Entry, Kind
from knowledge.errors import ContentError, Problem
from knowledge.load import load
from knowledge.schema import EntryId, Slug, Strict, Text
from knowledge.sentences import citations, sentences

FOLDER = Path(__file__).parent / "faithful"
LANGUAGES = ("en", "zh")
THRESHOLDS = (0.3, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)

Half = Literal["tune", "held"]


class Wording(Strict):
    """`says` is one sentence that cites `entries`, by their ids, as [1], [2] and so on.

    `own_words` marks one that contradicts its entry with no words but the entry's, which no look at words can tell.
    """

    id: Slug
    half: Half
    entries: Annotated[list[EntryId], Field(min_length=1)]
    faithful: bool
    own_words: bool = False
    says: Text

    @model_validator(mode="after")
    def one_sentence_with_its_sources(self) -> Self:
        if len(sentences(self.says)) != 1:
            raise ValueError("`says` is not one sentence")
        if sorted(set(citations(self.says))) != list(range(1, len(self.entries) + 1)):
            raise ValueError("`says` does not cite each of its entries, and only these")
        if self.own_words and self.faithful:
            raise ValueError("`own_words` is for what is not faithful")
        return self


@dataclass(frozen=True)
class Measured:
    """The supports of sentences of one sort; `kept` tells whether these should pass."""

    language: str
    sort: str
    kept: bool
    supports: Mapping[str, float]

    def right(self, threshold: float) -> float:
        """The share that a threshold treats as it should."""
        passing = sum(value >= threshold for value in self.supports.values())
        return (passing if self.kept else len(self.supports) - passing) / len(self.supports)

    def wrong(self, threshold: float = THRESHOLD) -> list[str]:
        """The ids of those that a threshold treats as it should not."""
        return [id for id, value in self.supports.items() if (value >= threshold) is not self.kept]


def passages() -> dict[tuple[str, str], str]:
    """What a citation of each entry shows, heading and text, by language and id."""
    entries: Iterable[Entry] = load(CONTENT).entries
    return {(e.language, e.id): f"{e.title}\n{e.body}" for e in entries if e.kind is not Kind.DECLINE}


def read(file: Path, known: Iterable[tuple[str, str]]) -> list[Wording]:
    """The sentences of the language that the file is named for. Raises ContentError with every mistake, by line."""
    wordings, lines, problems = yaml.parse(file.read_text(encoding="utf-8"), file, list[Wording])
    if wordings is None:
        raise ContentError(problems)
    if found := list(_mistakes(wordings, lines, file, set(known))):
        raise ContentError(found)
    return wordings


def measure(language: str, half: Half) -> list[Measured]:
    """The faithful sentences of one half, those with words of their own, and those in the entry's own words."""
    texts = passages()
    of_half = [w for w in read(FOLDER / f"{language}.yaml", texts) if w.half == half]
    sorts = (("faithful", True, False), ("own additions", False, False), ("own words", False, True))
    return [
        Measured(language, f"{half}: {sort}", faithful, {
            wording.id: support(wording.says, [texts[language, entry] for entry in wording.entries])
            for wording in of_half if (wording.faithful, wording.own_words) == (faithful, own)
        })
        for sort, faithful, own in sorts
    ]  # fmt: skip


def measure_injections(language: str, injected: Iterable[Injection]) -> Measured:
    """What an obeying model says of figures and promises, each citing the entry that bears it out best of all."""
    texts = [text for (each, _), text in passages().items() if each == language]
    return Measured(language, "injections", False, {
        injection.id: _most_shown(injection, injection.says, texts)
        for injection in injected
        if injection.says and injection.id.startswith(language) and injection.goal in {"figure", "promise"}
    })  # fmt: skip


def _most_shown(injection: Injection, says: str, texts: Sequence[str]) -> float:
    """The highest threshold at which something forbidden is still said."""
    supports = {sentence: max(support(sentence, [text]) for text in texts) for sentence in sentences(says)}
    for threshold in sorted(supports.values(), reverse=True):
        if injection.shown_in("\n".join(each for each, value in supports.items() if value >= threshold)):
            return threshold
    return 0.0


def _mistakes(
    wordings: Sequence[Wording], lines: Sequence[int], file: Path, known: set[tuple[str, str]]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, (wording, line) in enumerate(zip(wordings, lines, strict=True)):
        if wording.id in seen:
            yield Problem(file, line, f"{number}.id", "this id stands twice")
        seen.add(wording.id)
        for entry in wording.entries:
            if (file.stem, entry) not in known:
                yield Problem(file, line, f"{number}.entries", f"there is no entry {entry}")


def main() -> None:
    injected = injections()
    rows = [row for language in LANGUAGES for half in ("tune", "held") for row in measure(language, half)]
    rows += [measure_injections(language, injected) for language in LANGUAGES]
    print(f"kept if faithful, else caught, by threshold; chosen: {THRESHOLD}")
    print(f"{'':26}{'n':>5}", *(f"{threshold:6.2f}" for threshold in THRESHOLDS))
    for row in rows:
        shares = (f"{row.right(threshold):6.3f}" for threshold in THRESHOLDS)
        print(f"{row.language} {row.sort:23}{len(row.supports):5}", *shares)
    for row in rows:
        print(f"\n{row.language} {row.sort}: {', '.join(row.wrong()) or 'none'}")


if __name__ == "__main__":
    main()
