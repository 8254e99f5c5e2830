"""Tests of the hand-written clients, against a mock."""
