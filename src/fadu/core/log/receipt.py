"""Receipts (回执): at once a signed promise, after the next checkpoint the proof; one JSON format for both.

    {"format": "fadu/receipt/v1", "suite": …, "origin": …,
     "keys": {"log": vkey, "promise": vkey, "witnesses": [vkey …]},
     "promise": signed note,
     "leaf": {"body": base64} or null, "index": n, "proof": [base64 …], "checkpoint": signed note or null,
     "opened": {"fields": {name: {"salt", "value"}}, "files": {…}, "blind": {"salt", "body"}},
     "timestamp": base64 of the RFC 3161 answer over the checkpoint; the key is absent where there is none}

The promise is a signed note of its own key, whose text is

    fadu/promise/v1
    origin
    case number
    number of the act within the case
    leaf hash (base64)
    moment (UTC) before which the leaf must be in the log

A promise without proof after that moment is evidence against the platform (`verify.py` says so). For a QR code the
proof alone travels as C2SP tlog-proof text, without any personal data; the same text with the public keys is a file
(``fadu/proof/v1``) for whoever may know that a leaf is in the log but not what it says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fadu.core.log import canonical, note, record
from fadu.core.log.commitment import from_text, to_text
from fadu.core.log.errors import LogError
from fadu.core.log.suites import SIZE, SUITES

FORMAT = "fadu/receipt/v1"
PROMISE = "fadu/promise/v1"
PROOF_FORMAT = "fadu/proof/v1"
_PROOF = "c2sp.org/tlog-proof@v1"
_PROOF_KEYS = {"format", "suite", "origin", "keys", "leaf", "proof"}
_KEYS = {"format", "suite", "origin", "keys", "promise", "leaf", "index", "proof", "checkpoint", "opened"}
_STAMP = "timestamp"
# A log has fewer than 2^63 entries.
_MOST_DIGITS = 19


@dataclass(frozen=True)
class Promise:
    """What the platform promised."""

    origin: str
    case: str
    seq: int
    leaf: bytes
    before: datetime

    @property
    def text(self) -> str:
        """The text that is signed."""
        when = record.moment(self.before)
        return f"{PROMISE}\n{self.origin}\n{self.case}\n{self.seq}\n{to_text(self.leaf)}\n{when}\n"


def promise(*, origin: str, case: str, seq: int, leaf: bytes, before: datetime, signer: note.Signer) -> str:
    """The signed promise that the leaf will be in the log before that moment."""
    if "\n" in case:
        raise LogError("案号不能换行")
    return note.sign(Promise(origin, case, seq, leaf, before).text, signer)


def read_promise(text: str) -> Promise:
    """Read the text of a promise, strictly."""
    lines = text.split("\n")
    if (
        len(lines) != 7
        or lines[0] != PROMISE
        or lines[6]
        or not lines[3].isascii()
        or not lines[3].isdecimal()
        or len(lines[3]) > _MOST_DIGITS
    ):
        raise LogError("承诺的格式不对", cure="请使用平台发出的原文")
    leaf = from_text(lines[4])
    if len(leaf) != SIZE:
        raise LogError("承诺中的散列值不是 32 字节")
    found = Promise(lines[1], lines[2], int(lines[3]), leaf, record.from_moment(lines[5]))
    if found.text != text:
        raise LogError("承诺的格式不对", cure="请使用平台发出的原文")
    return found


@dataclass(frozen=True)
class Receipt:
    """A receipt taken apart; nothing in it has been checked yet."""

    suite: str
    origin: str
    log_key: str
    promise_key: str
    witnesses: Sequence[str]
    promise: str
    body: bytes | None = None
    index: int | None = None
    proof: Sequence[bytes] = ()
    checkpoint: str | None = None
    fields: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    files: Mapping[str, tuple[bytes, bytes]] = field(default_factory=dict)
    blind: tuple[bytes, bytes] | None = None
    stamp: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON that a citizen keeps."""
        return {
            "format": FORMAT,
            "suite": self.suite,
            "origin": self.origin,
            "keys": {"log": self.log_key, "promise": self.promise_key, "witnesses": list(self.witnesses)},
            "promise": self.promise,
            "leaf": None if self.body is None else {"body": to_text(self.body)},
            "index": self.index,
            "proof": [to_text(one) for one in self.proof],
            "checkpoint": self.checkpoint,
            "opened": {
                "fields": _opened(self.fields),
                "files": _opened(self.files),
                "blind": {"salt": to_text(self.blind[0]), "body": to_text(self.blind[1])}
                if self.blind
                else None,
            },
            **_stamped(self.stamp),
        }


def _stamped(stamp: bytes | None) -> dict[str, str]:
    return {} if stamp is None else {_STAMP: to_text(stamp)}


def _read_stamp(raw: Mapping[str, Any]) -> bytes | None:
    return from_text(raw[_STAMP]) if _STAMP in raw else None


def _opened(opened: Mapping[str, tuple[bytes, bytes]]) -> dict[str, dict[str, str]]:
    return {name: {"salt": to_text(salt), "value": to_text(value)} for name, (salt, value) in opened.items()}


