"""The site: its pages as files, and in a browser from the file system and from a server."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import browser
import pytest
from accessibility import violations
from playwright.sync_api import expect

ROOT = Path(__file__).parents[2]
# Formulas and derivations; explorer, stepper and Chinese; graph walker and tables in HTML
NOTEBOOKS = ("00_start_here", "01_matrix_derivation", "03_pytorch_run")
KINDS = (
    "index.html",
    "notebooks/00_start_here.html",
    "misconceptions/half-the-loss.html",
    "misconceptions/no-dw.html",
    "api/autograd.html",
    "docs/lecturers.html",
    "notation.html",
    "search.html",
)
UNDER = "some/where"  # on the server
WORDS = (
    *("backward", "residual", "AddmmBackward0", "momentum", "gradient", "transpose", "broadcast"),
    *("Hessian", "epoch", "mini-batch", "learning rate", "differential", "sgd_by_hand", "Stepper"),
    *("记号", "残差", "梯度", "学习率", "损失", "设计矩阵"),
)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site of three notebooks, in a folder of a server."""
    folder = tmp_path_factory.mktemp("site")
    paths = [ROOT / "notebooks" / f"{name}.ipynb" for name in NOTEBOOKS]
    command = [ROOT / "tools" / "web_site.py", *paths, "--to", folder / UNDER]
    subprocess.run([sys.executable, *command, "--build", folder / "build"], check=True)
    return folder / UNDER


@pytest.fixture(scope="module")
def pages(site):
    """What each page refers to, by its path."""
    return {path: Page(path) for path in site.rglob("*.html")}


@pytest.fixture(scope="module")
def address(site):
    """The URL of the site on a server, in a folder of it."""
    with browser.served(site.parents[len(Path(UNDER).parts) - 1]) as address:
        yield f"{address}/{UNDER}/"


@pytest.fixture
def page(chromium):
    """A page without errors that asks nobody else for anything."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    page.set_default_timeout(browser.PATIENCE * 1000)
    own, outside, errors = [""], [], []

    def answer(route):
        if route.request.url.startswith(own[0]):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route(re.compile("^(?!data:|blob:)"), answer)
    page.on("pageerror", lambda error: errors.append(str(error)))

    def go(url, under):
        own[0] = under
        page.goto(url)
        page.evaluate("window.MathJax?.startup.promise")

    page.go = go
    yield page
    context.close()
    assert outside == []
    assert errors == []


class Page(HTMLParser):
    """What a page refers to, its anchors and its pictures."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors, self.pictures = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.anchors |= {named.get("id"), named.get("name")}
        if link := named.get("href") if tag in ("a", "link") else named.get("src"):
            self.links.append(link)
        if tag == "img":
            self.pictures.append(named.get("alt"))


def go(page, path):
    page.go(path.as_uri(), "file:")


# As files


def test_each_link_leads_to_a_page_and_an_anchor_of_the_site(pages, site):
    dead = []
    for path, page in pages.items():
        for link in page.links:
            target, anchor = urldefrag(link)
            if re.match(r"(https?|mailto|data):", link):
                continue
            to = (path.parent / unquote(target)).resolve() if target else path
            to = Path(str(to).partition("?")[0])
            found = to.is_file() and site in to.parents
            if not found or (anchor and to in pages and unquote(anchor) not in pages[to].anchors):
                dead.append(f"{path.relative_to(site)}: {link}")
    assert dead == []


def test_each_picture_has_its_words(pages):
    words = [alt for page in pages.values() for alt in page.pictures]
    assert len(words) > 80
    assert all(alt and "No description" not in alt for alt in words)


def test_there_is_a_page_for_each_misconception_and_each_public_name(pages, site):
    from misconception_pages import slug

    import lsqgrad
    from lsqgrad.judging.misconceptions import MISCONCEPTIONS

    assert {site / "misconceptions" / f"{slug(key)}.html" for key in MISCONCEPTIONS} <= {*pages}
    told = set().union(*(pages[path].anchors for path in pages if path.parent.name == "api"))
    assert {f"lsqgrad.{name}" for name in lsqgrad.__all__} <= told


