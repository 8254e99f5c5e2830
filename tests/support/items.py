"""A code and a voucher in full, as an answer has them, for tests of what is read."""

from tests.support import documented

CODE = documented.CODE | {
    "Value": "SPRING",
    "ValidityStartUtc": None,
    "ValidityEndUtc": "2026-03-01T10:00:00Z",
}
VOUCHER = documented.VOUCHER | {"Type": "Public"}
