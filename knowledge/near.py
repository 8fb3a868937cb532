"""How near a query is to each matter, as far as the dense index told."""

from functools import cached_property

from knowledge.documents import Role

_BACKGROUND = 40  # matters whose mean similarity says what "near" means for this question


class Near:
    """Similarity of the query to each matter, question side and body side, as far as the index returned them."""

    def __init__(self) -> None:
        self._best: dict[Role, dict[str, float]] = {Role.QUESTION: {}, Role.BODY: {}}
        self._passage: dict[str, str] = {}
        self._floor = {Role.QUESTION: 1.0, Role.BODY: 1.0}

    def add(self, matter: str, role: Role, score: float, text: str) -> None:
        """Neighbours come best first, so the first of a matter and role is its best."""
        self._best[role].setdefault(matter, score)
        if role is Role.BODY:
            self._passage.setdefault(matter, text)
        self._floor[role] = min(self._floor[role], score)

    def question(self, matter: str) -> float:
        return self._best[Role.QUESTION].get(matter, self._floor[Role.QUESTION])

    def body(self, matter: str) -> float:
        return self._best[Role.BODY].get(matter, self._floor[Role.BODY])

    def passage(self, matter: str) -> str:
        return self._passage.get(matter, "")

    def nearest(self, n: int) -> list[str]:
        best: dict[str, float] = {}
        for scores in self._best.values():
            for matter, score in scores.items():
                best[matter] = max(best.get(matter, -1.0), score)
        return sorted(best, key=lambda matter: -best[matter])[:n]

    @cached_property
    def question_background(self) -> float:
        return self._background(Role.QUESTION)

    @cached_property
    def body_background(self) -> float:
        return self._background(Role.BODY)

    def _background(self, role: Role) -> float:
        best = sorted(self._best[role].values(), reverse=True)[:_BACKGROUND]
        return sum(best + [self._floor[role]] * (_BACKGROUND - len(best))) / _BACKGROUND
