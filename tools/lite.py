"""Write a site that runs notebooks in the browser, where nothing is installed.

    python tools/lite.py PYODIDE [--to FOLDER]

PYODIDE is the official archive of Pyodide, or a folder with its files. JupyterLite makes the site,
with Pyodide's Python. Pyodide's own packages are checked by the hashes in its lock. The others are
wheels that pip fetches into build/lite, once, in the versions of constraints.txt; they and ours
are added to that lock, so that a notebook only imports them.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from email import message_from_bytes
from pathlib import Path

import nbformat
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
LITE = ROOT / "lite"  # which git ignores
BUILD = ROOT / "build" / "lite"
TEMPLATE = ROOT / "tools" / "lite"
RUNTIME = ROOT / "build" / "npm" / "node_modules" / "pyodide"  # in the version of tools/npm
RUNTIME_FILES = ("pyodide.mjs", "pyodide.js", "pyodide.asm.js", "pyodide.asm.wasm")
RUNTIME_FILES += ("python_stdlib.zip",)
CSS = ROOT / "tools" / "jupyter" / "custom" / "custom.css"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
NODE = Path(sys.executable).with_name("node")
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")

# What the kernel asks for by itself, whatever a notebook imports
KERNEL_NEEDS = ("micropip", "ssl", "sqlite3", "ipython", "jedi", "comm")
FROM_PIP = ("anywidget", "comm", "ipywidgets", "mpmath", "psygnal", "sympy", "typing_extensions")
# What these require, and nothing in a browser uses
LEFT_OUT = {"jupyterlab", "jupyterlab-widgets", "torch", "widgetsnbextension"}


class LiteError(Exception):
    """Why the site cannot be written, in a sentence."""


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a site that runs notebooks in the browser.")
    parser.add_argument("pyodide", nargs="?", type=Path, metavar="PYODIDE")
    parser.add_argument("--to", type=Path, default=LITE, metavar="FOLDER")
    options = parser.parse_args()
    start = time.perf_counter()
    try:
        write(options.pyodide, options.to)
    except LiteError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    whole, zipped = sizes(options.to)
    seconds = time.perf_counter() - start
    print(f"{options.to}: {whole:.1f} MB, {zipped:.1f} MB zipped, {seconds:.0f} s")


def write(pyodide: Path | None, to: Path) -> None:
    """Write the site, from Pyodide's archive or a folder with its files."""
    lock = json.loads((RUNTIME / "pyodide-lock.json").read_text(encoding="utf-8"))
    where = (
        f"The official one is pyodide-{lock['info']['version']}.tar.bz2, on the releases page of "
        "the project Pyodide, https://github.com/pyodide/pyodide/releases."
    )
    if pyodide is None:
        raise LiteError(f"make lite needs PYODIDE=, the path of Pyodide's archive. {where}")
    ours = {wheel_id(wheel)[0]: wheel for wheel in [*fetched_wheels(), our_wheel()]}
    packages = locked(lock["packages"], ours)
    theirs = [each for name, each in packages.items() if name not in ours]
    try:
        take(pyodide, {each["file_name"]: each["sha256"] for each in theirs}, BUILD / "released")
    except LiteError as error:
        raise LiteError(f"{error} {where}") from None
    files = {
        name: ours.get(name, BUILD / "released" / each["file_name"])
        for name, each in packages.items()
    }
    source = BUILD / "source"
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(TEMPLATE / "lab", source)
    home = source / "static" / "pyodide"
    home.mkdir(parents=True)
    for name in RUNTIME_FILES:
        shutil.copy(RUNTIME / name, home)
    for name, file in compiled(files).items():
        shutil.copy(file, home)
        packages[name] |= {"file_name": file.name, "sha256": sha256(file)}
    (home / "pyodide-lock.json").write_text(json.dumps(lock | {"packages": packages}))
    for notebook in ROOT.glob("notebooks/*.ipynb"):
        (source / "files" / notebook.name).write_text(joined(notebook), encoding="utf-8")
    build(source, to)
    finish(to)


def take(pyodide: Path, hashes: Mapping[str, str], to: Path) -> None:
    """Copy files from Pyodide's archive, or from a folder with its files, if each is what it was.

    Raises
    ------
    LiteError
        If one is missing, or has another hash.
    """
    to.mkdir(parents=True, exist_ok=True)
    missing = {*hashes}
    for name, content in files_of(pyodide, hashes):
        if hashlib.sha256(content).hexdigest() != hashes[name]:
            raise LiteError(
                f"{name} in {pyodide} is not what Pyodide has released under this name."
            )
        (to / name).write_bytes(content)
        missing.discard(name)
    if missing:
        raise LiteError(f"{min(missing)} is missing in {pyodide}.")


