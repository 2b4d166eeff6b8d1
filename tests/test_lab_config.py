"""What tools/lab_config.py asks for reaches the page."""

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


@pytest.mark.parametrize(
    "front_end",
    [JUPYTERLAB, pytest.param(NOTEBOOK, marks=pytest.mark.long)],
    ids=lambda front_end: front_end.name,
)
def test_the_page_has_our_style_for_the_dark_theme(front_end, tmp_path):
    (folder := tmp_path / "notebooks").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), folder / "empty.ipynb")
    with front_end.serve(folder, tmp_path / "scratch") as url_of:
        url = url_of("empty.ipynb")
        (style,) = re.findall(r'href="([^"]*custom\.css)"', get(url))
        token = url.rpartition("token=")[2]
        assert get(f"{urljoin(url, style)}?token={token}") == CSS.read_text(encoding="utf-8")
