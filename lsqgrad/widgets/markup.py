"""Writes HTML: the style of the widgets, their words, and the rest of the stepper."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from importlib import resources
from itertools import islice

from lsqgrad._util import COLORS
from lsqgrad.regression import Line, Matrix, Number, Step

MOST_POINTS = 12  # more of a batch than these are not listed one by one

# Black on white whatever the theme of the page: the colours of the quantities need it.
STYLE = """
.lsqgrad-widget :is(.widget-html, .widget-html-content, .widget-htmlmath,
  .widget-htmlmath-content) { width: 100%; overflow: visible; }
.lsqgrad-widget :is(.widget-html-content, .widget-htmlmath-content) { line-height: 1.5; }
.lsqgrad-widget svg { display: block; width: 100%; height: auto; }
:is(.lsqgrad-words, .lsqgrad-paper, .lsqgrad-line, .lsqgrad-arithmetic tr) {
  background: white; color: #1a1a1a; }
.lsqgrad-words { white-space: pre-line; padding: 0.25em 0.5em; }
.lsqgrad-stepper .lsqgrad-words { min-height: 6em; }
.lsqgrad-walker .lsqgrad-words { min-height: 3em; }
.lsqgrad-graphwalker .lsqgrad-words { min-height: 4.5em; }
/* MathJax's text for screen readers may be wider than what is seen. */
.lsqgrad-line { display: grid; gap: 0 1em; align-items: center; padding: 0.3em 0.5em;
  overflow: hidden;
  grid-template-columns: minmax(4em, max-content) minmax(0, 3fr) 3em minmax(0, 2fr); }
.lsqgrad-line.lsqgrad-projector { grid-template-columns: minmax(3em, max-content) 1fr 3em; }
.lsqgrad-line.lsqgrad-projector > :nth-child(4) { grid-column: 2 / -1; }
.lsqgrad-line.lsqgrad-choice { display: block; }
.lsqgrad-walker :is(.widget-html, .widget-htmlmath) { margin: 0; }
.lsqgrad-line > :first-child { text-align: right; }
.lsqgrad-stepper table { border-collapse: collapse; margin: 0 0.5em; }
.lsqgrad-stepper th, .lsqgrad-notebook td:first-of-type { white-space: nowrap; }
.lsqgrad-stepper :is(th, td) { padding: 0.2em 0.6em; text-align: left; }
.lsqgrad-stepper tr { border-top: 1px solid #ddd; }
.lsqgrad-stepper .lsqgrad-result { text-align: right; }
.lsqgrad-matrix { display: inline-grid; vertical-align: middle; text-align: right;
  gap: 0 0.6em; margin: 0.1em 0.15em; padding: 0 0.3em;
  border: solid; border-width: 0 2px; border-radius: 5px; }
.lsqgrad-row { grid-auto-flow: column; }
.lsqgrad-projector { font-size: 20px; }
.lsqgrad-widget:has(.lsqgrad-words.lsqgrad-projector) :is(.jupyter-widgets, .widget-label,
  .widget-label-basic, .widget-readout, button, input, select) { font-size: 17px; }
"""


def completion(tooltips: Mapping[str, str]) -> str:
    """Write the style, and what runs widget.js when the style is on the page.

    `tooltips` has the tooltip of each control by its name.
    """
    script = resources.files("lsqgrad.widgets").joinpath("widget.js").read_text(encoding="utf-8")
    named = escape(json.dumps(tooltips))
    return f"<style data-tooltips='{named}' onload='{escape(script)}'>{STYLE}</style>"


def words_markup(text: str, size: str, position: int) -> str:
    """Write what is said about the state, in lines."""
    head = f'<div class="lsqgrad-words lsqgrad-{size}" data-position="{position}">'
    return f"{head}{escape(text)}</div>"


def frame(position: int, size: str, picture: str, table: str = "", run: int = 0) -> str:
    """Write all that is seen below the words; the tests and the benchmark read its numbers."""
    return (
        f'<div class="lsqgrad-frame lsqgrad-{size}" data-position="{position}" data-run="{run}">'
        f"{picture}{table}</div>"
    )


def arithmetic_table(lines: Sequence[Line]) -> str:
    """Write the lines of the arithmetic, with PyTorch's numbers beside them if they are known."""
    compared = any(line.torch is not None for line in lines)
    heads = ["", "formula", "with the numbers", "by hand"]
    heads += ["PyTorch", "distance"] if compared else []
    rows = "".join(_row(line, compared) for line in lines)
    return _table(heads, rows)


def batch_table(step: Step) -> str:
    """Write the rows of the batch that the learner is asked about."""
    points = zip(step.rows, step.X.ravel(), step.Y.ravel(), strict=True)
    rows = "".join(
        f"<tr><th scope='row'>{row}</th>"
        + "".join(
            f"<td class='lsqgrad-result'>{_colored(name, f'{v:.6g}')}</td>"
            for name, v in (("x", x), ("y", y))
        )
        + "</tr>"
        for row, x, y in islice(points, MOST_POINTS)
    )
    if len(step.rows) > MOST_POINTS:
        rows += f"<tr><td colspan='3'>and {len(step.rows) - MOST_POINTS} more</td></tr>"
    return _table(["row", "x", "y"], rows)


def _table(heads, rows):
    head = "".join(f"<th scope='col'>{name}</th>" if name else "<td></td>" for name in heads)
    return f"<table class='lsqgrad-arithmetic lsqgrad-paper'><tr>{head}</tr>{rows}</table>"


def _row(line, compared):
    """Write one line of the arithmetic as a row of the table."""
    cells = [escape(line.formula), "".join(map(_part, line.numbers)), _part(line.by_hand)]
    if compared:
        cells += [_part(line.torch), line.distance]
    first, numbers, *results = cells
    return (
        f"<tr><th scope='row'>{escape(line.name)}</th><td>{first}</td><td>{numbers}</td>"
        + "".join(f"<td class='lsqgrad-result'>{result}</td>" for result in results)
        + "</tr>"
    )


def _part(part):
    """Write a part of a formula: text, a number in its colour, or a matrix between bars."""
    match part:
        case None:
            return ""
        case Number():
            return _colored(part.quantity, part.text)
        case Matrix():
            entries = "".join(f"<span>{escape(entry)}</span>" for entry in part.entries)
            kind = "lsqgrad-matrix lsqgrad-row" if part.is_row else "lsqgrad-matrix"
            shape = "×".join(map(str, part.shape))
            style = _style(part.quantity)
            return f"<span class='{kind}' style='{style}'>{entries}</span><sub>{shape}</sub>"
        case _:
            return escape(str(part))


def _colored(quantity, text):
    return f"<span style='{_style(quantity)}'>{escape(text)}</span>"


def _style(quantity):
    return f"color: {COLORS[quantity]}; font-weight: 600" if quantity else ""
