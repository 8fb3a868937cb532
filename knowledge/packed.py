"""Large symmetric systems in half the memory that the whole matrix takes.

What lies below the diagonal is packed into a rectangle, in LAPACK's rectangular full packed format (Gustavson, Waśniewski,
Dongarra and Langou 2010), in which it is also factored. scipy is imported by who learns, not by who only answers.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
_COLUMNS = 200  # at a time


def solved(size: int, block: Callable[[slice, slice], Matrix], wanted: Matrix) -> Matrix:
    """The solution x (n × k) of A x = `wanted`, where `block` gives those rows and columns of A, positive definite (n × n).

    Raises numpy.linalg.LinAlgError where A is not.
    """
    from scipy.linalg import lapack

    even = size + size % 2  # one row that says nothing makes it so
    factor, failed = lapack.spftrf(even, _packed(size, even, block).ravel("F"), uplo="L", overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError(f"not positive definite at row {failed}")
    right = np.zeros((even, wanted.shape[1]), np.float32, order="F")
    right[:size] = wanted
    solution, _ = lapack.spftrs(even, factor, right, uplo="L", overwrite_b=1)
    return np.asarray(solution[:size], np.float32)


def _packed(size: int, even: int, block: Callable[[slice, slice], Matrix]) -> Matrix:
    """With A in four quarters: below the diagonal of the first and the third as they stand, and in the corner that is
    left the last one on its side.
    """
    half = even // 2
    packed = np.zeros((even + 1, half), np.float32, order="F")
    for start in range(0, half, _COLUMNS):
        columns = slice(start, min(start + _COLUMNS, half))
        packed[1 + start : 1 + size, columns] = block(slice(start, size), columns)
    for start in range(0, half, _COLUMNS):
        stop = min(start + _COLUMNS, half)
        corner = np.zeros((stop, stop - start), np.float32)
        known = slice(half + start, min(half + stop, size))
        corner[: max(0, min(stop, size - half)), : known.stop - known.start] = block(
            slice(half, min(half + stop, size)), known
        )
        if even > size and stop == half:
            corner[-1, -1] = 1
        packed[:start, start:stop] = corner[:start]
        upper = np.triu(np.ones((stop - start, stop - start), bool))
        packed[start:stop, start:stop] = np.where(upper, corner[start:], packed[start:stop, start:stop])
    return packed
