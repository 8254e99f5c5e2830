"""A certificate of its own for servers on the loopback, and what clients trust it with."""

import functools
import ssl
import subprocess
import tempfile
from pathlib import Path

__all__ = ["client_context", "server_context"]


def server_context() -> ssl.SSLContext:
    """Return what a server wraps its connections with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = _files()
    context.load_cert_chain(certificate, key)
    return context


def client_context() -> ssl.SSLContext:
    """Return the argument `verify` of a client that trusts this server, and no other."""
    return ssl.create_default_context(cafile=_files()[0])


@functools.cache
def _files() -> tuple[Path, Path]:
    folder = Path(tempfile.mkdtemp(prefix="mews_vouchers_tls_"))
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key
