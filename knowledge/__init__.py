"""What a firm knows, and how it is found."""

import os

# Many threads serve at once, and each multiplies small matrices only: a pool of threads for each would be in the way.
# scipy has a library of its own, loads it when content is learned, and may use all cores for that.
_CHOSEN = "OPENBLAS_NUM_THREADS" in os.environ
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np  # noqa: E402, F401

if not _CHOSEN:
    del os.environ["OPENBLAS_NUM_THREADS"]
