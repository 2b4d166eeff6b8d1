"""Keeps arrays read-only in copies of what has them: copies of NumPy's can be written to."""

from typing import Any

import numpy as np


class ReadOnlyArrays:
    """What has arrays as attributes, or tuples of them, that are read-only in a copy, too."""

    def _freeze(self) -> None:
        """Make the arrays read-only."""
        for value in vars(self).values():
            for array in value if isinstance(value, tuple) else (value,):
                if isinstance(array, np.ndarray):
                    array.setflags(write=False)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take over the attributes of what was copied or unpickled."""
        self.__dict__.update(state)
        self._freeze()
