"""Settings of the command: from the environment, or from a file that only its owner may read."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mews_vouchers.cli._settings import read_settings

from tests.support.command import Shell


def lines_of(settings: dict[str, str]) -> str:
    """Return a file with the settings."""
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def private_file(shell: Shell, content: str) -> str:
    """Write a file that only its owner may read; return its name."""
    name = shell.file("tokens.env", content)
    (shell.folder / name).chmod(0o600)
    return name


@pytest.fixture
def unset(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """Return what runs the command without settings in the environment."""
    for name in shell.settings:
        monkeypatch.delenv(name)
    return shell


def test_settings_of_a_file(unset: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """All settings can be in a file, named by an option or a variable."""
    name = private_file(unset, lines_of(unset.settings))
    assert "Examples 1.0" in unset.succeed("check", "--tokens", name).output
    monkeypatch.setenv("MEWS_TOKENS_FILE", name)
    assert "from tokens.env or the environment" in unset.succeed("check").output


def test_the_file_comes_first(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting of the file replaces that of the environment; what it lacks is taken from there."""
    monkeypatch.setenv("MEWS_CLIENT", "Other 1.0")
    monkeypatch.setenv("MEWS_ACCESS_TOKEN", "wrong")
    token = shell.settings["MEWS_ACCESS_TOKEN"]
    name = private_file(shell, f"# the token\n\nexport MEWS_ACCESS_TOKEN='{token}'\n")
    assert "Other 1.0" in shell.succeed("check", "--tokens", name).output


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o666])
def test_a_file_that_others_may_use_is_refused(shell: Shell, mode: int) -> None:
    """With any permission of others the file is not used, and the line says how to change it."""
    name = private_file(shell, lines_of(shell.settings))
    (shell.folder / name).chmod(mode)
    line = shell.fail(2, "check", "--tokens", name)
    assert line == "others may use tokens.env: run chmod 600 tokens.env"
    assert shell.mock.requests == []


@pytest.mark.parametrize(
    "wrong",
    ["{token}", "MEWS_ACCESS_TOKEN", "ACCESS_TOKEN={token}", "MEWS_ACCESS_TOKEN='{token}", "x = y"],
)
def test_a_wrong_line_is_named_and_not_shown(shell: Shell, wrong: str) -> None:
    """A line of another form is reported by its number: it may have a token."""
    token = shell.settings["MEWS_ACCESS_TOKEN"]
    name = private_file(shell, "MEWS_CLIENT=a\n" + wrong.format(token=token))
    line = shell.fail(2, "check", "--tokens", name)
    assert line == "tokens.env, line 2 is not of the form MEWS_ACCESS_TOKEN=..."


def test_a_file_that_cannot_be_read(shell: Shell) -> None:
    """A missing file, and one that is no text, are one line."""
    assert shell.fail(2, "check", "--tokens", "none") == "none: No such file or directory"
    shell.file("other", b"\xff\xfe\x00")
    (shell.folder / "other").chmod(0o600)
    assert shell.fail(2, "check", "--tokens", "other") == "other is no text in UTF-8"


def test_missing_tokens_are_named(unset: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not set is named, in a file and in the environment."""
    line = unset.fail(2, "codes", "list", "--voucher", "x")
    assert line == (
        "MEWS_CLIENT_TOKEN and MEWS_ACCESS_TOKEN not set in the environment: "
        "see mews-vouchers --help"
    )
    name = private_file(unset, "MEWS_CLIENT_TOKEN=x")
    line = unset.fail(2, "codes", "list", "--voucher", "x", "--tokens", name)
    assert line.startswith("MEWS_ACCESS_TOKEN not set in tokens.env or the environment")
    monkeypatch.setenv("MEWS_CLIENT_TOKEN", "x")
    monkeypatch.setenv("MEWS_ACCESS_TOKEN", "y")
    assert unset.fail(2, "codes", "list", "--voucher", "x").startswith("no server: ")
    assert unset.fail(2, "codes", "list").startswith("no service: pass --service ID, or set ")


def test_several_services(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    """Services are taken from the options, else from the variable, which may have several."""
    first, second = shell.mock.enterprises[0].service_ids[:2]
    for service_id in (first, second):
        shell.mock.add_voucher(ServiceId=service_id)
    monkeypatch.setenv("MEWS_SERVICE_ID", f"{first}, {second}")
    assert len(shell.succeed("vouchers", "list", "--format", "jsonl").output.splitlines()) == 2
    one = shell.succeed("vouchers", "list", "--format", "jsonl", "--service", second).output
    assert second in one
    assert len(one.splitlines()) == 1


def test_the_environment_is_an_option(tmp_path: Path) -> None:
    """`--environment` names the server of the vendor; no request is needed to see that."""
    settings = {"MEWS_CLIENT_TOKEN": "c", "MEWS_ACCESS_TOKEN": "a", "MEWS_BASE_URL": "http://[::1]"}
    path = tmp_path / "tokens.env"
    path.write_text(lines_of(settings))
    path.chmod(0o600)
    for name, url in (
        ("demo", "https://api.mews-demo.com"),
        ("production", "https://api.mews.com"),
    ):
        with read_settings(path, name).open_client() as client:
            assert client.api.base_url == url
    with read_settings(path, None).open_client() as client:
        assert client.api.base_url == "http://[::1]"


def test_no_token_is_shown(shell: Shell) -> None:
    """Whatever a command writes, with every detail, has no token; nor has the repr of settings."""
    tokens = [shell.settings[f"MEWS_{name}_TOKEN"] for name in ("CLIENT", "ACCESS")]
    shell.mock.seed(vouchers=1, codes_per_voucher=2)
    for arguments in (("check",), ("codes", "list"), ("codes", "export", "a.jsonl"), ("x",)):
        ended = shell.run_process(*arguments, *(("--verbose",) * (len(arguments) > 0)))
        assert not any(token in ended.output + ended.messages for token in tokens)
    files = [path for path in shell.folder.iterdir() if path.is_file()]
    assert files
    assert not any(token.encode() in path.read_bytes() for path in files for token in tokens)
    assert not any(token in repr(read_settings(None, None)) for token in tokens)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1))
def test_every_value_can_be_written(value: str) -> None:
    """A value in quotes, as shells write it, is read as it is."""
    import shlex  # noqa: PLC0415
    from tempfile import TemporaryDirectory  # noqa: PLC0415

    with TemporaryDirectory() as folder:
        path = Path(folder) / "tokens.env"
        path.write_text(f"export MEWS_CLIENT={shlex.quote('A ' + value)}\n", "utf-8")
        os.chmod(path, 0o600)  # noqa: PTH101
        assert read_settings(path, None).client == "A " + value
