"""What a firm knows, and how it is found."""

from knowledge.threads import one_thread

# Many threads serve at once, and each multiplies small matrices only: a pool of threads for each would be in the way.
# scipy has a library of its own, loads it when content is learned, and may use all cores for that.
with one_thread("OPENBLAS_NUM_THREADS"):
    import numpy as np  # noqa: F401
