"""Write a site of the notebooks, with players, for any place and no network.

    python tools/web_site.py [NOTEBOOK ...] [--to FOLDER]

Without arguments: all notebooks, into site/. The pages are laid in build/site/source/ and read by
Sphinx, whose warnings are errors: the notebooks as tools/handout.py plays them, the pages in docs/,
what tools/misconception_pages.py writes from the catalogue, and the API reference of what notebooks
import. A link to what the site does not have becomes plain text.
"""

import argparse
import inspect
import json
import re
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from posixpath import dirname, join, normpath
from types import ModuleType

import nbformat
from handout import ROOT, all_played
from misconception_pages import misconception_pages
from nbformat import NotebookNode
from sphinx.cmd.build import build_main
from store_notebooks import merged_streams

import lsqgrad
from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand

SITE = ROOT / "site"  # which git ignores
BUILD = ROOT / "build" / "site"
OURS = ROOT / "docs" / "site"  # Sphinx's configuration, and the pages that are the site's alone
MATHJAX = ROOT / "build" / "npm" / "node_modules" / "mathjax" / "es5" / "tex-svg-full.js"
COPIED = (
    *("docs/lecturers.md", "docs/lecturing.md", "docs/classroom.md", "docs/legibility.md"),
    *("docs/front_ends.md", "docs/facts.md", "deploy/jupyterhub/README.md", "CHANGELOG.md"),
)
UNREAD = (".*", "_sources", "*.map", "*webpack-macros.html")  # what Sphinx and the theme leave
ROOMS = {
    "regression": "Data, gradients and runs",
    "streaming": "Many rows",
    "distributed": "Many workers",
    "plotting": "Pictures",
    "derivations": "Derivations",
    "autograd": "What backward() did",
    "widgets": "Players",
    "practice": "Exercises and predictions",
}
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(([^()\s]+)\)")
CHINESE = re.compile(r"<p lang.*|^#.*|([\u4e00-\u9fff]+(?:[：，][\u4e00-\u9fff]+)*)", re.M)
ATTRIBUTE = re.compile(r"^\w+(?:, \w+)*(?= :)", re.M)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.S)  # Sphinx would split it at \\\\, where no \\tag may be
ATTRIBUTES = re.compile(r"\nAttributes\n-+\n(.*?)\n\n", re.S)
IMPORT = re.compile(r"from lsqgrad\.(\w+) import \(?([\w\s,]+)")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a site of the notebooks.")
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--to", type=Path, default=SITE, metavar="FOLDER")
    parser.add_argument("--build", type=Path, default=BUILD, metavar="FOLDER")
    options = parser.parse_args()
    paths = options.notebooks or sorted(ROOT.glob("notebooks/*.ipynb"))
    sys.exit(not write(paths, options.to, options.build))


def write(paths: Iterable[Path], folder: Path, build: Path) -> bool:
    """Write the site, and print how long it took; say whether nothing went wrong."""
    start = time.perf_counter()
    played = dict(all_played(paths))
    if None in played.values():
        return False
    source, html = build / "source", build / "html"
    if lay(pages({path.stem: notebook for path, notebook in played.items()}), source):
        shutil.rmtree(html, ignore_errors=True)  # pages that are no more
    laid = time.perf_counter()
    options = ["-q", "-W", "--keep-going", "-j", "2", "-d", str(build / "doctrees")]
    if build_main([*options, str(source), str(html)]):
        return False
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(html, folder, ignore=shutil.ignore_patterns(*UNREAD))
    number = len([*folder.rglob("*.html")])
    done = time.perf_counter()
    print(f"{folder}: {number} pages, {done - start:.1f} s, of which Sphinx took {done - laid:.1f}")
    return True


def lay(files: Mapping[str, str | bytes], source: Path) -> bool:
    """Write what has changed, so that Sphinx reads that alone; say whether a file went away."""
    for name, content in files.items():
        path = source / name
        data = content.encode() if isinstance(content, str) else content
        if not path.exists() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    gone = [
        path
        for path in source.rglob("*")
        if path.is_file() and path.relative_to(source).as_posix() not in files
    ]
    for path in gone:
        path.unlink()
    return bool(gone)


def pages(notebooks: Mapping[str, NotebookNode]) -> dict[str, str | bytes]:
    """Return all that Sphinx reads, by its path."""
    files: dict[str, str | bytes] = {"_static/mathjax/tex-svg-full.js": MATHJAX.read_bytes()}
    for path in OURS.rglob("*.*"):
        if "__pycache__" not in path.parts:
            files[path.relative_to(OURS).as_posix()] = path.read_bytes()
    files |= {name: (ROOT / name).read_bytes() for name in COPIED}
    files |= api_pages()
    files |= misconception_pages()
    names = {*files, *(f"notebooks/{name}.ipynb" for name in notebooks)}
    for name, content in files.items():
        if name.endswith(".md"):
            text = content.decode() if isinstance(content, bytes) else content
            files[name] = for_site(text, name, names)
    fill(files, "notation.md", table=for_site(notation(), "notation.md", names))
    fill(files, "index.md", notebooks=for_site(contents(), "index.md", names), player=player())
    for name, notebook in notebooks.items():
        path = f"notebooks/{name}.ipynb"
        files[path] = nbformat.writes(for_sphinx(notebook, path, names))
    return files


