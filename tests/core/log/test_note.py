"""Signed notes and checkpoints: the C2SP and Go vectors, well-formed and malformed."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from fadu.core.log import checkpoint, note
from fadu.core.log.errors import LogError, ProofError

FILE = "c2sp_note_checkpoint_tiles"


@pytest.mark.corpus
def test_notes(vectors: Callable[[str], Any]) -> None:
    """Thirteen notes: four open and name their signers, nine are refused."""
    cases = vectors(FILE)["notes"]
    accepted = 0
    for case in cases:
        keys = [note.parse_vkey(vkey) for vkey in case["keys"]]
        if case["want"] == "accept":
            opened = note.open_note(case["note"], keys)
            assert [one.name for one in opened.verified] == case["verified"]
            accepted += 1
        else:
            with pytest.raises(LogError):
                note.open_note(case["note"], keys)
    assert (len(cases), accepted) == (13, 4)


@pytest.mark.corpus
def test_keys(vectors: Callable[[str], Any]) -> None:
    """Printed keys: valid ones return the same text; every cut and every changed character is refused."""
    data = vectors(FILE)
    for vkey in data["vkeys_valid"]:
        assert note.parse_vkey(vkey).vkey == vkey
        for end in range(len(vkey)):
            for cut in (vkey[:end], vkey[end + 1 :] if end else vkey[1:]):
                with pytest.raises(LogError):
                    note.parse_vkey(cut)
            bumped = vkey[:end] + chr(ord(vkey[end]) + 1) + vkey[end + 1 :]
            with pytest.raises(LogError):
                note.parse_vkey(bumped)
    for vkey in data["vkeys_invalid"][:2]:
        with pytest.raises(LogError):
            note.parse_vkey(vkey)


@pytest.mark.corpus
def test_signing_gives_the_published_line(
    vectors: Callable[[str], Any], make_signer: Callable[..., Any]
) -> None:
    """The deterministic signature of the Go tests."""
    data = vectors(FILE)
    seed = base64.b64decode(data["skey_for_tests"].split("+", 4)[4])[1:]
    signer = type(make_signer("x"))("PeterNeumann", seed)
    wanted = data["deterministic_sign"]
    assert note.signature_line(wanted["text"], signer) == wanted["signature_line"]
    assert note.sign(wanted["text"], signer) == f"{wanted['text']}\n{wanted['signature_line']}"


@pytest.mark.corpus
def test_checkpoints(vectors: Callable[[str], Any]) -> None:
    """The text of a checkpoint both ways, and the malformed ones refused."""
    data = vectors(FILE)
    body = data["checkpoint_body"]
    found = checkpoint.parse(body["text"])
    assert (found.origin, found.size, base64.b64encode(found.root).decode()) == (
        body["origin"],
        body["size"],
        body["root_b64"],
    )
    assert found.text == body["text"]
    for text in data["checkpoint_body_invalid"]:
        with pytest.raises(LogError):
            checkpoint.parse(text)
    for key in ("checkpoint_example", "cosigned_checkpoint_example"):
        text, signatures = note.split(data[key])
        assert checkpoint.parse(text).origin == signatures[0].name


@pytest.mark.corpus
def test_tessera_checkpoints(vectors: Callable[[str], Any]) -> None:
    """All checkpoints of a log written by another program open with its key and no other."""
    data = vectors("tlog_tiles_tessera_log")
    key = note.parse_vkey(data["vkey"])
    sizes = []
    for path, content in data["files_b64"].items():
        if path.startswith("checkpoint."):
            found, _ = checkpoint.open_checkpoint(base64.b64decode(content), key)
            assert found.size == int(path.split(".")[1])
            sizes.append(found.size)
            with pytest.raises(ProofError):
                checkpoint.open_checkpoint(base64.b64decode(content), key, origin="example.com/other")
    assert sorted(sizes) == list(range(16))


def test_an_extra_line_is_refused(make_signer: Callable[..., Any]) -> None:
    """Our own checkpoints have three lines: nobody could audit a fourth."""
    signer = make_signer("log.example/a")
    good = checkpoint.Checkpoint("log.example/a", 7, bytes(32))
    assert checkpoint.open_checkpoint(note.sign(good.text, signer), signer.key)[0] == good
    with pytest.raises(LogError, match="三行"):
        checkpoint.open_checkpoint(note.sign(good.text + "more\n", signer), signer.key)


@pytest.mark.parametrize("size", ["-1", "+1", "01", "1.0", "", " 1", "9223372036854775808", "１"])
def test_sizes_that_are_not_numbers(size: str) -> None:
    """One number has one writing."""
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(LogError):
        checkpoint.parse(f"log.example/a\n{size}\n{root}\n")


def test_a_known_bad_signature_spoils_the_note(make_signer: Callable[..., Any]) -> None:
    """One good signature does not excuse a bad one by another key we know."""
    one, two = make_signer("one", 1), make_signer("two", 2)
    signed = note.sign("text\n", one, two)
    good = note.open_note(signed, [one.key, two.key])
    assert [entry.name for entry in good.verified] == ["one", "two"]
    lines = signed.split("\n")
    blob = bytearray(base64.b64decode(lines[3].split(" ")[2]))
    blob[-1] ^= 1
    damaged = "\n".join([*lines[:3], f"— two {base64.b64encode(bytes(blob)).decode()}", ""])
    with pytest.raises(ProofError):
        note.open_note(damaged, [one.key, two.key])
    assert note.open_note(damaged, [one.key]).unverified[0].name == "two"


def test_cosignature_binds_the_time(make_signer: Callable[..., Any]) -> None:
    """A cosignature over another time does not hold."""
    log, witness = make_signer("log.example/a"), make_signer("witness", 2, note.COSIGNATURE)
    signed = note.sign(checkpoint.Checkpoint("log.example/a", 7, bytes(32)).text, log)
    text = note.split(signed)[0]
    line = note.cosignature_line(text, witness, 1_790_000_000)
    _, opened = checkpoint.open_checkpoint(signed + line, log.key, others=[witness.key])
    found = opened.signed_by(witness.key)
    assert found is not None
    assert int.from_bytes(found.blob[:8], "big") == 1_790_000_000
    moved = note.Signature(found.name, found.id, (1_790_000_001).to_bytes(8, "big") + found.blob[8:]).line
    with pytest.raises(ProofError):
        checkpoint.open_checkpoint(signed + moved, log.key, others=[witness.key])
