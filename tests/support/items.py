"""A complete code and a complete voucher of a response, for tests of reading."""

from tests.support import documented

CODE = documented.CODE | {
    "Value": "SPRING",
    "ValidityStartUtc": None,
    "ValidityEndUtc": "2026-03-01T10:00:00Z",
}
VOUCHER = documented.VOUCHER | {"Type": "Public"}
