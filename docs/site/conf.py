"""Sphinx's configuration of the site, which tools/web_site.py lays beside the pages."""

from sphinx.domains.python import PyObject

project = "lsqgrad"
author = "the lsqgrad authors"
language = "en"
extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
]
default_role = "py:obj"  # in docstrings: a link where there is something of that name, else code

# Notebooks come with their outputs
nb_execution_mode = "off"
nb_merge_streams = True
nb_render_markdown_format = "myst"
nb_ipywidgets_js = {}  # players bring their own script
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False

# One file, which holds the glyphs, too: no font is fetched, so that a page may be a file
mathjax_path = "mathjax/tex-svg-full.js"
mathjax3_config = {
    "tex": {"inlineMath": [["\\(", "\\)"]]},
    "options": {
        "enableMenu": False,  # its items would fetch more
        "ignoreHtmlClass": "document",
        "processHtmlClass": "math",
    },
}

# Docstrings
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say the types, with shapes
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False
python_use_unqualified_type_names = True
add_module_names = False
for field in PyObject.doc_field_types:
    if field.name == "variable":
        field.label = "Attributes"

html_theme = "sphinx_book_theme"
html_title = "lsqgrad"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_sidebars = {"**": ["home.html", "search-button-field.html", "sbt-sidebar-nav.html"]}
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_copy_source = False
html_show_search_summary = False  # it would fetch pages, which a page that is a file may not
html_show_sourcelink = False
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "home_page_in_toc": False,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
