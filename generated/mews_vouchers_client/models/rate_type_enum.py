# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from enum import StrEnum


class RateTypeEnum(StrEnum):
    AVAILABILITY_BLOCK = "AvailabilityBlock"
    PRIVATE = "Private"
    PUBLIC = "Public"

    def __str__(self) -> str:
        return str(self.value)
