"""Importing is fast: what not every program needs is imported on first use."""

import importlib
import inspect
import json
import pickle
import subprocess
import sys
import typing
from typing import Any

import mews_vouchers
import mews_vouchers_client.api.voucher_codes
import mews_vouchers_client.api.vouchers
import mews_vouchers_client.models
import pytest
from mews_vouchers import AsyncVoucherClient, Credentials, VoucherClient

from tests.support.documented import UNKNOWN

LAZY = [
    mews_vouchers,
    mews_vouchers_client.models,
    mews_vouchers_client.api.vouchers,
    mews_vouchers_client.api.voucher_codes,
]
LATER = [
    "attr",
    "email.utils",
    "http.cookiejar",
    "jsonschema_rs",
    "mews_vouchers._rate_limit.redis_limiter",
    "mews_vouchers.mock",
    "mews_vouchers_client.api.voucher_codes.get_all",
    "mews_vouchers_client.models.voucher_code",
    "redis",
    "tqdm",
    "urllib.request",
]


def loaded_by(program: str) -> set[str]:
    """Run a program in a new process; return the modules that are loaded afterwards."""
    program += "; import json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    return set(json.loads(done.stdout))


def test_the_import_leaves_out_what_comes_later() -> None:
    """The clients import no rate limiter, no model and no optional dependency."""
    loaded = loaded_by("from mews_vouchers import AsyncVoucherClient, VoucherClient")
    assert "mews_vouchers._sync.client" in loaded
    assert sorted(loaded & set(LATER)) == []


def test_a_model_brings_only_what_it_is_made_of() -> None:
    """The first use of a model imports its module and those it refers to, not all models."""
    loaded = loaded_by("from mews_vouchers_client import models; models.VoucherCodeResult")
    found = {name for name in loaded if name.startswith("mews_vouchers_client.models.")}
    parts = ("activity_state", "voucher_code", "voucher_code_result")
    assert found == {f"mews_vouchers_client.models.{name}" for name in parts}


@pytest.mark.parametrize("package", LAZY, ids=lambda package: package.__name__)
def test_a_package_shows_all_that_it_has(package: Any) -> None:
    """`dir()`, `import *` and attribute access give every name; an unknown one is an error."""
    assert set(package.__all__) <= set(dir(package))
    names: dict[str, object] = {}
    exec(f"from {package.__name__} import *", names)  # noqa: S102 - the only way to say it
    assert names.keys() >= set(package.__all__)
    for name in package.__all__:
        assert getattr(package, name) is names[name]
    with pytest.raises(AttributeError, match=f"{package.__name__}.*'{UNKNOWN}'"):
        getattr(package, UNKNOWN)


@pytest.mark.parametrize("name", mews_vouchers_client.models.__all__)
def test_a_model_is_found_by_tools(name: str) -> None:
    """A model has type hints and source code, and pickle finds it under its own name."""
    model = getattr(mews_vouchers_client.models, name)
    assert pickle.loads(pickle.dumps(model)) is model
    assert getattr(importlib.import_module(model.__module__), name) is model
    assert typing.get_type_hints(model) is not None
    assert f"class {name}" in inspect.getsource(model)


@pytest.mark.parametrize("client_class", [VoucherClient, AsyncVoucherClient])
@pytest.mark.parametrize("resource", ["vouchers", "voucher_codes"])
@pytest.mark.parametrize("method", ["get_all", "add", "delete", "resume"])
def test_type_hints_can_be_asked_for(client_class: Any, resource: str, method: str) -> None:
    """`typing.get_type_hints` works for every method, including its models."""
    credentials = Credentials(client_token="c", access_token="a", client="Tests 1.0")
    client = client_class(credentials, base_url="https://mock")
    assert "return" in typing.get_type_hints(getattr(getattr(client, resource), method))
