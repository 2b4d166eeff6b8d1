"""A player as a file: the frames of recorded runs, compressed, and a model that has no kernel."""

import base64
import gzip
import json
from collections.abc import Sequence
from html import escape
from importlib import resources
from typing import Any, NamedTuple

from lsqgrad._util import ArgumentError
from lsqgrad.widgets.frames import Frames

NO_SETTINGS = "Other settings need a running notebook."
MOST_STEPS = 1_000  # more is more than a page should load


class Recording(NamedTuple):
    """A scene with all of its frames, compressed."""

    label: str
    data: str  # base64 of gzip of JSON


def record(scene: dict[str, Any], frames: Frames, label: str = "") -> Recording:
    """Record all places of a scene, without what needs a kernel."""
    if scene["last"] > MOST_STEPS:
        raise ArgumentError("run", f"at most {MOST_STEPS:,} steps to write", f"{scene['last']:,}")
    all_frames = {place: frames.frame(place) for place in frames.places()}
    written = json.dumps(alone(scene) | {"frames": all_frames}, ensure_ascii=False)
    packed = gzip.compress(written.encode(), compresslevel=9, mtime=0)
    return Recording(label, base64.b64encode(packed).decode("ascii"))


def alone(scene: dict[str, Any]) -> dict[str, Any]:
    """Return a scene without what needs a kernel."""
    panels = [
        panel | ({"touch": None} if (panel.get("touch") or {}).get("kind") != "seek" else {})
        for panel in scene["panels"]
    ]
    left: dict[str, Any] = {"settings": [], "compare": None, "panels": panels}
    if scene.get("settings"):
        left["summary"] = ". ".join(filter(None, [scene.get("summary"), NO_SETTINGS]))
    return scene | left


def fragment(recordings: Sequence[Recording], overview: str) -> str:
    """Return the player with its recordings, as a part of a page.

    `overview` is seen where no script runs, and on paper.
    """
    labels = json.dumps([recording.label for recording in recordings])
    packed = "".join(
        f'<script type="application/gzip">{recording.data}</script>' for recording in recordings
    )
    script = module().replace("export default", "const player =", 1)
    return (
        f"<div class='lsqgrad-file'><div class='lsqgrad-place'></div>{packed}"
        f"<script type='application/json'>{labels.replace('<', chr(92) + 'u003c')}</script>"
        f"<style>{source('player.css')}</style>"
        f"<noscript><style>.lsqgrad-overview {{ display: block }}</style></noscript>"
        f"<div class='lsqgrad-overview'>{overview}</div>"
        f"<script type='module'>{script}\n{source('file.js')}</script></div>"
    )


def document(inside: str, title: str) -> str:
    """Return a page around a fragment."""
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><link rel='icon' href='data:,'></head>"
        f"<body><main><h1 style='margin: 0; font: 600 1rem sans-serif'>{escape(title)}</h1>"
        f"{inside}</main></body></html>\n"
    )


def module() -> str:
    """Return the module of the page: the judge, and the player, which asks it."""
    return source("judge.js") + source("player.js")


def source(name: str) -> str:
    """Return a file that the page needs."""
    return resources.files("lsqgrad.widgets").joinpath(name).read_text(encoding="utf-8")
