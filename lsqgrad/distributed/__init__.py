"""Several workers, with `torch.distributed`: ``python -m lsqgrad.distributed``.

PyTorch is loaded by what runs it.
"""

from lsqgrad.distributed.group import WorkerLost
from lsqgrad.distributed.sgd import Fit, row_weights, train
from lsqgrad.distributed.sums import Merged, merge_sums
from lsqgrad.distributed.wire import bytes_sent
