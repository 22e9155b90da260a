"""BagIt 1.0 (RFC 8493): write a bag into a zip, and check one strictly. Standard library only.

Refused on reading: paths that leave the bag, two names that differ only by case, files in no manifest, ``fetch.txt``,
encrypted members, anything that unpacks to more than it says.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
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
class Problem:
    """Something wrong with a bag: the item of DA/T 70 it falls under, and a sentence that names the member."""

    item: str
    sentence: str


@dataclass(frozen=True)
class Bag:
    """A bag taken apart: payload by name (without ``data/``), its information, and everything wrong with it."""

    payload: Mapping[str, bytes]
    info: Mapping[str, str]
    problems: tuple[Problem, ...]


def read(path: Path) -> Bag:
    """The bag and everything wrong with it; InputError where it is no bag at all."""
    try:
        with zipfile.ZipFile(path) as archive:
            files, problems = _members(archive)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError("不是可以读取的档案包", where=str(path), cure="请核对文件是否完整") from error
    if files.get("bagit.txt") != DECLARATION:
        problems.append(Problem("1-13", "bagit.txt 不是 BagIt 1.0 声明（RFC 8493 规定的两行）"))
    for manifest, belongs in (("manifest-sha256.txt", _is_payload), ("tagmanifest-sha256.txt", _is_tag)):
        problems += _check_manifest(files, manifest, belongs)
    payload = {name[5:]: data for name, data in files.items() if _is_payload(name)}
    info = dict(_info(files.get("bag-info.txt", b"")))
    oxum = f"{sum(len(data) for data in payload.values())}.{len(payload)}"
    if info.get("Payload-Oxum") != oxum:
        told = info.get("Payload-Oxum", "（未写明）")
        problems.append(Problem("2-2", f"bag-info.txt 写明的载荷为 {told}，实为 {oxum}"))
    return Bag(payload, info, tuple(problems))


def _is_payload(name: str) -> bool:
    return name.startswith("data/")


def _is_tag(name: str) -> bool:
    return not name.startswith(("data/", "tagmanifest-"))


def _members(archive: zipfile.ZipFile) -> tuple[dict[str, bytes], list[Problem]]:
    files: dict[str, bytes] = {}
    problems, lower, unpacked = [], set(), 0
    for entry in archive.infolist():
        name = entry.filename
        parts = PurePosixPath(name).parts
        if name.startswith(("/", "~")) or ".." in parts or "\\" in name:
            problems.append(Problem("4-3", f"路径越出档案包：{name}"))
            continue
        if entry.is_dir():
            continue
        if entry.flag_bits & 1:
            problems.append(Problem("3-8", f"文件已加密，无法核验：{name}"))
            continue
        if name.lower() in lower:
            problems.append(Problem("4-3", f"文件名重复：{name}"))
        lower.add(name.lower())
        unpacked += entry.file_size
        if unpacked > _LARGEST:
            raise InputError("档案包解开后过大", where=name, cure="请核对来源")
        try:
            files[name] = archive.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            problems.append(Problem("1-10", f"文件已损坏，读不出原来的内容：{name}（{error}）"))
    if "fetch.txt" in files:
        problems.append(Problem("1-13", "档案包含有 fetch.txt：内容不在包内"))
    return files, problems


def _check_manifest(
    files: Mapping[str, bytes], manifest: str, belongs: Callable[[str], bool]
) -> Iterator[Problem]:
    if manifest not in files:
        yield Problem("1-13", f"缺少 {manifest}")
        return
    listed: dict[str, str] = {}
    for line in files[manifest].decode("utf-8", "replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")] = digest
    for name, digest in listed.items():
        if name not in files:
            yield Problem("1-10", f"{manifest} 中的文件不在包内或者读不出：{name}")
        elif hashlib.sha256(files[name]).hexdigest() != digest:
            yield Problem("1-10", f"文件与 {manifest} 中的摘要不符：{name}")
    for name in files:
        if belongs(name) and name not in listed:
            yield Problem("4-3", f"包内有 {manifest} 没有列出的文件：{name}")


def _info(data: bytes) -> Iterator[tuple[str, str]]:
    for line in data.decode("utf-8", "replace").splitlines():
        name, found, value = line.partition(":")
        if found:
            yield name.strip(), value.strip()
