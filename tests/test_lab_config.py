"""What tools/lab_config.py asks for reaches the page."""

import json
import re
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

import nbformat
import pytest
from browser import JUPYTERLAB, NOTEBOOK

CSS = Path(__file__).resolve().parent.parent / "tools" / "jupyter" / "custom" / "custom.css"


def get(url):
    with urlopen(url) as answer:
        return answer.read().decode()


FRONT_ENDS = [JUPYTERLAB, pytest.param(NOTEBOOK, marks=pytest.mark.long)]


@pytest.fixture(scope="module", params=FRONT_ENDS, ids=lambda front_end: front_end.name)
def url(request, tmp_path_factory):
    """The address of a notebook that a front end serves."""
    folder = tmp_path_factory.mktemp("notebooks")
    nbformat.write(nbformat.v4.new_notebook(), folder / "empty.ipynb")
    with request.param.serve(folder, tmp_path_factory.mktemp("scratch")) as url_of:
        yield url_of("empty.ipynb")


def test_the_page_has_our_style_for_the_dark_theme(url):
    (style,) = re.findall(r'href="([^"]*custom\.css)"', get(url))
    token = url.rpartition("token=")[2]
    assert get(f"{urljoin(url, style)}?token={token}") == CSS.read_text(encoding="utf-8")


def test_no_pop_up_offers_news(url):
    (config,) = re.findall(r'id="jupyter-config-data"[^>]*>(.*?)</script>', get(url), re.DOTALL)
    plugins = json.loads(config)["disabledExtensions"]
    assert "@jupyterlab/apputils-extension:announcements" in plugins
