"""The colours of the quantities can be read on every ground on which they stand.

Contrast is that of WCAG 2: 4.5 is asked of text (1.4.3), 3 of graphics (1.4.11).
"""

import colorsys
from pathlib import Path

import numpy as np
import pytest

from lsqgrad._util.colors import COLORS, FAINT, GREY
from lsqgrad.algebra.mathml import MARK

CSS = Path(__file__).resolve().parents[2] / "tools" / "jupyter" / "custom" / "custom.css"
PAPER, NIGHT = "#FFFFFF", "#111111"  # JupyterLab's themes, light and dark
GROUND = MARK.removeprefix("background: ")[: len(PAPER)]
WEIGHTS = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue in luminance


def rgb(color):
    """Return the shares of red, green and blue."""
    return np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255


def luminance(shares):
    """Relative luminance as WCAG 2 defines it."""
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return WEIGHTS @ linear


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def in_the_dark(color):
    """Return the shares of a colour after invert(1) and hue-rotate(180deg), as CSS defines them."""
    weights = np.array([0.213, 0.715, 0.072])
    half_a_turn = 2 * np.tile(weights, (3, 1)) - np.eye(3)
    return np.clip(half_a_turn @ (1 - rgb(color)), 0, 1)


def test_contrast_is_what_wcag_says():
    assert contrast(rgb("#000000"), rgb(PAPER)) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb(PAPER)) == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("color", [*COLORS.values(), GREY])
def test_colours_can_be_read_on_paper(color):
    assert contrast(rgb(color), rgb(PAPER)) >= 4.5


@pytest.mark.parametrize("color", COLORS.values())
def test_colours_can_be_read_where_a_part_is_marked(color):
    assert contrast(rgb(color), rgb(GROUND)) >= 4


def test_faint_lines_are_seen_but_stand_back():
    assert 3 <= contrast(rgb(FAINT), rgb(PAPER)) < contrast(rgb(GREY), rgb(PAPER))


@pytest.mark.parametrize("quantity", COLORS)
def test_colours_can_be_read_in_the_dark_theme_and_keep_their_hue(quantity):
    assert "filter: invert(1) hue-rotate(180deg);" in CSS.read_text(encoding="utf-8")
    color = COLORS[quantity]
    assert contrast(rgb(color), rgb(NIGHT)) < 4.5  # or else there is no need for it
    light = in_the_dark(color)
    assert contrast(light, rgb(NIGHT)) >= 7  # WCAG 2, 1.4.6: enhanced
    hue, other = (colorsys.rgb_to_hsv(*shares)[0] for shares in (rgb(color), light))
    is_grey = max(light) - min(light) < 0.01
    assert is_grey == (quantity == "x")
    assert is_grey or abs(hue - other) * 360 < 10
