"""Programs, not tests: each is run by a target of the Makefile."""
