r"""Write the lecture as slides that need no kernel and no network, with players, and as a PDF.

    python tools/slides.py [--minutes 45] [--to FOLDER] [--measure]

What is shown, in which order and for how long, docs/lecturing.md says; its notes are the speaker's.
Of each notebook the cells with the tag lecture are executed, in a kernel of their own. The deck is
one file, slides/lecture.html; the page itself lays the cells out on slides (templates/slides/
deck.js). Where there is a Chromium, it prints slides/lecture.pdf. With --measure it goes to each
slide and says what is beyond an edge, and how large the type is.
"""

import argparse
import re
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import lecture
import nbformat
from browser import chromium, find_chromium, offline
from handout import markdown_to_html
from lecture import Part, ScriptError, Stop
from nbconvert import SlidesExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from store_notebooks import CellFailed, in_thread, merged_streams, run

ROOT = Path(__file__).resolve().parent.parent
SLIDES = ROOT / "slides"  # which git ignores
TEMPLATES = Path(__file__).resolve().parent / "templates"
REVEAL = ROOT / "build" / "npm" / "node_modules" / "reveal.js"
SIZE = {"width": 1280, "height": 720}
LARGE = "from lsqgrad import projector\n\nprojector()"
TAG = "lecture"
FOLD = re.compile(r"<details><summary>Answer</summary>\s*(.+?)\s*</details>", re.S)
NOTEBOOK_LINK = re.compile(r'<a href="[^":]+\.ipynb[^"]*">(.*?)</a>', re.S)
# A full stop stays with the formula before it.
FORMULA_AND_STOP = re.compile(r"<math\b(?:(?!</math>).)*</math>[.,;:?)]+", re.S)
PREDICT = "**Predict.**"
LEAST = {"code": 24, "output": 18, "words": 24}  # pixels on the screen


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the lecture as slides.")
    parser.add_argument("--minutes", type=int, choices=[45, 90], default=90)
    parser.add_argument("--to", type=Path, default=SLIDES, metavar="FOLDER")
    parser.add_argument("--measure", action="store_true", help="measure each slide")
    options = parser.parse_args()
    if not REVEAL.exists():
        sys.exit("reveal.js is missing: call make slides, which installs it.")
    try:
        parts = lecture.read(lecture.SCRIPT.read_text(encoding="utf-8"))
        path = write(shorter(parts) if options.minutes == 45 else parts, options.to)
    except (ScriptError, CellFailed) as error:
        sys.exit(f"{error}")
    chrome = find_chromium()
    if chrome is None:
        print("There is no Chromium here: no PDF was written, and nothing measured.")
        sys.exit(options.measure)
    with chromium(chrome) as browser:
        print_pdf(browser, path)
        if options.measure and not report(measure(browser, path)):
            sys.exit("The slides break a rule: see above.")


def shorter(parts: Iterable[Part]) -> list[Part]:
    """Return what belongs to the lecture of 45 minutes."""
    left = []
    for part in parts:
        stops = tuple(stop for stop in part.stops if stop.short)
        minutes = sum(stop.minutes for stop in stops)
        if stops:
            left.append(Part(len(left) + 1, part.title, minutes, stops))
    return left


def write(parts: list[Part], folder: Path) -> Path:
    """Execute the cells and write the slides; return where."""
    start = time.perf_counter()
    names = dict.fromkeys(stop.notebook for part in parts for stop in part.stops)
    with ThreadPoolExecutor(2) as pool:
        executed = dict(zip(names, pool.map(in_thread(execute), names), strict=True))
    minutes = sum(part.minutes for part in parts)
    path = folder / (f"{TAG}.html" if minutes == 90 else f"{TAG}-{minutes}.html")
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(page(deck(parts, executed)), encoding="utf-8")
    size = path.stat().st_size / 1e6
    print(f"{path}: {size:.1f} MB, {time.perf_counter() - start:.1f} s", flush=True)
    return path


def execute(name: str) -> dict[str, NotebookNode]:
    """Run the lecture's cells of a notebook, in large type; return them by their ids."""
    (path,) = ROOT.glob(f"notebooks/{name}_*.ipynb")
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if TAG in cell.metadata.get("tags", [])]
    cells[0].metadata.tags.append("imports")
    notebook.cells = [new_code_cell(LARGE), *cells]
    run(notebook, path.parent, LSQGRAD_HANDOUT="1")
    return {cell.id: cell for cell in cells}


# The deck as a notebook


def deck(parts: list[Part], executed: dict[str, dict[str, NotebookNode]]) -> NotebookNode:
    """Put title, parts and stops together, each stop with its note."""
    minutes = sum(part.minutes for part in parts)
    title = "How PyTorch differentiates least squares"
    cells = slide("slide", [titled(f"# {title}\n\nA lecture of {minutes} minutes.\n\n{KEYS}")])
    at = 0
    for part in parts:
        kind, shown = "slide", [titled(f"# {part.number}. {part.title}\n\n{part.minutes} minutes")]
        for stop in part.stops:
            shown += shown_cells(stop, executed[stop.notebook])
            note = f"**Minute {at} to {at + stop.minutes}.**\n\n{stop.note}"
            cells += slide(kind, shown, note)
            kind, shown, at = "subslide", [], at + stop.minutes
    return new_notebook(cells=cells, metadata={"title": title})


KEYS = (
    "<p class=keys>Space leads on, Shift and space back. Esc shows all slides, S the speaker's "
    "notes, ? all keys. A click hands the keys to a player, Esc back to the slides.</p>"
)


def titled(source: str) -> NotebookNode:
    return new_markdown_cell(source, metadata={"tags": ["title"]})


