"""The types of arrays, by what they hold; their shapes stand in the docstrings."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FloatArray = NDArray[np.floating[Any]]  # float32 or float64
IntArray = NDArray[np.integer[Any]]  # the numbers of rows
