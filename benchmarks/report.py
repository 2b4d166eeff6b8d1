"""What the benchmarks share: their options, their goals, and the tables in a document."""

import argparse
import os
import platform
import re
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

README = Path(__file__).resolve().parent / "README.md"


class Goal(NamedTuple):
    """A value that was measured, and what it is to be."""

    what: str
    value: float
    limit: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self):
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def read_options(description, parts=(), document=README):
    parser = argparse.ArgumentParser(description=description)
    if parts:
        names = ", ".join(parts)
        parser.add_argument(
            "parts", nargs="*", metavar="part", help=f"{names}; all if none is named"
        )
    parser.add_argument("--write", action="store_true", help=f"put the tables into {document.name}")
    parser.add_argument("--strict", action="store_true", help="fail if a goal is missed")
    options = parser.parse_args()
    if unknown := set(getattr(options, "parts", ())) - set(parts):
        parser.error(f"no such part: {', '.join(unknown)}; there are {', '.join(parts)}")
    return options


def finish(options, section, goals, parts, document=README):
    """Print the report, put it where the options say, and return the exit status."""
    report = "\n\n".join(parts)
    print(report)
    if options.write:
        write(section, report, document)
    return int(options.strict and not all(goal.met for goal in goals))


def in_rounds(measure, rounds):
    """Call `measure` in rounds, after one to warm up; return all of its times by name."""
    measure()
    taken = [measure() for _ in range(rounds)]
    return {name: [time for times in taken for time in times[name]] for name in taken[0]}


def ratio(what, times, others, limit, at_least=False):
    """Return the goal that the ratio of two medians is to meet."""
    return Goal(what, median(times) / median(others), limit, at_least=at_least)


def describe(packages, *others):
    """Name the machine, the versions of packages, and what else is told with its version."""
    versions = [*others, *(f"{name} {version(name)}" for name in packages)]
    python = f"Python {platform.python_version()}"
    return f"Measured on {cpu()}, {os.cpu_count()} cores, with {', '.join([python, *versions])}."


def cpu():
    """Name the processor, which Python cannot on Linux."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(": ")[2]
    return platform.processor()


def table_of_goals(goals):
    rows = []
    for goal in goals:
        sign = "≥" if goal.at_least else "≤"
        verdict = "met" if goal.met else "missed"
        value = f"{figure(goal.value)}{goal.unit}"
        rows.append([goal.what, value, f"{sign} {goal.limit}", verdict])
    return table(["", "measured", "goal", ""], rows)


def figure(value):
    """Write a number with two decimals, or with two digits if these would show none of it."""
    return f"{value:.2f}" if value == 0 or abs(value) >= 0.01 else f"{value:.1e}"


def table_of_times(heads, times):
    """Write for each name how many times were taken, their median and their middle half."""
    rows = []
    for name, values in times.items():
        low, middle, high = (f"{value:.1f}" for value in quantiles(values))
        rows.append([name, len(values), middle, f"{low} to {high}"])
    return table(heads, rows)


def table(head, rows):
    """Write a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def write(section, report, document):
    """Put the report between the two comments of a section in a document."""
    between = re.compile(
        rf"(?<=<!-- begin of {section} -->\n).*(?=<!-- end of {section} -->)", re.S
    )
    text = document.read_text(encoding="utf-8")
    text, found = between.subn(lambda _: f"\n{report}\n\n", text)
    if not found:
        raise ValueError(f"{document}: expected the comments 'begin of {section}' and 'end of …'.")
    document.write_text(text, encoding="utf-8")
