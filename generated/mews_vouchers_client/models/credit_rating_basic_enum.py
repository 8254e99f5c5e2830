# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
from enum import StrEnum


class CreditRatingBasicEnum(StrEnum):
    CREDIT_OK = "CreditOk"
    LOCAL_DECISION_REQUIRED = "LocalDecisionRequired"
    PAYMENT_REQUIRED_UPFRONT = "PaymentRequiredUpfront"

    def __str__(self) -> str:
        return str(self.value)
