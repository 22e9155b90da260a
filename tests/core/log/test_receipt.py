"""Receipts: proved, pending, a broken promise, and every alteration refused; the single-file verifier says the same."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fadu.core.log import bundle, commitment, note, receipt, record, tree, verify
from fadu.core.log.checkpoint import Checkpoint
from fadu.core.log.errors import LogError
from fadu.core.log.receipt import Receipt
from fadu.core.log.record import Head
from fadu.core.log.suites import SHA256_ED25519
from fadu.core.log.tree import MemoryStore

SUITE = SHA256_ED25519
ORIGIN = "log.example/city"
AT = datetime(2026, 9, 24, 2, 0, tzinfo=UTC)
BEFORE = AT + timedelta(seconds=60)
SALT = b"s" * 32


@pytest.fixture
def made(make_signer: Callable[..., Any]) -> Receipt:
    """A receipt for entry 5 of 11, cosigned, with one field opened."""
    log, promises = make_signer(ORIGIN, 1), make_signer(f"{ORIGIN}/promise", 2)
    witness = make_signer("witness.example", 3, note.COSIGNATURE)
    encoded = commitment.encode("同意")
    body = record.compose(
        log=ORIGIN, epoch=1, case_tag=b"c" * 32, head=Head(2, b"p" * 32), step="decide",
        performers=[record.official("市长", b"i" * 32)], recorder=record.official("秘书", b"j" * 32), organ="市政府",
        occurred_at=AT, recorded_at=AT, source="", definition="", covers=[], nonce=b"n" * 32, request="",
        fields={"opinion": commitment.commit(SUITE, "opinion", SALT, encoded)}, files={},
    )  # fmt: skip
    store = MemoryStore()
    leaves = [SUITE.leaf(body if index == 5 else b"%d" % index) for index in range(11)]
    store.extend(tree.append_hashes(SUITE, 0, store, leaves))
    text = Checkpoint(ORIGIN, 11, tree.tree_hash(SUITE, 11, store)).text
    signed = note.sign(text, log) + note.cosignature_line(text, witness, int(BEFORE.timestamp()))
    promise = receipt.promise(
        origin=ORIGIN, case="〔2026〕3号", seq=3, leaf=SUITE.leaf(body), before=BEFORE, signer=promises
    )
    return Receipt(
        suite=SUITE.name, origin=ORIGIN, log_key=log.key.vkey, promise_key=promises.key.vkey,
        witnesses=[witness.key.vkey], promise=promise, body=body, index=5,
        proof=tree.prove_record(SUITE, 11, 5, store), checkpoint=signed, fields={"opinion": (SALT, encoded)},
    )  # fmt: skip


def judged(given: Receipt, at: datetime = AT, **pinned: str) -> verify.Verdict:
    """The verdict after a journey through JSON."""
    return verify.check_receipt(receipt.read(json.dumps(given.as_json()).encode()), at=at, **pinned)


def without_proof(given: Receipt) -> Receipt:
    """As it was handed out at once."""
    return dataclasses.replace(given, body=None, index=None, proof=(), checkpoint=None, fields={})


def test_proved(made: Receipt) -> None:
    """All holds: leaf, path, checkpoint, witness, opened field."""
    verdict = judged(made, log_key=made.log_key, promise_key=made.promise_key)
    assert verdict.status == verify.PROVED
    assert verdict.exit_status == 0
    assert verdict.witnesses == ["witness.example"]
    assert verdict.opened == {"opinion": "同意"}
    assert verdict.leaf["step"] == "decide"
    assert not verdict.warnings
    assert "第 5 条" in verify.report(verdict)


def test_pending_then_broken(made: Receipt) -> None:
    """Before T the promise runs; after T without proof it is evidence against the platform, and that is said."""
    bare = without_proof(made)
    assert judged(bare, BEFORE).status == verify.PENDING
    broken = judged(bare, BEFORE + timedelta(seconds=1))
    assert broken.status == verify.BROKEN
    assert broken.exit_status == 1
    assert "对平台不利的证据" in verify.report(broken)


def test_warnings(made: Receipt) -> None:
    """Without a pinned key or a witness the verifier says what that leaves open."""
    assert any("--log-key" in one for one in judged(made).warnings)
    lone = dataclasses.replace(made, checkpoint=made.checkpoint.rsplit("— ", 1)[0], witnesses=[])
    assert judged(lone).status == verify.PROVED
    assert any("见证方" in one for one in judged(lone).warnings)


def _flip(data: bytes, place: int = 0) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


ALTERATIONS: dict[str, Callable[[Receipt], dict[str, Any]]] = {
    "body": lambda made: {"body": made.body.replace(b"decide", b"refuse")},
    "index": lambda made: {"index": 4},
    "proof bit": lambda made: {"proof": [_flip(made.proof[0]), *made.proof[1:]]},
    "proof cut": lambda made: {"proof": made.proof[:-1]},
    "proof longer": lambda made: {"proof": [*made.proof, bytes(32)]},
    "checkpoint size": lambda made: {"checkpoint": made.checkpoint.replace("\n11\n", "\n12\n")},
    "promise moment": lambda made: {"promise": made.promise.replace("02:01:00", "03:01:00")},
    "promise case": lambda made: {"promise": made.promise.replace("3号", "4号")},
    "origin": lambda made: {"origin": "log.example/other"},
    "value": lambda made: {"fields": {"opinion": (SALT, commitment.encode("不同意"))}},
    "salt": lambda made: {"fields": {"opinion": (_flip(SALT), commitment.encode("同意"))}},
    "other field": lambda made: {"fields": {"amount": (SALT, commitment.encode("同意"))}},
    "suite": lambda made: {"suite": "sm3-sm2"},
    "promise key": lambda made: {"promise_key": made.log_key},
    "witness line": lambda made: {"checkpoint": made.checkpoint[:-10] + "A" + made.checkpoint[-9:]},
}


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_every_alteration_is_refused(made: Receipt, kind: str) -> None:
    """One thing changed, all else as it was."""
    verdict = judged(dataclasses.replace(made, **ALTERATIONS[kind](made)))
    assert verdict.status == verify.FAILED, kind
    assert verdict.statements[-1].startswith("不成立")


def test_pinned_keys_must_be_the_ones(made: Receipt, make_signer: Callable[..., Any]) -> None:
    """A receipt signed by somebody else's keys agrees with itself and with nothing else."""
    other = make_signer(ORIGIN, 9).key.vkey
    assert judged(made, log_key=other).status == verify.FAILED
    assert judged(made, promise_key=other).status == verify.FAILED


