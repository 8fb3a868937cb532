"""Plots as SVG: bars by day, a week by hour, shares. What they say in words is escaped; colours come from numbers.css.

Each takes its width in pixels, so that its letters are as large on a phone as elsewhere. Where there is nothing to
plot, they say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup

NARROW, WIDE = 340, 1120  # pixels

_SMALL = 360

_HEIGHT, _TOP, _BOTTOM, _LEFT, _RIGHT = 232, 12, 26, 44, 8
_STEPS = (1, 2, 5)
_TICKS = 4  # about
_LABEL = 78  # pixels that a day's label needs
_PATTERNS = {
    "plain": Markup(),
    "lines": Markup('<path d="M-2 8 8 -2M4 10 10 4M-2 2 2 -2" class="hatch"/>'),
    "dots": Markup('<circle cx="2" cy="2" r="1.4" class="dot"/><circle cx="6" cy="6" r="1.4" class="dot"/>'),
    "rows": Markup('<path d="M0 2H8M0 6H8" class="hatch"/>'),
}


@dataclass(frozen=True)
class Series:
    """`look` is its class in numbers.css, `pattern` one of `_PATTERNS`."""

    name: str
    look: str
    values: Sequence[int]
    pattern: str = "plain"


def bars(
    key: str,
    title: str,
    about: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    width: int,
    nothing: str,
    stacked: bool,
) -> Markup:
    """A bar for each label: the series on top of each other, or each in front of the one before it.

    `key` is the plot's name in the page; `about` says in a sentence what is to be seen.
    """
    if not any(map(any, (each.values for each in series))):
        return _nothing(nothing)
    columns = list(zip(*(each.values for each in series), strict=True))
    ticks = nice_ticks(max(sum(column) if stacked else max(column) for column in columns))
    frame = _Frame(width, len(labels), ticks[-1])
    drawn = [_axis(frame, ticks), _days(frame, labels)]
    for n, (label, column) in enumerate(zip(labels, columns, strict=True)):
        drawn.append(_column(key, frame, n, series, column, stacked=stacked))
        said = "\n".join([label, *(f"{s.name}: {v:,}" for s, v in zip(series, column, strict=True))])
        drawn.append(
            Markup('<rect class="over" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>').format(
                _px(frame.left(n)), _TOP, _px(frame.step), frame.floor - _TOP, said
            )
        )
    return _svg(key, title, about, width, _HEIGHT, [_defined(key, width, series), *drawn])


def week(
    key: str,
    title: str,
    about: str,
    weekdays: Sequence[str],
    values: Sequence[Sequence[int]],
    opened: Sequence[Sequence[bool]],
    *,
    width: int,
    nothing: str,
) -> Markup:
    """A row for each weekday and a cell for each hour, the darker the more; around `opened` hours goes a line."""
    most = max(map(max, values))
    if not most:
        return _nothing(nothing)
    left, top = (88 if width >= WIDE else 40), 4
    size, height = (width - left - 18) / 24, (28 if width >= WIDE else 22)
    drawn = [
        _cell(
            left + hour * size,
            top + day * height,
            size,
            height,
            n,
            most,
            f"{name} {hour}:00–{hour + 1}:00: {n:,}",
        )
        for day, (name, row) in enumerate(zip(weekdays, values, strict=True))
        for hour, n in enumerate(row)
    ]
    drawn += [
        Markup('<text x="{}" y="{}" class="end">{}</text>').format(
            left - 8, top + (day + 0.5) * height + 4, name
        )
        for day, name in enumerate(weekdays)
    ]
    every = 2 if width >= WIDE else 6
    drawn += [
        Markup('<text x="{}" y="{}" class="middle">{}</text>').format(
            _px(left + hour * size), top + 7 * height + 18, f"{hour}:00" if width >= WIDE else hour
        )
        for hour in range(0, 25, every)
    ]
    drawn.append(_outline(opened, left, top, size, height))
    return _svg(key, title, about, width, top + 7 * height + 26, drawn)


def interval(key: str, title: str, about: str, percent: float, low: float, high: float) -> Markup:
    """A share on a line from 0 to 100 %, with the interval in which it lies."""
    left, length, y = 8, _SMALL - 16, 16

    def x(value: float) -> str:
        return _px(left + length * value / 100)

    line = Markup('<path class="line" d="M{} {}H{}"/>').format(left, y, left + length)
    span = Markup('<rect class="span" x="{}" y="{}" width="{}" height="12" rx="6"/>').format(
        x(low), y - 6, _px(length * (high - low) / 100)
    )
    point = Markup('<circle class="point" cx="{}" cy="{}" r="6"/>').format(x(percent), y)
    ticks = [
        Markup('<text x="{}" y="42" class="{}">{} %</text>').format(x(value), place, value)
        for value, place in ((0, "start"), (50, "middle"), (100, "end"))
    ]
    return _svg(key, title, about, _SMALL, 48, [line, span, point, *ticks])


def share(percent: float, look: str = "brand") -> Markup:
    """A bar beside a number that says the same, so it says nothing to who does not see it."""
    return Markup(
        '<svg class="plot share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="track" width="100" height="10"/><rect class="{}" width="{}" height="10"/></svg>'
    ).format(look, _px(percent))


def swatch(series: Series) -> Markup:
    """What a legend shows beside the name of a series."""
    key = f"legend-{series.look}"
    return Markup(
        '<svg class="plot swatch" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}{}</svg>'
    ).format(_defined(key, 16, [series]), _filled(key, 16, series, 0, 0, 16, 16))


def nice_ticks(most: float) -> list[int]:
    """From 0 to at least `most` in whole and round steps."""
    step = next(
        step * 10**power
        for power in range(12)
        for step in _STEPS
        if step * 10**power * _TICKS >= most
    )  # fmt: skip
    return [n * step for n in range(max(-int(-most // step), 1) + 1)]


class _Frame:
    """Where things are: `n` columns side by side, values from 0 to `most`."""

    def __init__(self, width: int, n: int, most: float) -> None:
        self.width, self.n, self.most = width, n, most
        self.floor = _HEIGHT - _BOTTOM
        self.step = (width - _LEFT - _RIGHT) / n
        gap = self.step * 0.22 if self.step > 5 else 0.6 if self.step > 2 else 0  # thin bars need all of it
        self.bar = min(self.step - gap, 46)

    def left(self, n: int) -> float:
        return _LEFT + n * self.step

    def middle(self, n: int) -> float:
        return self.left(n) + self.step / 2

    def tall(self, value: float) -> float:
        return (self.floor - _TOP) * value / self.most


def _axis(frame: _Frame, ticks: Iterable[int]) -> Markup:
    return Markup().join(
        Markup('<path class="{}" d="M{} {}H{}"/><text x="{}" y="{}" class="end">{}</text>').format(
            "grid" if tick else "base", _LEFT, _px(frame.floor - frame.tall(tick)), frame.width - _RIGHT,
            _LEFT - 8, _px(frame.floor - frame.tall(tick) + 4), f"{tick:,}",
        )
        for tick in ticks
    )  # fmt: skip


def _days(frame: _Frame, labels: Sequence[str]) -> Markup:
    """Labels as there is room for, the last one counted back from the end."""
    every = max(-int(-_LABEL // frame.step), 1)
    return Markup().join(
        Markup('<text x="{}" y="{}" class="middle">{}</text>').format(
            _px(frame.middle(n)), _HEIGHT - 8, labels[n]
        )
        for n in range(len(labels))
        if (len(labels) - 1 - n - every // 2) % every == 0
    )


def _column(
    key: str, frame: _Frame, n: int, series: Sequence[Series], values: Sequence[int], *, stacked: bool
) -> Markup:
    drawn = Markup()
    below = [0, *accumulate(values)] if stacked else [0] * len(values)
    for rank, (each, value, base) in enumerate(zip(series, values, below, strict=False)):
        if value:
            wide = frame.bar if stacked else frame.bar * (1 - 0.42 * rank)
            top, height = frame.floor - frame.tall(base + value), frame.tall(value)
            drawn += _filled(key, frame.width, each, frame.middle(n) - wide / 2, top, wide, height)
    return drawn


def _filled(key: str, width: int, series: Series, x: float, y: float, wide: float, tall: float) -> Markup:
    """A rectangle in the colour of a series, with its pattern over it."""
    at = Markup('x="{}" y="{}" width="{}" height="{}"').format(_px(x), _px(y), _px(wide), _px(tall))
    drawn = Markup('<rect class="{}" {}/>').format(series.look, at)
    if series.pattern != "plain":
        drawn += Markup('<rect fill="url(#{}-{}-{})" {}/>').format(key, series.look, width, at)
    return drawn


def _defined(key: str, width: int, series: Sequence[Series]) -> Markup:
    """The patterns of the series, with names of their own in each plot: those of a hidden one are not drawn."""
    return Markup().join(
        Markup('<defs><pattern id="{}-{}-{}" width="8" height="8" patternUnits="userSpaceOnUse">{}</pattern></defs>')
        .format(key, each.look, width, _PATTERNS[each.pattern])
        for each in series
        if each.pattern != "plain"
    )  # fmt: skip


def _cell(x: float, y: float, wide: float, tall: float, n: int, most: int, said: str) -> Markup:
    shade = -(-5 * n // most)
    drawn = Markup(
        '<rect class="heat{}" x="{}" y="{}" width="{}" height="{}" rx="2"><title>{}</title></rect>'
    ).format(shade, _px(x + 0.75), _px(y + 0.75), _px(wide - 1.5), _px(tall - 1.5), said)
    if wide > 24 and n:
        number = f"{n:,}" if n < 10_000 else f"{n // 1000}k"
        drawn += Markup('<text x="{}" y="{}" class="tally{}">{}</text>').format(
            _px(x + wide / 2), _px(y + tall / 2 + 4), " light" if shade > 2 else "", number
        )
    return drawn


def _outline(opened: Sequence[Sequence[bool]], left: float, top: float, wide: float, tall: float) -> Markup:
    def is_open(day: int, hour: int) -> bool:
        return 0 <= day < len(opened) and 0 <= hour < 24 and opened[day][hour]

    edges = []
    for day in range(len(opened)):
        for hour in range(24):
            if is_open(day, hour):
                x, y = left + hour * wide, top + day * tall
                edges += [f"M{_px(x)} {_px(y)}h{_px(wide)}"] * (not is_open(day - 1, hour))
                edges += [f"M{_px(x)} {_px(y + tall)}h{_px(wide)}"] * (not is_open(day + 1, hour))
                edges += [f"M{_px(x)} {_px(y)}v{_px(tall)}"] * (not is_open(day, hour - 1))
                edges += [f"M{_px(x + wide)} {_px(y)}v{_px(tall)}"] * (not is_open(day, hour + 1))
    return Markup('<path class="open" d="{}"/>').format("".join(edges)) if edges else Markup()


def _svg(key: str, title: str, about: str, width: int, height: float, drawn: Iterable[Markup]) -> Markup:
    name = f"{key}-{width}"
    return Markup(
        '<svg class="plot {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title {}-about">'
        '<title id="{}-title">{}</title><desc id="{}-about">{}</desc>{}</svg>'
    ).format(
        {NARROW: "narrow", WIDE: "wide"}.get(width, "small"), width, _px(height), name, name, name, title, name, about,
        Markup().join(drawn),
    )  # fmt: skip


def _nothing(text: str) -> Markup:
    return Markup('<p class="empty">{}</p>').format(text)


def _px(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
