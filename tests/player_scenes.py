"""Scenes and frames made by hand, and a page that shows them without a front end or a kernel.

    with chromium(find_chromium()) as browser:
        page = browser.new_page()
        show(page, *stepper_scene(last=40))

`kernel` in the page stands for Python: it keeps what was sent, and answers after `delay`
milliseconds, never if that is null.
"""

import base64
import gzip
import json

from playwright.sync_api import expect

from lsqgrad.widgets.page import Recording, alone, document, fragment, module, source

COLORS = {"w": "#B84A00", "b": "#8A6100"}
FORMS = ["scalar sums", "matrix product", "chain rule"]
HOST = """async ([source, scene, frames, options]) => {
    const heard = {};
    const traits = { scene, place: options.place };
    window.kernel = { sent: [], delay: options.delay, frames: { [scene.run]: frames } };
    kernel.say = (message) => heard["msg:custom"].forEach((act) => act(message));
    kernel.set = (name, value) => { model.set(name, value); };
    kernel.answer = ({ do: what, run, keys, id }) => {
        const known = (kernel.frames[run] ?? {});
        const found = (keys ?? []).filter((key) => key in known);
        const frames = Object.fromEntries(found.map((key) => [key, known[key]]));
        kernel.say(what === "frames" ? { run, frames, id } : { id });
    };
    window.model = {
        get: (name) => traits[name],
        set: (name, value) => {
            traits[name] = value;
            heard[`change:${name}`]?.forEach((act) => act());
        },
        on: (name, act) => (heard[name] ??= []).push(act),
        off: (name, act) => (heard[name] = heard[name].filter((one) => one !== act)),
        send: (message) => {
            kernel.sent.push(structuredClone(message));
            if (kernel.delay !== null) setTimeout(() => kernel.answer(message), kernel.delay);
        },
    };
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    window.player = (await import(url)).default;
    player.initialize({ model });
    window.view = () => player.render({ model, el: document.querySelector("main") });
    window.remove = view();
}"""


def show(page, scene, frames, *, delay=0, live=True, place=None, first=("0",), wait=True):
    """Show a scene, which has its `first` frames from the beginning; the others are asked for.

    One that is not `live` has all of its frames, as in a file, and nothing that needs a kernel.
    """
    known = {key: frames[key] for key in first} if live else frames
    scene = scene if live else alone(scene)
    start = scene["start"]
    place = place or {
        "run": scene["run"],
        "at": start["place"],
        "predicting": start["predicting"],
        "moves": 0,
    }
    page.set_content(
        "<!DOCTYPE html><html lang='en'><head><title>A player</title>"
        f"<style>{source('player.css')} body {{ margin: 0 }}</style></head>"
        "<body><main></main></body></html>"
    )
    options = {"delay": delay, "place": place}
    page.evaluate(HOST, [module(), scene | {"frames": known}, frames, options])
    if wait:
        page.locator(".lsqgrad-player[data-place]").wait_for()
    return page.locator(".lsqgrad-player")


def show_file(page, path, *scenes):
    """Write a file with a player for each scene below a field, and open it."""
    written = [json.dumps(scene | {"frames": frames}).encode() for scene, frames in scenes]
    packed = [base64.b64encode(gzip.compress(one)).decode("ascii") for one in written]
    players = "".join(fragment([Recording("", one)], "") for one in packed)
    path.write_text(document(f"<input>{players}", "Players"), encoding="utf-8")
    page.goto(path.as_uri())
    players = page.locator(".lsqgrad-player[data-place]")
    expect(players).to_have_count(len(scenes))
    return players.all()


def stepper_scene(last=40, run=0, marks=None, **start):
    """Make a run of `last` steps: its scene, without frames, and its frames."""
    place = "0?" if start.get("predicting") else "0"
    beginning = {"place": place, "axis": "linear", "form": FORMS[0], "size": "notebook"}
    beginning |= {"controls": "few", "predicting": False}
    along = [40, 370, 0, max(last, 1)]
    panels = [
        panel("data", _axes("x") + _points()),
        panel("losses", _axes("updates done"), "linear", last, _seek(along)),
        panel("losses-logarithmic", _axes("updates done"), "logarithmic", last, _seek(along)),
        panel("path", _axes("w"), None, last, _start()),
    ]
    scene = {
        "kind": "stepper",
        "run": run,
        "label": "Stepper",
        "unit": "batch",
        "last": last,
        "marks": [*range(4, last + 1, 4)] if marks is None else marks,
        "slider": {"label": "Step"},
        "panels": panels,
        "lines": [],
        "axes": ["linear", "logarithmic"],
        "forms": FORMS,
        "compare": False,
        "predict": True,
        "answers": {"loss": "Loss", "w": "New w", "b": "New b"},
        "said": {name: {"twice": "Is 1/n missing?"} for name in ("loss", "w", "b")},
        "settings": _settings(),
        "runs": [],
        "summary": "",
        "start": beginning | start,
    }
    frames = {str(k): stepper_frame(k, last) for k in range(last + 1)}
    if last <= 40:  # of a long run nothing is asked
        frames |= {f"{k}?": question_frame(k, last) for k in range(last)}
    return scene, frames


