"""Uploaded files: what is refused at the gate, and how the bytes lie on disk.

Type by content and not by name; no macros; archives bounded while they are read (headers lie); names kept but never
used as paths. What is accepted is encrypted under a key of its own and addressed by a random name.
"""

from __future__ import annotations

import hashlib
import lzma
import os
import secrets
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from fadu.city.accounts.models import Person
from fadu.city.cases.models import File
from fadu.core.errors import Refusal, Refused

_PURPOSE = b"fadu/file/v1"
_NONCE = 12
# What a file begins with, its type, and the endings such a file may have.
_KINDS: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"PK\x03\x04", "application/zip", (".docx", ".xlsx", ".ofd", ".zip")),
)
_OFFICE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".ofd": "application/ofd",
    ".zip": "application/zip",
}
_TEXT = {".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv", ".html": "text/html"}
# Endings of what runs, and how an office file declares macros whatever the part is called (ECMA-376 part 2, 10.1.2).
_RUNS = (
    "vbaproject.bin",
    ".vbs",
    ".js",
    ".exe",
    ".bat",
    ".cmd",
    ".scr",
    ".msi",
    ".ps1",
    ".hta",
    ".lnk",
    ".jar",
)
_MACRO_TYPES = (b"vbaproject", b"macroenabled", b"macrosheet")
_UNPACKED = 400 * 1024 * 1024
_ENTRIES = 5000


def keep(person: Person, place: str, field: str, upload: UploadedFile, *, at: datetime) -> File:
    """Keep one upload with a draft; Refused with the field if the file cannot be accepted."""
    name = _clean_name(upload.name or "")
    if upload.size > settings.FADU_FILE_MAX_BYTES:
        limit = settings.FADU_FILE_MAX_BYTES // 1024 // 1024
        raise _no(field, "too_large", f"“{name}”超过 {limit} MB", "请压缩或分成几个文件")
    data = upload.read()
    if not data:
        raise _no(field, "empty_file", f"“{name}”是空文件", "请核对后重新选择")
    media_type = _type_of(name, data, field)
    secret = AESGCM.generate_key(256)
    blob = secrets.token_hex(16)
    _store(blob, _seal(secret, data))
    return File.objects.create(
        place=place, field=field, name=name, media_type=media_type, size=len(data),
        sha256=hashlib.sha256(data).hexdigest(), blob=blob, key=_seal(settings.FADU_KEK, secret),
        uploaded_by=person, uploaded_at=at,
    )  # fmt: skip


def copy(file: File, person: Person, *, field: str, at: datetime) -> File:
    """The same content once more, for another case: encrypted under a key of its own, kept until an act takes it."""
    secret, blob = AESGCM.generate_key(256), secrets.token_hex(16)
    _store(blob, _seal(secret, content(file)))
    return File.objects.create(
        field=field, name=file.name, media_type=file.media_type, size=file.size, sha256=file.sha256, blob=blob,
        key=_seal(settings.FADU_KEK, secret), uploaded_by=person, uploaded_at=at,
    )  # fmt: skip


def content(file: File) -> bytes:
    """The bytes again, checked against the digest that its act committed to."""
    secret = _open(settings.FADU_KEK, bytes(file.key))
    data = _open(secret, _path(file.blob).read_bytes())
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise RuntimeError(f"file {file.pk} does not match its digest")
    return data


def forget(file: File) -> None:
    """Remove a file that no act has taken."""
    file.delete()
    remove_bytes(file.blob)


def remove_bytes(blob: str) -> None:
    """Remove the encrypted bytes of a file whose row, and with it whose key, is gone."""
    _path(blob).unlink(missing_ok=True)


def _clean_name(name: str) -> str:
    """The name as shown: no folders, no control characters, no bidi tricks, at most 120 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(
        char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char)[0] != "C"
    )
    stem, dot, ending = shown.strip().rpartition(".")
    return f"{stem[:110]}{dot}{ending[:9]}" if dot else shown.strip()[:120] or "未命名"


def _type_of(name: str, data: bytes, field: str) -> str:
    ending = Path(name).suffix.lower()
    for magic, media_type, endings in _KINDS:
        if data.startswith(magic):
            if ending not in endings:
                raise _no(field, "wrong_type", f"“{name}”的内容与扩展名不符", "请用正确的扩展名重新上传")
            if media_type == "application/zip":
                _check_archive(name, data, field)
                return _OFFICE[ending]
            return media_type
    if ending in _TEXT and _is_text(data):
        return _TEXT[ending]
    raise _no(
        field,
        "wrong_type",
        f"不接受“{name}”这种文件",
        "可上传 pdf、docx、xlsx、ofd、png、jpg、txt、md、csv、zip",
    )


def _is_text(data: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            return "\x00" not in data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return False


def _check_archive(name: str, data: bytes, field: str) -> None:
    """Refuse macros, bombs and crooked names; sizes are counted while unpacking."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _ENTRIES:
                raise _no(field, "archive", f"“{name}”内的文件过多", "请减少后重新上传")
            unpacked = 0
            for entry in entries:
                low = entry.filename.lower()
                if low.endswith(_RUNS) or "/macrosheets/" in low:
                    raise _macro(name, field)
                if low.startswith("/") or ".." in Path(low).parts or entry.flag_bits & 1:
                    raise _no(field, "archive", f"“{name}”内有加密或路径异常的文件", "请解除加密并重新打包")
                declared = low == "[content_types].xml"
                with archive.open(entry) as stream:
                    while chunk := stream.read(1024 * 1024):
                        unpacked += len(chunk)
                        if unpacked > _UNPACKED:
                            raise _no(field, "bomb", f"“{name}”解开后过大", "请减小内容后重新上传")
                        if declared and any(mark in chunk.lower() for mark in _MACRO_TYPES):
                            raise _macro(name, field)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise _no(field, "broken", f"“{name}”已损坏，无法打开", "请核对原文件后重新上传") from error


def _macro(name: str, field: str) -> Refused:
    return _no(field, "macro", f"“{name}”含有宏或可执行内容", "请另存为不带宏的文件后上传")


def _no(field: str, code: str, sentence: str, cure: str) -> Refused:
    return Refused(Refusal(code, sentence, cure=cure, subject=field))


def _path(blob: str) -> Path:
    return settings.FADU_VAR / "files" / blob[:2] / blob


def _store(blob: str, sealed: bytes) -> None:
    path = _path(blob)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(sealed)
        out.flush()
        os.fsync(out.fileno())


def _seal(key: bytes, data: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, _PURPOSE)


def _open(key: bytes, sealed: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _PURPOSE)


def taken(person: Person, asked: Mapping[str, Sequence[int]]) -> dict[str, list[File]]:
    """The uploads kept with the draft, each this person's own and not yet part of an act."""
    wanted = [pk for field in asked.values() for pk in field]
    if not wanted:
        return {}
    found = {
        file.pk: file
        for file in File.objects.select_for_update().filter(
            pk__in=wanted, uploaded_by=person, seq__isnull=True
        )
    }
    if missing := [pk for pk in wanted if pk not in found]:
        raise Refused(
            Refusal("unknown_file", f"有 {len(missing)} 份材料已不在暂存中", cure="请重新上传后提交")
        )
    return {field: [found[pk] for pk in keys] for field, keys in asked.items() if keys}
