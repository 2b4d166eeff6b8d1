"""Compile the modules in the wheels in /wheels, in place; Pyodide runs this.

A browser keeps nothing that Python compiles, and would do it again for each kernel. Of other
packages the source is left out, and their tests.
"""

import json
from pathlib import Path
from py_compile import PycInvalidationMode, compile
from zipfile import ZIP_DEFLATED, ZipFile

SITE = "/lib/python3.12/site-packages"
FONTS = "matplotlib/fontlist.json"
COPIES = "lsqgrad/collection/files/"  # of the notebooks, which the site has beside it


def rewrite(wheel):
    with ZipFile(wheel) as old:
        files = {name: old.read(name) for name in old.namelist()}
    new = wheel.with_suffix(".new")
    with ZipFile(new, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            ours = name.startswith("lsqgrad/")
            if ("/tests/" in name and not ours) or name.startswith(COPIES):
                continue
            if name == FONTS:
                content = usable(json.loads(content), files)
            if name.endswith(".py"):
                stem, _, file = name.removesuffix(".py").rpartition("/")
                cache = f"{stem}/__pycache__/{file}.cpython-312.pyc" if ours else f"{name}c"
                archive.writestr(cache, compiled(name, content))
            if ours or not name.endswith(".py"):
                archive.writestr(name, content)
    new.replace(wheel)


def compiled(name, content):
    source, target = Path("/tmp/source.py"), "/tmp/source.pyc"
    source.write_bytes(content)
    mode = PycInvalidationMode.UNCHECKED_HASH
    compile(source, target, f"{SITE}/{name}", doraise=True, invalidation_mode=mode, quiet=2)
    return Path(target).read_bytes()


def usable(fonts, files):
    """Mend Matplotlib's list of fonts, which would be made anew, with a warning, for each kernel.

    Pyodide packs one that a later version of Matplotlib has made, with fonts that are not there.
    """
    manager = files["matplotlib/font_manager.py"].decode()
    fonts["_version"] = int(manager.partition("    __version__ = ")[2].split()[0])
    for kind in ("afmlist", "ttflist"):
        there = [each for each in fonts[kind] if f"matplotlib/mpl-data/{each['fname']}" in files]
        fonts[kind] = there
    return json.dumps(fonts)


for wheel in Path("/wheels").glob("*.whl"):
    rewrite(wheel)