def panel(name, background, axis=None, last=0, touch=None):
    """Make a panel of 380×260, with a dot for each of `last` steps in its history."""
    dots = [[k, None, _dot(40 + 330 * k / last, 210 - 3 * (k % 40), 2)] for k in range(1, last + 1)]
    size = {"width": 380, "height": 260}
    return {
        "name": name,
        "axis": axis,
        "background": background,
        "history": dots,
        "touch": touch,
    } | size


def stepper_frame(k, last):
    """Make the frame after `k` steps, of a long run without arithmetic."""
    return {
        "panels": {name: _moving(name, k, last) for name in ("data", *_LOSSES, "path")},
        "alt": {name: f"{name} after {k} steps" for name in ("data", *_LOSSES, "path")},
        "status": f"Step {k} (epoch {k // 4 + 1}, batch {k % 4 + 1}): rows 3, 7, 5, n = 3. "
        f"Loss 235.806. ∂L/∂w = -202.866, ∂L/∂b = -29.8822. {_color('w', 'w: -0.34487 → -0.142')}, "
        f"{_color('b', 'b: 0.86449 → 0.894372')}.\n"
        + ("Loss of all the data: 188.337, down from 227.214." if k % 2 else ""),
        "brief": f"Step {k}: loss 235.8, {_color('w', 'w = -0.142')}, {_color('b', 'b = 0.8944')}.",
        "tables": {form: table(form, k) for form in FORMS} if k and last <= 40 else {},
        "answers": {},
    }


def question_frame(k, last):
    """Make the frame that asks what step `k` + 1 gives."""
    points = "".join(
        f"<tr><th scope='row'>{row}</th><td class='lsqgrad-number'>4.66667</td>"
        "<td class='lsqgrad-number'>9.87822</td></tr>"
        for row in (3, 7, 5)
    )
    heads = "".join(f"<th scope='col'>{name}</th>" for name in ("row", "x", "y"))
    return stepper_frame(k, last) | {
        "status": f"Step {k + 1} comes next: rows 3, 7, 5, n = 3. Now w = -0.34487, b = 0.86449, "
        "and the learning rate is 0.001.\nPredict the loss of this batch, the new w and the new b.",
        "brief": f"Step {k + 1}: predict the loss, w and b.",
        "tables": {
            form: f"<table class='lsqgrad-batch'><tr>{heads}</tr>{points}</table>" for form in FORMS
        },
        "answers": {"loss": key("loss", k + 64.25), "w": key("w", k + 0.25), "b": key("b", -k - 1)},
    }


def key(quantity, truth):
    """Make what the judge knows of a number: a typical mistake gives twice of it."""
    return {
        "quantity": quantity,
        "truth": truth,
        "truths": [truth, truth],
        "from_shown": [truth, truth],
        "exactly": [f"{truth:.6g}"] * 2,
        "mistakes": {"twice": 2 * truth},
        "rare": {},
    }


def table(form, k):
    """Make arithmetic whose lines are longer at some steps than at others."""
    terms = " + ".join(["(9.87822 − 0.86449)·4.66667"] * (1 + k % 3))
    if form == "matrix product":
        terms = f"<span class='lsqgrad-matrix'>{'<span>9.87822</span>' * 3}</span> · {terms}"
    rows = "".join(
        f"<tr><th scope='row'>{name}</th><td>(2/n) (w Σx² − Σ(y − b)x)</td><td>{terms}</td>"
        f"<td class='lsqgrad-number'>{k}.80623</td></tr>"
        for name in ("L", "Σx²", "Σ(y − b)x", "∂L/∂w", "Σ(y − wx)", "∂L/∂b", "w after", "b after")
    )
    heads = "".join(
        f"<th scope='col'>{head}</th>" for head in ("formula", "with the numbers", "by hand")
    )
    columns = "".join(
        f"<col class='lsqgrad-{name}'>" for name in ("name", "formula", "numbers", "result")
    )
    return (
        f"<table class='lsqgrad-table' data-form='{form}'>{columns}<thead><tr><td></td>{heads}"
        f"</tr></thead><tbody>{rows}</tbody></table>"
    )


_LOSSES = ("losses", "losses-logarithmic")


