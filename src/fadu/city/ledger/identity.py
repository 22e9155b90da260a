"""Who this log is and which keys it holds: names, suite, epoch; keys made at first use under FADU_VAR/keys.

Four secrets with different holders: ``log`` signs checkpoints (the sequencer alone needs it), ``promise`` signs
promises (every web process), ``tag`` makes the keyed ids of cases and persons, and the wrapping key of the case keys
is a setting (FADU_KEK).
"""

from __future__ import annotations

import functools
import secrets
from pathlib import Path

from django.conf import settings

from fadu.city.ledger import signers
from fadu.city.ledger.models import Log
from fadu.city.ledger.secret_files import kept
from fadu.core.log import note
from fadu.core.log.suites import Suite, suite_named

EPOCH = 1
# The name of a case of which a recovery found the leaves and nothing else: this, and its tag in hex.
LOST = "lost:"


def suite() -> Suite:
    """The suite of this installation's logs (FADU_LOG_SUITE)."""
    return _suite(settings.FADU_LOG_SUITE)


_suite = functools.cache(suite_named)


def origin(log: Log = Log.MAIN) -> str:
    """The name under which a log signs; the access log has its own, before the same ending."""
    return settings.FADU_LOG_ORIGIN if log == Log.MAIN else f"access.{settings.FADU_LOG_ORIGIN}"


def keys_folder() -> Path:
    """Where secrets of this installation lie; it belongs into the backup of keys, not into that of data."""
    return settings.FADU_VAR / "keys"


def log_signer(log: Log = Log.MAIN) -> note.Signer:
    """Signs the checkpoints of a log."""
    return _signer(origin(log), f"{log.name.lower()}_log.{suite().signature}")


def promise_signer() -> note.Signer:
    """Signs promises; another key than the log's, so that web processes cannot sign checkpoints."""
    return _promise_signer(settings.FADU_VAR, origin(), suite())


@functools.cache
def _promise_signer(var: Path, name: str, of: Suite) -> note.Signer:
    return _load(f"{name}/promise", var / "keys" / f"promise.{of.signature}", of)


def _signer(name: str, file: str) -> note.Signer:
    return _load(name, keys_folder() / file, suite())


@functools.cache
def _load(name: str, path: Path, of: Suite) -> note.Signer:
    return signers.load(of, name, kept(path, functools.partial(signers.generate, of)))


def witness_keys() -> tuple[note.Key, ...]:
    """Public keys of the witnesses whose cosignatures we accept: one a line in ``keys/witness.vkey``."""
    path = keys_folder() / "witness.vkey"
    if not path.exists():
        return ()
    return tuple(note.parse_vkey(line.strip()) for line in path.read_text().splitlines() if line.strip())


def case_tag(case_ref: str) -> bytes:
    """The keyed tag that stands for a case in the log; without the key nobody can tell which case it is."""
    if case_ref.startswith(LOST):
        return bytes.fromhex(case_ref.removeprefix(LOST))
    return _tag("case", case_ref)


def person_tag(person: str) -> bytes:
    """The keyed id of an official, the same in all cases."""
    return _tag("person", person)


def pseudonym(case_ref: str, person: str) -> bytes:
    """The pseudonym of a citizen, valid for this case only."""
    return _tag("pseudonym", case_ref, person)


def _tag(*parts: str) -> bytes:
    message = b"".join([len(text).to_bytes(2, "big") + text for text in map(str.encode, parts)])
    return suite().mac(_tag_key(settings.FADU_VAR), message)


@functools.cache
def _tag_key(var: Path) -> bytes:
    return kept(var / "keys" / "tag", functools.partial(secrets.token_bytes, 32))
