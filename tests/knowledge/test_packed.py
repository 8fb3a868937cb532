"""Symmetric systems are solved as they would be whole."""

import numpy as np
import pytest

from knowledge import packed
from knowledge.packed import solved


@pytest.mark.parametrize("columns", [1, 3, 200])
@pytest.mark.parametrize("size", [1, 2, 3, 4, 7, 12, 25])
def test_the_solution_is_that_of_the_whole_matrix(
    monkeypatch: pytest.MonkeyPatch, size: int, columns: int
) -> None:
    monkeypatch.setattr(packed, "_COLUMNS", columns)
    random = np.random.default_rng(size)
    rows = random.standard_normal((size, size + 2)).astype(np.float32)
    matrix = rows @ rows.T + np.eye(size, dtype=np.float32)
    wanted = random.standard_normal((size, 3)).astype(np.float32)
    found = solved(size, lambda one, other: matrix[one, other], wanted)
    assert found == pytest.approx(np.linalg.solve(matrix, wanted), abs=1e-3)


def test_what_is_not_positive_definite_is_refused() -> None:
    matrix = np.array([[1, 2], [2, 1]], np.float32)
    with pytest.raises(np.linalg.LinAlgError):
        solved(2, lambda one, other: matrix[one, other], np.ones((2, 1), np.float32))
