"""What the API's contract says: which requests are valid, and what responses look like.

The lowest layer of the mock: it imports nothing else of it.
"""
