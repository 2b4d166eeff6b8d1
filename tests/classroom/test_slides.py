"""The lecture as slides, as they are opened by a double click."""

import re

import browser
import lecture
import pytest
import slides
from lecture import Part, Stop
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from playwright.sync_api import expect

PLAYER = ".lsqgrad-player:not(.lsqgrad-prediction)"
HERE = "section.present section.present"
MEASURE = (slides.TEMPLATES / "slides" / "measure.js").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def deck(tmp_path_factory):
    """The whole lecture."""
    parts = lecture.read(lecture.SCRIPT.read_text(encoding="utf-8"))
    return slides.write(parts, tmp_path_factory.mktemp("slides"))


@pytest.fixture(scope="module")
def opened(chromium, deck):
    with browser.offline(chromium, deck, viewport=slides.SIZE) as (page, requests):
        slides.ready(page)
        yield page
        assert requests == [deck.as_uri()]


@pytest.fixture
def page(opened):
    opened.evaluate("document.activeElement.blur(); Reveal.slide(0)")
    return opened


def number(page):
    return page.evaluate("Reveal.getSlidePastCount()")


def go_to(page, selector):
    """Go to the slide that has the first of what a selector finds; return that."""
    page.evaluate(
        """selector => {
          const { h, v } = Reveal.getIndices(document.querySelector(selector).closest("section"));
          Reveal.slide(h, v);
        }""",
        selector,
    )
    return page.locator(selector).first


# What is on them


def test_space_leads_through_all_slides_and_nothing_on_them_is_beyond_an_edge(
    chromium, deck, capsys
):
    measured = slides.measure(chromium, deck)
    assert [slide.number for slide in measured] == [*range(1, len(measured) + 1)]
    assert slides.report(measured), capsys.readouterr().out


def write_small(folder, *cells):
    """Write slides of a few cells that are executed already."""
    names = tuple(f"c{k}" for k in range(len(cells)))
    parts = [Part(1, "A part", 3, (Stop("00", names, 3, False, "**Ask.** Why?"),))]
    path = folder / "small.html"
    path.write_text(
        slides.page(slides.deck(parts, {"00": dict(zip(names, cells, strict=True))})),
        encoding="utf-8",
    )
    return path


def printed(text):
    return [new_output("stream", text=text)]


def test_what_is_too_wide_or_cut_off_is_seen(chromium, tmp_path):
    wide = new_code_cell(f"x = '{'a' * 90}'")
    cut = new_markdown_cell(
        "<div style='height: 30px; overflow: hidden'>One line<br>and another</div>"
    )
    measured = slides.measure(chromium, write_small(tmp_path, wide, cut))
    first, *_, last = (text for slide in measured for text in slide.beyond)
    assert first.startswith("'aaa")
    assert last == "and another"


def test_code_that_is_too_small_is_seen():
    assert slides.Measured(1, "", [], 0, {"code": 24.0}).is_good
    assert not slides.Measured(1, "", [], 0, {"code": 23.5}).is_good


def test_words_stay_with_their_code_and_long_cells_are_parted(chromium, tmp_path):
    cells = [
        new_markdown_cell("## One\n\nWords."),
        new_code_cell("print(1)", outputs=printed("1\n")),
        new_markdown_cell("Words on the next."),
        new_code_cell("\n".join(f"a{k} = {k}" for k in range(15)), outputs=printed("two\n")),
        new_code_cell("print()", outputs=printed("\n".join(map(str, range(40))))),
    ]
    with browser.offline(chromium, write_small(tmp_path, *cells), viewport=slides.SIZE) as (
        page,
        _,
    ):
        slides.ready(page)
        texts = page.locator(".page").all_inner_texts()
    for text, begin in zip(texts[2:], ["One", "Words on the next.", "print()"], strict=False):
        assert text.strip().startswith(begin)
    assert "a14 = 14" in texts[3]
    lines = "\n".join(texts).split()
    assert [line for line in lines if line.isdecimal()][-40:] == [*map(str, range(40))]


def test_an_answer_is_not_seen_with_its_question(chromium, tmp_path):
    cells = [
        new_markdown_cell("**Predict.** What is it?\n\n- (a) This.\n- (b) That."),
        new_code_cell('Prediction("it")', metadata={"tags": ["lecture"]}),
        new_code_cell("print(1)", outputs=printed("it is that\n")),
        new_markdown_cell("<details><summary>Answer</summary>\n\n(b).\n\n</details>\n\nGo on."),
    ]
    with browser.offline(chromium, write_small(tmp_path, *cells), viewport=slides.SIZE) as (
        page,
        _,
    ):
        slides.ready(page)
        question, answer = page.locator(".page").all_inner_texts()[1:][-2:]
    assert "What is it?" in question
    assert "Prediction(" not in question
    assert "it is that" not in question
    assert re.search(r"it is that\s+Answer\s+\(b\)\.\s+Go on\.", answer)


