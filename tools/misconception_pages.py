"""Writes a page for each misconception of the catalogue, as Markdown for Sphinx.

All of it is found: what is said in the catalogue, the numbers by the exercises that know the
mistake, the check in the section of the failure laboratory, the digits to type by the stepper's own
judge. Only which section is about which mistake is said here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib as mpl
import nbformat
import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from lsqgrad import ARTICLE, COLORS, Stepper, line_data, minibatches
from lsqgrad.algebra import Formula, to_latex
from lsqgrad.judging import (
    AnswerKey,
    answer_key,
    capitalize,
    changes,
    compare,
    epoch,
    loss,
    said_for,
    train,
)
from lsqgrad.judging.misconceptions import MISCONCEPTIONS
from lsqgrad.practice.exercise import Exercise, NumberExercise
from lsqgrad.practice.exercises import BY_NOTEBOOK, article_step, first_epoch
from lsqgrad.practice.formula_exercise import FormulaExercise
from lsqgrad.practice.function_exercise import EXCHANGED, SIZES, FunctionExercise

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
LABORATORY = {
    ("05_failure_lab", "Flip the sign"): ("sign", "uphill"),
    ("05_failure_lab", "Lose a factor"): (
        *("half", "twice", "1/n left out", "2/n left out", "sum of squares"),
        *("half the gradient", "twice the gradient"),
    ),
    ("05_failure_lab", "Forget to clear the gradient"): ("gradients add up",),
    ("05_failure_lab", "Let a flat target broadcast"): ("n by n",),
    ("11_more_failures", "Write the update as a product"): ("product",),
    ("11_more_failures", "Update b too early"): ("b first", "w first"),
    ("11_more_failures", "Hard-code n where it varies"): (
        *("three rows", "3 for n", "rows of a whole batch"),
    ),
    ("11_more_failures", "Average the averages"): ("mean of means",),
    ("11_more_failures", "Step before backward"): ("nothing happens", "old gradient"),
}
CONVENTION = (
    "It is right under another convention, such as a loss with a ½ or without 1/n, a residual with "
    "the other sign, or an array of another shape. So it may come with a second mistake; then a "
    "check names both."
)
ASKED = {"loss": "the loss", "w": "the new w", "b": "the new b"}
MOST_WAYS = 3  # of those to make a mistake, as columns can show
EPOCHS = 10
CHECK = "**The check.**"


class Met(NamedTuple):
    """Where a mistake is known: an exercise, and the ways in which it makes it."""

    notebook: str
    heading: str
    exercise: Exercise
    ways: Sequence[Any]


def anchor(heading: str) -> str:
    """Return the anchor that Jupyter gives a heading, by which notebooks refer to it."""
    return heading.replace(" ", "-")


def misconception_pages() -> dict[str, str | bytes]:
    """Return the pages and their pictures, by their paths."""
    assert len({*map(slug, MISCONCEPTIONS)}) == len(MISCONCEPTIONS)
    files: dict[str, str | bytes] = {}
    by_notebook = defaultdict(list)
    for key in MISCONCEPTIONS:
        met = list(met_in(key))
        by_notebook[met[0].notebook].append(key)
        picture = picture_of(key)
        if picture:
            files[f"misconceptions/{slug(key)}.svg"] = picture[0]
        files[f"misconceptions/{slug(key)}.md"] = page(key, met, picture and picture[1])
    files["misconceptions/index.md"] = index(by_notebook)
    return files


def index(by_notebook: Mapping[str, Sequence[str]]) -> str:
    lines = [
        "# Misconceptions",
        "",
        f"The checks know {len(MISCONCEPTIONS)} typical mistakes. Each has a page: what it is, the "
        "question that is asked back, the numbers that it makes, and what catches it. Here they "
        "stand by the notebook in which they are met first.",
    ]
    for name in sorted(by_notebook):
        lines += ["", f"## {title_of(name)}", "", "| mistake | what is said |", "|---|---|"]
        for key in by_notebook[name]:
            lines.append(f"| [{title(key)}]({slug(key)}.md) | {said(key)} |")
    return "\n".join([*lines, ""])


def page(key: str, met: Sequence[Met], alt: str | None) -> str:
    """Write the page of a misconception; `alt` is what its picture says."""
    misconception = MISCONCEPTIONS[key]
    first = met[0].notebook
    lines = [
        *("---", "orphan: true", "---", ""),  # the contents of each page would name all others
        *(f"# {title(key)}", ""),
        f"One of the [misconceptions](index.md), first met in notebook "
        f"[{title_of(first)}](../notebooks/{first}.ipynb).",
        *("", f"**{said(key)}**", "", f"*{misconception.question}*", ""),
    ]
    if misconception.convention:
        lines += [CONVENTION, ""]
    lines += ["## How it looks", ""]
    if alt:
        lines += [f"![{alt}]({slug(key)}.svg)", ""]
    lines += [*table(met), ""]
    for notebook, heading in (place for place, keys in LABORATORY.items() if key in keys):
        lines += laboratory(notebook, heading)
    if typed := [*typed_numbers(key)]:
        numbers = ", or ".join(f"**{number}** for {ASKED[quantity]}" for quantity, number in typed)
        lines += [
            "## Try it",
            "",
            f"Type {numbers}, and press Enter.",
            "",
            "``````{raw} html",
            player(),
            "``````",
            "",
        ]
    return "\n".join(lines)


@cache
def player() -> str:
    return Stepper(article_step(), predict=True).html()


def title(key: str) -> str:
    return key if key.startswith(("n ", "lr ")) else capitalize(key)


def said(key: str) -> str:
    return capitalize(MISCONCEPTIONS[key].said)


def slug(key: str) -> str:
    words = key.lower().replace("λ", "lambda").replace("/", " over ")
    return re.sub(r"[^a-z0-9]+", "-", words).strip("-")


# Where it is met


@cache
def cells_of(name: str) -> list[nbformat.NotebookNode]:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4).cells


@cache
def name_of(number: str) -> str:
    return next(path.stem for path in NOTEBOOKS.glob(f"{number}_*.ipynb"))


def title_of(name: str) -> str:
    return f"{name[:2]} {cells_of(name)[0].source.partition(chr(10))[0].removeprefix('# ')}"


def met_in(key: str) -> Iterator[Met]:
    """Yield the exercises that know a mistake, in the order of the notebooks.

    If none does, the stepper knows it, in predict mode.
    """
    number, found = 0, False
    for prefix, exercises in BY_NOTEBOOK.items():
        name = name_of(prefix)
        headings = re.findall(
            r"^### (\d+\. .+)", "\n".join(cell.source for cell in cells_of(name)), re.M
        )
        for exercise in exercises:
            number += 1
            if ways := ways_of(exercise, key):
                found = True
                heading = next(one for one in headings if one.startswith(f"{number}. "))
                yield Met(name, heading, exercise, ways)
    stepper = NumberExercise("predict mode", first_epoch, 3, "loss")
    if not found and (ways := ways_of(stepper, key)):
        yield Met(name_of("04"), "Drive it yourself", stepper, ways)


def ways_of(exercise: Exercise, key: str) -> Sequence[Any]:
    """Return the ways in which an exercise makes a mistake: keywords, formulas or numbers."""
    if isinstance(exercise, NumberExercise):
        known = numbers_of(exercise)
        typical = [known["mistakes"][key]] if key in known["mistakes"] else []
        return typical or known["rare"].get(key, [])
    if key == EXCHANGED and len(getattr(exercise, "parts", ())) == 2:
        return [EXCHANGED]
    return exercise.mistakes.get(key) or exercise.mistakes.get((key,), [])


@cache
def numbers_of(exercise: NumberExercise) -> AnswerKey:
    return answer_key(exercise.trace(), exercise.position, exercise.quantity)


def laboratory(name: str, heading: str) -> Iterator[str]:
    """Yield what the failure laboratory says of a mistake: its symptom and its check."""
    link = f"../notebooks/{name}.ipynb#{anchor(heading)}"
    yield from ("## In the failure laboratory", "")
    yield from (f"[{heading}]({link}) makes it, beside a healthy run.", "")
    lab = "05_failure_lab"
    symptoms = next(cell.source for cell in cells_of(lab) if "| symptom |" in cell.source)
    yield from ("| symptom | likely cause | the check |", "|---|---|---|")
    for row in symptoms.splitlines():
        if f"#{anchor(heading)})" in row:
            yield with_links(row, lab)
    cells = cells_of(name)
    begin = next(i for i, cell in enumerate(cells) if cell.source.startswith(f"## {heading}\n"))
    at = next(i for i in range(begin, len(cells)) if CHECK in cells[i].source)
    words, code = cells[at].source, cells[at + 1].source
    yield from ("", with_links(words[words.index(CHECK) :], name))
    yield from ("", "```python", code, "```", "")


def with_links(markdown: str, name: str) -> str:
    """Return Markdown of a notebook for a page in another folder."""
    markdown = markdown.replace("](#", f"]({name}.ipynb#")
    return re.sub(r"\]\((?=\d\d_)", "](../notebooks/", markdown)


# The numbers


@cache
def settings() -> dict[str, tuple[str, list[Any]]]:
    """Return for the exercises what they are asked with, in words and as arguments."""
    X, Y, w, b, lr = ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b, ARTICLE.lr
    batch, weights, velocity = [X, Y, w, b], np.array([[1.0], [2.0], [3.0]]), np.array([[-100.0]])
    (batches,) = minibatches(10, 3, epochs=1)
    losses = first_epoch().losses.astype(np.float64)
    ten = "ten points in four batches"
    two_parts = np.array([[X[:2].mean(), X[2].item()], [2 * X[:2].var(), 0.0]])
    return {
        "matrix form": ("without the bias", [X, Y, w]),
        "scalar form": ("", [X.ravel(), Y.ravel(), w.item(), b]),
        "update": ("", [*batch, lr]),
        "training loop": ("five steps", [w, b, X, Y, lr, 5]),
        "epoch": (ten, [*line_data(), w, b, lr, batches]),
        "loss of the epoch": (ten, [losses, np.array([len(rows) for rows in batches])]),
        "sum of squares": ("of the sum of squares", batch),
        "find the bugs": ("five steps", [w, b, X, Y, lr, 5]),
        "loss function": ("", batch),
        "with the bias": ("", batch),
        "weighted squares": ("rows of weight 1, 2 and 3", [*batch, weights]),
        "ridge": ("λ = 0.3", [*batch, 0.3]),
        "largest learning rate": ("", [X]),
        "scaled line": ("mean and std of x", [w.item(), b, X.mean(), X.std()]),
        "momentum step": ("v = −100, momentum 0.5", [X, Y, w, velocity, lr, 0.5]),
        "merged sums": ("x of rows 1 and 2, and of row 3", [np.array([2, 1]), *two_parts]),
    }


def table(met: Sequence[Met]) -> Iterator[str]:
    """Yield the lines of a table of what is right and what the mistake makes of it."""
    rows: dict[tuple[str, ...], list[str]] = {}
    for one in met:
        link = f"[{one.heading}](../notebooks/{one.notebook}.ipynb#{anchor(one.heading)})"
        if cells := row(one.exercise, one.ways):
            rows.setdefault(cells, []).append(link)
    yield "On the article's batch: three rows, w = −0.34487, b = 0.86449, learning rate 0.001."
    yield ""
    yield "| asked for | right | with the mistake | found by the check of |"
    yield "|---|---|---|---|"
    for cells, links in rows.items():
        yield f"| {' | '.join([*cells, '; '.join(links)])} |"


def row(exercise: Exercise, ways: Sequence[Any]) -> tuple[str, str, str] | None:
    """Return what an exercise asks for, what is right, and what comes of each way.

    None if nothing does: in the scalar form, what is transposed stays as it is.
    """
    if isinstance(exercise, NumberExercise):
        known = numbers_of(exercise)
        where = ", in a batch of one row" if exercise.position else ""
        wrong = [number(one) for one in ways]
        return ASKED[exercise.quantity] + where, number(known["truth"]), joined(wrong)
    if isinstance(exercise, FormulaExercise):
        return f"{exercise.part}, as a formula", formula(exercise.truth), joined(map(formula, ways))
    assert isinstance(exercise, FunctionExercise)
    words, inputs = settings()[exercise.name]
    asked = " and ".join(part.replace("The ", "the ") for part in exercise.parts)
    truth = result(exercise, {}, inputs)
    wrong = [result(exercise, how, inputs) for how in ways]
    differing = [one for one in wrong if one != truth]
    if not differing:
        other = other_numbers(exercise, ways)
        if other is None:
            return None
        differing = [f"the same; it shows with {other}"]
    return f"{asked}, {words}" if words else asked, truth, joined(differing)


def result(exercise: FunctionExercise, how: Any, inputs: Sequence[Any]) -> str:
    """Write what the truth gives with some keywords."""
    keywords = {} if how == EXCHANGED else how
    try:
        with np.errstate(all="ignore"):
            results = exercise.truth(*inputs, **keywords)
    except (ArithmeticError, LookupError, ValueError):
        return "an error, since the shapes do not fit"
    results = results if isinstance(results, tuple) else (results,)
    return ", ".join(map(value, results[::-1] if how == EXCHANGED else results))


def other_numbers(exercise: FunctionExercise, ways: Sequence[Any]) -> str | None:
    """Say with which other numbers, of those that a check takes, a mistake shows."""
    random = np.random.default_rng(0)
    for n, p in SIZES:
        inputs = exercise.draw(random, n, p)
        truth = result(exercise, {}, inputs)
        if any(result(exercise, how, inputs) != truth for how in ways):
            return "other numbers" if (n, p) == SIZES[0] else f"n = {n} and p = {p}"
    return None


def joined(texts: Iterable[str]) -> str:
    several = [*dict.fromkeys(texts)]
    return "; or ".join(several[:MOST_WAYS])


def value(array: Any) -> str:
    """Write a number, with brackets if it has an axis of its own, or say how many there are."""
    array = np.asarray(array, dtype=np.float64)
    if array.size > 1:
        return f"{'×'.join(map(str, array.shape))} numbers"
    return f"[{number(array.item())}]" if array.ndim == 1 else number(array.item())


def number(one: float) -> str:
    return f"{one:.6g}".replace("-", "−") if np.isfinite(one) else "no number"


def formula(text: str) -> str:
    return f"${to_latex(Formula(text), inline=True)}$"


def typed_numbers(key: str) -> Iterator[tuple[str, str]]:
    """Yield what to type for a number of the article's step so that the stepper names a mistake."""
    for quantity in ASKED:
        step = NumberExercise("", article_step, 0, quantity)
        texts = (f"{one:.{digits}g}" for one in ways_of(step, key) for digits in (6, 9))
        for text in texts:
            if compare(numbers_of(step), said_for(quantity), text).mistakes == (key,):
                yield quantity, text.replace("-", "−")
                break


