"""Sphinx: the documentation of Pharos."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import generated  # noqa: E402 - lies beside this file

generated.write()

project = "Pharos"
author = "the Pharos contributors"
copyright = "2026, the Pharos contributors"  # noqa: A001 - Sphinx's own name
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
exclude_patterns = ["_build", "changes"]
html_theme = "furo"
html_title = "Pharos"
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "description"
