"""Splits English and Chinese text into sentences, also while it is still being written."""

import re
from collections.abc import Generator

from knowledge.names import CITATION

_BREAKS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # as str.splitlines has them
_WHITE = rf"[^\S{_BREAKS}]"
_STOP = re.compile(rf"(?P<url>https?://|www\.)|(?P<mark>[.。！？!?；;])|(?P<line>[{_BREAKS}])", re.IGNORECASE)
_LONGEST_OPENING = len("https:/")  # what may become the beginning of a URL with one more character

# An end mark is read as one run after the other: ?!... then ”) then [1][2] then 。
_MARKS = re.compile("[。！？!?；;]*")
_DOTS = re.compile(r"\.*")
_CLOSERS = re.compile("[\"'”’»」』）)\\]】》*_]*")
_BLANKS = re.compile(r"[ \t]*")
_TAIL = re.compile("[。.；;]*")
_GAP = re.compile(f"{_WHITE}*")
_SPACE = re.compile(f"{_WHITE}?")

_MARKER = re.compile(CITATION.pattern, re.IGNORECASE)
_MARKER_NUMBERS = re.compile(rf"(?:[\d,，、–-]|{_WHITE})*")
# A marker is none before a unit (see CITATION); that is open while what follows is the beginning of one of these.
_UNITS = (
    "working,business,year,month,week,day,hour,percent,per cent,年度,月度,天数,周期,日常,个月,个工作日,个星期,个小时,工作日,小时"
).split(",")
_LONGEST_UNIT = len(" per cent")
_LONGEST_SPAN = 20  # [1-3] cites all three; [2018-2021] does not cite four passages

_IN_URL = "[!-Z^-~]*"
_URL_RUN = re.compile(_IN_URL, re.IGNORECASE)
_URL = re.compile(rf"{_IN_URL}[A-Za-z0-9/&=#%+-]", re.IGNORECASE)

