"""Models written by hand, as users of pydantic and of msgspec would.

Both kinds are made of one table, so that they are the same but for the library.
"""

from datetime import datetime
from types import GenericAlias
from typing import Any, NamedTuple

import msgspec
import pydantic
from benchmarks import pages
from mews_vouchers_client.models import (
    ActivityState,
    CreditRatingBasicEnum,
    RateTypeEnum,
    VoucherTypeEnum,
)
from pydantic.alias_generators import to_pascal


class Models(NamedTuple):
    """The same models, made with one library."""

    #: A page of codes, one of vouchers, and a request that adds codes.
    codes: Any
    vouchers: Any
    adding: Any


def _or_null(kind: Any) -> Any:
    return kind | None


def _list(kind: Any) -> Any:
    return GenericAlias(list, kind)


def by_hand(define: Any) -> Models:
    """Make the models with a function that takes a class's name and its fields, wire name first."""
    text, moment = _or_null(str), _or_null(datetime)

    def model(name: str, example: pages.Properties, **types: Any) -> Any:
        """Every property is the text or time that its name says, unless its type is given."""
        usual = {wire: moment if wire.endswith("Utc") else text for wire in example}
        return define(name, usual | types)

    code = model("Code", pages.code(0), Id=str, VoucherId=str, IsActive=bool)
    voucher = model(
        "Voucher",
        pages.voucher(0),
        **dict.fromkeys(("Id", "ServiceId", "Name"), str),
        **dict.fromkeys(("CreatedUtc", "UpdatedUtc"), datetime),
        Type=VoucherTypeEnum,
        IsActive=bool,
        ActivityState=_or_null(ActivityState),
    )
    names = dict[str, str]
    rate = model(
        "Rate",
        pages.rate(0),
        **dict.fromkeys(("Id", "GroupId", "ServiceId"), str),
        **dict.fromkeys(("IsBaseRate", "IsActive", "IsEnabled", "IsPublic"), bool),
        Type=RateTypeEnum,
        Names=names,
        UpdatedUtc=datetime,
        ExternalNames=_or_null(names),
        Description=_or_null(names),
    )
    address = model(
        "Address",
        pages.company(0)["Address"],
        Latitude=_or_null(float),
        Longitude=_or_null(float),
    )
    company = model(
        "Company",
        pages.company(0),
        **dict.fromkeys(("Id", "ChainId", "Name"), str),
        Options=define("Options", dict.fromkeys(pages.company(0)["Options"], bool)),
        CreditRating=define("CreditRating", {"Basic": _or_null(CreditRatingBasicEnum)}),
        IsActive=bool,
        Number=int,
        Address=_or_null(address),
    )
    assignment = define("Assignment", {"VoucherId": str, "RateId": str})
    vouchers = define(
        "Vouchers",
        {
            "Vouchers": _list(voucher),
            "VoucherCodes": _list(code),
            "VoucherAssignments": _list(assignment),
            "Rates": _list(rate),
            "Companies": _list(company),
            "Cursor": text,
        },
    )
    new = model("New", pages.code_to_add(0), VoucherId=str, Value=str)
    tokens = dict.fromkeys(("ClientToken", "AccessToken", "Client"), str)
    adding = define("Adding", {**tokens, "VoucherCodeParameters": _list(new)})
    return Models(define("Codes", {"VoucherCodes": _list(code), "Cursor": text}), vouchers, adding)


def _attribute(wire: str) -> str:
    return "".join(
        "_" * (letter.isupper() and place > 0) + letter.lower() for place, letter in enumerate(wire)
    )


def pydantic_model(name: str, fields: pages.Properties) -> Any:
    """Make a model of pydantic v2."""
    config = pydantic.ConfigDict(alias_generator=to_pascal)
    types: Any = {_attribute(wire): (type_, ...) for wire, type_ in fields.items()}
    return pydantic.create_model(name, __config__=config, **types)


def msgspec_struct(name: str, fields: pages.Properties) -> Any:
    """Make a struct of msgspec."""
    types = [(_attribute(wire), type_) for wire, type_ in fields.items()]
    return msgspec.defstruct(name, types, rename="pascal")
