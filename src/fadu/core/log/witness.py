"""The witness (见证): cosigns a checkpoint only if it extends what it signed before (C2SP tlog-witness).

The request of ``POST /add-checkpoint`` is ``old <size>``, the consistency proof from there one hash a line, a blank
line, and the checkpoint. Answers: 200 with the cosignature line; 400 malformed; 403 not signed by a known key of that
log; 404 unknown log; 409 with our size when ``old`` is not it; 422 when the proof does not hold: a rewritten past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from fadu.core.log import note, tree
from fadu.core.log.checkpoint import Checkpoint, parse
from fadu.core.log.commitment import from_text, to_text
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import SIZE, Suite

MAX_REQUEST = 256 * 1024
SIZE_TYPE = "text/x.tlog.size"
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_MAX_PROOF = 63


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, body, content type."""

    status: int
    body: str = ""
    kind: str = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Watched:
    """A log that the witness watches: its keys and hash suite."""

    origin: str
    keys: tuple[note.Key, ...]
    suite: Suite


class WitnessStore(Protocol):
    """What a witness remembers; each log's newest checkpoint, and every one it ever saw."""

    def newest(self, origin: str) -> tuple[Checkpoint, str] | None:
        """The newest checkpoint of a log, and the note as cosigned."""
        ...

    def advance(self, origin: str, was: int, to: Checkpoint, cosigned: str) -> bool:
        """Compare and persist in one durable step: if the newest size is ``was``, it is now ``to``; else False."""
        ...


def parse_request(data: bytes) -> tuple[int, list[bytes], str]:
    """Old size, proof and checkpoint note out of a request body."""
    if len(data) > MAX_REQUEST:
        raise LogError("请求过长")
    try:
        head, separator, signed = data.decode().partition("\n\n")
    except UnicodeDecodeError as error:
        raise LogError("请求不是 UTF-8 文本") from error
    first, *proof = head.split("\n")
    match = _OLD.fullmatch(first)
    if not separator or match is None or len(proof) > _MAX_PROOF:
        raise LogError("请求的格式不对", cure="第一行应为 old 加条数，其后每行一个散列值，空一行后为检查点")
    hashes = [from_text(line) for line in proof]
    if any(len(one) != SIZE for one in hashes):
        raise LogError("证明中的散列值不是 32 字节")
    return int(match[1]), hashes, signed


def format_request(old: int, proof: list[bytes], signed: str) -> bytes:
    """The body of a request."""
    return ("\n".join([f"old {old}", *(to_text(one) for one in proof)]) + f"\n\n{signed}").encode()


class Witness:
    """The rules of the protocol; storage, key, and clock are given to it."""

    def __init__(
        self,
        store: WitnessStore,
        signer: note.Signer,
        watched: Mapping[str, Watched],
        *,
        clock: Callable[[], int],
        primitives: dict[bytes, note.Primitive] = note.PLAIN,
    ) -> None:
        self._store, self._signer, self._watched = store, signer, watched
        self._clock, self._primitives = clock, primitives

    def add_checkpoint(self, data: bytes) -> Answer:
        """Answer one request; a 200 is given only after the new state is on disk."""
        try:
            old, proof, signed = parse_request(data)
            text, _ = note.split(signed)
            found = parse(text)
        except LogError as error:
            return Answer(400, f"{error}\n")
        log = self._watched.get(found.origin)
        if log is None:
            return Answer(404, "不见证这个账本\n")
        try:
            note.open_note(signed, log.keys, self._primitives)
        except LogError as error:
            return Answer(403, f"{error}\n")
        if old > found.size:
            return Answer(400, "old 大于检查点的条数\n")
        return self._extend(log, old, proof, found, text, signed)

    def _extend(
        self, log: Watched, old: int, proof: list[bytes], found: Checkpoint, text: str, signed: str
    ) -> Answer:
        newest = self._store.newest(log.origin)
        have = newest[0].size if newest else 0
        if old != have:
            return Answer(409, f"{have}\n", SIZE_TYPE)
        if newest and found.size == have and found.root != newest[0].root:
            return Answer(409, f"{have}\n", SIZE_TYPE)
        try:
            self._demand_extension(log.suite, newest[0] if newest else None, proof, found)
        except ProofError as error:
            return Answer(422, f"{error}\n")
        line = note.cosignature_line(text, self._signer, self._clock())
        if not self._store.advance(log.origin, have, found, signed + line):
            again = self._store.newest(log.origin)
            return Answer(409, f"{again[0].size if again else 0}\n", SIZE_TYPE)
        return Answer(200, line)

    @staticmethod
    def _demand_extension(
        suite: Suite, newest: Checkpoint | None, proof: list[bytes], found: Checkpoint
    ) -> None:
        """From nothing, nothing is to be proved (and no proof may be given); else the proof must hold."""
        if newest is None or newest.size == 0:
            if proof or (found.size == 0 and found.root != suite.empty()):
                raise ProofError("从空账本起不应有证明")
            return
        tree.check_tree(suite, proof, found.size, found.root, newest.size, newest.root)