def files_of(pyodide: Path, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield those files of Pyodide that have these names, with what is in them."""
    if pyodide.is_dir():
        there = [pyodide / name for name in names if (pyodide / name).is_file()]
        yield from ((file.name, file.read_bytes()) for file in there)
        return
    try:
        with tarfile.open(pyodide) as archive:
            for member in archive:
                name = member.name.rpartition("/")[2]
                if name in names and (file := archive.extractfile(member)):
                    yield name, file.read()
    except (OSError, EOFError, tarfile.TarError):
        raise LiteError(f"{pyodide} is no archive that can be read.") from None


def fetched_wheels() -> list[Path]:
    """Return the wheels that come from pip, which fetches those that are not here yet."""
    folder = BUILD / "wheels"
    versions = dict(re.findall(r"^(\S+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.M))
    wanted = {(canonicalize_name(name), versions[name]) for name in FROM_PIP}
    missing = wanted - {wheel_id(wheel) for wheel in folder.glob("*.whl")}
    if missing:
        pure = ("--python-version=3.12", "--implementation=py", "--abi=none", "--platform=any")
        pip(
            "download",
            "--no-deps",
            "--only-binary=:all:",
            *pure,
            *map("==".join, missing),
            to=folder,
        )
    return sorted(wheel for wheel in folder.glob("*.whl") if wheel_id(wheel) in wanted)


def our_wheel() -> Path:
    """Build our wheel; what builds it is fetched once."""
    tools, folder = BUILD / "build-system", BUILD / "ours"
    if not tools.exists():
        pip("download", "hatchling", to=tools)
    shutil.rmtree(folder, ignore_errors=True)
    pip("wheel", "--no-deps", "--no-index", f"--find-links={tools}", str(ROOT), to=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def compiled(files: Mapping[str, Path]) -> dict[str, Path]:
    """Return the packages with their modules compiled, as tools/lite/compile.py does it, once.

    The name of a wheel tells what it was made of, as a build number: a browser that has kept one
    does not take it for another.
    """
    folder, new = BUILD / "compiled", BUILD / "compiling"
    how = (TEMPLATE / "compile.py").read_bytes()
    results = {}
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for name, file in files.items():
        if file.suffix != ".whl":
            results[name] = file
            continue
        key = hashlib.sha256(file.read_bytes() + how).hexdigest()[:8]
        project, version, tags = file.name.split("-", 2)
        results[name] = folder / f"{project}-{version}-0{key}-{tags}"
        if not results[name].exists():
            shutil.copy(file, new / results[name].name)
    if any(new.iterdir()):
        script = str(TEMPLATE / "compile.mjs")
        subprocess.run([NODE, script, str(RUNTIME), str(new)], check=True)
    folder.mkdir(exist_ok=True)
    for file in new.iterdir():
        file.replace(folder / file.name)
    return results


def pip(command: str, *arguments: str, to: Path) -> None:
    """Let pip fetch or build wheels into a folder."""
    options = ("--quiet", f"{'--dest' if command == 'download' else '--wheel-dir'}={to}")
    subprocess.run([sys.executable, "-m", "pip", command, *options, *arguments], check=True)


def wheel_id(wheel: Path) -> tuple[str, str]:
    """Return the name and the version of a wheel."""
    name, version, *_ = parse_wheel_filename(wheel.name)
    return name, str(version)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def locked(theirs: Mapping[str, dict], wheels: Mapping[str, Path]) -> dict[str, dict]:
    """Return the packages of a lock that the kernel and some wheels need, with those wheels."""
    packages = {**theirs, **{name: entry(wheel) for name, wheel in wheels.items()}}
    needed: dict[str, dict] = {}
    left = [*KERNEL_NEEDS, *wheels]
    while left:
        name = canonicalize_name(left.pop())
        if name in needed or name in LEFT_OUT:
            continue
        if name not in packages:
            raise LiteError(f"{name} is needed, and neither Pyodide nor FROM_PIP has it.")
        depends = [canonicalize_name(each) for each in packages[name]["depends"]]
        depends = [each for each in depends if each not in LEFT_OUT]
        needed[name] = packages[name] | {"depends": depends}
        left += depends
    return dict(sorted(needed.items()))


def entry(wheel: Path) -> dict:
    """Write a wheel as Pyodide's lock has it."""
    name, version = wheel_id(wheel)
    with zipfile.ZipFile(wheel) as archive:
        files = archive.namelist()
        (about,) = (each for each in files if each.endswith(".dist-info/METADATA"))
        requires = message_from_bytes(archive.read(about)).get_all("Requires-Dist", [])
    needs = [Requirement(each) for each in requires]
    tops = {each.partition("/")[0].removesuffix(".py") for each in files}
    return {
        "name": name,
        "version": version,
        "file_name": wheel.name,
        "sha256": sha256(wheel),
        "install_dir": "site",
        "package_type": "package",
        "unvendored_tests": False,
        "depends": [
            one.name for one in needs if not one.marker or one.marker.evaluate({"extra": ""})
        ],
        "imports": sorted(top for top in tops if top.isidentifier()),
    }


def build(source: Path, to: Path) -> None:
    """Let JupyterLite make the site."""
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    command = [
        *(sys.executable, "-m", "jupyterlite_core", "build", "--force"),
        *("--ignore-sys-prefix", "--no-sourcemaps", "--no-unused-shared-packages", "--apps=lab"),
        *(f"--lite-dir={source}", f"--output-dir={to.resolve()}", f"--contents={source / 'files'}"),
        *(f"--LiteBuildConfig.federated_extensions={extensions / each}" for each in EXTENSIONS),
    ]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True)
    if done.returncode:
        raise LiteError(f"JupyterLite cannot build the site: {done.stdout}{done.stderr}")


def joined(notebook: Path) -> str:
    """Return a notebook with each text in one piece, as a server sends it, and nothing else new."""
    return json.dumps(nbformat.read(notebook, as_version=4), ensure_ascii=False)


def finish(to: Path) -> None:
    """Let the site begin at notebook 00, under our name, and with the colours of equations."""
    shutil.copy(TEMPLATE / "index.html", to)
    shutil.copy(CSS, to)
    page = to / "lab" / "index.html"
    text = page.read_text(encoding="utf-8").replace("<title>JupyterLite<", "<title>lsqgrad<")
    style = f'<link rel="stylesheet" href="../{CSS.name}" />'
    page.write_text(text.replace("</head>", f"{style}\n</head>"), encoding="utf-8")


def sizes(folder: Path) -> tuple[float, float]:
    """Return how many megabytes a folder has, and how many zipped."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    whole = sum(file.stat().st_size for file in files)
    zipped = sum(len(zlib.compress(file.read_bytes())) for file in files)
    return whole / 1e6, zipped / 1e6


if __name__ == "__main__":
    main()