# The picture


def picture_of(key: str) -> tuple[bytes, str] | None:
    """Draw the losses of a run with a mistake beside the healthy one; return it and its words."""
    of_batches = changes(epoch).get(key)
    ways = of_batches or changes(train).get(key)
    if not ways:
        return None
    losses_with = losses_of_epochs if of_batches else losses_of_steps
    healthy = losses_with({})
    broken = None
    for how in ways:
        try:
            with np.errstate(all="ignore"):
                broken = losses_with(how)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            continue
        if broken is not None and not np.allclose(broken, healthy, equal_nan=True, rtol=1e-3):
            break
    else:
        return None
    unit = "epochs" if of_batches else "steps"
    return drawn(healthy, broken, unit)


def losses_of_epochs(how: Mapping[str, Any]) -> list[float] | None:
    """Return the loss of all the data at the start and after each epoch."""
    X, Y = line_data()
    w, b = ARTICLE.w, ARTICLE.b
    found, before = [loss(X, Y, w, b)], []
    for batches in minibatches(10, 3, epochs=EPOCHS):
        before += batches
        if "optimizer" in how:  # it remembers
            after = epoch(X, Y, ARTICLE.w, ARTICLE.b, ARTICLE.lr, before, **how)
        else:
            after = epoch(X, Y, w, b, ARTICLE.lr, batches, **how)
        if any(np.size(one) != 1 for one in after):
            return None
        w, b = np.reshape(after[0], (1, 1)), np.reshape(after[1], ()).item()
        found.append(loss(X, Y, w, b))
    return found