# Keys


def test_keys_are_the_players_only_while_it_has_the_focus(page):
    player = go_to(page, PLAYER)
    here, place = number(page), player.get_attribute("data-place")
    page.keyboard.press("n")
    assert number(page) == here + 1
    expect(player).to_have_attribute("data-place", place)
    page.keyboard.press("p")
    player.get_by_role("button", name=re.compile("^Next")).first.click()
    moved = str(int(place) + 1)
    expect(player).to_have_attribute("data-place", moved)
    for key in ["ArrowRight", "n", "p", "Space", "o"]:
        page.keyboard.press(key)
    assert number(page) == here
    assert not page.evaluate("Reveal.isOverview()")
    expect(player).not_to_have_attribute("data-place", place)
    page.keyboard.press("Escape")
    page.keyboard.press("Space")
    assert number(page) == here + 1


def test_a_remote_control_leads_on_from_a_player(page):
    player = go_to(page, PLAYER)
    here = number(page)
    player.get_by_role("slider").first.focus()
    page.keyboard.press("PageDown")
    assert number(page) == here + 1


def test_a_player_stops_when_its_slide_is_left(page):
    player = go_to(page, ".lsqgrad-stepper")
    here = page.evaluate("Reveal.getIndices()")
    player.get_by_role("button", name="Play", exact=True).click()
    expect(player.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.evaluate("Reveal.next()")
    page.evaluate("({ h, v }) => Reveal.slide(h, v)", here)
    expect(player.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_escape_shows_all_slides_and_the_question_mark_the_keys(page):
    page.keyboard.press("Escape")
    assert page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Escape")
    assert not page.evaluate("Reveal.isOverview()")
    page.keyboard.press("Shift+?")
    expect(page.get_by_text("Keyboard Shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Keyboard Shortcuts")).to_have_count(0)


def test_the_speaker_sees_notes_on_each_slide(page):
    without = page.evaluate(
        r"Reveal.getSlides().filter((s) => !/Minute \d/.test(Reveal.getSlideNotes(s))).length"
    )
    assert without == 1  # the title
    with page.context.expect_page() as window:
        page.keyboard.press("s")
    notes = window.value.locator(".speaker-controls-notes")
    page.keyboard.press("Space")
    expect(notes).to_contain_text("Minute 0 to", timeout=30_000)
    window.value.close()


# Players


def test_each_player_plays_and_nothing_in_it_leaves_its_slide(page):
    count = page.locator(PLAYER).count()
    assert count >= 5
    for k in range(count):
        page.evaluate(
            """([selector, k]) => {
              const player = document.querySelectorAll(selector)[k];
              const { h, v } = Reveal.getIndices(player.closest("section"));
              Reveal.slide(h, v);
            }""",
            [PLAYER, k],
        )
        player = page.locator(HERE).locator(PLAYER)
        expect(player).to_have_count(1)
        assert player.bounding_box()["width"] > 1000
        place = player.get_attribute("data-place")
        player.get_by_role("button", name=re.compile("^(Next|Show answer)")).first.click()
        expect(player).not_to_have_attribute("data-place", place)
        assert page.evaluate(MEASURE)["beyond"] == []
        player.get_by_role("slider").first.press("End")
        expect(player.get_by_role("button", name=re.compile("^Next")).first).to_be_disabled()
        assert page.evaluate(MEASURE)["beyond"] == []


# The PDF


def test_the_pdf_has_a_page_for_each_slide(chromium, deck, page):
    pdf = slides.print_pdf(chromium, deck).read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == page.evaluate("Reveal.getTotalSlides()")
    assert {*re.findall(rb"/MediaBox \[(.*?)\]", pdf)} == {b"0 0 960 540"}  # points


def test_without_a_browser_the_slides_are_written_alone(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("sys.argv", ["slides.py", "--to", str(tmp_path)])
    monkeypatch.setattr(slides, "write", lambda parts, folder: folder / "lecture.html")
    monkeypatch.setattr(slides, "find_chromium", lambda: None)
    with pytest.raises(SystemExit) as ended:
        slides.main()
    assert not ended.value.code
    assert "no PDF was written" in capsys.readouterr().out
