"""Tests of the command `mews-vouchers`."""
