"""A reader's copy of the notebooks: nothing of theirs is ever lost."""

import errno
import os
import re
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad import __main__ as command_line
from lsqgrad.collection import command, files, open_lab, reset, update, working_copy

NAMES = ("00_start.ipynb", "01_derive.ipynb", "02_step.ipynb")
START, DERIVE, STEP = NAMES
FORBIDDEN = r'[<>:"/\\|?*]'  # in the names of files, by Windows


class Package:
    """The notebooks that a release of the package has."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        for name in NAMES:
            self.release(name, "first")

    def release(self, name, text):
        (self.folder / name).write_bytes(text.encode() + b"\n")

    def notebooks(self):
        return {path.name: path for path in sorted(self.folder.iterdir())}


@pytest.fixture
def package(tmp_path, monkeypatch):
    package = Package(tmp_path / "package")
    monkeypatch.setattr(working_copy, "notebooks", package.notebooks)
    return package


@pytest.fixture
def folder(tmp_path, package):
    """A reader's copy, with a space in its name, just made."""
    folder = tmp_path / "my notebooks"
    update(folder)
    return folder


def texts(folder):
    """The text of each file that a reader sees in a folder."""
    return {
        path.name: path.read_text(encoding="utf-8").strip()
        for path in folder.iterdir()
        if not path.name.startswith(".")
    }


def kept(folder):
    """The names of the dated copies."""
    return sorted(texts(folder).keys() - {*NAMES, working_copy.NOTICE})


def test_the_package_finds_its_own_notebooks(tmp_path, monkeypatch):
    assert next(iter(files.notebooks())) == files.FIRST
    assert len(files.notebooks()) == 13
    assert files.LAB_CONFIG.is_file()
    Package(tmp_path / "notebooks").release("00_start 2026-11-30 14.05.ipynb", "a reader's")
    monkeypatch.setattr(files, "ROOT", tmp_path)
    assert [*files.notebooks()] == [*NAMES]


def test_what_the_reader_has_not_changed_is_updated_and_the_rest_is_left(folder, package):
    for name in (DERIVE, STEP):
        (folder / name).write_text("mine\n", encoding="utf-8")
    package.release(START, "second")
    package.release(STEP, "second")
    package.release("03_new.ipynb", "second")
    news = update(folder)
    assert texts(folder) == {
        **{START: "second", DERIVE: "mine", STEP: "mine"},
        "03_new.ipynb": "second",
    }
    assert (news.new, news.replaced) == (["03_new.ipynb"], [START])
    assert (news.changed, news.newer) == ([DERIVE], [STEP])
    assert news.missing == news.same == news.gone == []


def test_a_second_update_changes_nothing(folder):
    news = update(folder)
    assert news.same == [*NAMES]
    assert news.is_told


def test_a_missing_notebook_is_written_again(folder):
    (folder / STEP).unlink()
    assert update(folder).missing == [STEP]
    assert STEP in texts(folder)


def test_what_the_package_no_longer_has_is_left_and_told_once(folder, package):
    (package.folder / STEP).unlink()
    assert update(folder).gone == [STEP]
    assert STEP in texts(folder)
    assert not update(folder).gone


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"format": "lsqgrad copy 1", "written": 3}'])
def test_without_its_record_all_that_differs_is_the_readers(folder, package, damage):
    package.release(START, "second")
    (folder / working_copy.RECORD).write_text(damage, encoding="utf-8")
    news = update(folder)
    assert news.newer == [START]
    assert news.same == [DERIVE, STEP]
    assert texts(folder)[START] == "first"


def test_the_line_ends_of_windows_are_no_change(folder, package):
    (folder / START).write_bytes(b"first\r\n")
    package.release(START, "second")
    assert update(folder).replaced == [START]


def test_reset_keeps_the_readers_under_a_name_that_every_system_takes(folder):
    (folder / STEP).write_text("mine", encoding="utf-8")
    before = datetime.now().replace(second=0, microsecond=0)
    said = reset(folder / STEP)
    (name,) = kept(folder)
    assert texts(folder) == {**dict.fromkeys(NAMES, "first"), name: "mine"}
    assert name in said
    assert not re.search(FORBIDDEN, name)
    stem, time = re.fullmatch(r"(\w+) (\d{4}-\d\d-\d\d \d\d\.\d\d)( \(\d\))?\.ipynb", name).group(
        1, 2
    )
    assert f"{stem}.ipynb" == STEP
    assert before <= datetime.strptime(time, "%Y-%m-%d %H.%M") <= datetime.now()


