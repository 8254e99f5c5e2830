# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from enum import StrEnum


class ActivityState(StrEnum):
    ACTIVE = "Active"
    DELETED = "Deleted"

    def __str__(self) -> str:
        return str(self.value)
