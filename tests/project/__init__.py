"""Tests of the project: README, demo, public names, workflows, and the programs below `tests`."""
