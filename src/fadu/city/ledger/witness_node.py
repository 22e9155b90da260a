"""A witness node: HTTP server and SQLite file of its own, for the supervising organ's machine. Needs no Django.

    POST /add-checkpoint                        C2SP tlog-witness
    GET  /<sha256 hex of the origin>/checkpoint the newest cosigned checkpoint of that log
    GET  /key                                   the public key of this witness

It keeps every checkpoint it ever cosigned, and compares and persists in one durable transaction before it answers.
On the city's own machine it shows the protocol, not the protection.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from fadu.city.ledger import signers
from fadu.city.ledger.secret_files import kept
from fadu.core.log import note
from fadu.core.log.checkpoint import Checkpoint, parse
from fadu.core.log.suites import SHA256_ED25519, suite_named
from fadu.core.log.witness import MAX_REQUEST, Answer, Watched, Witness

_TABLE = """
CREATE TABLE IF NOT EXISTS seen (
  origin TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL, PRIMARY KEY (origin, size)
) STRICT
"""


class SqliteWitnessStore:
    """Every checkpoint ever cosigned, in a file of its own; full sync."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute(_TABLE)

    def newest(self, origin: str) -> tuple[Checkpoint, str] | None:
        """The newest checkpoint of a log, and the note as cosigned."""
        with self._lock:
            return self._newest(origin)

    def _newest(self, origin: str) -> tuple[Checkpoint, str] | None:
        row = self._connection.execute(
            "SELECT note FROM seen WHERE origin = ? ORDER BY size DESC LIMIT 1", (origin,)
        ).fetchone()
        return None if row is None else (parse(note.split(row[0])[0]), row[0])

    def advance(self, origin: str, was: int, to: Checkpoint, cosigned: str) -> bool:
        """Compare and persist in one transaction."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                newest = self._newest(origin)
                moved = (newest[0].size if newest else 0) == was
                if moved:
                    self._connection.execute(
                        "INSERT OR REPLACE INTO seen VALUES (?, ?, ?)", (origin, to.size, cosigned)
                    )
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            return moved

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def load_signer(folder: Path, name: str) -> note.Signer:
    """The witness's own key (Ed25519, cosignature/v1), made at first use in its folder."""
    secret = kept(folder / "witness.ed25519", lambda: signers.generate(SHA256_ED25519))
    return signers.load(SHA256_ED25519, name, secret, witness=True)


def watch(origin_keys: Sequence[str], suite: str) -> dict[str, Watched]:
    """The logs to watch, from their printed keys (the name of a log's key is its origin)."""
    keys = [note.parse_vkey(vkey) for vkey in origin_keys]
    return {key.name: Watched(key.name, (key,), suite_named(suite)) for key in keys}


class WitnessServer(ThreadingHTTPServer):
    """The HTTP server of a witness; ``clock`` gives seconds since 1970 (its own machine's)."""

    def __init__(
        self,
        address: tuple[str, int],
        store: SqliteWitnessStore,
        signer: note.Signer,
        watched: dict[str, Watched],
        *,
        clock: Callable[[], int] = lambda: int(time.time()),
    ) -> None:
        super().__init__(address, _Handler)
        self.store, self.vkey = store, signer.key.vkey
        self.witness = Witness(store, signer, watched, clock=clock, primitives=signers.FAST)
        self.places = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in watched}

    def newest(self, path: str) -> str | None:
        """The newest cosigned checkpoint of the log at ``/<hash>/checkpoint``, if it is watched and was seen."""
        place, _, rest = path.removeprefix("/").partition("/")
        newest = (
            self.store.newest(self.places[place]) if rest == "checkpoint" and place in self.places else None
        )
        return None if newest is None else newest[1]


class _Handler(BaseHTTPRequestHandler):
    """Routes the three addresses."""

    server: WitnessServer
    server_version = "fadu-witness"
    sys_version = ""
    timeout = 30

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if self.path != "/add-checkpoint":
            self._send(Answer(404, "没有这个地址\n"))
        elif not length.isdecimal() or int(length) > MAX_REQUEST:
            self._send(Answer(400, "请求过长或者没有写明长度\n"))
        else:
            self._send(self.server.witness.add_checkpoint(self.rfile.read(int(length))))

    def do_GET(self) -> None:
        if self.path == "/key":
            self._send(Answer(200, f"{self.server.vkey}\n"))
        elif (newest := self.server.newest(self.path)) is not None:
            self._send(Answer(200, newest))
        else:
            self._send(Answer(404, "没有这个地址，或者尚未见过该账本的检查点\n"))

    def _send(self, answer: Answer) -> None:
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the terminal; what was seen is in the file."""
