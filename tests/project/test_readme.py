"""What the README shows is what happens."""

import re
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mews_vouchers import Environment, VoucherClient
from mews_vouchers.mock import MockMews
from mews_vouchers_client.models import VoucherAddParameters, VoucherTypeEnum

from tests.support.clients import credentials_of
from tests.support.paths import ROOT

README = ROOT / "README.md"

pytestmark = pytest.mark.source


def test_all_examples_run_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The Python blocks, run as one program against the mock, do what the text says."""
    mock = MockMews(seed=1)
    service_id = mock.enterprises[0].service_ids[0]
    # The only change: the demo environment is the mock, because no test leaves the machine.
    source = "\n".join(
        re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    ).replace("environment=Environment.DEMO", "base_url=base_url")
    saved: list[Any] = []
    with mock.serve() as base_url, ExitStack() as stack:
        for name, value in (
            ("MEWS_BASE_URL", base_url),
            ("MEWS_CLIENT_TOKEN", mock.client_token),
            ("MEWS_ACCESS_TOKEN", mock.access_token),
            ("MEWS_CLIENT", "Readme 1.0"),
        ):
            monkeypatch.setenv(name, value)
        with VoucherClient(credentials_of(mock)) as client:
            parameters = VoucherAddParameters(service_id, "Weekend", VoucherTypeEnum.PUBLIC)
            (voucher,) = client.vouchers.add([parameters])
            names: dict[str, Any] = {
                "base_url": base_url,
                "stack": stack,
                "service_id": service_id,
                "voucher_id": voucher.id,
                "since": datetime.now(UTC) - timedelta(minutes=5),  # when nothing was changed
                "save": saved.append,
            }
            exec(_with_open_client(source), names)  # noqa: S102
            (changed,) = client.vouchers.get_all(service_ids=[service_id])
    assert [code.value for code in names["added"]] == [f"SPRING-{n:05}" for n in range(25_000)]
    assert set(Counter(code.id for code in saved).values()) == {2}  # two listings of all
    assert changed.name == "Summer"
    assert "200" in capsys.readouterr().out


def _with_open_client(source: str) -> str:
    """Keep the client of the first block open for the later blocks."""
    return source.replace(
        "with VoucherClient(credentials, base_url=base_url) as client:",
        "client = stack.enter_context(VoucherClient(credentials, base_url=base_url))\nif True:",
    )


def test_the_demo_environment_is_real() -> None:
    """The environment in the first example is the vendor's."""
    assert str(Environment.DEMO) == "https://api.mews-demo.com"


def test_it_says_first_that_it_is_not_official() -> None:
    """The first lines say that this is not a product of Mews."""
    first = README.read_text(encoding="utf-8").splitlines()[:5]
    assert "not an official Mews product" in " ".join(first)
