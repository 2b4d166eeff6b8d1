"""The size of what is shown in a lecture hall."""

from __future__ import annotations

from typing import Any

from lsqgrad._util import ArgumentTypeError, set_usual_size, validation

# For figures of pyplot, where the axes are as large as before: type of 18 pixels or more.
SETTINGS = {"font.size": 13.5, "lines.linewidth": 2.5, "lines.markersize": 8.0}
_before: dict[str, Any] = {}


def projector(on: bool = True) -> None:
    """Show all that follows in type that can be read from the back row.

    Players and drawings made from now on are in projector size, and so are figures of pyplot,
    by `font.size` and the width of lines in matplotlib's settings. What is shown already stays
    as it is. A player with a `size` of its own keeps it. The type of code and of printed text is
    a setting of JupyterLab: *Settings → Theme → Increase Code Font Size*.

    Parameters
    ----------
    on : bool
        Whether to show things so; with False they are shown as before.

    Raises
    ------
    TypeError
        If `on` is neither True nor False.
    ImportError
        If matplotlib is not installed.

    Examples
    --------
    >>> from lsqgrad import ARTICLE, draw_parabola
    >>> projector()
    >>> in_class = draw_parabola(ARTICLE.X, ARTICLE.Y, 0, 0, lr=0.001).figure
    >>> projector(False)
    >>> at_home = draw_parabola(ARTICLE.X, ARTICLE.Y, 0, 0, lr=0.001).figure
    >>> in_class.dpi, at_home.dpi  # of a figure in as many pixels
    (130.0, 100.0)
    """
    import matplotlib

    if not isinstance(on, bool):
        raise ArgumentTypeError("on", "True or False", validation.describe(on))
    settings: Any = matplotlib.rcParams
    if on:
        for name in SETTINGS:
            _before.setdefault(name, settings[name])
        settings.update(SETTINGS)
    else:
        settings.update(_before)
        _before.clear()
    set_usual_size("projector" if on else "notebook")
