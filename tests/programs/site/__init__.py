"""Checks the documentation site that `make docs` has built.

`links.py` reads its files, `browser.py` opens its pages in Chromium, `__main__.py` prints what both
have found.
"""
