"""A player as a file, read without a browser: what is in it, and what it would ask for."""

import base64
import gzip
import json
import re
from html import escape

import pytest

from lsqgrad import ARTICLE, GraphWalker, Stepper, Walker, line_data, record_backward, sgd_by_hand
from lsqgrad._util import import_torch
from lsqgrad.derivations import by_differentials
from lsqgrad.widgets import page
from lsqgrad.widgets.run_frames import RunFrames, names_of_runs

ELSEWHERE = r"https?://(?!www\.w3\.org/)[^\s\"'<>]*|//[a-z]+\.|@import|\burl\((?!#|data:)"
NO_RUNS = "runs: expected a list of mappings, such as [{'lr': 0.01}]"
LOADS = r"\b(?:src|srcset|href)=[\\'\"]*+(?!data:|#)|\bfetch\([^)]|importScripts|XMLHttpRequest"


def article_run(**changes):
    return sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, **changes)


def graph():
    w = import_torch().tensor([2.0], requires_grad=True)
    return record_backward((w * w).sum(), {"<script>alert(1)</script>": w})


@pytest.fixture(scope="module")
def article(tmp_path_factory):
    """The file of the article's run in predict mode, with another run to choose."""
    path = tmp_path_factory.mktemp("page") / "article.html"
    stepper = Stepper(article_run(), predict=True, compare=True)
    stepper.seek(3)
    stepper.to_html(path, runs=[{"lr": 0.01, "batch_size": 5}])
    return path


def packed(text):
    return re.findall(r'<script type="application/gzip">([^<]*)</script>', text)


def scenes(text):
    """Return what the file's recordings hold, as the page unpacks it."""
    return [json.loads(gzip.decompress(base64.b64decode(data))) for data in packed(text)]


def labels(text):
    (found,) = re.findall(r"<script type='application/json'>(.*?)</script>", text)
    return json.loads(found)


def test_a_file_has_every_place_of_its_runs(article):
    first, other = scenes(article.read_text("utf-8"))
    frames = RunFrames(article_run(), compare=True)
    assert first["frames"] == {place: frames.frame(place) for place in frames.places()}
    assert len(first["frames"]) == 2 * 40 + 1
    expected = RunFrames(article_run(lr=0.01, batch_size=5), compare=True)
    assert [*other["frames"]] == [*expected.places()]
    assert other["frames"]["7?"] == expected.frame("7?")


def test_a_file_begins_where_the_player_was(article):
    first, other = scenes(article.read_text("utf-8"))
    assert (first["start"]["place"], first["start"]["predicting"]) == ("3?", True)
    assert (other["start"]["place"], other["start"]["predicting"]) == ("0?", True)


def test_runs_are_chosen_by_their_settings(article):
    text = article.read_text("utf-8")
    assert labels(text) == ["lr 0.001, n = 3", "lr 0.01, n = 5"]
    assert len(labels(text)) == len(packed(text))
    assert names_of_runs(article_run(), article_run(epochs=2), article_run(seed=1)) == [
        "lr 0.001, n = 3, 10 epochs, seed 0",
        "lr 0.001, n = 3, 2 epochs, seed 0",
        "lr 0.001, n = 3, 10 epochs, seed 1",
    ]


def test_what_needs_a_kernel_is_left_out(article):
    live = Stepper(article_run()).widget.scene
    assert live["settings"]
    assert {(panel["touch"] or {}).get("kind") for panel in live["panels"]} == {
        None, "seek", "start",
    }  # fmt: skip
    text = article.read_text("utf-8")
    for scene, label in zip(scenes(text), labels(text), strict=True):
        assert (scene["settings"], scene["compare"]) == ([], None)
        assert scene["summary"] == f"{label}. Other settings need a running notebook."
        kinds = {panel["name"]: (panel["touch"] or {}).get("kind") for panel in scene["panels"]}
        assert kinds == {
            "data": None, "losses": "seek", "losses-logarithmic": "seek", "path": None,
        }  # fmt: skip


