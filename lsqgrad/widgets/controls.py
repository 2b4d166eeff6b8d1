"""The widgets that notebooks show: what each is called and where it stands, not what it does."""

from collections.abc import Callable, Collection, Hashable, Sequence
from contextlib import contextmanager
from typing import Any

from lsqgrad.plotting import LOSS_AXES, SIZES
from lsqgrad.regression import FORMS
from lsqgrad.widgets import markup
from lsqgrad.widgets.run_navigator import ENGINES, SETTINGS

MOVES = {
    "Reset": "Go back to the start of the run",
    "Previous batch": "Undo one update",
    "Next batch": "Take the next mini-batch and update w and b",
    "Next epoch": "Go to the end of the epoch",
    "Play": "Go on by itself, or stop",
}
SPEEDS = (1, 2, 5, 15, 30)  # batches a second
ANSWERS = {"Loss": "the loss of the batch", "New w": "the new w", "New b": "the new b"}
LINE_MOVES = {
    "Reset": "Go back to the first line",
    "Previous line": "Take the last line away",
    "Next line": "Show the line that follows",
    "Show all": "Show the whole derivation",
}
NODE_MOVES = {
    "Reset": "Go back to the start of the forward pass",
    "Previous node": "Go back by one node",
    "Next node": "Compute the next value, or let backward() come to the next node",
    "Show all": "Show every value and every gradient",
}
CHOICES = ("A", "B", "C")
SIZE = "The size of the type"
WITHOUT_BUTTONS = (
    "The buttons need a running kernel: open the notebook with 'make lab' and run this cell."
)


class Controls:
    """Widgets by their names, and the box that holds them all.

    Parameters
    ----------
    owner : str
        The name of what the widgets belong to.
    act : callable
        ``act(name)`` is called when a button is pressed, and ``act(name, value)`` when the learner
        changes another control.

    Attributes
    ----------
    widget : ipywidgets.VBox
        All of it.
    words : ipywidgets.HTML or ipywidgets.HTMLMath
        Where the state is told in words: a region that screen readers announce.
    """

    def __init__(self, owner: str, act: Callable[..., None], words: str = "HTML") -> None:
        import ipywidgets

        self._act = act
        self._widgets = ipywidgets
        self._named: dict[str, Any] = {}
        self._tooltips: dict[str, str] = {}
        self._silent = False
        self.words = getattr(self._widgets, words)()
        self.words.add_class("lsqgrad-says")
        self.widget = self._widgets.VBox()
        self.widget.add_class("lsqgrad-widget").add_class(f"lsqgrad-{owner.lower()}")

    def __getitem__(self, name):
        """Return the value of a control."""
        return self._named[name].value

    def set(self, name: str, **traits: Any) -> None:
        """Change a control without acting on it."""
        with self._silence():
            for trait, value in traits.items():
                setattr(self._named[name], trait, value)

    def _fill(self, *children):
        """Put everything into the box, and what completes it on the page."""
        self.widget.children = [*children, self._widgets.HTML(markup.completion(self._tooltips))]

    def _button(self, name, tooltip, width="9em"):
        button = self._widgets.Button(
            description=name, tooltip=tooltip, layout=self._widgets.Layout(width=width, flex="none")
        )
        button.on_click(lambda _: self._act(name))
        self._named[name] = button
        return button

    def _field(self, kind, name, tooltip):
        layout = self._widgets.Layout(width="14em")
        return self._value(kind, name, tooltip, layout=layout, style={"description_width": "7.5em"})

    def _choice(self, name, options, tooltip):
        layout = self._widgets.Layout(width="15em")
        style = {"description_width": "6em"}
        return self._value(
            "Dropdown", name, tooltip, options=[*options], layout=layout, style=style
        )

    def _box(self, name, tooltip):
        layout = self._widgets.Layout(width="auto", margin="2px 1em")
        return self._value("Checkbox", name, tooltip, indent=False, layout=layout)

    def _value(self, kind, name, tooltip, **traits):
        """Make a widget with a value, which acts when the learner changes it."""
        self._tooltips[name] = tooltip
        widget = getattr(self._widgets, kind)(description=name, tooltip=tooltip, **traits)
        self._named[name] = widget

        def changed(change):
            if not self._silent:
                self._act(name, change.new)

        widget.observe(changed, names="value")
        return widget

    def _row(self, *children):
        return self._widgets.HBox(children, layout=self._widgets.Layout(flex_flow="row wrap"))

    @contextmanager
    def _silence(self):
        self._silent = True
        try:
            yield
        finally:
            self._silent = False


