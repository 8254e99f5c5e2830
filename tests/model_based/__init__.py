"""The state machine of `test_clients.py`, by theme. What may come of it is `model.py`'s.

What a run must have reached stands in the test.
"""
