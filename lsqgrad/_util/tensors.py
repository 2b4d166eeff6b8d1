"""Turns tensors into arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    import numpy as np
    import torch


@overload
def to_array(tensor: torch.Tensor) -> np.ndarray[Any, Any]: ...
@overload
def to_array(tensor: None) -> None: ...
def to_array(tensor: torch.Tensor | None) -> np.ndarray[Any, Any] | None:
    """Return a tensor's numbers as a read-only array, or None for None."""
    if tensor is None:
        return None
    tensor = tensor.detach().to_dense().cpu()
    if str(tensor.dtype) == "torch.bfloat16":  # NumPy has no such type
        tensor = tensor.float()
    array = tensor.numpy().copy()
    array.setflags(write=False)
    return array
