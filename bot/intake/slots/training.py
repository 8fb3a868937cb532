"""Trains the tagger of `bot.intake.slots` on templates filled with values: `python -m bot.intake.slots.training`.

With `--measure` it tells instead how often a model is right on templates that it has not seen.
"""

import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pycrfsuite

from bot.intake import contacts, counts, dates
from bot.intake.reasons import Wrong
from bot.intake.slots import MODEL, NOTHING, OLD, ROLES
from bot.intake.slots.features import features, tokens
from knowledge import replies, yaml
from knowledge.errors import ContentError

LANGUAGES = ("en", "zh")
TRAINED_ON = MODEL.with_name("trained_on.txt")
_FOLDER = Path(__file__).parent
_TEXTS = {"company", "business", "scope", "name"}
_WORDED = sorted({*_TEXTS, "certificates"})  # what any words could be an answer to
_MADE_UP = 0.35
_SYLLABLES = (
    "ba ber co da den el fi gro har in ka lo mar ne or pa qui ros sten tra ul ver wick yan zo".split()
)
_JOINTS = (" of ", " and ", " for ", " & ", ", ")
_SLOT = re.compile(r"\{(old_)?(\w+)\}")  # {standard} is no value
_BARE = 3000  # values of each role, or all there are, that are a message by themselves
_FILLS = 3  # of a correction; of an answer twice as many
_TODAY = date(2026, 1, 1)
_NO_VALUE = set("skip pause cancel resume restart back yes no why so-far question chat".split())
_PARAMETERS = {
    "c1": 0.1,
    "c2": 0.05,
    "max_iterations": 120,
    "feature.minfreq": 3,
    "feature.possible_transitions": True,
}

Values = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Example:
    """A message whose values are known: spans of characters with their roles."""

    text: str
    slots: tuple[tuple[int, int, str], ...]
    asked: str | None
    held: Mapping[str, str]


def read(name: str) -> dict[str, list[str]]:
    """The lists of a file such as templates/answers.en.yaml. Raises ContentError."""
    file = _FOLDER / f"{name}.yaml"
    held, _, problems = yaml.parse(file.read_text(encoding="utf-8"), file, dict[str, list[str]])
    if held is None:
        raise ContentError(problems)
    return held


def examples(chance: random.Random, keep: range = range(10)) -> Iterator[Example]:
    """Every template, filled. `keep` are those to take, by the last digit of their place, to measure on the others."""
    for language in LANGUAGES:
        values = read(f"values/{language}")
        for kind in ("answers", "corrections"):
            for list_, templates in read(f"templates/{kind}.{language}").items():
                for place, template in enumerate(templates):
                    if place % 10 in keep:
                        for _ in range(_FILLS * (2 if kind == "answers" else 1)):
                            yield _filled(template, language, kind, list_, values, chance)
        for role in ROLES:
            for value in chance.sample(values[role], min(_BARE, len(values[role]))):
                yield _filled(f"{{{role}}}", language, "answers", role, {**values, role: [value]}, chance)
    for place, (id, wording) in enumerate(replies.wordings()):
        if id in _NO_VALUE and place % 10 in keep:
            yield Example(wording, (), chance.choice([None, *ROLES]), {})
            yield Example(wording, (), chance.choice(_WORDED), {})


def labels(example: Example) -> list[str]:
    """The label of each token."""
    return [
        next((role for start, end, role in example.slots if start <= first and last <= end), NOTHING)
        for first, last in tokens(example.text)
    ]