def losses_of_steps(how: Mapping[str, Any]) -> list[float] | None:
    """Return the loss of all the data at the start and after each step from all of them."""
    X, Y = line_data()
    found = []
    for steps in range(EPOCHS + 1):
        w, b = train(ARTICLE.w, ARTICLE.b, X, Y, ARTICLE.lr, steps, **how)
        found.append(loss(X, Y, np.reshape(w, (1, 1)), np.reshape(b, ()).item()))
    return found


def drawn(healthy: Sequence[float], broken: Sequence[float], unit: str) -> tuple[bytes, str]:
    """Draw two curves; return the SVG and its words."""
    figure, lines = panel()
    for line, losses in zip(lines, (healthy, broken), strict=True):
        line.set_data(range(len(losses)), losses)
    ax = lines[0].axes
    ax.relim()
    ax.autoscale()
    ax.set_ylim(top=min(ax.get_ylim()[1], 1e6))
    ax.set_xlabel(unit)
    svg = BytesIO()
    with mpl.rc_context({"svg.hashsalt": "lsqgrad"}):
        figure.savefig(svg, format="svg", metadata={"Date": None})
    last = f"after {len(healthy) - 1} {unit}"
    words = (
        f"The loss of all the data, from {number(healthy[0])} at the start: {last} it is "
        f"{number(healthy[-1])} in the healthy run, and {number(broken[-1])} with the mistake."
    )
    return svg.getvalue(), words


@cache
def panel() -> tuple[Figure, list[Line2D]]:
    """Make the panel of all pictures, whose ticks take longer to make than to move."""
    with mpl.rc_context({"font.size": 12}):
        figure = Figure(figsize=(7, 3))
        figure.subplots_adjust(left=0.13, right=0.98, bottom=0.2, top=0.97)
        ax = figure.subplots()
        ax.set(ylabel="loss of all the data", yscale="log")
        ax.minorticks_off()
        lines = [
            *ax.plot([], color=COLORS["loss"], marker="o", label="healthy"),
            *ax.plot([], color="black", linestyle="--", marker="s", label="with the mistake"),
        ]
        ax.legend(loc="lower left")
    return figure, lines
