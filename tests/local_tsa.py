"""A time-stamping authority on this machine: its certificates, and HTTP around the ``openssl`` program (RFC 3161, 3.4)."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

CONFIG = """
[req]
distinguished_name = names
[names]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[stamping]
basicConstraints = CA:FALSE
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
[authority]
serial = ./serial
signer_cert = ./tsa.pem
certs = ./between.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sm3
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
"""


def _run(folder: Path, *arguments: str, feed: bytes | None = None) -> bytes:
    program = shutil.which("openssl")
    assert program, "needs openssl (make need)"
    ended = subprocess.run([program, *arguments], cwd=folder, input=feed, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()
    return ended.stdout


class Authority:
    """Root, intermediate and stamping certificate in a folder; answers queries."""

    def __init__(self, folder: Path, name: str = "测试时间戳机构") -> None:
        folder.mkdir(parents=True)
        self.folder, self.anchor = folder, folder / "root.pem"
        (folder / "ts.cnf").write_text(CONFIG)
        (folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-utf8", "-config", "ts.cnf")
        root = ("-x509", "-days", "30", "-extensions", "root", "-subj", f"/CN={name}根")
        _run(folder, "req", *root, *key, "-keyout", "root.key", "-out", "root.pem")
        for made, by, kind in (("between", "root", "root"), ("tsa", "between", "stamping")):
            subject = f"/CN={name}" if made == "tsa" else f"/CN={name}中级"
            _run(folder, "req", *key, "-subj", subject, "-keyout", f"{made}.key", "-out", f"{made}.csr")
            signer = ("-CA", f"{by}.pem", "-CAkey", f"{by}.key", "-CAcreateserial", "-days", "30")
            extend = ("-extfile", "ts.cnf", "-extensions", kind)
            _run(folder, "x509", "-req", "-in", f"{made}.csr", *signer, *extend, "-out", f"{made}.pem")

    def answer(self, query: bytes) -> bytes:
        """The reply to a query, chain attached."""
        (self.folder / "asked.tsq").write_bytes(query)
        made = ("-config", "ts.cnf", "-section", "authority", "-out", "reply.tsr")
        _run(self.folder, "ts", "-reply", "-queryfile", "asked.tsq", *made)
        return (self.folder / "reply.tsr").read_bytes()


class Server(ThreadingHTTPServer):
    """``spoil`` changes an answer before it is sent, for what must be refused; ``asked`` counts queries."""

    def __init__(self, authority: Authority) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.authority, self.asked = authority, 0
        self.spoil = lambda reply: reply
        self.kind = "application/timestamp-reply"
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where to post queries."""
        return f"http://127.0.0.1:{self.server_address[1]}/tsa"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        assert self.headers["Content-Type"] == "application/timestamp-query"
        query = self.rfile.read(int(self.headers["Content-Length"]))
        with self.server.lock:
            self.server.asked += 1
            body = self.server.spoil(self.server.authority.answer(query))
        self.send_response(200)
        self.send_header("Content-Type", self.server.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the terminal."""


@contextmanager
def serving(folder: Path) -> Iterator[Server]:
    """A listening authority with certificates of its own."""
    server = Server(Authority(folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
