"""What httpx reads from the environment: an error names the variable that cannot be used."""

import os
import ssl
import sys
import traceback
from pathlib import Path
from typing import Any

import anyio
import pytest
from mews_vouchers_client import Client

from tests.support.http_library import NAME, httpx

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
FILES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
PROXY = "is not the URL of a proxy, such as http://proxy.example:8080"
SOCKS = f'is a SOCKS proxy, which needs: pip install "{NAME}[socks]"'
HOSTS = "is not a list of hosts with commas, such as localhost,mews.example"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove what httpx reads in the environment of the test run."""
    for name in (*NAMES, *map(str.lower, NAMES), *FILES):
        monkeypatch.delenv(name, raising=False)


def create(kind: str, **settings: Any) -> None:
    """Create the connections of a client as its first call does, and close them."""
    client = Client("https://m.example", **settings)
    if kind == "sync":
        client.get_http_client()
        client.close()
    else:
        client.get_async_http_client()
        anyio.run(client.aclose)


#: httpx2 ignores what it cannot use of these, and loads certificates in another way.
not_httpx2 = pytest.mark.skipif(NAME == "httpx2", reason="only httpx fails here")
each_kind = pytest.mark.parametrize("kind", ["sync", "async"])


@each_kind
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({"HTTPS_PROXY": "ftp://u:CANARY@p.example"}, f"HTTPS_PROXY {PROXY}"),
        ({"HTTPS_PROXY": "http://u:CANARY@p.example:x"}, f"HTTPS_PROXY {PROXY}"),
        ({"HTTP_PROXY": "CANARY proxy"}, f"HTTP_PROXY {PROXY}"),
        ({"ALL_PROXY": "http://u:CANARY@[bad"}, f"ALL_PROXY {PROXY}"),
        ({"HTTPS_PROXY": "http://u:CANARY@p.example:99999999"}, f"HTTPS_PROXY {PROXY}"),
        ({"https_proxy": "p.example:CANARY"}, f"https_proxy {PROXY}"),
        ({"HTTP_PROXY": "http://p.example:CANARY"}, f"HTTP_PROXY {PROXY}"),
        ({"ALL_PROXY": "CANARY://p.example"}, f"ALL_PROXY {PROXY}"),
        ({"HTTP_PROXY": "http://p.example", "all_proxy": "://"}, f"all_proxy {PROXY}"),
        ({"ALL_PROXY": "socks5://u:CANARY@p.example"}, f"ALL_PROXY {SOCKS}"),
        pytest.param({"NO_PROXY": "[::1]"}, f"NO_PROXY {HOSTS}", marks=not_httpx2),
        pytest.param(
            {"HTTPS_PROXY": "http://p.example", "no_proxy": "a,[::1]"},
            f"no_proxy {HOSTS}",
            marks=not_httpx2,
        ),
    ],
)
def test_a_proxy_that_cannot_be_used_is_named(
    kind: str, environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without its value, which may have a password, also in the chain of causes."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(sys.modules, "socksio", None)  # as if it were not installed
    with pytest.raises(ValueError, match=r".") as caught:
        create(kind)
    assert str(caught.value) == message
    assert caught.value.__cause__ is caught.value.__context__ is None
    shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    frames = [frame for frame in shown.stack if "mews_vouchers_client" in frame.filename]
    assert "CANARY" not in "".join(f"{frame.locals}" for frame in frames)


@each_kind
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("SSL_CERT_FILE", "SSL_CERT_FILE is not a readable file of certificates: "),
        ("SSL_CERT_DIR", "SSL_CERT_DIR is not a folder of certificates: "),
        pytest.param(
            "SSLKEYLOGFILE",
            "SSLKEYLOGFILE is not a file that can be written: ",
            marks=not_httpx2,
        ),
    ],
)
def test_a_missing_file_is_named(
    kind: str, name: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """With the variable that it stands in."""
    missing = str(tmp_path / "missing" / "file.pem")
    monkeypatch.setenv(name, missing)
    with pytest.raises(ValueError, match=r".") as caught:
        create(kind)
    assert str(caught.value) == message + missing


@each_kind
def test_a_file_without_certificates_is_named(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file that exists may be another one."""
    path = tmp_path / "notes.txt"
    path.write_text("no certificates")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(ValueError, match=r"^SSL_CERT_FILE is not a readable file of certificates"):
        create(kind)


@each_kind
def test_what_can_be_used_is_used(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A folder among several, a proxy of each kind, hosts without a proxy."""
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "missing"), str(tmp_path)]))
    monkeypatch.setenv("HTTPS_PROXY", "http://user:password@p.example:8080")
    monkeypatch.setenv("ALL_PROXY", "p.example")
    monkeypatch.setenv("NO_PROXY", "localhost,127.0.0.1,::1,.example,10.0.0.0/8")
    create(kind)


@each_kind
@pytest.mark.parametrize(
    "settings",
    [
        {"httpx_args": {"transport": httpx.MockTransport(lambda _: httpx.Response(200))}},
        {"httpx_args": {"trust_env": False}},
        {"verify_ssl": ssl.create_default_context(), "httpx_args": {"proxy": "http://p.example"}},
    ],
)
def test_what_is_not_read_does_not_matter(
    kind: str, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a transport, without trust, or with other settings httpx does not read a variable."""
    monkeypatch.setenv("SSL_CERT_FILE", "/missing")
    monkeypatch.setenv("HTTPS_PROXY", "://")
    create(kind, **settings)


@each_kind
@pytest.mark.parametrize(
    ("settings", "kind_of_error"),
    [
        ({"httpx_args": {"proxy": "://"}}, (ValueError, httpx.InvalidURL)),
        ({"verify_ssl": "/missing/file.pem"}, (OSError, DeprecationWarning)),
        ({"httpx_args": {"mounts": {"http": None}}}, ValueError),
        ({"httpx_args": {"unknown": 5}}, TypeError),
    ],
)
def test_other_mistakes_come_up_as_they_are(
    kind: str, settings: dict[str, Any], kind_of_error: Any
) -> None:
    """A wrong argument is not blamed on the environment."""
    with pytest.raises(kind_of_error) as caught:
        create(kind, **settings)
    assert not any(name in str(caught.value) for name in (*NAMES, *FILES))


@not_httpx2
@each_kind
def test_certificates_that_cannot_be_loaded_come_up_as_they_are(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If no variable is to blame, the error is that of the system."""

    def fail(**_: object) -> ssl.SSLContext:
        raise OSError("no certificates")

    monkeypatch.setattr(ssl, "create_default_context", fail)
    with pytest.raises(OSError, match="no certificates"):
        create(kind)
