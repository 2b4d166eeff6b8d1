"""The stepper: buttons and a slider that move a cursor over a `Trace`, and a picture of it."""

import base64
import html
import io

from lsqgrad._packages import need
from lsqgrad.cursor import Cursor
from lsqgrad.figures import check_trace, draw_data, draw_losses, draw_path

# A region that screen readers announce. It has the height of its usual three lines at the least,
# so that what stands below it keeps its place.
_WORDS = (
    "<div role='status' style='white-space: pre-line; line-height: 1.5; min-height: 4.5em'>{}</div>"
)

_WITHOUT_BUTTONS = (
    "The buttons need a running kernel: open the notebook with 'make lab' and run this cell."
)


class Stepper:
    """Steps through a run one mini-batch at a time, forwards and backwards.

    Put it last in a notebook cell and it is shown. The run is not computed again: a move only
    changes which part of the trace is seen, so that *Previous batch* is exact.

    Parameters
    ----------
    trace : Trace
        A run with one feature, from `sgd_by_hand` or `sgd_with_torch`.

    Attributes
    ----------
    trace : Trace
        The run.
    widget : ipywidgets.VBox
        What is shown.

    Raises
    ------
    TypeError, ValueError
        If `trace` is not a Trace with one feature.
    ImportError
        If ipywidgets or matplotlib is not installed.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> stepper = Stepper(sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1))
    >>> stepper.next()
    >>> stepper.position
    1
    >>> print(stepper.text)
    Step 1 (epoch 1, batch 1): rows 2, 1, 0, n = 3. Loss 18.6667.
    ∂L/∂w = -18.6667, ∂L/∂b = -8. w: 0 → 1.86667, b: 0 → 0.8.
    Loss of all of the data: 0.296296.
    """

    def __init__(self, trace):
        check_trace(trace)
        self.trace = trace
        self._cursor = Cursor(last=len(trace))
        self._matplotlib = need("matplotlib", "Stepper")
        self._figure = need("matplotlib.figure", "Stepper").Figure(
            figsize=(14, 5.4), layout="constrained"
        )
        self._axes = self._figure.subplots(1, 3)
        self._build(need("ipywidgets", "Stepper"))
        self._show()
        # Every position has the same titles, labels and legends: the first has laid them out.
        self._figure.set_layout_engine("none")

    @property
    def position(self) -> int:
        """How many updates are done: 0 is the start of the run."""
        return self._cursor.position

    @property
    def text(self) -> str:
        """What is seen at this position, in words and numbers."""
        trace, position = self.trace, self.position
        if position == 0:
            w, b = trace.weights[0, 0], trace.biases[0]
            lines = [f"Start: no update yet. w = {w:.6g}, b = {b:.6g}."]
        else:
            lines = [str(trace[position - 1])]
        lines.append(f"Loss of all of the data: {trace.full_losses[position]:.6g}.")
        if self._cursor.at_end and trace.diverged:
            lines.append(trace.diverged)
        return "\n".join(lines)

    def next(self):
        """Go on by one batch."""
        self._cursor.next()
        self._show()

    def previous(self):
        """Go back by one batch."""
        self._cursor.previous()
        self._show()

    def reset(self):
        """Go back to the start."""
        self._cursor.reset()
        self._show()

    def seek(self, position):
        """Go to `position`, an integer from 0 to the number of steps."""
        self._cursor.seek(position)
        self._show()

    def png(self) -> bytes:
        """Draw what is seen at this position, in type that a class can read, as a PNG."""
        buffer = io.BytesIO()
        with self._matplotlib.rc_context({"font.size": 14, "legend.fontsize": 13}):
            for axes, draw in zip(self._axes, (draw_data, draw_losses, draw_path), strict=True):
                axes.clear()
                draw(axes, self.trace, self.position)
            self._figure.savefig(buffer, format="png", metadata={"Software": None})
        return buffer.getvalue()

    def _build(self, widgets):
        """Make the controls and connect them."""
        moves = {
            "Reset": (self.reset, "Go back to the start of the run"),
            "Previous batch": (self.previous, "Undo one update"),
            "Next batch": (self.next, "Take the next mini-batch and update w and b"),
        }
        self._buttons = {}
        for name, (move, tooltip) in moves.items():
            button = widgets.Button(description=name, tooltip=tooltip)
            button.on_click(lambda _, move=move: move())
            self._buttons[name] = button
        self._slider = widgets.IntSlider(
            max=self._cursor.last,
            description="Step",
            tooltip="Go to any step of the run",
            layout=widgets.Layout(width="40%"),
        )
        self._slider.observe(self._slide, names="value")
        self._picture = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))
        self._words = widgets.HTML()
        controls = widgets.HBox([*self._buttons.values(), self._slider])
        self.widget = widgets.VBox([controls, self._words, self._picture])

    def _slide(self, change):
        """Follow the slider when the learner moved it, and not when `_show` did."""
        if change.new != self.position:
            self.seek(change.new)

    def _show(self):
        """Bring everything on the screen to the cursor's position."""
        picture = self.png()  # the slowest part first, so that all that is seen changes together
        self._buttons["Reset"].disabled = self._cursor.at_start
        self._buttons["Previous batch"].disabled = self._cursor.at_start
        self._buttons["Next batch"].disabled = self._cursor.at_end
        self._slider.value = self.position
        self._words.value = _WORDS.format(html.escape(self.text))
        self._picture.value = picture

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere the picture, or at the least the text."""
        picture = base64.b64encode(self._picture.value).decode("ascii")
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": f"{self.text}\n{_WITHOUT_BUTTONS}", "image/png": picture}
        return bundle, {"image/png": {"alt": self.text}}

    def __repr__(self):
        return f"<Stepper at position {self.position} of {self._cursor.last}>"
