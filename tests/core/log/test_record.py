"""The leaf: fixed keys, strict reading, nothing personal in clear, commitments that bind."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fadu.core.log import canonical, commitment, record
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.record import Covers, Head
from fadu.core.log.suites import SHA256_ED25519, SM3_SM2, Suite

AT = datetime(2026, 9, 24, 10, 0, tzinfo=timezone(timedelta(hours=8)))


def leaf(**other: Any) -> bytes:
    """A good leaf, with some of what it says replaced."""
    said: dict[str, Any] = {
        "log": "log.example/a",
        "epoch": 1,
        "case_tag": b"c" * 32,
        "head": Head(1, b"p" * 32),
        "step": "legality_review",
        "performers": [record.official("合法性审查员", b"i" * 32)],
        "recorder": record.citizen(b"z" * 32),
        "organ": "110000-司法局",
        "occurred_at": AT,
        "recorded_at": AT,
        "source": "",
        "definition": "ab" * 32,
        "fields": {"opinion": b"f" * 32},
        "files": {"draft": b"d" * 32},
        "covers": [Covers("comments", 3, b"r" * 32)],
        "nonce": b"n" * 32,
        "request": "r-1",
    }
    return record.compose(**{**said, **other})


def test_a_leaf_says_what_it_must() -> None:
    """Every key of design/trace.md is there, time in UTC, hashes in hex, and nothing else."""
    said = record.read(leaf())
    assert said["seq"] == 2
    assert said["prev"] == (b"p" * 32).hex()
    assert said["occurred_at"] == "2026-09-24T02:00:00.000000Z"
    assert said["channel"] == {"kind": "performed"}
    assert set(said) == {
        "v", "log", "epoch", "case", "seq", "prev", "step", "performers", "recorder", "organ", "occurred_at",
        "recorded_at", "channel", "definition", "fields", "files", "covers", "nonce", "request",
    }  # fmt: skip
    assert record.from_moment(said["recorded_at"]) == AT


def test_attested_names_its_source() -> None:
    """An act that happened elsewhere says where."""
    assert record.read(leaf(source="纸质卷宗"))["channel"] == {"kind": "attested", "source": "纸质卷宗"}


@pytest.mark.parametrize(
    "other",
    [
        {"step": ""},
        {"performers": []},
        {"performers": [{"name": "张三"}]},
        {"recorder": {"id": "00" * 32}},
        {"recorder": {"post": "科长", "id": "张三"}},
        {"definition": "AB" * 32},
        {"definition": "ab" * 31},
        {"occurred_at": datetime(2026, 9, 24)},  # noqa: DTZ001 - the naive one must be refused
        {"fields": {"": b"f" * 32}},
        {"fields": {"x" * 81: b"f" * 32}},
        {"fields": {"x": b"f" * 31}},
        {"fields": {f"f{number}": b"f" * 32 for number in range(120)}},
        {"epoch": 0},
        {"nonce": b""},
        {"request": "r" * 101},
        {"covers": [Covers("comments", -1, b"r" * 32)]},
        {"head": Head(0, b"p" * 32)},
        {"head": Head(1, b"")},
        {"source": "纸" * 201},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_no_leaf_may_say(other: dict[str, Any]) -> None:
    """Each malformed part is refused before it is hashed."""
    with pytest.raises(LogError):
        leaf(**other)


def _changed(**other: Any) -> bytes:
    said = json.loads(leaf())
    for key, value in other.items():
        if value is None:
            del said[key]
        else:
            said[key] = value
    return canonical.dumps(said)


@pytest.mark.parametrize(
    "data",
    [
        _changed(extra=1),
        _changed(nonce=None),
        _changed(v="fadu/leaf/v2"),
        _changed(seq=True),
        _changed(seq=2.5),
        _changed(occurred_at="2026-09-24T02:00:00Z"),
        _changed(occurred_at="2026-13-24T02:00:00.000000Z"),
        _changed(channel={"kind": "performed", "source": "x"}),
        _changed(fields=[]),
        _changed(covers=[{"kind": "x"}]),
        leaf() + b"\n",
        leaf().replace(b'"epoch":1', b'"epoch":1,"epoch":1'),
        b"[]",
        b"1",
    ],
    ids=range(14),
)
def test_reading_is_strict(data: bytes) -> None:
    """Unknown and missing keys, other versions, other types, other writings."""
    with pytest.raises(LogError):
        record.read(data)


def test_blinded_leaf_shows_nothing() -> None:
    """A sealed matter leaves one commitment, which its body and salt open."""
    inner, salt = leaf(), b"s" * 32
    blinded = record.compose_blinded(
        log="log.example/a", epoch=1, commitment=commitment.blind(SHA256_ED25519, salt, inner)
    )
    said = record.read(blinded)
    assert set(said) == {"v", "log", "epoch", "c"}
    assert said["c"] == commitment.blind(SHA256_ED25519, salt, inner).hex()


def test_access_entry() -> None:
    """A refusal keeps code and step; a reader is a keyed id."""
    said: dict[str, Any] = {
        "log": "access.log.example/a", "epoch": 1, "kind": "refused", "who": record.person(b"i" * 32), "organ": "",
        "at": AT, "case_tag": b"", "subject": "", "step": "decide", "codes": ["too_early"], "purpose": "",
        "nonce": b"n" * 32,
    }  # fmt: skip
    assert record.read(record.compose_access(**said))["codes"] == ["too_early"]
    with pytest.raises(LogError):
        record.compose_access(**{**said, "codes": [""]})
    with pytest.raises(LogError):
        record.compose_access(**{**said, "who": {"name": "张三"}})


@pytest.mark.parametrize("suite", [SHA256_ED25519, SM3_SM2], ids=lambda suite: suite.name)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text("ab", min_size=1), st.integers(0, 255))
def test_commitment_binds_name_salt_and_value(suite: Suite, value: str, name: str, bit: int) -> None:
    """Another value, name or salt does not open it."""
    salt, encoded = b"s" * 32, commitment.encode(value)
    made = commitment.commit(suite, name, salt, encoded)
    commitment.check(suite, made, name, salt, encoded)
    assert commitment.decode(encoded) == value
    other_salt = (int.from_bytes(salt, "big") ^ 1 << bit).to_bytes(32, "big")
    for wrong in ((name + "c", salt, encoded), (name, other_salt, encoded), (name, salt, encoded + b"x")):
        with pytest.raises(ProofError):
            commitment.check(suite, made, *wrong)


def test_values_keep_their_kind() -> None:
    """The text 1 and the number 1 are two values; days and amounts become exact text."""
    assert commitment.encode("1") != commitment.encode(1)
    assert commitment.encode(b"1") != commitment.encode("1")
    assert commitment.decode(commitment.encode(Decimal("1200.50"))) == "1200.50"
    assert commitment.decode(commitment.encode(date(2026, 9, 24))) == "2026-09-24"
    assert commitment.decode(commitment.encode({"a": [1, None]})) == {"a": [1, None]}
    assert (
        commitment.decode(commitment.encode(datetime(2026, 9, 24, tzinfo=UTC))) == "2026-09-24T00:00:00+00:00"
    )
    with pytest.raises(LogError):
        commitment.encode(datetime(2026, 9, 24))  # noqa: DTZ001 - the naive one must be refused
    with pytest.raises(LogError):
        commitment.encode("\ud800")