def test_in_one_minute_which_the_clock_may_have_twice_no_copy_replaces_another(folder, monkeypatch):
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2026, 10, 25, 2, 30)  # in Central Europe the clock shows this twice

    monkeypatch.setattr(working_copy, "datetime", Clock)
    for number in range(3):
        (folder / STEP).write_text(f"mine {number}", encoding="utf-8")
        reset(folder / STEP)
    dated = "02_step 2026-10-25 02.30"
    assert kept(folder) == [f"{dated}{end}.ipynb" for end in (" (2)", " (3)", "")]
    assert {texts(folder)[name] for name in kept(folder)} == {"mine 0", "mine 1", "mine 2"}


def test_reset_of_what_is_unchanged_or_missing_keeps_no_copy(folder):
    assert "nothing to put back" in reset(folder / START)
    (folder / STEP).unlink()
    assert "is back" in reset(folder / STEP)
    assert texts(folder) == dict.fromkeys(NAMES, "first")


def test_what_was_reset_is_updated_again(folder, package):
    (folder / STEP).write_text("mine", encoding="utf-8")
    package.release(STEP, "second")
    reset(folder / STEP)
    package.release(STEP, "third")
    assert update(folder).replaced == [STEP]


def test_a_notice_tells_what_is_new_once_and_older_news_stay_below(folder, package):
    def notice():
        update(folder).leave_notice()
        return texts(folder).get(working_copy.NOTICE)

    assert notice() is None
    (folder / STEP).write_text("mine", encoding="utf-8")
    assert notice() is None
    package.release(START, "second")
    package.release(STEP, "second")
    first = notice()
    assert first.startswith("# What is new\n\n## 20")
    assert f"since you had not changed them: {START}" in first
    assert f"yours are left as they are: {STEP}" in first
    assert f"%run -m lsqgrad reset {STEP}" in first
    assert notice() == first
    package.release(DERIVE, "second")
    second = notice()
    assert second.index(DERIVE) < second.index(START)
    assert second.count("# What is new") == 1
    assert second.endswith(first.removeprefix("# What is new\n\n"))
    (folder / working_copy.NOTICE).unlink()
    assert notice() is None


def test_no_notice_is_left_where_nothing_was_before(tmp_path, package):
    update(tmp_path / "new").leave_notice()
    assert texts(tmp_path / "new").keys() == {*NAMES}


ACTIONS = st.tuples(
    st.sampled_from(
        ["edit", "delete", "release", "update", "reset", "lose the record", "full disk"]
    ),
    st.sampled_from(NAMES),
)


def full_disk(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(ACTIONS, max_size=12))
def test_no_text_of_a_readers_is_lost_whatever_happens(actions):
    with TemporaryDirectory() as scratch, pytest.MonkeyPatch.context() as patch:
        package, folder = Package(Path(scratch) / "package"), Path(scratch) / "mine"
        patch.setattr(working_copy, "notebooks", package.notebooks)
        update(folder)
        theirs = set()  # what the reader has saved, and neither deleted nor changed since
        for number, (action, name) in enumerate(actions):
            path, text = folder / name, f"{action} {number}"
            if action in ("edit", "delete"):
                theirs.discard(texts(folder).get(name))
                path.unlink(missing_ok=True)
            if action == "edit":
                path.write_text(text, encoding="utf-8")
                theirs.add(text)
            elif action == "release":
                package.release(name, text)
            elif action == "update":
                update(folder)
            elif action == "reset" and path.is_file():
                reset(path)
            elif action == "lose the record":
                (folder / working_copy.RECORD).unlink(missing_ok=True)
            elif action == "full disk":
                with pytest.MonkeyPatch.context() as disk, suppress(OSError, ValueError):
                    disk.setattr(Path, "replace", full_disk)
                    reset(path)
            assert theirs <= {*texts(folder).values()}


def test_an_update_that_was_broken_off_is_completed_by_the_next(folder, package, monkeypatch):
    for name in NAMES:
        package.release(name, "second")
    replace = Path.replace
    with monkeypatch.context() as disk:
        disk.setattr(Path, "replace", lambda a, b: (full_disk if STEP in str(b) else replace)(a, b))
        with pytest.raises(OSError, match="No space left") as caught:
            update(folder)
    assert caught.value.filename == str(folder / STEP)
    assert texts(folder) == {START: "second", DERIVE: "second", STEP: "first"}
    package.release(START, "third")
    news = update(folder)
    assert (news.replaced, news.same) == ([START, STEP], [DERIVE])


