# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from enum import StrEnum


class VoucherTypeEnum(StrEnum):
    PARTNER_COMPANY = "PartnerCompany"
    PUBLIC = "Public"
    TRAVEL_AGENCY = "TravelAgency"

    def __str__(self) -> str:
        return str(self.value)
