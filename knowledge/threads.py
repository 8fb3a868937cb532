"""How many threads the libraries for numbers may use."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread(variable: str) -> Iterator[None]:
    """A library that is loaded in here and reads that variable then has one thread; one that is loaded later has its own.

    Whoever has set the variable has chosen for all of them.
    """
    if variable in os.environ:
        yield
        return
    os.environ[variable] = "1"
    try:
        yield
    finally:
        del os.environ[variable]
