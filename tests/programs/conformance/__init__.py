"""Holds another server against the mock: the same steps on both, and a table of what differs.

    make conformance BASE_URL=https://api.mews-demo.com

For whoever has access to an environment of the vendor's; `__main__.py` says what it needs, and
`steps.py` what it does there. Only safe steps: each reads, is refused, or writes to an item that
this run has made, and what was made is deleted at the end. About the speed of a server or its rate
limit nothing is asked. The suite of this project runs it against a mock on a socket.
"""