def test_a_file_is_small(article):
    """1 MB at most, and 150 kB of compressed frames for each further run."""
    text = article.read_text("utf-8")
    assert len(text.encode()) < 1_000_000
    assert all(len(base64.b64decode(data)) < 150_000 for data in packed(text))


def test_a_file_is_the_same_each_time(article, tmp_path):
    stepper = Stepper(article_run(), predict=True, compare=True)
    stepper.seek(3)
    stepper.to_html(tmp_path / "again.html", runs=[{"lr": 0.01, "batch_size": 5}])
    assert (tmp_path / "again.html").read_bytes() == article.read_bytes()


@pytest.mark.parametrize(
    "make",
    [lambda: Stepper(article_run(epochs=1)), lambda: Walker(by_differentials),
     lambda: GraphWalker(graph())],
    ids=["stepper", "walker", "graph"],
)  # fmt: skip
def test_a_file_asks_for_nothing_else(make, tmp_path):
    player = make()
    player.to_html(tmp_path / "file.html")
    text = (tmp_path / "file.html").read_text("utf-8")
    shown = json.dumps(scenes(text))
    assert not re.findall(ELSEWHERE, text + shown)
    assert not re.findall(LOADS, text + shown)
    assert not re.search(r"^\s*(?:import|export)\b", text, re.MULTILINE)
    assert text.startswith("<!DOCTYPE html>\n<html lang='en'>")
    assert f">{escape(player._frames.label)}</h1>" in text
    assert "<script>alert(1)</script>" not in text


def test_all_of_it_is_there_for_paper(article):
    """And where no script runs."""
    text = article.read_text("utf-8")
    (overview,) = re.findall(r"<div class='lsqgrad-overview'>(.*?)</div>", text, re.DOTALL)
    runs = article_run(), article_run(lr=0.01, batch_size=5)
    assert overview == "".join(
        f"<p>{name}</p>{RunFrames(run).overview()}"
        for run, name in zip(runs, names_of_runs(*runs), strict=True)
    )
    assert "<noscript><style>.lsqgrad-overview { display: block }" in text


@pytest.mark.parametrize("name", ["player.js", "judge.js", "file.js", "player.css"])
def test_what_the_page_needs_cannot_end_its_element(name):
    assert not re.search("</(script|style)|<!--", page.source(name))


def test_words_of_a_learner_stay_words():
    hostile = "</script><script>alert(1)</script>"
    inside = page.fragment([page.Recording(hostile, ""), page.Recording("<!--", "")], "")
    assert labels(inside) == [hostile, "<!--"]
    assert "alert(1)</script>" not in inside
    assert "<!--" not in inside
    assert "<script" not in page.document("", hostile)


def test_a_file_of_more_steps_than_a_page_should_load_is_refused(tmp_path):
    path = tmp_path / "long.html"
    with pytest.raises(ValueError, match=r"^run: expected at most 1,000 steps to write, got"):
        Stepper(article_run(epochs=251)).to_html(path)
    assert not path.exists()


@pytest.mark.parametrize("path", [None, 3, [{"lr": 0.01}]])
def test_what_is_no_path_is_refused(path):
    with pytest.raises(TypeError) as caught:
        GraphWalker(graph()).to_html(path)
    came = f"{type(path).__name__} {path!r}"
    assert str(caught.value) == f"path: expected a string or a Path, got {came}."


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([{"lr": 0.01}, {"lr": 0}], "lr: expected a number above 0"),
        ([{"momentum": 1}], "changes: expected any of lr"),
        ([{"epochs": 251}], "run: expected at most 1,000 steps"),
        *(
            (runs, re.escape(f"{NO_RUNS}, got {type(runs).__name__} {runs!r}."))
            for runs in ({"lr": 0.01}, ["lr"], [{"lr": 0.01}, None], "lr", 0.01, None)
        ),
    ],
)
def test_runs_that_there_cannot_be_are_an_error_and_nothing_is_written(tmp_path, runs, message):
    stepper = Stepper(article_run(epochs=1))
    stepper.seek(2)
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        stepper.to_html(tmp_path / "file.html", runs=runs)
    assert not [*tmp_path.iterdir()]
    assert (stepper.position, stepper.trace.lr) == (2, 0.001)
