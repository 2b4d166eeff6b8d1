"""Writes HTML: words with the quantities in their colours, and the tables below the picture."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice

from lsqgrad._util import COLORS
from lsqgrad.regression import Line, Matrix, Number, Step, Trace, names_of_rows, written

MOST_POINTS = 12  # more of a batch than these are not listed one by one
COLUMNS = ("name", "formula", "numbers", "result", "torch", "distance")


def words_in_colors(words: Iterable[str | Number | Matrix]) -> str:
    """Write a line of words, the numbers in it in the colours of their quantities."""
    return "".join(map(_part, words))


def arithmetic_table(lines: Sequence[Line]) -> str:
    """Write the lines of the arithmetic, with PyTorch's numbers beside them if they are known."""
    compared = any(line.torch is not None for line in lines)
    heads = ["", "formula", "with the numbers", "by hand"]
    heads += ["PyTorch", "distance"] if compared else []
    return _table(heads, [_row(line, compared) for line in lines])


def batch_table(step: Step) -> str:
    """Write the rows of the batch that the learner is asked about."""
    points = zip(step.rows, step.X.ravel(), step.Y.ravel(), strict=True)
    rows = [
        _cells(str(row), _result(Number("x", written(x))), _result(Number("y", written(y))))
        for row, x, y in islice(points, MOST_POINTS)
    ]
    if len(step.rows) > MOST_POINTS:
        rows.append(f"<tr><td colspan='3'>and {len(step.rows) - MOST_POINTS} more</td></tr>")
    return _table(["row", "x", "y"], rows, "lsqgrad-batch")


def table_of_steps(trace: Trace) -> str:
    """Write all steps of a run, a row each."""
    start = map(_result, _numbers(("w", trace.weights[0]), ("b", trace.biases[0])))
    rows = [f"<tr><th scope='row'>0</th><td colspan='4'></td>{''.join(start)}</tr>"]
    for step in trace:
        numbers = _numbers(
            ("loss", step.loss), ("gradient", step.grad_w), ("gradient", step.grad_b),
            ("w", step.w_after), ("b", step.b_after),
        )  # fmt: skip
        batch = f"<td>{names_of_rows(step.rows)}</td>"
        rows.append(_cells(str(step.number), batch, *map(_result, numbers)))
    heads = ["step", "batch", "loss", "∂L/∂w", "∂L/∂b", "w after", "b after"]
    return _table(heads, rows, "lsqgrad-steps")


def _numbers(*values: tuple[str, object]) -> list[Number]:
    return [Number(quantity, written(value)) for quantity, value in values]


def _table(heads: Sequence[str], rows: Iterable[str], kind: str = "lsqgrad-table") -> str:
    columns = "".join(f"<col class='lsqgrad-{name}'>" for name in COLUMNS[: len(heads)])
    head = "".join(f"<th scope='col'>{name}</th>" if name else "<td></td>" for name in heads)
    return (
        f"<table class='{kind}'><colgroup>{columns}</colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(line: Line, compared: bool) -> str:
    """Write one line of the arithmetic as a row of the table."""
    cells = [f"<td>{escape(line.formula)}</td>", f"<td>{words_in_colors(line.numbers)}</td>"]
    cells.append(_result(line.result))
    if compared:
        cells += [_result(line.torch_result), f"<td class='lsqgrad-number'>{line.distance}</td>"]
    return _cells(line.name, *cells)


def _cells(name: str, *cells: str) -> str:
    return f"<tr><th scope='row'>{escape(name)}</th>{''.join(cells)}</tr>"


def _result(part: object) -> str:
    return f"<td class='lsqgrad-number'>{_part(part)}</td>"


def _part(part: object) -> str:
    """Write a part of a formula: text, a number in its colour, or a matrix between bars."""
    match part:
        case None:
            return ""
        case Number():
            return f"<span{_style(part.quantity)}>{escape(part.text)}</span>"
        case Matrix():
            entries = "".join(f"<span>{escape(entry)}</span>" for row in part.rows for entry in row)
            style = f"--columns: {len(part.rows[0])}"
            shape = "×".join(map(str, part.shape))
            return (
                f"<span class='lsqgrad-matrix'{_style(part.quantity, style)}>{entries}</span>"
                f"<sub>{shape}</sub>"
            )
        case _:
            return escape(str(part))


def _style(quantity: str, *others: str) -> str:
    color = [f"color: {COLORS[quantity]}", "font-weight: 600"] if quantity else []
    style = "; ".join([*color, *others])
    return f" style='{style}'" if style else ""