# In the browser


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_on_a_server_asks_nobody_else_and_fits_a_phone(page, address, kind):
    page.set_viewport_size({"width": 390, "height": 800})
    page.go(f"{address}{kind}", address)
    expect(page.get_by_role("heading", level=1).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_all_formulas_are_drawn(page, site, pages):
    number = 0
    for path in (*site.glob("notebooks/*.html"), *map(site.joinpath, KINDS)):
        if 'class="math' not in path.read_text(encoding="utf-8"):
            continue
        go(page, path)
        number += page.locator("mjx-container svg").count()
        assert page.locator("[data-mml-node='merror'], mjx-merror").count() == 0, path
        text = page.evaluate(
            """() => [...document.querySelectorAll("main :is(p, li, td, th, h1, h2, h3, .math)")]
               .map(one => { const all = one.cloneNode(true);
                             all.querySelectorAll("code, pre, mjx-container").forEach(
                                 each => each.remove());
                             return all.textContent; }).join("\\n")"""
        )
        assert not re.search(r"\$|\\[a-z(\[]", text), path
    assert number > 300


def test_the_players_of_a_page_answer_each_for_itself(page, site):
    go(page, site / "notebooks" / "00_start_here.html")
    following = page.get_by_role("button", name="Next batch", exact=True)
    stepper = page.locator(".lsqgrad-player").filter(has=following)
    explorer = page.locator(".lsqgrad-player").first
    expect(stepper).to_have_count(1)
    before = explorer.inner_text()
    following.click()
    expect(stepper).to_have_attribute("data-place", "1")
    expect(stepper.get_by_role("status")).to_contain_text("Step 1 ")
    assert explorer.inner_text() == before
    explorer.get_by_role("slider").press("ArrowRight")
    expect(explorer).not_to_have_text(before)
    answer = page.locator(".lsqgrad-prediction").first
    answer.get_by_role("textbox").fill("-0.7449")
    answer.get_by_role("textbox").press("Enter")
    expect(answer).to_contain_text("That is right.")


def test_the_number_on_the_page_of_a_misconception_is_named_by_its_player(page, site):
    from lsqgrad.judging.misconceptions import MISCONCEPTIONS

    go(page, site / "misconceptions" / "half-the-loss.html")
    number = page.locator("#try-it strong").inner_text()
    page.get_by_role("textbox", name="Loss").fill(number)
    page.get_by_role("textbox", name="Loss").press("Enter")
    question = MISCONCEPTIONS["half the loss"].question
    expect(page.locator(".lsqgrad-player")).to_contain_text(question)


def test_the_search_finds_words_in_both_languages(page, site):
    missed = []
    for word in WORDS:
        page.go(f"{(site / 'search.html').as_uri()}?q={word}", "file:")
        found = page.locator("#search-results")
        expect(found).to_contain_text(re.compile(r"[Ss]earch (finished|Results|did not match)"))
        if not found.locator("li").count():
            missed.append(word)
    assert missed == []


def test_the_key_of_the_search_is_no_key_of_a_player(page, site):
    go(page, site / "index.html")
    page.locator(".lsqgrad-player").first.wait_for()
    page.keyboard.press("Control+k")
    expect(page.locator("input[name=q]:focus")).to_have_count(1)


def test_a_chinese_reader_finds_the_notation(page, site):
    go(page, site / "index.html")
    page.locator("p:lang(zh) a").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("记号")
    cell = page.get_by_role("cell", name="残差", exact=True)
    assert cell.locator("[lang=zh]").inner_text() == "残差"


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_that_is_a_file_breaks_no_rule_of_accessibility(page, site, kind):
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        go(page, site / kind)
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        assert violations(page, "body") == []


def test_the_dark_theme_reaches_players_pictures_and_letters(page, site):
    go(page, site / "notebooks" / "00_start_here.html")
    page.get_by_role("button", name="Color mode").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    for part in (".lsqgrad-player", ".cell_output img", "mjx-container"):
        style = page.locator(part).first.evaluate("part => getComputedStyle(part).filter")
        assert style.startswith("invert(")
