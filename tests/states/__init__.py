"""The state machine of `test_overlay_states.py`, by theme. What may come of it is `model.py`'s.

No test belongs here, nor what a run must have reached.
"""
