r"""Write the notebooks as pages that need no kernel and no network, with a player for each widget.

    python tools/handout.py [NOTEBOOK ...] [--to FOLDER]

Without arguments: every notebook in notebooks/, into handout/. Each is executed with the
environment variable LSQGRAD_HANDOUT set, which makes a widget show itself as a player in HTML, and
kept so in build/played/ for the next time. Formulas become MathML, which browsers show by
themselves.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from html import escape
from importlib.metadata import distributions
from pathlib import Path

import nbformat
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from store_notebooks import CellFailed, execute, in_thread, merged_streams

ROOT = Path(__file__).resolve().parent.parent
HANDOUT = ROOT / "handout"  # which git ignores
PLAYED = ROOT / "build" / "played"
AT_A_TIME = 2  # notebooks
TEMPLATES = Path(__file__).resolve().parent / "templates"
TAG = re.compile(r"\s*\\tag\{(.+?)\}")
# A slash, a norm and a transpose stand close, which latex2mathml does not know.
CLOSE = {
    "<mo>&#x02016;</mo>": '<mo stretchy="false" lspace="0" rspace="0">‖</mo>',
    "<mo>&#x0002F;</mo>": '<mo lspace="0" rspace="0">/</mo>',
    "<mo>&#x022A4;</mo>": '<mi mathvariant="normal">⊤</mi>',
}
UNKNOWN = re.compile(r"<m[iot][^>]*>(\\\w*)")  # what latex2mathml leaves of a command
NOTEBOOK_LINK = re.compile(r'(?<=href=")([^":]+)\.ipynb(?=[#"])')


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the notebooks as pages.")
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--to", type=Path, default=HANDOUT, metavar="FOLDER")
    options = parser.parse_args()
    sys.exit(not write_all(options.notebooks or sorted(ROOT.glob("notebooks/*.ipynb")), options.to))


def write_all(paths: Iterable[Path], folder: Path) -> bool:
    """Write a page for each notebook; say whether all cells did what they should."""
    folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    done = True
    for path, notebook in all_played(paths):
        if notebook is None:
            done = False
            continue
        to = folder / f"{path.stem}.html"
        to.write_text(page(notebook, path.stem), encoding="utf-8")
        size = to.stat().st_size / 1e6
        print(f"{to}: {size:.1f} MB, after {time.perf_counter() - start:.1f} s", flush=True)
    return done


def all_played(paths: Iterable[Path]) -> Iterator[tuple[Path, NotebookNode | None]]:
    """Yield each notebook as it was played, or None where a cell failed, which is told."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        playing: list[tuple[Path, Future]] = [
            (path, pool.submit(in_thread(played), path)) for path in paths
        ]
        for path, future in playing:
            try:
                yield path, future.result()
            except CellFailed as error:
                print(f"{path.name}: {error}", file=sys.stderr)
                yield path, None


def played(path: Path) -> NotebookNode:
    """Return a notebook with a player in place of each widget.

    It is executed if it, the package or what is installed has changed since it was last played.
    """
    state = sha256(path.read_bytes() + _state_of_the_package()).hexdigest()[:16]
    kept = PLAYED / f"{path.stem}-{state}.ipynb"
    if not kept.exists():
        notebook = execute(path, LSQGRAD_HANDOUT="1")
        PLAYED.mkdir(parents=True, exist_ok=True)
        for old in PLAYED.glob(f"{path.stem}-*.ipynb"):
            old.unlink(missing_ok=True)
        partial = kept.with_suffix(".partial")
        nbformat.write(notebook, partial)
        partial.replace(kept)
    return nbformat.read(kept, as_version=4)


@cache
def _state_of_the_package() -> bytes:
    """Return what changes when a file of the package or an installed version does."""
    state = sha256()
    for path in sorted((ROOT / "lsqgrad").rglob("*.*")):
        if path.suffix in (".py", ".js", ".css"):
            state.update(path.read_bytes())
    for one in sorted(f"{one.name} {one.version}" for one in distributions()):
        state.update(one.encode())
    return state.digest()


def page(notebook: NotebookNode, name: str) -> str:
    """Return an executed notebook as HTML."""
    notebook.metadata.title = title(notebook) or name
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merged_streams(cell.outputs)
    html, _ = HandoutExporter().from_notebook_node(notebook)
    return NOTEBOOK_LINK.sub(r"\1.html", html)


def title(notebook: NotebookNode) -> str | None:
    """Return the first heading."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and (heading := re.search(r"^# +(.+)", cell.source, re.M)):
            return heading[1]
    return None


class HandoutExporter(HTMLExporter):
    """nbconvert's HTML by our template, with MathML in place of LaTeX."""

    def __init__(self, **options):
        super().__init__(
            extra_template_basedirs=[str(TEMPLATES)], template_name="handout", **options
        )

    def default_filters(self):
        """Replace the filter of Markdown."""
        yield from super().default_filters()
        yield "markdown2html", markdown_to_html


class MathRenderer(IPythonRenderer):
    """Writes Markdown as HTML, and formulas in it as MathML."""

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def block_math(self, body: str) -> str:
        """Write an equation, its number at the right."""
        tag = TAG.search(body)
        number = f'<span class="equation-number">({escape(tag[1])})</span>' if tag else ""
        return f'<span class="equation">{mathml(TAG.sub("", body), "block")}{number}</span>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(rf"\begin{{{name}}}{body}\end{{{name}}}")


def markdown_to_html(source: str, **options: bool) -> str:
    return MarkdownWithMath(renderer=MathRenderer(escape=False, **options)).render(source)


def mathml(latex: str, display: str = "inline") -> str:
    r"""Write a formula as MathML.

    Raises
    ------
    ValueError
        If there is a command in it that latex2mathml does not know.
    """
    written = convert(latex, display=display)
    if unknown := UNKNOWN.search(written):
        raise ValueError(f"cannot write {unknown[1]} as MathML, in the formula {latex!r}")
    for loose, close in CLOSE.items():
        written = written.replace(loose, close)
    return written


if __name__ == "__main__":
    main()
