"""The generated package is easy to find one's way in."""

import importlib
import pkgutil
import re

import mews_vouchers_client
import pytest
from mews_vouchers_client import models
from mews_vouchers_client.api import voucher_codes, vouchers
from operations import OPERATIONS, document

SCHEMAS = document()["components"]["schemas"]


def test_every_module_imports() -> None:
    """No module refers to one that does not exist."""
    for module in pkgutil.walk_packages(mews_vouchers_client.__path__, "mews_vouchers_client."):
        importlib.import_module(module.name)


def test_classes_are_named_after_the_schemas() -> None:
    """There is a class for each object and enum of the document, of that name, and no other."""
    expected = {
        name
        for name, schema in SCHEMAS.items()
        if schema.get("type") == "object" or "enum" in schema
    }
    assert set(models.__all__) == expected


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations_are_found_by_the_vendors_names(name: str) -> None:
    """`voucherCodes/getAll` is `voucher_codes.get_all`, and so for the other six."""
    resource, action = (re.sub("([A-Z])", r"_\1", part).lower() for part in name.split("/"))
    module = getattr({"vouchers": vouchers, "voucher_codes": voucher_codes}[resource], action)
    assert module is OPERATIONS[name].module


def test_the_seven_operations_are_all() -> None:
    """The document, the package and these tests speak of the same operations."""
    assert {operation.path for operation in OPERATIONS.values()} == set(document()["paths"])
    assert len(vouchers.__all__) + len(voucher_codes.__all__) == 7


def test_enum_members_read_well() -> None:
    """An enum's members are words with underscores, and their values the vendor's."""
    assert {member.name: member.value for member in models.VoucherTypeEnum} == {
        "PUBLIC": "Public",
        "PARTNER_COMPANY": "PartnerCompany",
        "TRAVEL_AGENCY": "TravelAgency",
    }
