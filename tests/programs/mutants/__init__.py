"""Tests of the tests: bugs that somebody could make, each of which some test has to catch.

The bugs are data, in the files `*.toml`; `catalogue.py` reads and plants them, `__main__.py` runs
the tests on each. `make mutants` is the way in.
"""