def slide(kind: str, cells: list[NotebookNode], note: str = "") -> list[NotebookNode]:
    """Begin a slide with the first of some cells, and end it with a note."""
    cells[0].metadata.slideshow = {"slide_type": kind}
    notes = new_markdown_cell(note, metadata={"slideshow": {"slide_type": "notes"}})
    return [*cells, notes] if note else cells


def shown_cells(stop: Stop, executed: dict[str, NotebookNode]) -> Iterator[NotebookNode]:
    """Yield the cells of a stop, an answer after what it answers."""
    answers: list[NotebookNode] = []
    for name in stop.cells:
        if name not in executed:
            raise ScriptError(f"notebook {stop.notebook} has no cell {name!r} with the tag {TAG}")
        cell = executed[name]
        if "imports" in cell.metadata.get("tags", []):  # which a slide has no use for
            continue
        if cell.cell_type == "code":
            cell.outputs = merged_streams(cell.outputs)
            if cell.source.startswith("Prediction("):
                cell.metadata.tags.append("question")
            yield cell
            yield from answers
            answers = []
            continue
        before, *rest = FOLD.split(cell.source)
        words, asks, question = before.partition(PREDICT)
        if words.strip():
            yield new_markdown_cell(words)
        if asks:  # on one slide with what judges it
            yield new_markdown_cell(asks + question, metadata={"tags": ["asks"]})
        for answer, after in zip(rest[::2], rest[1::2], strict=True):
            folded = new_markdown_cell(f"## Answer\n\n{answer}", metadata={"tags": ["answer"]})
            # Below a question it would be read before the answer is tried out.
            if before.strip() and not after.strip():
                answers.append(folded)
            else:
                yield folded
            if after.strip():
                yield new_markdown_cell(after)
    yield from answers


# The page


class DeckExporter(SlidesExporter):
    """nbconvert's slides by our template, with MathML in place of LaTeX."""

    def __init__(self, **options):
        super().__init__(
            extra_template_basedirs=[str(TEMPLATES)],
            template_name="slides",
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            **options,
        )

    def default_filters(self):
        """Replace the filter of Markdown."""
        yield from super().default_filters()
        yield "markdown2html", partial(markdown_to_html, exclude_anchor_links=True)


def page(notebook: NotebookNode) -> str:
    """Return the deck as one file."""
    files = {
        "reveal_css": REVEAL / "dist" / "reveal.css",
        "reveal": REVEAL / "dist" / "reveal.js",
        "notes": REVEAL / "plugin" / "notes" / "notes.js",
        "css": TEMPLATES / "slides" / "deck.css",
        "js": TEMPLATES / "slides" / "deck.js",
    }
    inside = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    for name in ["reveal", "notes"]:  # in a script these would begin or end something
        inside[name] = inside[name].replace("<!--", r"<\!--").replace("</script", r"<\/script")
    html, _ = DeckExporter().from_notebook_node(notebook, resources={"deck": inside})
    html = FORMULA_AND_STOP.sub(r"<span style='white-space: nowrap'>\g<0></span>", html)
    return NOTEBOOK_LINK.sub(r"\1", html)


# What Chromium does


def ready(page) -> None:
    """Wait until the slides are laid out, and all players are there."""
    page.locator("html[data-ready]").wait_for(state="attached")


def print_pdf(browser, path: Path) -> Path:
    """Print the slides, one a page."""
    to = path.with_suffix(".pdf")
    with offline(browser, path, query="?print-pdf", viewport=SIZE) as (page, _):
        ready(page)
        page.pdf(path=to, prefer_css_page_size=True, print_background=True)
    print(f"{to}: {to.stat().st_size / 1e6:.1f} MB", flush=True)
    return to


@dataclass(frozen=True)
class Measured:
    """What a slide looks like on a screen of its own size."""

    number: int
    title: str
    beyond: list[str]  # what is cut off, or beyond an edge
    scrolled: int  # how much can be scrolled to
    type: dict[str, float]  # the smallest of each kind, in pixels

    @property
    def is_good(self) -> bool:
        small = (self.type.get(kind, least) < least - 0.01 for kind, least in LEAST.items())
        return not self.beyond and not any(small)


def measure(browser, path: Path) -> list[Measured]:
    """Go to each slide, and say what is beyond an edge and how large the type is."""
    script = (TEMPLATES / "slides" / "measure.js").read_text(encoding="utf-8")
    with offline(browser, path, viewport=SIZE) as (page, _):
        ready(page)
        measured = []
        for _ in range(page.evaluate("Reveal.getTotalSlides()")):
            number = page.evaluate("Reveal.getSlidePastCount() + 1")
            title = page.evaluate("Reveal.getCurrentSlide().textContent.trim().split('\\n')[0]")
            measured.append(Measured(number, title[:40], **page.evaluate(script)))
            page.keyboard.press("Space")
    return measured


def report(slides: list[Measured]) -> bool:
    """Print what was measured; say whether all of it is as it should be."""
    kinds = sorted({kind for slide in slides for kind in slide.type})
    print("slide beyond scrolled", *(f"{kind:>11}" for kind in kinds), " begins")
    for slide in slides:
        sizes = (f"{slide.type[kind]:11.1f}" if kind in slide.type else " " * 11 for kind in kinds)
        print(f"{slide.number:5} {len(slide.beyond):6} {slide.scrolled:8}", *sizes, "", slide.title)
        for text in slide.beyond:
            print(f"      beyond an edge: {text!r}")
    least = {kind: min(s.type[kind] for s in slides if kind in s.type) for kind in kinds}
    beyond = sum(len(slide.beyond) for slide in slides)
    print(f"{len(slides)} slides, {beyond} elements beyond an edge. Smallest type, in pixels:")
    print("  " + ", ".join(f"{kind} {size:.1f}" for kind, size in least.items()))
    return all(slide.is_good for slide in slides)


if __name__ == "__main__":
    main()
