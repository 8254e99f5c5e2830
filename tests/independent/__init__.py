"""Tests of and with the independent server, which shares no code with client and mock."""
