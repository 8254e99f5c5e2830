# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document or openapi/pipeline/templates instead.
"""Request and response bodies: a class for each schema of the document, imported on first use."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .activity_state import ActivityState
    from .assigned_rate_ids import AssignedRateIds
    from .company import Company
    from .company_options import CompanyOptions
    from .connector_api_exception_result import ConnectorApiExceptionResult
    from .credit_rating import CreditRating
    from .credit_rating_basic_enum import CreditRatingBasicEnum
    from .guid_nullable_update_value import GuidNullableUpdateValue
    from .limitation import Limitation
    from .localized_text import LocalizedText
    from .multiple_voucher_add_parameters import MultipleVoucherAddParameters
    from .multiple_voucher_code_add_parameters import MultipleVoucherCodeAddParameters
    from .multiple_voucher_code_delete_parameters import (
        MultipleVoucherCodeDeleteParameters,
    )
    from .multiple_voucher_delete_parameters import MultipleVoucherDeleteParameters
    from .multiple_voucher_update_parameters import MultipleVoucherUpdateParameters
    from .old_address import OldAddress
    from .rate_for_extent import RateForExtent
    from .rate_type_enum import RateTypeEnum
    from .string_update_value import StringUpdateValue
    from .time_filter_interval import TimeFilterInterval
    from .unit import Unit
    from .voucher import Voucher
    from .voucher_add_parameters import VoucherAddParameters
    from .voucher_assignment import VoucherAssignment
    from .voucher_code import VoucherCode
    from .voucher_code_add_parameters import VoucherCodeAddParameters
    from .voucher_code_filter_parameters import VoucherCodeFilterParameters
    from .voucher_code_result import VoucherCodeResult
    from .voucher_extent import VoucherExtent
    from .voucher_filter_parameters import VoucherFilterParameters
    from .voucher_result import VoucherResult
    from .voucher_type_enum import VoucherTypeEnum
    from .voucher_type_update_value import VoucherTypeUpdateValue
    from .voucher_update_parameters import VoucherUpdateParameters
    from .voucher_write_result import VoucherWriteResult
else:
    from ..lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        {
            "ActivityState": "activity_state:ActivityState",
            "AssignedRateIds": "assigned_rate_ids:AssignedRateIds",
            "Company": "company:Company",
            "CompanyOptions": "company_options:CompanyOptions",
            "ConnectorApiExceptionResult": "connector_api_exception_result:ConnectorApiExceptionResult",
            "CreditRating": "credit_rating:CreditRating",
            "CreditRatingBasicEnum": "credit_rating_basic_enum:CreditRatingBasicEnum",
            "GuidNullableUpdateValue": "guid_nullable_update_value:GuidNullableUpdateValue",
            "Limitation": "limitation:Limitation",
            "LocalizedText": "localized_text:LocalizedText",
            "MultipleVoucherAddParameters": "multiple_voucher_add_parameters:MultipleVoucherAddParameters",
            "MultipleVoucherCodeAddParameters": "multiple_voucher_code_add_parameters:MultipleVoucherCodeAddParameters",
            "MultipleVoucherCodeDeleteParameters": "multiple_voucher_code_delete_parameters:MultipleVoucherCodeDeleteParameters",
            "MultipleVoucherDeleteParameters": "multiple_voucher_delete_parameters:MultipleVoucherDeleteParameters",
            "MultipleVoucherUpdateParameters": "multiple_voucher_update_parameters:MultipleVoucherUpdateParameters",
            "OldAddress": "old_address:OldAddress",
            "RateForExtent": "rate_for_extent:RateForExtent",
            "RateTypeEnum": "rate_type_enum:RateTypeEnum",
            "StringUpdateValue": "string_update_value:StringUpdateValue",
            "TimeFilterInterval": "time_filter_interval:TimeFilterInterval",
            "Unit": "unit:Unit",
            "Voucher": "voucher:Voucher",
            "VoucherAddParameters": "voucher_add_parameters:VoucherAddParameters",
            "VoucherAssignment": "voucher_assignment:VoucherAssignment",
            "VoucherCode": "voucher_code:VoucherCode",
            "VoucherCodeAddParameters": "voucher_code_add_parameters:VoucherCodeAddParameters",
            "VoucherCodeFilterParameters": "voucher_code_filter_parameters:VoucherCodeFilterParameters",
            "VoucherCodeResult": "voucher_code_result:VoucherCodeResult",
            "VoucherExtent": "voucher_extent:VoucherExtent",
            "VoucherFilterParameters": "voucher_filter_parameters:VoucherFilterParameters",
            "VoucherResult": "voucher_result:VoucherResult",
            "VoucherTypeEnum": "voucher_type_enum:VoucherTypeEnum",
            "VoucherTypeUpdateValue": "voucher_type_update_value:VoucherTypeUpdateValue",
            "VoucherUpdateParameters": "voucher_update_parameters:VoucherUpdateParameters",
            "VoucherWriteResult": "voucher_write_result:VoucherWriteResult",
        },
    )

__all__ = (
    "ActivityState",
    "AssignedRateIds",
    "Company",
    "CompanyOptions",
    "ConnectorApiExceptionResult",
    "CreditRating",
    "CreditRatingBasicEnum",
    "GuidNullableUpdateValue",
    "Limitation",
    "LocalizedText",
    "MultipleVoucherAddParameters",
    "MultipleVoucherCodeAddParameters",
    "MultipleVoucherCodeDeleteParameters",
    "MultipleVoucherDeleteParameters",
    "MultipleVoucherUpdateParameters",
    "OldAddress",
    "RateForExtent",
    "RateTypeEnum",
    "StringUpdateValue",
    "TimeFilterInterval",
    "Unit",
    "Voucher",
    "VoucherAddParameters",
    "VoucherAssignment",
    "VoucherCode",
    "VoucherCodeAddParameters",
    "VoucherCodeFilterParameters",
    "VoucherCodeResult",
    "VoucherExtent",
    "VoucherFilterParameters",
    "VoucherResult",
    "VoucherTypeEnum",
    "VoucherTypeUpdateValue",
    "VoucherUpdateParameters",
    "VoucherWriteResult",
)