_ABBREVIATIONS = frozenset("e.g i.e eg ie mr mrs ms dr prof vs cf approx resp incl".split())
_BEFORE_A_NUMBER = frozenset(
    "no nos fig sec art amd cl ch vol pp p ca jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_LAST_WORD = re.compile(r"(?:[A-Za-z]+\.)*[A-Za-z]+$")
_LONGEST_WORD = 12
_NUMBERING = re.compile(r"[ \t>*#•(（-]{0,8}\d{1,3}\.")
_CONTEXT = 16  # characters before a full stop; more than its last word and more than a numbering
_CJK = "[\u3400-\u9fff]"

_Reading = Generator[None, None, None]
"""Pauses where the text that has arrived does not yet show how to read on."""


def sentences(text: str) -> list[str]:
    """The sentences of a text in their order, stripped; nothing but white space between them is left out.

    A line is at least one sentence, so list items are. A full stop ends a sentence only before what can start
    one, and never in a number, a version, an abbreviation, a URL or the numbering of a list. Closing quotes
    and citation markers such as [1] stay with the sentence that they follow.
    """
    return [sentence for piece in pieces(text) if (sentence := piece.strip())]


def pieces(text: str) -> list[str]:
    """The text cut after each sentence; joined they are the text again. White space at its end stands alone."""
    splitter = Splitter()
    return splitter.feed(text) + splitter.rest()


def citations(text: str) -> list[int]:
    """The passages that a text cites, in the order of its markers: [1], [1, 2], [1-3], 【1】."""
    cited: list[int] = []
    for match in CITATION.finditer(text):
        for first, last in re.findall(r"(\d+)(?:\s?[–-]\s?(\d+))?", match[1]):
            span = range(int(first), int(last or first) + 1)
            cited += span if 0 < len(span) <= _LONGEST_SPAN else (int(first), int(last))
    return cited


class Splitter:
    """Cuts a text that arrives bit by bit into its `pieces`, each as soon as nothing can move its end any more.

    A line break ends a sentence at once; ?, ! and 。 when what follows shows that no closing quote or marker
    belongs to them; a full stop when the next word begins. No character is read more than twice.
    """

    def __init__(self) -> None:
        self._text, self._at = "", 0  # what has arrived, and how far it is read
        self._gap: list[str] = []  # the white space before the line of the sentence being read
        self._parts: list[str] = []  # what is read of that line since the sentence before
        self._before = ""  # the end of these
        self._ready: list[str] = []
        self._reading = self._read()

    def feed(self, delta: str) -> list[str]:
        """The sentences that are sure by now, with the white space in front of them."""
        for line in delta.splitlines(keepends=True):
            self._text, self._at = self._text[self._at :] + line, 0
            next(self._reading)
        ready, self._ready = self._ready, []
        return ready

    def rest(self) -> list[str]:
        """The text has ended: what is left of it, in pieces. The splitter is as new again."""
        ready = self.feed("\n")
        white, self._gap = "".join(self._gap)[:-1], []
        return [*ready, white] if white else ready

    def _read(self) -> _Reading:
        while True:
            stop = _STOP.search(self._text, self._at)
            if stop is None:
                self._take(max(self._at, len(self._text) - _LONGEST_OPENING))
                yield
                continue
            self._take(stop.start())
            if stop["line"]:
                self._end_line(stop.end())
            elif stop["url"]:
                self._take(stop.end() - 1)  # the dot of "www." is a full stop if no address follows
                yield from self._url()
            else:
                yield from self._mark()

    def _end_line(self, end: int) -> None:
        self._take(end)
        line = "".join(self._parts)
        if sentence := line.rstrip():
            self._give("".join(self._gap) + sentence)
        self._gap.append(line[len(sentence) :])
        self._parts, self._before = [], ""

    def _mark(self) -> _Reading:
        """Takes an end mark and all that belongs to it, and cuts after it if it ends a sentence."""
        before, first = self._before, len(self._parts)
        is_dot = self._text.startswith(".", self._at)
        for run in (_MARKS, _DOTS, _CLOSERS):
            yield from self._run(run)
        end = len(self._parts)
        while (yield from self._marker()):
            end = len(self._parts)
        if end == len(self._parts):
            yield from self._run(_TAIL)
            end = len(self._parts)
        mark = "".join(self._parts[first:end])
        if is_dot:
            yield from self._run(_GAP)
            after = "".join(self._parts[end:]) + self._text[self._at]
            if not _is_full_stop(before, mark, after):
                return
        self._give("".join(self._gap + self._parts[:end]))
        left = "".join(self._parts[end:])
        self._parts, self._before = [left], left[-_CONTEXT:]

    def _marker(self) -> Generator[None, None, bool]:
        """Takes what may be a citation marker, with the blanks before it, as far as it may; whether it is one."""
        yield from self._run(_BLANKS)
        if self._text[self._at] not in "[【［":
            return False
        first = len(self._parts)
        self._take(self._at + 1)
        yield from self._run(_MARKER_NUMBERS)
        if self._text[self._at] not in "]】］":
            return False
        self._take(self._at + 1)
        while self._may_go_on_as_a_unit():
            yield
        following = self._text[self._at : self._at + _LONGEST_UNIT]
        return _MARKER.match("".join(self._parts[first:]) + following) is not None

    def _may_go_on_as_a_unit(self) -> bool:
        start = self._through(_SPACE)
        word = self._text[start : start + _LONGEST_UNIT].casefold()
        return any(unit.startswith(word) and unit != word for unit in _UNITS)

    def _url(self) -> _Reading:
        """Takes an address up to the last character that one can end with; what then follows is read again."""
        trail = ""
        while True:
            if (end := self._through(_URL)) > self._at:
                self._keep(trail)
                self._take(end)
                trail = ""
            start, self._at = self._at, self._through(_URL_RUN)
            trail += self._text[start : self._at]
            if self._at < len(self._text):
                break
            yield
        self._text, self._at = trail + self._text[self._at :], 0

    def _run(self, run: re.Pattern[str]) -> _Reading:
        """Takes a run of characters, up to one that is none of them."""
        self._take(self._through(run))
        while self._at == len(self._text):
            yield
            self._take(self._through(run))

    def _through(self, run: re.Pattern[str]) -> int:
        match = run.match(self._text, self._at)
        return match.end() if match else self._at

    def _take(self, end: int) -> None:
        self._keep(self._text[self._at : end])
        self._at = end

    def _keep(self, taken: str) -> None:
        if taken:
            self._parts.append(taken)
            self._before = (self._before + taken)[-_CONTEXT:]

    def _give(self, piece: str) -> None:
        self._ready.append(piece)
        self._gap.clear()


def _is_full_stop(before: str, mark: str, after: str) -> bool:
    """`after` is what follows up to a black character; a line break is the only white one that it can end with."""
    following = after.lstrip()[:1]
    if not following:
        return True
    if after[0] == following:
        return bool(re.match(_CJK, following) and re.match(rf"{_CJK}|[)\]”]", before[-1:]))
    if (mark == "." and _NUMBERING.fullmatch(before + mark)) or following.islower():
        return False
    word = _LAST_WORD.search(before[-_LONGEST_WORD:])
    if word is None or mark.startswith(".."):
        return True
    last = word[0].lower()
    if last in _BEFORE_A_NUMBER:
        return not following.isdigit()
    return last not in _ABBREVIATIONS and not re.fullmatch(r"(?:[a-z]\.)+[a-z]", last)