def for_site(markdown: str, name: str, names: Iterable[str]) -> str:
    """Return Markdown without comments and dead links, and with the language of Chinese words."""

    def link(found: re.Match) -> str:
        text, target = found.groups()
        if ":" in target:
            return found[0]
        to, sharp, heading = target.partition("#")
        if to and normpath(join(dirname(name), to)) not in names:
            return text
        return f"[{text}]({to}{sharp}{slug(heading)})"

    text = LINK.sub(link, COMMENT.sub("", markdown))
    text = DISPLAYED.sub(lambda found: found[0].replace(r"\\", r"\cr"), text)
    return CHINESE.sub(lambda it: f'<span lang="zh">{it[1]}</span>' if it[1] else it[0], text)


def slug(heading: str) -> str:
    """Return the anchor that Sphinx, like GitHub, gives to what has Jupyter's or its own."""
    return re.sub(r"[^\w-]", "", heading.lower())


def for_sphinx(notebook: NotebookNode, name: str, names: Iterable[str]) -> NotebookNode:
    """Return a notebook as myst-nb reads it: with the words of its pictures where it looks."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = for_site(cell.source, name, names)
            continue
        cell.outputs = merged_streams(cell.outputs)
        for output in cell.outputs:
            data = output.get("data", {})
            if "text/markdown" in data:
                data["text/markdown"] = for_site(data["text/markdown"], name, names)
            if alt := output.get("metadata", {}).get("image/png", {}).get("alt"):
                cell.metadata.mystnb = {"image": {"alt": alt}}
    return notebook


def fill(files: dict[str, str | bytes], name: str, **parts: str) -> None:
    """Put what is made into the places that a page has for it."""
    for place, text in parts.items():
        files[name] = files[name].replace(f"{{{place}}}", text)


def notation() -> str:
    """Return the section on the notation of notebook 00, without its heading."""
    notebook = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
    text = next(cell.source for cell in notebook.cells if "| 中文 |" in cell.source)
    return text.partition("\n\n")[2]


def contents() -> str:
    """Return the tables of the notebooks in the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    return readme[readme.index("| main track") : readme.index("The minutes are counted")].rstrip()


def player() -> str:
    """Return the stepper of notebook 00."""
    trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=0.001, batch_size=3, epochs=3)
    return f"``````{{raw}} html\n{Stepper(trace).html()}\n``````"


# The API reference


def api_pages() -> dict[str, str]:
    """Return a page for each room, with the names that `lsqgrad` or a notebook takes from it.

    Where neither takes any, a room is for programs of the reader's own, which may take all.
    """
    imported = defaultdict(set)
    for path in ROOT.glob("notebooks/*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            for room, names in IMPORT.findall("".join(cell["source"])):
                imported[room].update(names.replace(",", " ").split())
    return {
        f"api/{room}.md": reference(import_module(f"lsqgrad.{room}"), title, imported[room])
        for room, title in ROOMS.items()
    }


def reference(module: ModuleType, title: str, imported: set[str]) -> str:
    """Return what autodoc is told about a room."""
    lines = ["```{eval-rst}", module.__doc__, ""]
    things = {name: thing for name, thing in vars(module).items() if not name.startswith("_")}
    names = {name for name, thing in things.items() if getattr(lsqgrad, name, None) is thing}
    told = names.union(imported) or things
    for name, thing in things.items():
        everywhere = name in names
        if name not in told:
            continue
        place = f"lsqgrad.{name}" if everywhere else f"{module.__name__}.{name}"
        if inspect.isclass(thing):
            lines += [
                f".. autoclass:: {place}",
                "   :members:",
                "   :inherited-members: tuple, Exception",
            ]
            # Those that its docstring has told already
            lines += [f"   :exclude-members: {', '.join(ATTRIBUTE.findall(attributes(thing)))}"]
        elif inspect.isroutine(thing):
            lines += [f".. autofunction:: {place}"]
        elif everywhere:
            lines += [f".. autodata:: {place}", "   :no-value:"]
        lines.append("")
    if title == ROOMS["plotting"]:
        lines += [".. py:data:: lsqgrad.COLORS", "", "   The colour of each quantity:"]
        lines += [
            "   " + ", ".join(f"``{name}`` {color}" for name, color in lsqgrad.COLORS.items())
        ]
    return "\n".join([f"# {title}", "", *lines, "```", ""])


def attributes(of: type) -> str:
    """Return the section of a class's docstring that tells its attributes."""
    found = ATTRIBUTES.search(f"{inspect.getdoc(of)}\n\n")
    return found[1] if found else ""


if __name__ == "__main__":
    main()
