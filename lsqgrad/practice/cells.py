"""What became of the cells of a notebook that were to give a name a value."""

import ast
import math
import re
import traceback
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from lsqgrad._util import ipython_shell

GIVES = re.compile(r"^(?:async +)?(?:def +(\w+)|(\w+) *=(?!=))", re.MULTILINE)


class Cells:
    """Knows some names whose newest cell stopped before it gave them a value.

    Parameters
    ----------
    names : iterable of str
        The names that are looked for.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = {*names}
        self._stopped: dict[str, tuple[object, str]] = {}  # the older value, and the error's name

    def watch(self) -> None:
        """Note from now on what becomes of the cells that IPython runs, if it runs any."""
        if shell := ipython_shell():
            shell.events.register("post_run_cell", self.note)  # which it does once

    def note(self, result: Any) -> None:
        """Note what became of a cell.

        Parameters
        ----------
        result : IPython.core.interactiveshell.ExecutionResult or None
            What IPython tells of it.
        """
        if result is None:  # as when IPython itself cannot go on
            return
        shell = ipython_shell()
        error = result.error_before_exec or result.error_in_exec
        for name, end in _given(_code(shell, result.info.raw_cell)):
            if name not in self._names:
                continue
            self._stopped.pop(name, None)
            if error and name in shell.user_ns and end >= _line(error, shell.user_ns):
                self._stopped[name] = (shell.user_ns[name], type(error).__name__)

    def error(self, name: str, value: object) -> str:
        """Return the name of the error that keeps a name at an older value, or "".

        Parameters
        ----------
        name : str
            The name.
        value : object
            The value that it is asked about.
        """
        older, error = self._stopped.get(name, (None, ""))
        return error if older is value else ""


def _code(shell: Any, cell: str) -> str:
    """Return the cell in Python, without magics, if it can be read so far."""
    try:
        return str(shell.transform_cell(cell))
    except SyntaxError:
        return cell


def _given(code: str) -> Iterator[tuple[str, float]]:
    """Yield the names that a cell gives a value, and the line in which each has it."""
    try:
        with warnings.catch_warnings(action="ignore"):  # they were shown when the cell ran
            tree = ast.parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # then none of it ran
        yield from (("".join(found), math.inf) for found in GIVES.findall(code))
        return
    nodes: list[tuple[ast.AST, int]] = [(tree, 0)]  # each with the end of its statement
    for node, end in nodes:  # which grows
        if isinstance(node, ast.stmt):
            end = node.end_lineno or 0
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name, end
                continue
            case ast.Name(id=name, ctx=ast.Store()):
                yield name, end
            case ast.For(lineno=line) | ast.With(lineno=line):  # has its names at its beginning
                end = line
        nodes += ((child, end) for child in ast.iter_child_nodes(node))


def _line(error: BaseException, names: dict[str, object]) -> int:
    """Return the line of a cell in which it stopped; 0 if it did not begin."""
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_globals is names:
            return line
    return (error.lineno or 0) if isinstance(error, SyntaxError) else 0  # compiling one statement
