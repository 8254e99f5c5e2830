"""A client for the voucher endpoints of the Mews Connector API."""
