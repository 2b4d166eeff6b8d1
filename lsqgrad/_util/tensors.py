"""Finds PyTorch, which alone of the packages may be missing, and turns tensors into arrays.

What its caller has set, such as a default device, is kept away from it where it computes.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import torch

    from lsqgrad._util.types import Array


def import_torch() -> ModuleType:
    """Return PyTorch, or say in one sentence what to do where it is missing."""
    try:
        import torch
    except ImportError as error:
        advice = (
            "It does not run in a browser: install the collection on a computer."
            if sys.platform == "emscripten"
            else "Start the notebooks with 'make lab', which installs it, or run "
            "'pip install torch' and restart the kernel."
        )
        raise ImportError(
            f"This needs PyTorch, which cannot be imported here ({error}). {advice}"
        ) from None
    return torch


@contextmanager
def torch_as_it_comes(device: str = "cpu") -> Iterator[ModuleType]:
    """Let PyTorch compute, on 'cpu' or 'cuda', with gradients, as if its caller had set nothing."""
    torch = import_torch()
    # Where the default device is another; to set it everywhere would take as long as all the rest.
    elsewhere = torch.empty(0).device.type != "cpu"
    with (
        torch.inference_mode(False),  # this enables gradients under no_grad(), too
        torch.autocast(device, enabled=False),
        torch.autograd.set_detect_anomaly(False),
        _whole_products(torch, device),
        torch.device("cpu") if elsewhere else nullcontext(),
    ):
        yield torch


@contextmanager
def _whole_products(torch: ModuleType, device: str) -> Iterator[None]:
    """Let PyTorch multiply matrices of float32 as such, and as no shorter numbers."""
    backend = torch.backends.cuda if device == "cuda" else torch.backends.mkldnn
    products: Any = getattr(backend, "matmul", None)
    if not hasattr(products, "fp32_precision"):  # before PyTorch 2.9, which refuses to mix both
        before = torch.get_float32_matmul_precision()
        torch.set_float32_matmul_precision("highest")
        try:
            yield
        finally:
            torch.set_float32_matmul_precision(before)
        return
    before = products.fp32_precision
    products.fp32_precision = "ieee"
    try:
        yield
    finally:
        products.fp32_precision = "none"  # as torch.backends has it
        if products.fp32_precision != before:
            products.fp32_precision = before


@overload
def to_array(tensor: torch.Tensor) -> Array: ...
@overload
def to_array(tensor: None) -> None: ...
def to_array(tensor: torch.Tensor | None) -> Array | None:
    """Return a tensor's numbers as a read-only array, or None for None."""
    if tensor is None:
        return None
    try:
        array = tensor.numpy(force=True).copy()
    except TypeError:  # it is sparse, or of a type that NumPy lacks
        dense = tensor.detach().to_dense().cpu()
        array = (dense.float() if str(dense.dtype) == "torch.bfloat16" else dense).numpy().copy()
    array.setflags(write=False)
    return array
