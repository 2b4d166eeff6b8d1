"""Batches of rows from files: NumPy's .npy by itself, Parquet and CSV through pyarrow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, perhaps, validation

if TYPE_CHECKING:
    from types import ModuleType

    from lsqgrad._util.types import Array

FORMATS = (".npy", ".parquet", ".csv")
NUMBERS = 2**19  # in a batch: the time of a call is nothing beside it, and four bytes each are 2 MB


@dataclass(frozen=True)
class Batches:
    """The rows of files, batch by batch, from the first again each time that they are asked for.

    Attributes
    ----------
    features, target
        The columns of X and of Y: their names, or in a .npy file their numbers.
    rows : int or None
        How many there are, where that is known before they are read.
    """

    features: tuple[Any, ...]
    target: Any
    rows: int | None
    _read: Callable[[int, int], Iterator[tuple[Array, Array]]]
    _first: int = 0
    _step: int = 1

    def __iter__(self) -> Iterator[tuple[Array, Array]]:
        return self._read(self._first, self._step)

    def __repr__(self) -> str:
        rows = "rows" if self.rows is None else f"{self.rows} rows"
        return f"Batches of {rows}, {self.target!r} from {len(self.features)} feature(s)"

    def share(self, worker: int, workers: int) -> Batches:
        """Return what one of several workers reads, numbered from 0: together they read all, once.

        The workers take turns at the batches of a .npy file, the row groups of Parquet files, and
        whole CSV files. Where these are fewer than the workers, some shares are empty.
        """
        validation.integer("workers", workers, 1)
        validation.integer("worker", worker, 0, workers - 1)
        first, step = self._first + worker * self._step, workers * self._step
        return replace(self, rows=None, _first=first, _step=step)


def read_batches(
    path: str | PathLike[str] | Sequence[str | PathLike[str]],
    *,
    target: str | int,
    features: Sequence[str] | Sequence[int] | None = None,
    batch_rows: int | None = None,
) -> Batches:
    """Read (X, Y) from files, a batch at a time: what `gather_sums` takes.

    Parameters
    ----------
    path : path, or list of paths
        A .npy file of shape (n, p + 1); or .parquet files, or .csv files with a head line, or a
        folder of either, which need pyarrow.
    target : str or int
        The column that is Y: its name, or in a .npy file its number from 0.
    features : sequence of str or int, optional
        The columns of X, in this order; all others without it.
    batch_rows : int, optional
        The most rows of a batch, of which a few are in memory at a time; without it as many as
        have half a million numbers.

    Returns
    -------
    Batches
        Gives pairs of X, of shape (m, p), and Y, of shape (m, 1). A number that is missing is NaN,
        which `gather_sums` refuses: what it is given may leave such rows out, as below.

    Raises
    ------
    ImportError
        If pyarrow is needed and not installed.
    TypeError, ValueError
        If there is no such file, it is of another kind, or has no such column of numbers.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/rows.npy", [[1.0, 1.0], [2.0, 4.0], [3.0, 6.0]])
    ...     for X, Y in read_batches(f"{folder}/rows.npy", target=1, batch_rows=2):
    ...         print(X.ravel(), Y.ravel())
    [1. 2.] [1. 4.]
    [3.] [6.]

    Only the rows in which no number is missing:

    >>> def complete(batches):
    ...     for X, Y in batches:
    ...         rows = np.isfinite(np.hstack([X, Y])).all(axis=1)
    ...         if rows.any():
    ...             yield X[rows], Y[rows]
    >>> from lsqgrad import gather_sums
    >>> gather_sums(complete([(np.array([[1], [np.nan]]), np.array([[1], [4]]))]))
    Sums of 1 row, 1 feature
    """
    if batch_rows is not None:
        validation.integer("batch_rows", batch_rows, 1)
    files, kind = _files([path] if isinstance(path, str | PathLike) else path)
    if kind != ".npy":
        return _from_tables(files, kind, target, features, batch_rows)
    if len(files) > 1:
        raise ArgumentError("path", "one .npy file", f"{len(files)}")
    return _from_array(files[0], target, features, batch_rows)


def _files(paths: Any) -> tuple[list[Path], str]:
    """Return the files at some paths, and what kind they all are."""
    try:
        paths = [Path(path) for path in paths]
    except TypeError:
        raise ArgumentTypeError(
            "path", "a path or a list of paths", validation.describe(paths)
        ) from None
    missing = [path for path in paths if not path.exists()]
    if missing:
        raise ArgumentError("path", "files or folders that exist", f"{str(missing[0])!r}")
    files = [file for path in paths for file in (_files_in(path) if path.is_dir() else [path])]
    kinds = sorted({file.suffix.lower() for file in files})
    if len(kinds) != 1 or kinds[0] not in FORMATS:
        came = " and ".join(map(repr, kinds)) or "none"
        raise ArgumentError("path", f"files of one kind, {', '.join(FORMATS)}", came)
    return files, kinds[0]


def _files_in(folder: Path) -> list[Path]:
    """Return the files in and below a folder, but for copies and parts that programs hide."""
    return [
        file
        for file in sorted(folder.rglob("*.*"))
        if file.suffix.lower() in FORMATS
        and file.is_file()
        and not any(name.startswith((".", "_")) for name in file.relative_to(folder).parts)
    ]


def _from_array(file: Path, target: Any, features: Any, batch_rows: int | None) -> Batches:
    """Return the batches of a .npy file."""
    try:
        array = np.lib.format.open_memmap(file, mode="r")
    except ValueError as error:  # no such file after all, or one of objects
        reason = f"{file.name!r}: {str(error).partition('.')[0]}"
        raise ArgumentError("path", "a .npy file of numbers", reason) from None
    if array.ndim != 2 or array.dtype.kind not in "iuf" or min(array.shape) == 0:
        expected = "a .npy file of real numbers in two axes, rows and columns"
        raise ArgumentError("path", expected, f"shape {array.shape} of {array.dtype}")
    rows, columns = array.shape
    target = validation.integer("target", target, -columns, columns - 1) % columns
    features, target = _columns(features, target, range(columns))
    batch_rows = batch_rows or max(NUMBERS // columns, 1)
    return Batches(features, target, rows, partial(_read_array, file, features, target, batch_rows))


def _read_array(
    file: Path, features: tuple[int, ...], target: int, batch_rows: int, first: int, step: int
) -> Iterator[tuple[Array, Array]]:
    """Read each batch while the one before is worked on."""
    array = np.load(file, mmap_mode="r")
    rows, columns = array.shape
    of_X: slice | list[int] = list(features)
    if features == tuple(range(features[0], features[0] + len(features))):
        of_X = slice(features[0], features[-1] + 1)  # which is no copy

    def read(start: int) -> Array:
        """Read, and do not map, rows: mapped pages would stay in memory."""
        if not array.flags.c_contiguous:
            mapped: Array = np.load(file, mmap_mode="r")
            return mapped[start : start + batch_rows]
        part = np.empty((min(batch_rows, rows - start), columns), array.dtype)
        opened.seek(array.offset + start * columns * array.itemsize)
        if opened.readinto(part.reshape(-1).view(np.uint8).data) < part.nbytes:
            raise EOFError(f"{file.name} is shorter than it was")
        return part

    with open(file, "rb") as opened, ThreadPoolExecutor(1) as pool:
        if hasattr(os, "posix_fadvise"):  # on Linux, which then reads further ahead
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_SEQUENTIAL)
        following: Future[Array] | None = None
        for start in chain(range(first * batch_rows, rows, step * batch_rows), [None]):
            before = following
            following = None if start is None else pool.submit(read, start)
            if before is not None:
                part = before.result()
                yield part[:, of_X], part[:, target : target + 1]


def _from_tables(
    files: list[Path], kind: str, target: Any, features: Any, batch_rows: int | None
) -> Batches:
    """Return the batches of Parquet or CSV files."""
    pa, ds = _import_pyarrow()
    paths = [str(file) for file in files]
    try:
        first = ds.dataset(paths, format=kind[1:])
        schemas = [part.physical_schema for part in first.get_fragments()]
        schema = pa.unify_schemas(schemas, promote_options="permissive")  # 1, 2, and later 2.5
        columns = schema.names
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise ArgumentError("path", f"{kind} files that can be read", reason) from None
    features, target = _columns(features, target, columns)
    names = [*features, target]
    for path, part in zip(paths, schemas, strict=True):
        for name in names:
            if name not in part.names:
                raise ArgumentError("path", f"files that all have {name!r}", f"{path!r} without it")
    if kind == ".csv":  # where a type is that of the first lines
        schema = pa.schema([(name, pa.float64()) for name in names])
    for name in names:
        column = schema.field(name).type
        if not (pa.types.is_integer(column) or pa.types.is_floating(column)):
            hint = "Name the features that are numbers."
            raise ArgumentError(name, "a column of real numbers", f"one of {column}", hint)
    data = ds.dataset(paths, format=kind[1:], schema=schema)
    rows = data.count_rows() if kind == ".parquet" else None  # a CSV file would be read for it
    batch_rows = batch_rows or max(NUMBERS // len(names), 1)
    return Batches(features, target, rows, partial(_read_tables, data, names, batch_rows))


def _read_tables(
    data: Any, names: list[str], batch_rows: int, first: int, step: int
) -> Iterator[tuple[Array, Array]]:
    """Read few batches ahead: by default, 16, they would take most of the memory."""
    if step > 1:
        parts = [part for file in data.get_fragments() for part in _row_groups(file)]
        data = type(data)(parts[first::step], data.schema, data.format, data.filesystem)
    for batch in data.to_batches(columns=names, batch_size=batch_rows, batch_readahead=2):
        if len(batch):
            columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns]
            yield np.stack(columns[:-1]).T, columns[-1].reshape(-1, 1)


def _row_groups(file: Any) -> list[Any]:
    """Return the parts of a file of a table that can be read alone."""
    row_groups: list[Any] = getattr(file, "split_by_row_group", lambda: [file])()
    return row_groups


def _columns(features: Any, target: Any, columns: Sequence[Any]) -> tuple[tuple[Any, ...], Any]:
    """Return the columns of X and Y, both among those that there are."""
    if features is None:
        features = [name for name in columns if name != target]
    elif isinstance(features, str) or not isinstance(features, Sequence):
        raise ArgumentTypeError("features", "a list of columns", validation.describe(features))
    for argument, names in (("target", [target]), ("features", features)):
        for name in names:
            if name not in columns:
                known = ", ".join(map(repr, columns[:10]))
                hint = perhaps(name, map(str, columns))
                raise ArgumentError(argument, f"columns among {known}", f"{name!r}", hint)
    if not features or target in features:
        expected = "columns other than the target, at least one"
        raise ArgumentError("features", expected, f"{features}")
    return tuple(columns[columns.index(name)] for name in features), target  # 1.0 is 1


def _import_pyarrow() -> tuple[ModuleType, ModuleType]:
    """Return pyarrow and its datasets, or say where to get them."""
    try:
        import pyarrow
        import pyarrow.dataset
    except ImportError:
        raise ImportError(
            "read_batches needs pyarrow for .parquet and .csv, which is in the extra: "
            'pip install "lsqgrad[beyond]"'
        ) from None
    return pyarrow, pyarrow.dataset
