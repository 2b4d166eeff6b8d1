"""A reader's copy of the notebooks: made, updated, and put back, with nothing of theirs lost.

A small file in the folder keeps the digest of each notebook as it was written. A notebook that
still has this digest is unchanged, and may be replaced; any other is the reader's own. If the file
is lost, all notebooks that differ from the package's count as the reader's own.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path

from lsqgrad._util import perhaps, write_whole
from lsqgrad.collection.files import notebooks
from lsqgrad.collection.lab import command

RECORD = ".lsqgrad.json"
FORMAT = "lsqgrad copy 1"
NOTICE = "What is new.md"


@dataclass
class News:
    """What an update found and did in a reader's folder: names of notebooks.

    Attributes
    ----------
    folder : Path
        The reader's folder.
    new : list of str
        Those that were not there before, and now are.
    missing : list of str
        Those that an earlier update wrote, that had gone, and that are there again.
    replaced : list of str
        Older ones that the reader had not changed, and that are now the package's.
    changed : list of str
        The reader's own, of which the package has no newer version.
    newer : list of str
        The reader's own, of which the package has a newer version. They are left alone.
    same : list of str
        Those that are as in the package.
    gone : list of str
        Those that are no longer in the package. They are left alone.
    is_told : bool
        Whether earlier updates have already told all that is new.
    """

    folder: Path
    new: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    is_told: bool = True

    @property
    def is_first(self) -> bool:
        """Whether the folder held nothing of the collection before."""
        others = (self.missing, self.replaced, self.changed, self.newer, self.same, self.gone)
        return not any(others)

    def text(self) -> str:
        """Return what is said on the command line."""
        if self.is_first:
            return f"{len(self.new)} notebooks are in {self.folder.resolve()}"
        lines = [f"In {self.folder.resolve()}, compared with lsqgrad {version('lsqgrad')}:"]
        lines += [f"  {line}" for line in self._lines()]
        if self.newer:
            reset = command("reset", self.folder / self.newer[0])
            lines.append(f"To take the newer one, and keep yours under a dated name:  {reset}")
        return "\n".join(lines)

    def leave_notice(self) -> None:
        """Write a file into the folder that tells what is new, if there is something to tell."""
        if self.is_first or self.is_told:
            return
        news = replace(self, changed=[], same=[])
        text = f"## {datetime.now():%Y-%m-%d}, lsqgrad {version('lsqgrad')}\n\n"
        text += "".join(f"- {line}\n" for line in news._lines())
        if self.newer:
            text += (
                "\nTo take the newer one, save your work, and run this in a cell of any notebook:"
                f"\n\n```\n%run -m lsqgrad reset {self.newer[0]}\n```\n\n"
                "Yours is kept beside it, under a name with the date.\n"
            )
        title, notice = b"# What is new\n\n", self.folder / NOTICE
        before = notice.read_bytes().removeprefix(title) if notice.is_file() else b""
        write_whole(notice, title + text.encode() + (before and b"\n" + before))

    def _lines(self) -> list[str]:
        """Return what there is to say, a line for each kind of news."""
        said = {
            "New in the collection": self.new,
            "Written again, since they were missing": self.missing,
            "Replaced by newer ones, since you had not changed them": self.replaced,
            "Changed by you, and newer in the collection: yours are left as they are": self.newer,
            "No longer in the collection: left as they are": self.gone,
            "Changed by you, and not newer in the collection": self.changed,
            "Unchanged": self.same,
        }
        return [f"{what}: {', '.join(names)}" for what, names in said.items() if names]


def update(folder: Path) -> News:
    """Write the notebooks into a folder, and replace those that the reader has not changed.

    Parameters
    ----------
    folder : Path
        The folder to write into. It is made if it does not exist.

    Returns
    -------
    News
        What was found there and what was done.

    Raises
    ------
    ValueError
        If it is a file, or where the package keeps the notebooks.
    OSError
        If it cannot be written.
    """
    ours = notebooks()
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder}: expected a folder, got a file. Name another one.")
    _refuse_own_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    written, told = record["written"], record["told"]
    news = News(folder, gone=[name for name in written if name not in ours])
    news.is_told = not news.gone
    for name in news.gone:
        del written[name]
    try:
        for name, original in ours.items():
            path, content = folder / name, original.read_bytes()
            ours_now, before = _digest(content), written.get(name)
            theirs = _digest(path.read_bytes()) if path.exists() else None
            if theirs in (None, before, ours_now):
                if theirs != ours_now:
                    write_whole(path, content)
                    news.is_told = False
                written[name] = ours_now
            if theirs == ours_now:
                news.same.append(name)
            elif theirs is None:
                (news.missing if before else news.new).append(name)
            elif theirs == before:
                news.replaced.append(name)
            elif ours_now == before:
                news.changed.append(name)
            else:
                news.newer.append(name)
                news.is_told &= told.get(name) == ours_now
                told[name] = ours_now
    finally:
        _write_record(folder, record)
    return news


def reset(path: Path) -> str:
    """Put the package's notebook back in place of a reader's, which is kept under a dated name.

    Parameters
    ----------
    path : Path
        The reader's notebook.

    Returns
    -------
    str
        What was done, and what to do in JupyterLab.

    Raises
    ------
    ValueError
        If it is not a notebook of the collection, or is in no copy of the collection.
    OSError
        If its folder cannot be written.
    """
    ours = notebooks()
    if path.name not in ours:
        raise ValueError(
            f"{path}: expected a notebook of the collection, as in {', '.join([*ours][:3])}. "
            f"{perhaps(path.name, ours)}".rstrip()
        )
    folder, content = path.parent, ours[path.name].read_bytes()
    _refuse_own_folder(folder)
    if not path.is_file() and not (folder / RECORD).is_file():
        raise ValueError(
            f"{path}: there is no such notebook. Name it with its folder, or go there first."
        )
    kept = None
    if path.is_file():
        theirs = path.read_bytes()
        if _digest(theirs) == _digest(content):
            return (
                f"{path}, as it was last saved, is the collection's: there is nothing to put back."
            )
        kept = _keep(path, theirs)
    write_whole(path, content)
    record = _read_record(folder)
    record["written"][path.name] = _digest(content)
    _write_record(folder, record)
    if kept is None:
        return f"{path} is back."
    return (
        f"{path} is the collection's again. Yours, as it was last saved, is kept beside it:\n"
        f"{kept.name}\n"
        "If it is open in JupyterLab, choose Reload Notebook from Disk in the File menu, or "
        "Revert if it asks."
    )


def _refuse_own_folder(folder: Path) -> None:
    """Raise an error for the folder where the package keeps its notebooks, its only copy."""
    own = next(iter(notebooks().values())).parent
    if folder.is_dir() and folder.samefile(own):
        raise ValueError(
            f"{folder}: expected a copy of the collection, got the folder from which copies are "
            f"made. Make a copy, and work there:  {command('copy', 'my notebooks')}"
        )


def _digest(content: bytes) -> str:
    """Return the digest of a notebook, whichever line endings it was saved with."""
    return hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()


def _keep(path: Path, content: bytes) -> Path:
    """Write a copy beside a notebook, under a name with the time that no other file has."""
    dated = f"{path.stem} {datetime.now():%Y-%m-%d %H.%M}"
    for end in chain([""], (f" ({number})" for number in count(2))):
        kept = path.with_name(f"{dated}{end}{path.suffix}")
        with suppress(FileExistsError):
            kept.touch(exist_ok=False)
            break
    try:
        write_whole(kept, content)
    except OSError:
        kept.unlink()
        raise
    return kept


def _read_record(folder: Path) -> dict[str, dict[str, str]]:
    """Return the digests of what was written into a folder, and of what was reported as newer."""
    try:
        read = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if read["format"] == FORMAT:
            return {part: {**read[part]} for part in ("written", "told")}
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        pass
    return {"written": {}, "told": {}}


def _write_record(folder: Path, record: dict[str, dict[str, str]]) -> None:
    text = json.dumps({"format": FORMAT, **record}, indent=1) + "\n"
    write_whole(folder / RECORD, text.encode())
