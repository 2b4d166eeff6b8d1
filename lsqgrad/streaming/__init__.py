"""Least squares over more rows than memory holds: one pass gathers sums, a step costs O(p²).

It needs NumPy alone; pyarrow and tqdm are loaded by what uses them.
"""

from lsqgrad.streaming.batches import Batches, read_batches
from lsqgrad.streaming.gathering import StreamError, gather_sums
from lsqgrad.streaming.sums import Sums
