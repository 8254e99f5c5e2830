# Generated from openapi/mews-vouchers.yaml by `make generate`: do not edit.
# Change the document, openapi/templates or openapi/runtime instead.
"""Contains all the data models used in inputs/outputs"""

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
from .multiple_voucher_code_delete_parameters import MultipleVoucherCodeDeleteParameters
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
