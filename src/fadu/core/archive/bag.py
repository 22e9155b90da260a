"""BagIt 1.0 (RFC 8493): write a bag into a zip, and check one strictly. Standard library only.

Refused on reading: paths that leave the bag, two names that differ only by case, files in no manifest, ``fetch.txt``,
encrypted members, anything that unpacks to more than it says.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fadu.core.errors import InputError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_MOMENT = (1980, 1, 1, 0, 0, 0)
_LARGEST = 2 * 1024 * 1024 * 1024


def write(path: Path, payload: Mapping[str, bytes], *, info: Mapping[str, str]) -> str:
    """Write a bag with this payload (names below ``data/``); the same input gives the same bytes. Returns its SHA-256."""
    manifest = _manifest({f"data/{name}": data for name, data in payload.items()})
    size = sum(len(data) for data in payload.values())
    told = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
    tags = {
        "bagit.txt": DECLARATION,
        "bag-info.txt": "".join(f"{name}: {value}\n" for name, value in told.items()).encode(),
        "manifest-sha256.txt": manifest,
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*tags.items(), *sorted((f"data/{name}", data) for name, data in payload.items())):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _manifest(files: Mapping[str, bytes]) -> bytes:
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {_escaped(name)}\n" for name, data in sorted(files.items())
    )
    return "".join(lines).encode()


def _escaped(name: str) -> str:
    """RFC 8493 2.1.3: line ends and the percent sign of a path are percent-encoded."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


@dataclass(frozen=True)
class Bag:
    """A bag taken apart and found whole: payload by name (without ``data/``), and its information."""

    payload: Mapping[str, bytes]
    info: Mapping[str, str]


def read(path: Path) -> tuple[Bag, list[str]]:
    """The bag and everything wrong with it; InputError where it is no bag at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            files, problems = _members(archive)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("不是可以读取的档案包", where=str(path), cure="请核对文件是否完整") from error
    if files.get("bagit.txt") != DECLARATION:
        raise InputError("没有 BagIt 1.0 声明", where="bagit.txt", cure="应为 RFC 8493 规定的两行")
    problems += _check_manifest(files, "manifest-sha256.txt", lambda name: name.startswith("data/"))
    problems += _check_manifest(
        files, "tagmanifest-sha256.txt", lambda name: not name.startswith(("data/", "tagmanifest-"))
    )
    payload = {name[5:]: data for name, data in files.items() if name.startswith("data/")}
    info = dict(_info(files.get("bag-info.txt", b"")))
    oxum = f"{sum(len(data) for data in payload.values())}.{len(payload)}"
    if info.get("Payload-Oxum") != oxum:
        problems.append(f"载荷应为 {info.get('Payload-Oxum', '（未写明）')}，实为 {oxum}")
    return Bag(payload, info), problems


def _members(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[str]]:
    files: dict[str, bytes] = {}
    problems, lower, unpacked = [], set(), 0
    for entry in archive.infolist():
        name = entry.filename
        parts = PurePosixPath(name).parts
        if name.startswith(("/", "~")) or ".." in parts or "\\" in name:
            problems.append(f"路径越出档案包：{name}")
            continue
        if entry.is_dir():
            continue
        if entry.flag_bits & 1:
            problems.append(f"文件已加密，无法核验：{name}")
            continue
        if name.lower() in lower:
            problems.append(f"文件名重复：{name}")
        lower.add(name.lower())
        unpacked += entry.file_size
        if unpacked > _LARGEST:
            raise InputError("档案包解开后过大", where=name, cure="请核对来源")
        files[name] = archive.read(entry)
    if "fetch.txt" in files:
        problems.append("档案包含有 fetch.txt：内容不在包内")
    return files, problems


def _check_manifest(
    files: Mapping[str, bytes], manifest: str, belongs: Callable[[str], bool]
) -> Iterator[str]:
    if manifest not in files:
        yield f"缺少 {manifest}"
        return
    listed: dict[str, str] = {}
    for line in files[manifest].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = digest
    for name, digest in listed.items():
        if name not in files:
            yield f"清单中的文件不在包内：{name}"
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            yield f"文件与清单的摘要不符：{name}"
    for name in files:
        if belongs(name) and name not in listed:
            yield f"包内有清单没有列出的文件：{name}"


def _info(data: bytes) -> Iterator[tuple[str, str]]:
    for line in data.decode("utf-8", "replace").splitlines():
        name, found, value = line.partition(":")
        if found:
            yield name.strip(), value.strip()