def train(given: Sequence[Example]) -> bytes:
    """The model, the same for the same examples."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
    for example in given:
        spans = tokens(example.text)
        if spans:
            trainer.append(features(example.text, spans, example.asked, example.held), labels(example))
    with TemporaryDirectory() as folder:
        file = Path(folder) / "model"
        trainer.train(str(file))
        return file.read_bytes()


def _filled(
    template: str, language: str, kind: str, list_: str, values: Values, chance: random.Random
) -> Example:
    text, slots, held = "", [], dict[str, str]()
    at = 0
    named = [match[2] for match in _SLOT.finditer(template) if match[2] in ROLES]
    changed = set(named) if kind == "corrections" else set[str]()
    used = dict[str, str]()
    for match in _SLOT.finditer(template):
        text += template[at : match.start()]
        value = used.setdefault(match[0], _value(match[2], language, values, chance))
        if match[2] in ROLES:
            slots.append((len(text), len(text) + len(value), OLD if match[1] else match[2]))
        text += value
        at = match.end()
        if match[1] and chance.random() < 0.8 and (kept := _kept(match[2], value)):
            held[match[2]] = kept
    text += template[at:]
    for role in ROLES:
        if role not in held and chance.random() < (0.8 if role in changed else 0.3):
            kept = _kept(role, chance.choice(values[role]))
            if kept and (role in changed or role not in named):
                held[role] = kept
    text = text.lower() if chance.random() < 0.15 else text
    text = text.rstrip(".。!！") if chance.random() < 0.2 else text
    return Example(text, tuple(slots), _asked(kind, list_, named, held, chance), held)


def _asked(
    kind: str, list_: str, named: Sequence[str], held: Mapping[str, str], chance: random.Random
) -> str | None:
    if list_ == "opening":
        return None
    if kind == "answers":
        return list_ if list_ in ROLES else chance.choice(named)
    others = [role for role in ROLES if role not in held and role not in named]
    return chance.choice(others) if others and chance.random() < 0.4 else None


def _value(role: str, language: str, values: Values, chance: random.Random) -> str:
    """A value of the lists, or made up of words that do not exist, so that the words around it must tell."""
    if role not in _TEXTS or chance.random() > _MADE_UP:
        return chance.choice(values[role])
    if language == "zh":
        return "".join(
            chr(chance.randint(0x4E00, 0x8FFF)) for _ in range(chance.randint(2, 3 if role == "name" else 9))
        )
    count = chance.randint(1, 2) if role == "name" else chance.randint(1, 4)
    words = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(1, 3))) for _ in range(count)]
    if role in {"company", "name"} and chance.random() < 0.8:
        words = [word.capitalize() for word in words]
    joint = chance.choice([" ", " ", " ", *(_JOINTS if role != "name" else [])])
    return " ".join(words[:-1]) + (joint if words[:-1] else "") + words[-1]


def _kept(role: str, value: str) -> str | None:
    """A value as the application keeps it."""
    try:
        match role:
            case "people" | "sites":
                return str(counts.read(value))
            case "date":
                return dates.read(value, _TODAY)
            case "contact":
                return next((found.value for found in contacts.find(value)), None)
            case _:
                return value
    except Wrong:
        return None


def fingerprint() -> str:
    """Of what lies here and the model is trained on; TRAINED_ON holds that of the last training."""
    digest = sha256()
    for file in sorted([*_FOLDER.glob("*/*.yaml"), _FOLDER / "features.py", _FOLDER / "training.py"]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def measure() -> Iterator[str]:
    """Precision and recall of each role on a tenth of the templates that a model of the others has not seen."""
    chance = random.Random(2)  # noqa: S311 - examples, no secrets
    model = train(list(examples(chance, range(1, 10))))
    unseen = list(examples(chance, range(1)))
    tagger = pycrfsuite.Tagger()
    tagger.open_inmemory(model)
    counted = {role: [0, 0, 0] for role in (*ROLES, OLD)}
    right = 0
    for example in unseen:
        spans = tokens(example.text)
        told = tagger.tag(features(example.text, spans, example.asked, example.held)) if spans else []
        wanted = labels(example)
        right += told == wanted
        for role, (both, found, all_) in counted.items():
            pairs = [(one == role, other == role) for one, other in zip(told, wanted, strict=True)]
            counted[role] = [
                both + sum(one and other for one, other in pairs),
                found + sum(one for one, _ in pairs),
                all_ + sum(other for _, other in pairs),
            ]
    for role, (both, found, all_) in counted.items():
        yield f"{role}: precision {both / max(found, 1):.2f}, recall {both / max(all_, 1):.2f}, {all_} tokens"
    yield f"messages with each token right: {right / len(unseen):.2f} of {len(unseen)}"


def main() -> None:
    if "--measure" in sys.argv:
        sys.stdout.writelines(f"{line}\n" for line in measure())
        return
    given = list(examples(random.Random(1)))  # noqa: S311 - examples, no secrets
    MODEL.write_bytes(train(given))
    TRAINED_ON.write_text(f"{fingerprint()}\n", encoding="utf-8")
    sys.stdout.write(f"{len(given)} examples, {MODEL.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