@dataclass(frozen=True)
class Proof:
    """The proof file taken apart: the hash of a leaf, and the tlog-proof text (None while no checkpoint covers it)."""

    suite: str
    origin: str
    log_key: str
    witnesses: Sequence[str]
    leaf: bytes
    text: str | None
    stamp: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        """The JSON that anybody may have."""
        return {
            "format": PROOF_FORMAT,
            "suite": self.suite,
            "origin": self.origin,
            "keys": {"log": self.log_key, "witnesses": list(self.witnesses)},
            "leaf": to_text(self.leaf),
            "proof": self.text,
            **_stamped(self.stamp),
        }


def read_any(data: bytes) -> Receipt | Proof:
    """Read a receipt or a proof file, by what it says it is."""
    raw = canonical.parse(data)
    if isinstance(raw, dict) and raw.get("format") == PROOF_FORMAT:
        return _read_proof(raw)
    return read(data)


def _read_proof(raw: Mapping[str, Any]) -> Proof:
    if wrong := (set(raw) - {_STAMP}) ^ _PROOF_KEYS:
        raise LogError(f"证明文件的键不对：{'、'.join(sorted(wrong))}")
    keys = raw["keys"]
    try:
        texts = [raw["origin"], keys["log"], *keys["witnesses"]]
        leaf = from_text(raw["leaf"])
    except (KeyError, TypeError) as error:
        raise LogError("证明文件的内容不完整或者类型不对", where=str(error)) from error
    if not isinstance(raw["suite"], str) or raw["suite"] not in SUITES:
        raise LogError(f"不认识的密码套件 {raw['suite']!r}")
    if not all(isinstance(one, str) for one in texts) or not isinstance(raw["proof"], str | None):
        raise LogError("证明文件的内容不完整或者类型不对")
    if len(leaf) != SIZE:
        raise LogError("痕迹的散列值不是 32 字节")
    return Proof(
        raw["suite"],
        raw["origin"],
        keys["log"],
        tuple(keys["witnesses"]),
        leaf,
        raw["proof"],
        _read_stamp(raw),
    )


def read(data: bytes) -> Receipt:
    """Read a receipt file, strictly; unknown keys are refused, because they would go unchecked."""
    raw = canonical.parse(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise LogError("不是法度平台的回执", cure=f"应为 format 等于 {FORMAT} 的 JSON 文件")
    if wrong := (set(raw) - {_STAMP}) ^ _KEYS:
        raise LogError(f"回执的键不对：{'、'.join(sorted(wrong))}")
    try:
        return _read(raw)
    except (KeyError, TypeError, AttributeError) as error:
        raise LogError("回执的内容不完整或者类型不对", where=str(error)) from error


def _read(raw: Mapping[str, Any]) -> Receipt:
    if raw["suite"] not in SUITES:
        raise LogError(f"不认识的密码套件 {raw['suite']!r}")
    keys, opened = raw["keys"], raw["opened"]
    texts = [raw["origin"], keys["log"], keys["promise"], raw["promise"], *keys["witnesses"]]
    if not all(isinstance(text, str) for text in texts) or not isinstance(raw["checkpoint"], str | None):
        raise LogError("回执的内容不完整或者类型不对")
    index = raw["index"]
    if index is not None and (type(index) is not int or index < 0):
        raise LogError("序号应为非负整数", where="index")
    if (raw["leaf"] is None) != (index is None) or (index is None) != (raw["checkpoint"] is None):
        raise LogError("痕迹、序号和检查点应同时具备或者同时缺少")
    blind = opened["blind"]
    return Receipt(
        suite=raw["suite"],
        origin=raw["origin"],
        log_key=keys["log"],
        promise_key=keys["promise"],
        witnesses=tuple(keys["witnesses"]),
        promise=raw["promise"],
        body=None if raw["leaf"] is None else from_text(raw["leaf"]["body"]),
        index=index,
        proof=tuple(from_text(one) for one in raw["proof"]),
        checkpoint=raw["checkpoint"],
        fields=_read_opened(opened["fields"]),
        files=_read_opened(opened["files"]),
        blind=None if blind is None else (from_text(blind["salt"]), from_text(blind["body"])),
        stamp=_read_stamp(raw),
    )


def _read_opened(raw: Mapping[str, Any]) -> dict[str, tuple[bytes, bytes]]:
    return {name: (from_text(one["salt"]), from_text(one["value"])) for name, one in raw.items()}


def format_proof(*, index: int, proof: Sequence[bytes], checkpoint: str, leaf: bytes) -> str:
    """C2SP tlog-proof text for a QR code; the leaf hash travels in ``extra``, which the proof itself authenticates."""
    lines = [_PROOF, f"extra {to_text(leaf)}", f"index {index}", *(to_text(one) for one in proof)]
    return "\n".join(lines) + "\n\n" + checkpoint


def parse_proof(text: str) -> tuple[int, list[bytes], str, bytes]:
    """Index, path, checkpoint and leaf hash out of tlog-proof text."""
    head, _, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if (
        len(lines) < 3
        or lines[0] != _PROOF
        or not lines[1].startswith("extra ")
        or not lines[2].startswith("index ")
    ):
        raise LogError("不是存在证明文本")
    number = lines[2].removeprefix("index ")
    plain = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS
    if not plain or str(int(number)) != number:
        raise LogError("序号应为十进制整数")
    return (
        int(number),
        [from_text(line) for line in lines[3:]],
        checkpoint,
        from_text(lines[1].removeprefix("extra ")),
    )
