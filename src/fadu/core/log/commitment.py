"""Salted commitments: the log proves what a field held without holding it, and forgets when value and salt are gone.

``commitment = H(label ‖ u16 length of name ‖ name ‖ 32-byte salt ‖ value)``, one salt for each field, so that one
field can be shown and the others withheld. A value is text (``s`` ‖ UTF-8), bytes (``b`` ‖ bytes) or other JSON
(``j`` ‖ canonical JSON); the letter keeps the text ``1`` and the number 1 apart.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fadu.core.log import canonical
from fadu.core.log.errors import LogError, ProofError
from fadu.core.log.suites import SIZE, Suite

_FIELD = b"fadu/field/v1\x00"
_BLIND = b"fadu/blinded/v1\x00"


def encode(value: Any) -> bytes:
    """The committed bytes of a value. Days, moments and amounts become their exact text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return b"b" + bytes(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise LogError("时间没有时区", cure="请使用带时区的时间")
        return b"s" + value.isoformat().encode()
    if isinstance(value, date):
        return b"s" + value.isoformat().encode()
    if isinstance(value, Decimal):
        return b"s" + f"{value:f}".encode()
    if isinstance(value, str):
        try:
            return b"s" + value.encode()
        except UnicodeEncodeError as error:
            raise LogError("文字中含有不成对的代理字符", cure="请重新录入该段文字") from error
    return b"j" + canonical.dumps(value)


def decode(data: bytes) -> Any:
    """The value behind committed bytes."""
    kind, rest = data[:1], data[1:]
    if kind == b"b":
        return rest
    if kind == b"s":
        try:
            return rest.decode()
        except UnicodeDecodeError as error:
            raise LogError("开示的文字不是 UTF-8", why=f"第 {error.start} 字节") from error
    if kind == b"j":
        return canonical.loads(rest)
    raise LogError("开示内容的类型不认识")


def commit(suite: Suite, name: str, salt: bytes, encoded: bytes) -> bytes:
    """The commitment to one named field; ``encoded`` comes from `encode`."""
    label = name.encode()
    return suite.digest(_FIELD + len(label).to_bytes(2, "big") + label + salt + encoded)


def check(suite: Suite, commitment: bytes, name: str, salt: bytes, encoded: bytes) -> None:
    """Check an opened field against the commitment in the leaf; raise `ProofError` if they do not belong together."""
    if len(salt) != SIZE:
        raise ProofError(f"“{name}”的盐值长度不是 32 字节")
    if not hmac.compare_digest(commit(suite, name, salt, encoded), commitment):
        raise ProofError(f"“{name}”的内容与痕迹中的承诺不符", why="出示的内容不是当时记入的内容")


def blind(suite: Suite, salt: bytes, body: bytes) -> bytes:
    """The one commitment that a blinded leaf shows of its whole body."""
    return suite.digest(_BLIND + salt + body)


def to_text(data: bytes) -> str:
    """Bytes as they stand in JSON (standard base64)."""
    return binascii.b2a_base64(data, newline=False).decode()


def from_text(text: Any) -> bytes:
    """Bytes out of standard base64, strictly."""
    try:
        data = base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise LogError("不是 base64 文本") from error
    if to_text(data) != text:
        raise LogError("base64 文本不是唯一写法")
    return data


def file_label(name: str) -> str:
    """The name under which a file's digest is committed, so that no field can pass for a file."""
    return f"file:{name}"
