"""`to_row()` gives a flat dict of plain values, with the same columns for each row of a model."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mews_vouchers_client import models
from mews_vouchers_client.models import Company, RateForExtent, VoucherCode
from mews_vouchers_client.types import Model

from tests.support import documented
from tests.support.documented import SCHEMAS, UNKNOWN, JsonObject, objects_in, schemas_in
from tests.support.hypothesis_profiles import UNSHRUNK, examples
from tests.support.items import CODE
from tests.support.operations import CANARY, OPERATIONS, example_request
from tests.support.strategies import BREAKABLE, damaged, json_values, valid

#: One object of each schema of a response, with all its properties.
COMPLETE: dict[str, JsonObject] = {
    schema: found
    for schema, found in objects_in("VoucherResult", documented.EXAMPLES["VouchersEveryExtentPage"])
    if schema in documented.ITEMS
}
#: The types of the values in a row, but for None.
PLAIN = (str, bool, int, float, datetime, list, dict)
Kind = Callable[[str], st.SearchStrategy[Any]]
each_item = pytest.mark.parametrize("schema", sorted(COMPLETE))


def class_of(schema: str) -> type[Model]:
    """Return the model of a schema."""
    found: type[Model] = getattr(models, schema)
    return found


def row_of(schema: str, body: JsonObject) -> dict[str, Any]:
    """Read a body, and return it as a row."""
    return class_of(schema).from_dict(body).to_row()


def folded(column: str) -> str:
    """Return what `options.is_active` and `Options.IsActive` have in common."""
    return column.replace("_", "").lower()


def inner_schema(node: JsonObject) -> str | None:
    """Return the schema of an object with documented properties that a property has."""
    if node.get("type") == "array":
        return None
    found = [name for name in schemas_in(node) if SCHEMAS[name].get("properties")]
    return found[0] if found else None


def documented_cells(schema: str, body: Any) -> Iterator[tuple[str, Any]]:
    """Yield the path and the JSON value of each documented property, of inner objects as well."""
    for name, node in SCHEMAS[schema]["properties"].items():
        value = body.get(name) if isinstance(body, dict) else None
        if (inner := inner_schema(node)) is not None:
            for path, found in documented_cells(inner, value):
                yield f"{name}.{path}", found
        else:
            yield name, value


def is_same(cell: Any, value: Any) -> bool:
    """Tell whether a value of a row is that of JSON, which has datetimes as strings."""
    if isinstance(cell, datetime):
        return cell.utcoffset() == timedelta(0) and cell == datetime.fromisoformat(value)
    return type(cell) is type(value) and bool(cell == value)


def inner_values(value: Any) -> Iterator[Any]:
    """Yield a value and all values in it."""
    yield value
    for one in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from inner_values(one)


@each_item
@settings(max_examples=examples(40), phases=UNSHRUNK)
@given(data=st.data())
def test_a_row_has_every_documented_value(schema: str, data: st.DataObject) -> None:
    """A column for each documented property, of inner objects as well; a missing one is None."""
    body = deepcopy(COMPLETE[schema])
    optional = sorted(body.keys() - set(SCHEMAS[schema].get("required", ())))
    for name in data.draw(st.sets(st.sampled_from(optional or [UNKNOWN]))):
        body.pop(name, None)
    row = {folded(column): value for column, value in row_of(schema, body).items()}
    expected = {folded(path): value for path, value in documented_cells(schema, body)}
    assert row.keys() == expected.keys()
    assert [name for name, value in row.items() if not is_same(value, expected[name])] == []


@pytest.mark.hypothesis
@pytest.mark.parametrize("kind", [valid, damaged])
@pytest.mark.parametrize("schema", BREAKABLE)
def test_all_rows_of_a_model_have_the_same_columns(schema: str, kind: Kind) -> None:
    """Whatever the server sends, the keys of a row are the columns of its model, in their order."""

    @settings(max_examples=examples(30), phases=UNSHRUNK)
    @given(kind(schema))
    def has_columns(body: JsonObject) -> None:
        for inner, one in objects_in(schema, body):
            if SCHEMAS[inner]["type"] != "object":  # an object where a string was expected
                continue
            row = row_of(inner, one)
            assert tuple(row) == class_of(inner).columns()
            for value in inner_values(row):
                assert value is None or type(value) in PLAIN

    has_columns()


@each_item
@settings(max_examples=examples(40), phases=UNSHRUNK)
@given(data=st.data())
def test_a_value_that_is_not_as_documented_is_kept(schema: str, data: st.DataObject) -> None:
    """Its column has the value as it was received, for example an unknown value of an enum."""
    properties = SCHEMAS[schema]["properties"]
    scalars = [name for name, node in properties.items() if inner_schema(node) is None]
    name, value = data.draw(st.sampled_from(scalars)), data.draw(json_values)
    row = row_of(schema, COMPLETE[schema] | {name: value})
    (found,) = [cell for column, cell in row.items() if folded(column) == folded(name)]
    assert is_same(found, value) or found == value


def test_an_inner_object_has_columns_of_its_own() -> None:
    """Those of an object that is missing, null or malformed are None; none of them is missing."""
    columns = [column for column in Company.columns() if column.startswith("address.")]
    assert "address.city" in columns
    for address in ({}, {"Address": None}, {"Address": "Prague"}):
        row = Company.from_dict(address).to_row()
        assert [row[column] for column in columns] == [None] * len(columns)
        assert "address" not in row


def test_texts_by_language_are_one_column() -> None:
    """An object whose properties the document does not name is a dict: its keys are data."""
    rate = RateForExtent.from_dict({"Names": {"en-US": "Best", "cs-CZ": "Lepší"}})
    row = rate.to_row()
    assert row["names"] == {"en-US": "Best", "cs-CZ": "Lepší"}
    row["names"]["de-DE"] = "Gut"
    assert rate.to_row()["names"] == {"en-US": "Best", "cs-CZ": "Lepší"}


def test_columns_do_not_depend_on_unknown_properties() -> None:
    """A property that the vendor adds is no column of its own; `model[name]` has it."""
    code = VoucherCode.from_dict(CODE | {UNKNOWN: 1})
    assert code.to_row() == VoucherCode.from_dict(CODE).to_row()
    assert code[UNKNOWN] == 1


def test_an_item_to_add_is_a_row_too() -> None:
    """So rejected items can be written to a file; values that were not set are None."""
    code = models.VoucherCodeAddParameters("v", "SPRING", None)
    assert code.to_row() == {
        "voucher_id": "v",
        "value": "SPRING",
        "validity_start_utc": None,
        "validity_end_utc": None,
    }


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
def test_no_row_shows_a_token(operation: Any) -> None:
    """A request as a row has `***` for its tokens, also where C code reads the string itself."""
    row = operation.request.from_dict(example_request(operation)).to_row()
    assert (row["client_token"], row["access_token"]) == ("***", "***")
    file = io.StringIO()
    csv.DictWriter(file, operation.request.columns()).writerow(row)
    assert CANARY not in file.getvalue() + json.dumps(row, default=str) + repr(row)


# --- where rows go


def rows() -> list[dict[str, Any]]:
    """Return two rows of codes: one with all values, one with required values only."""
    required = {name: CODE[name] for name in SCHEMAS["VoucherCode"]["required"]}
    return [VoucherCode.from_dict(body).to_row() for body in (CODE, required)]


def test_rows_are_written_as_csv() -> None:
    """With a header also if there are no rows; what is missing is an empty cell."""
    for written in (rows(), []):
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, VoucherCode.columns())
        writer.writeheader()
        writer.writerows(written)
        file.seek(0)
        reader = csv.DictReader(file)
        read = list(reader)
        assert tuple(reader.fieldnames or ()) == VoucherCode.columns()
        assert read == [
            {name: "" if value is None else str(value) for name, value in row.items()}
            for row in written
        ]


def test_rows_are_written_as_json() -> None:
    """With `datetime.isoformat` for datetimes, and nothing else that JSON does not have."""
    for row in rows():
        read = json.loads(json.dumps(row, default=datetime.isoformat))
        assert [name for name, value in row.items() if not is_same(value, read[name])] == []


def test_rows_become_a_data_frame() -> None:
    """Columns have types of their own, instants are instants, and Parquet keeps all."""
    table = pa.Table.from_pylist(rows())
    assert tuple(table.column_names) == VoucherCode.columns()
    assert pa.types.is_timestamp(table.schema.field("created_utc").type)
    assert pa.types.is_boolean(table.schema.field("is_active").type)
    file = io.BytesIO()
    pq.write_table(table, file)
    file.seek(0)
    assert pq.read_table(file).to_pylist() == rows()
