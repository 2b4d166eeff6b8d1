"""Writes the HTML of the walker: the lines of a derivation, and what may be the next."""

from html import escape

from lsqgrad.algebra import Formula, changes, is_narrow, part
from lsqgrad.derivations.derivation import Derivation, with_latex


def line_markup(derivation: Derivation, place: int, size: str) -> str:
    """Write a line of a derivation, what changed in it marked, with its rule beside it."""
    first, *others = derivation.formulas[place].relations[0].sides
    sides = [first] if derivation.continues(place) else others
    marked = changes(derivation.right_side(place - 1), sides[-1]) if place else ()
    left = "" if derivation.continues(place) else part(first)
    right = " ".join(f"= {part(side, marked=marked)}" for side in sides)
    if left and not is_narrow(first):  # it would push all the rest aside
        left, right = "", f"{left} {right}"
    left, right = _math(left) if left else "", _math(right)
    heading, sentence = (
        escape(with_latex(text))
        for text in (derivation.lines[place].heading, derivation.lines[place].sentence)
    )
    number = derivation.number(place)
    return (
        f"<div class='lsqgrad-line lsqgrad-{size}' role='group' aria-label='Equation {number}'>"
        f"<span>{left}</span><span>{right}</span><span>({number})</span>"
        f"<span><b>{heading}.</b> {sentence}</span></div>"
    )


def choice_markup(derivation: Derivation, place: int, math: str, size: str) -> str:
    """Write the line at a place with a right side that it may have."""
    (side,) = Formula(math).relations[0].sides
    left = "" if derivation.continues(place) else part(derivation.subject(place))
    tex = _math(f"{left} = {part(side)}")
    return f"<div class='lsqgrad-line lsqgrad-choice lsqgrad-{size}'>{tex}</div>"


def _math(tex: str) -> str:
    return f"$\\displaystyle {escape(tex)}$"
