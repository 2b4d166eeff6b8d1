"""What is written as HTML: numbers in their colours, and everything else as text."""

import re
from html import unescape

import numpy as np
import pytest

from lsqgrad import COLORS, sgd_by_hand
from lsqgrad.regression import Line, Matrix, Number
from lsqgrad.widgets import markup

HOSTILE = "<script>alert(1)</script> & 'b' \"c\""


def plain(html):
    return unescape(re.sub("<[^>]*>", "", html))


def test_numbers_stand_in_the_colours_of_their_quantities():
    words = ["w: ", Number("w", "−1.5"), " of ", Number("", "3")]
    color = f"color: {COLORS['w']}; font-weight: 600"
    assert markup.words_in_colors(words) == (
        f"w: <span style='{color}'>−1.5</span> of <span>3</span>"
    )


def test_a_matrix_has_its_columns_and_its_shape():
    html = markup.words_in_colors([Matrix("x", (("1", "2", "3"), ("4", "5", "6")), (2, 3))])
    assert "--columns: 3" in html
    assert [*re.findall("<span>(.)</span>", html)] == [*"123456"]
    assert html.endswith("<sub>2×3</sub>")


@pytest.mark.parametrize(
    "part", [HOSTILE, Number("w", HOSTILE), Matrix("x", ((HOSTILE,),), (1, 1))]
)
def test_what_could_be_markup_is_text(part):
    line = Line(HOSTILE, HOSTILE, (part,), 1.0)
    for html in (markup.words_in_colors([part]), markup.arithmetic_table([line])):
        assert HOSTILE in plain(html)
        assert "<script" not in html


@pytest.mark.parametrize(("points", "rows"), [(12, 12), (13, 13), (30, 13)])
def test_of_a_large_batch_the_first_rows_are_listed(points, rows):
    X = np.arange(1.0, points + 1)[:, None]
    step = sgd_by_hand(X, X, [[0]], 0, lr=1e-6, batch_size=points, epochs=1)[0]
    html = markup.batch_table(step)
    body = re.findall("<tr>(.*?)</tr>", html)[1:]
    assert len(body) == rows
    first, *_ = step.rows
    assert plain(body[0]) == f"{first}{X[first, 0]:g}{X[first, 0]:g}"
    assert (f"and {points - 12} more" in html) == (points > 12)
