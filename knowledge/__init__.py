"""What a firm knows, and how it is found."""

import os

# Many threads serve at once, and each multiplies small matrices only: a pool of threads for each would be in the way.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