def test_a_copy_that_cannot_be_kept_leaves_everything_as_it_was(folder, monkeypatch):
    (folder / STEP).write_text("mine", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(OSError, match=r"No space left.*02_step \d"):
        reset(folder / STEP)
    assert texts(folder) == {START: "first", DERIVE: "first", STEP: "mine"}
    assert {path.name for path in folder.iterdir()} == {*NAMES, working_copy.RECORD}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["copy", "a file"], r"a file: expected a folder, got a file\. Name another one\."),
        (["copy", "a file/in it"], r"a file[/\\]in it: .*\."),
        (["copy", "package"], r"package: expected a copy .* copy ['\"]my notebooks['\"]"),
        (["reset", f"package/{STEP}"], r"package: expected a copy .*"),
        (["reset", f"nowhere/{STEP}"], r"nowhere[/\\]02_step\.ipynb: there is no such notebook.*"),
        (["reset", "02_stp.ipynb"], r".* Perhaps '02_step\.ipynb' is meant\."),
        (["lab", "nowhere"], r"nowhere: expected a folder with notebooks .* copy nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    package, tmp_path, monkeypatch, capsys, words, said
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a file").touch()
    sentence = run(monkeypatch, *words)
    assert re.fullmatch(said, sentence)
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(command_line, "ipython_shell", lambda: "a shell")
    assert run(monkeypatch, *words) is None  # in a cell there is no traceback
    assert capsys.readouterr() == ("", f"{sentence}\n")


def run(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["lsqgrad", *words])
    return command_line.main()


def test_the_command_line_copies_tells_and_resets(package, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "orig_argv", ["python", "-m", "lsqgrad"])

    def printed(*words):
        assert run(monkeypatch, *words) is None
        return capsys.readouterr().out.splitlines()

    assert printed("copy", "mine") == [
        f"3 notebooks are in {tmp_path / 'mine'}",
        "To open them:  python -m lsqgrad lab mine",
    ]
    Path("mine", STEP).write_text("mine", encoding="utf-8")
    package.release(STEP, "second")
    assert printed("copy", "--quiet", "mine") == []
    told = "\n".join(printed("copy", "mine"))
    assert f"newer in the collection: yours are left as they are: {STEP}" in told
    assert f"python -m lsqgrad reset {Path('mine', STEP)}" in told
    assert "Reload Notebook from Disk" in printed("reset", f"mine/{STEP}")[-1]


def test_options_of_jupyterlab_are_for_lab_alone(package, monkeypatch, capsys):
    with pytest.raises(SystemExit):
        run(monkeypatch, "copy", "folder", "--no-browser")
    assert "unrecognized arguments: --no-browser" in capsys.readouterr().err


def test_lab_opens_the_folder_with_the_collections_configuration(tmp_path, monkeypatch):
    opened = []
    monkeypatch.chdir(tmp_path)
    (tmp_path / files.FIRST).touch()
    for module in ("jupyterlab", "jupyterlab.labapp"):  # to import it takes seconds
        monkeypatch.setitem(sys.modules, module, SimpleNamespace(main=opened.extend))
    open_lab(Path(), ["--no-browser"])
    assert opened == [
        f"--config={files.LAB_CONFIG}",
        f"--ServerApp.root_dir={tmp_path.resolve()}",
        "--LabApp.default_url=/lab/tree/00_start_here.ipynb",
        "--no-browser",
    ]


@pytest.mark.parametrize(
    ("python", "windows", "line"),
    [
        ("py", True, 'py -m lsqgrad lab "my notebooks"'),
        (
            "C:/My Python/python.exe",
            True,
            '& "C:/My Python/python.exe" -m lsqgrad lab "my notebooks"',
        ),
        ("/my python", False, "'/my python' -m lsqgrad lab 'my notebooks'"),
    ],
)
def test_the_command_can_be_pasted_into_the_systems_shell(monkeypatch, python, windows, line):
    monkeypatch.setattr(sys, "orig_argv", [python])
    assert command("lab", "my notebooks", windows=windows) == line
