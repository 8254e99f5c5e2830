"""The state machine of `test_clients.py`, by theme. `model.py` knows what may be the result.

The test lists the situations that a run must reach.
"""