class StepperControls(Controls):
    """The stepper's.

    Attributes
    ----------
    background, screen : ipywidgets.HTML
        Where the run's part of the picture, and what changes with every step, are shown.
    """

    def __init__(self, act: Callable[..., None]) -> None:
        super().__init__("Stepper", act)
        self._asked: Hashable | None = None  # what the predictions are asked of
        html, layout = self._widgets.HTML, self._widgets.Layout

        moves = [self._button(name, tooltip) for name, tooltip in MOVES.items()]
        speeds = [(f"{speed} a second", speed) for speed in SPEEDS]
        moves.append(self._choice("Speed", speeds, "How many batches are played in a second"))
        tooltip = "Go to any step of the run; the arrow keys work too"
        slider = self._value("IntSlider", "Step", tooltip, layout=layout(width="98%"))
        answers = [
            self._field("Text", name, f"Your prediction of {quantity}; empty: no prediction")
            for name, quantity in ANSWERS.items()
        ]
        self._question = self._row(
            *answers, self._button("Check", "Compare your predictions with the result")
        )
        # The foreground lies over the background: both have the same place.
        self.background, self.screen = (html(layout=layout(grid_area="picture")) for _ in range(2))
        stage = self._widgets.GridBox(
            [self.background, self.screen],
            layout=layout(
                grid_template_areas='"picture"', align_items="flex-start", overflow="visible"
            ),
        )
        views = [
            self._choice("Arithmetic", FORMS, "How the arithmetic is written"),
            self._choice("Loss axis", LOSS_AXES, "The scale of the losses"),
            self._choice("Size", SIZES, SIZE),
            self._box("PyTorch's numbers", "Put PyTorch's numbers beside; the first time loads it"),
            self._box("Predict mode", "Hide each result until you have predicted it"),
        ]
        fields = [
            self._choice(label, ENGINES, meaning)
            if kind == "Dropdown"
            else self._field(kind, label, f"{meaning}; a new value makes a new run")
            for label, kind, meaning in SETTINGS.values()
        ]
        self._fill(
            self._row(*moves), slider, self._row(*views), self.words, self._question, stage,
            self._row(*fields),
        )  # fmt: skip

    def ask(self, question: Hashable | None) -> None:
        """Show the fields for predictions, empty if the question is a new one; None hides them."""
        self._question.layout.display = "none" if question is None else "flex"
        if question not in (None, self._asked):
            for name in ANSWERS:
                self.set(name, value="")
        self._asked = question


class WalkerControls(Controls):
    """The walker's.

    Parameters
    ----------
    act : callable
        As for `Controls`.
    lines : int
        How many lines the derivation has.
    """

    def __init__(self, act: Callable[..., None], lines: int) -> None:
        super().__init__("Walker", act, words="HTMLMath")
        moves = [self._button(name, tooltip) for name, tooltip in LINE_MOVES.items()]
        views = [
            self._box("Predict mode", "Choose each line before it is shown"),
            self._choice("Size", SIZES, SIZE),
        ]
        self._lines = [self._math() for _ in range(lines)]
        self._choices = {name: self._math() for name in CHOICES}
        self._question = self._widgets.VBox(
            [
                self._widgets.HBox(
                    [self._button(name, f"Choose line {name}", "5em"), math],
                    layout=self._widgets.Layout(align_items="center"),
                )
                for name, math in self._choices.items()
            ]
        )
        self._question.add_class("lsqgrad-choices")
        self._fill(self._row(*moves, *views), self.words, *self._lines, self._question)

    def show(self, place: int, html: str) -> None:
        """Show a line; with no HTML, hide it."""
        line = self._lines[place]
        if html:
            line.value = html
        line.layout.display = "block" if html else "none"

    def ask(self, choices: Sequence[str], refused: Collection[str]) -> None:
        """Show the choices, each as HTML, those refused switched off; without any, hide all."""
        for (name, math), html in zip(self._choices.items(), choices, strict=bool(choices)):
            math.value = html
            self.set(name, disabled=name in refused)
        self._question.layout.display = "flex" if choices else "none"

    def _math(self):
        return self._widgets.HTMLMath(layout=self._widgets.Layout(width="100%"))


class GraphControls(Controls):
    """The graph walker's.

    Attributes
    ----------
    screen : ipywidgets.HTML
        Where the picture is shown.
    """

    def __init__(self, act: Callable[..., None]) -> None:
        super().__init__("GraphWalker", act)
        moves = [self._button(name, tooltip) for name, tooltip in NODE_MOVES.items()]
        self.screen = self._widgets.HTML()
        self._fill(self._row(*moves, self._choice("Size", SIZES, SIZE)), self.words, self.screen)


class AnswerControls(Controls):
    """Those of a field for an answer."""

    def __init__(self, act: Callable[..., None]) -> None:
        super().__init__("AnswerField", act)
        layout = self._widgets.Layout(width="30em", max_width="100%")
        # Sent when it is complete: each letter would be sent back, late, over those that follow.
        field = self._value(
            "Text", "Answer", "A number or a formula", layout=layout, continuous_update=False
        )
        self._fill(
            self._row(field, self._button("Check", "Say what the answer is worth")), self.words
        )
