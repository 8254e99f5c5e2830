"""Tests of the generated package, `mews_vouchers_client`."""
