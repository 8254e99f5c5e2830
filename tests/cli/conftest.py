"""The command with a mock that is served on a socket."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from mews_vouchers.mock import MockMews

from tests.support.command import Shell


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Shell]:
    """Yield what runs the command against a fresh mock."""
    mock = MockMews()
    with mock.serve() as base_url:
        yield Shell(mock, base_url, tmp_path, monkeypatch, capfd)
