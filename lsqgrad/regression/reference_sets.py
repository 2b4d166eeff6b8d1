"""Data sets that others have fitted, with their source, their licence and certified solutions."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ReadOnlyArrays, validation

if TYPE_CHECKING:
    from lsqgrad._util.types import FloatArray

FOLDER = Path(__file__).with_name("reference")


@dataclass(frozen=True, eq=False, repr=False)
class ReferenceData(ReadOnlyArrays):
    """A data set for least squares, with what is certified of its solution. Arrays are read-only.

    Attributes
    ----------
    name, title : str
        Its name here, and what the data are.
    X, Y : ndarray of shape (n, p) and (n, 1), float64
        The data, each number as near to the printed one as float64 allows. In a polynomial the
        columns of ``X`` are the powers of one, each computed exactly before it is rounded.
    features, target : tuple of str, str
        What the columns of ``X`` and that of ``Y`` are.
    certified_text : mapping of str to str or tuple of str, or None
        What is certified, as it is printed, to 15 digits: ``"w"`` (a tuple), ``"b"``,
        ``"residual_sd"``, the square root of Σr² / (n - p - 1), and ``"r_squared"``. None if
        nobody has certified a solution.
    source, reference, licence, note : str
        Where the data come from, who published them first, what may be done with them, and
        units and what was left out, if anything is to be said of them.

    Examples
    --------
    >>> reference_data("norris")
    <ReferenceData norris: 36 rows, customer from nist>
    """

    name: str
    title: str
    X: FloatArray
    Y: FloatArray
    features: tuple[str, ...]
    target: str
    certified_text: Mapping[str, Any] | None
    source: str
    reference: str
    licence: str
    note: str

    def __post_init__(self) -> None:
        self._freeze()

    def __repr__(self) -> str:
        return (
            f"<ReferenceData {self.name}: {len(self.X)} rows, "
            f"{self.target} from {', '.join(self.features)}>"
        )

    @property
    def certified(self) -> Mapping[str, Any] | None:
        """The numbers of `certified_text`: ``"w"`` of shape (p, 1), float64, the others floats."""
        if self.certified_text is None:
            return None
        return {
            name: float(text) if isinstance(text, str) else np.array(text, float).reshape(-1, 1)
            for name, text in self.certified_text.items()
        }


def reference_data(name: str) -> ReferenceData:
    """Read a data set that many have fitted, most of them with a certified solution.

    Five are Statistical Reference Datasets of NIST: a straight line (Norris), six columns that are
    nearly dependent (Longley), two polynomials of degree 5 with the same solution, without noise
    and under much of it (Wampler), and one of degree 10 (Filip). The penguins are those of Palmer
    Station in Antarctica.

    Parameters
    ----------
    name : {"filip", "longley", "norris", "penguins", "wampler1", "wampler5"}
        Its name.

    Returns
    -------
    ReferenceData

    Raises
    ------
    ValueError
        If `name` is none of the names above.

    Examples
    --------
    >>> longley = reference_data("longley")
    >>> longley.X.shape, longley.Y.shape, longley.certified["w"].shape
    ((16, 6), (16, 1), (6, 1))
    >>> longley.certified_text["b"], longley.certified["b"]
    ('-3482258.63459582', -3482258.63459582)
    """
    name = validation.choice("name", name, sorted(path.stem for path in FOLDER.glob("*.csv")))
    lines = (FOLDER / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    said = dict(line[2:].split(": ", 1) for line in lines if line.startswith("#"))
    (target, *features), *rows = csv.reader(line for line in lines if not line.startswith("#"))
    y, *columns = np.array([[Fraction(cell) for cell in row] for row in rows]).T
    powers = range(2, int(said.get("powers", 1)) + 1)  # of the one column of a polynomial
    columns += [columns[0] ** power for power in powers]
    features += [f"{features[0]}**{power}" for power in powers]
    certified_text = {
        what: tuple(said[f"certified {what}"].split()) if what == "w" else said[f"certified {what}"]
        for what in ("w", "b", "residual_sd", "r_squared")
        if f"certified {what}" in said
    }
    return ReferenceData(
        name=name,
        X=np.column_stack(columns).astype(float),
        Y=np.column_stack([y]).astype(float),
        features=tuple(features),
        target=target,
        certified_text=certified_text or None,
        note=said.get("note", ""),
        **{what: said[what] for what in ("title", "source", "reference", "licence")},
    )