@pytest.mark.parametrize(
    "change",
    [
        {"format": "fadu/receipt/v2"}, {"extra": 1}, {"index": -1}, {"index": True}, {"index": None}, {"proof": "x"},
        {"keys": {}}, {"opened": {}}, {"leaf": {"body": "!!"}}, {"checkpoint": 5}, {"promise": None},
    ],
    ids=str,
)  # fmt: skip
def test_malformed_files(made: Receipt, change: dict[str, Any]) -> None:
    """A file that is not a receipt is refused with a sentence, not with a traceback."""
    with pytest.raises(LogError):
        receipt.read(json.dumps({**made.as_json(), **change}).encode())


def test_blinded_receipt(made: Receipt) -> None:
    """The holder of a receipt in a sealed matter can open its leaf; without the opening it does not verify."""
    inner, salt = made.body, b"b" * 32
    blinded = record.compose_blinded(log=ORIGIN, epoch=1, commitment=commitment.blind(SUITE, salt, inner))
    # Only the reading of the leaf is exercised here; the proof of a blinded leaf is the same as any other's.
    promised = receipt.read_promise(note.split(made.promise)[0])
    opened = dataclasses.replace(made, body=blinded, blind=(salt, inner))
    assert verify._read_leaf(opened, SUITE, promised)["step"] == "decide"
    for wrong in (None, (_flip(salt), inner), (salt, inner.replace(b"decide", b"refuse"))):
        with pytest.raises(LogError):
            verify._read_leaf(dataclasses.replace(opened, blind=wrong), SUITE, promised)


def test_qr_text_both_ways(made: Receipt) -> None:
    """The proof as C2SP tlog-proof text fits a QR code and holds no word of the case."""
    leaf = SUITE.leaf(made.body)
    text = receipt.format_proof(index=5, proof=made.proof, checkpoint=made.checkpoint, leaf=leaf)
    assert receipt.parse_proof(text) == (5, list(made.proof), made.checkpoint, leaf)
    assert len(text) < 2_900
    assert "2026" not in text
    with pytest.raises(LogError):
        receipt.parse_proof(text.replace("index 5", "index 05"))


def test_single_file_verifier(made: Receipt, tmp_path: Path) -> None:
    """Alone in an empty folder, without site packages, the downloaded file judges as the module does."""
    (tmp_path / "fadu-verify.pyz").write_bytes(bundle.build())
    assert bundle.build() == bundle.build()
    cases = {
        "good": (made.as_json(), 0),
        "bad": ({**made.as_json(), "index": 4}, 1),
        "late": (without_proof(dataclasses.replace(made)).as_json(), 1),
        "junk": ({"format": "x"}, 2),
    }
    for name, (data, status) in cases.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(data))
        command = [sys.executable, "-I", "-S", "fadu-verify.pyz", f"{name}.json", "--json"]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={"PYTHONUTF8": "1"})
        # The promise of "late" ran out in 2026; before that day it would still be pending.
        assert run.returncode in ({status, 3} if name == "late" else {status}), run.stdout + run.stderr
        assert "Traceback" not in run.stderr
    assert json.loads(run.stdout)["error"]["code"] == "bad_log_data"
    module = subprocess.run(
        [sys.executable, "-m", "fadu.core.log.verify", tmp_path / "good.json"], capture_output=True, text=True
    )
    assert module.returncode == 0
    assert module.stdout.startswith("成立")
