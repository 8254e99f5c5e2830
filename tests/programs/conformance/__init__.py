"""Compares a server with the mock: the same steps on both, and a table of the differences.

    make conformance BASE_URL=https://api.mews-demo.com

It is for people with access to one of the vendor's environments; `__main__.py` says what it needs,
and `steps.py` what it does there. All steps are safe: each one reads, is rejected, or writes to an
item that this run has added, and what was added is deleted at the end. The speed of a server and
its rate limit are not tested. The tests of this project run it against a mock on a socket.
"""
