"""Reads docs/lecturing.md: which cells are shown when, for how long, and what to ask.

    ## Part 1. The line, by hand and step by step (15 minutes)

    ### 00 · `00-02`, `00-squares` · 4 min · 45

    **Ask.** What lies below a stop, up to the next heading, is its note.

A heading of the third level is a stop: the notebook, the ids of its cells, the minutes, and 45 if
it belongs to the lecture of 45 minutes, too.
"""

import re
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent / "docs" / "lecturing.md"
PART = re.compile(r"## Part (?P<number>\d+)\. (?P<title>.+) \((?P<minutes>\d+) minutes\)")
STOP = re.compile(
    r"### (?P<notebook>\d\d) · (?P<cells>`[^`\s]+`(?:, `[^`\s]+`)*) · (?P<minutes>\d+) min"
    r"(?P<short> · 45)?"
)
PART_FORM = "## Part 1. Its title (15 minutes)"
STOP_FORM = "### 00 · `id`, `another-id` · 4 min, then perhaps · 45"


class ScriptError(ValueError):
    """docs/lecturing.md is not in its form."""


@dataclass(frozen=True)
class Stop:
    """Cells that are shown together, and what the lecturer does meanwhile."""

    notebook: str  # its two digits
    cells: tuple[str, ...]  # their ids, in order
    minutes: int
    short: bool  # whether it belongs to the lecture of 45 minutes, too
    note: str  # Markdown


@dataclass(frozen=True)
class Part:
    """A part of the lecture."""

    number: int
    title: str
    minutes: int
    stops: tuple[Stop, ...]


def read(text: str) -> list[Part]:
    """Return the parts of a lecturer's script.

    Raises
    ------
    ScriptError
        If a heading is not in its form, a stop is outside of a part or has no note, a cell is named
        twice, or the minutes of a part are not those of its stops.
    """
    parts: list[Part] = []
    is_in_part = False
    # Pairs of a heading and what is below it, after what is above the first
    pieces = re.split(r"^(##|###) (?!#)(.*)$", text, flags=re.M)[1:]
    for marks, words, below in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True):
        heading = f"{marks} {words.strip()}"
        if marks == "##":
            is_in_part = words.startswith("Part ")
            if is_in_part:
                parts.append(_part(heading, len(parts) + 1))
        elif is_in_part:
            last = parts[-1]
            stops = (*last.stops, _stop(heading, below.strip()))
            parts[-1] = Part(last.number, last.title, last.minutes, stops)
        elif STOP.match(heading):
            raise ScriptError(f"{heading!r} stands in no part: put it below {PART_FORM!r}")
    if not parts:
        raise ScriptError(f"there is no part: expected headings such as {PART_FORM!r}")
    _check(parts)
    return parts


def _part(heading: str, number: int) -> Part:
    found = PART.fullmatch(heading)
    if not found or int(found["number"]) != number:
        raise ScriptError(f"cannot read {heading!r} as part {number}: write it as {PART_FORM!r}")
    return Part(number, found["title"], int(found["minutes"]), ())


def _stop(heading: str, note: str) -> Stop:
    found = STOP.fullmatch(heading)
    if not found:
        raise ScriptError(f"cannot read {heading!r} as a stop: write it as {STOP_FORM!r}")
    if not note:
        raise ScriptError(f"{heading!r} has no note: write below it what to ask")
    cells = tuple(re.findall(r"`(.+?)`", found["cells"]))
    minutes, short = int(found["minutes"]), bool(found["short"])
    return Stop(found["notebook"], cells, minutes, short, note)


def _check(parts: list[Part]) -> None:
    seen: set[tuple[str, str]] = set()
    for part in parts:
        minutes = sum(stop.minutes for stop in part.stops)
        if minutes != part.minutes:
            raise ScriptError(
                f"part {part.number} says {part.minutes} minutes, and its stops take {minutes}"
            )
        for stop in part.stops:
            for cell in stop.cells:
                if (stop.notebook, cell) in seen:
                    raise ScriptError(f"cell {cell!r} of notebook {stop.notebook} has two stops")
                seen.add((stop.notebook, cell))