def _settings():
    numbers = [
        ("lr", "Learning rate", "0.001"),
        ("batch_size", "Batch size", "3"),
        ("epochs", "Epochs", "10"),
        ("seed", "Seed", "0"),
        ("w", "Start w", "-0.34487"),
        ("b", "Start b", "0.86449"),
    ]
    settings = [
        {"name": name, "label": label, "kind": "number", "text": text, "meaning": f"The {label}"}
        for name, label, text in numbers
    ]
    settings[0] |= {"low": 1e-5, "high": 1.0}
    engine = {"name": "engine", "label": "Engine", "kind": "choice", "text": "by hand"}
    return [*settings, engine | {"meaning": "What computes", "options": ["by hand", "PyTorch"]}]


def _seek(along):
    return {"kind": "seek", "x": along, "y": None}


def _start():
    return {"kind": "start", "x": [40, 370, -1, 3], "y": [10, 220, 2, -1]}


def _axes(name):
    return (
        "<path d='M40 10 V220 H370' fill='none' stroke='#1a1a1a'/>"
        f"<text x='205' y='250' font-size='13' text-anchor='middle'>{name}</text>"
    )


def _points():
    return "".join(_dot(50 + 30 * k, 200 - 17 * k, 4) for k in range(10))


def _dot(x, y, r):
    return f"<circle cx='{x:g}' cy='{y:g}' r='{r}' fill='#0072B2'/>"


def _moving(name, k, last):
    x = 40 + 330 * k / max(last, 1)
    return f"<path d='M{x:g} 10 V220' stroke='#B84A00' data-at='{name}-{k}'/>"


def _color(quantity, text):
    return f"<span style='color: {COLORS[quantity]}; font-weight: 600'>{text}</span>"


def walker_scene(**start):
    """Make a derivation of five lines, of which the third is not asked for."""
    math = "<math display='block'><mi>L</mi><mo>=</mo><mi>r</mi></math>"
    lines = [
        f"<div class='lsqgrad-line' role='group' aria-label='Equation {k + 33}'><span></span>"
        f"<span>{math}</span><span>({k + 33})</span>"
        f"<span><b>Rule {k}.</b> {'A sentence. ' * 10}</span></div>"
        for k in range(5)
    ]
    scene, _ = stepper_scene(last=4, marks=[], **start)
    scene |= {
        "kind": "walker",
        "label": "Derivation",
        "unit": "line",
        "slider": {"label": "Line"},
        "panels": [],
        "lines": lines,
        "axes": [],
        "forms": [],
        "compare": None,
        "answers": {},
        "settings": [],
        "questions": [0, 2, 3],
    }
    frames = {str(k): _words(f"Line {k + 1} of 5: rule {k}.") for k in range(5)}
    for k in scene["questions"]:
        choices = [
            {"name": name, "html": math, "right": name == "B", "said": said}
            for name, said in [
                ("A", "A is not right. A sign is lost."),
                ("B", "B is right."),
                ("C", "C is not right. A factor is lost."),
            ]
        ]
        asks = _words(f"Line {k + 1} of 5. Which line comes next? The rule is: rule {k + 1}.")
        frames[f"{k}?"] = asks | {"choices": choices}
    return scene, frames


def graph_scene(**start):
    """Make a graph of six nodes, each of which is framed at its position only."""
    scene, _ = walker_scene(**start)
    boxes = [
        f"<rect x='{20 + 140 * k}' y='40' width='100' height='60' fill='none'/>" for k in range(6)
    ]
    whole = panel("graph", "".join(boxes)) | {"width": 900, "height": 300}
    whole["history"] = [[k, k + 1, f"<g stroke='#B84A00'>{boxes[k]}</g>"] for k in range(6)]
    scene |= {"kind": "graph", "label": "Graph", "unit": "node", "slider": {"label": "Node"}}
    scene |= {"panels": [whole], "lines": [], "last": 5, "predict": False}
    words = {k: _words(f"Node {k}.\nIts value.\nIts gradient.") for k in range(6)}
    return scene, {str(k): words[k] | {"alt": {"graph": f"Node {k}"}} for k in words}


def explorer_scene(**start):
    """Make a line with a handle at its left end."""
    scene, _ = walker_scene(**start)
    touch = {"kind": "drag", "x": [40, 370, 0, 10], "y": [10, 220, 20, 0]}
    scene |= {"kind": "explorer", "label": "Line explorer", "unit": "", "slider": {"label": "w"}}
    scene |= {"panels": [panel("data", _axes("x"), touch=touch)], "lines": [], "predict": False}
    handle = "<circle data-handle='left' cx='80' cy='120' r='12' fill='#B84A00'/>"
    moving = {"panels": {"data": handle}, "alt": {"data": "A line"}}
    return scene, {str(k): _words(f"w = {k}") | moving for k in range(scene["last"] + 1)}


def answer_scene():
    """Make a field for an answer."""
    scene, _ = walker_scene()
    scene |= {"kind": "answer", "label": "Answer", "lines": [], "last": 0, "predict": False}
    return scene, {"0": _words("")}


def _words(text):
    return {"panels": {}, "alt": {}, "status": text, "brief": text, "tables": {}, "answers": {}}
