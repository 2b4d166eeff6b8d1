"""What follows `projector()` can be read from the back row, and is as before after it."""

import matplotlib
import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text
from test_drawings import DRAWINGS

from lsqgrad import LineExplorer, projector
from lsqgrad.practice.answer_field import AnswerField

SMALL_X = 0.547  # of DejaVu Sans: its height by the size of the type
LEAST = 10  # pixels of a projector of 720 lines: docs/legibility.md


@pytest.fixture(autouse=True)
def _as_before():
    yield
    projector(False)


def smallest_x(figure):
    """The height in pixels of the smallest x, in texts with words."""
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    return min(text.get_size() for text in texts) * figure.dpi / 72 * SMALL_X


@pytest.mark.parametrize("name", [name for name in DRAWINGS if name != "larger shapes"])
def test_a_drawing_has_larger_type_in_as_many_pixels(name):
    before = DRAWINGS[name]().figure
    projector()
    figure = DRAWINGS[name]().figure
    assert smallest_x(figure) > LEAST > smallest_x(before)
    if name != "shapes":  # which are drawn to scale
        assert figure.bbox.size == pytest.approx(before.bbox.size)


def test_a_figure_of_pyplot_has_larger_type():
    projector()
    figure, ax = plt.subplots(figsize=(9, 4))
    ax.plot([1, 2], label="words")
    ax.legend()
    figure.draw_without_rendering()
    assert smallest_x(figure) > LEAST
    plt.close(figure)


def test_players_and_fields_are_for_a_projector_unless_they_say_otherwise():
    def size(player):
        return player.widget.scene["start"]["size"]

    def explorer(**choices):
        return LineExplorer([[1], [2]], [[1], [3]], **choices)

    assert size(explorer()) == "notebook"
    projector()
    assert size(explorer()) == size(AnswerField("sum", str)) == "projector"
    assert size(explorer(size="notebook")) == "notebook"
    projector(False)
    assert size(explorer()) == "notebook"
    assert size(explorer(size="projector")) == "projector"


def test_the_settings_are_those_of_the_user_again():
    with matplotlib.rc_context({"font.size": 7}):
        projector()
        projector()  # a cell run twice
        projector(False)
        assert matplotlib.rcParams["font.size"] == 7
        plt.rcParams["font.size"] = 8
        projector(False)
        assert matplotlib.rcParams["font.size"] == 8


def test_it_is_on_or_off():
    with pytest.raises(TypeError, match=r"^on: expected True or False, got str 'off'"):
        projector("off")
