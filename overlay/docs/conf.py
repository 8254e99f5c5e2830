"""Settings of the documentation site, which `make docs` builds with Sphinx."""

import sys
import tomllib
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parents[1]
sys.path[:0] = [str(DOCS / "_extensions"), str(ROOT / "overlay"), str(ROOT / "generated")]

project = "mews-vouchers"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"][
    "version"
]

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "command_help",
    "docstrings",
    "references",
]
exclude_patterns = ["_extensions"]
nitpicky = True
nitpick_ignore_regex = [
    # Type variables, other libraries, and classes of which users see only the protocol.
    ("py:class", r".*\.(Item|Result|T_co)"),
    ("py:(class|exc)", r"httpx\..*"),
    ("py:class", r"mews_vouchers\.mock\._serving\..*"),
]

# --- pages

myst_heading_anchors = 4
#: A table of RESULTS.md and a chapter of the CHANGELOG have the headings that they have.
suppress_warnings = ["myst.header"]
highlight_language = "default"

# --- docstrings

#: In a docstring, `name` is code, and a link if it names something of the reference.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
add_module_names = False
toc_object_entries_show_parents = "hide"
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 80
napoleon_numpy_docstring = False
napoleon_use_ivar = True

# --- appearance

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"mews-vouchers {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_favicon = "_static/icon.svg"
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e63", "color-brand-content": "#0b6e63"},
    "dark_css_variables": {"color-brand-primary": "#5fd0c0", "color-brand-content": "#5fd0c0"},
}
