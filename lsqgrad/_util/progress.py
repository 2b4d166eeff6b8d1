"""The bar of what takes long."""

from contextlib import nullcontext, suppress
from typing import Any


def progress_bar(total: int | None, unit: str, shown: bool) -> Any:
    """Return a bar, which appears after two seconds, or a context of None where tqdm is missing."""
    if shown:
        with suppress(ImportError):
            from tqdm import tqdm

            return tqdm(total=total, unit=unit, unit_scale=True, delay=2)
    return nullcontext()
