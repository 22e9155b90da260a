"""What a case package holds, and the four archival checks (真实、完整、可用、安全) on one, offline.

``acts.json`` lists the acts in order; ``receipts/0001.json`` is the receipt of each with every field opened;
``documents/`` holds files and produced documents under the names ``acts.json`` gives them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from fadu.core.archive import bag
from fadu.core.errors import InputError
from fadu.core.log import receipt, verify
from fadu.core.log.errors import LogError

FORMAT = "fadu/case-package/v1"
ALLOWED = frozenset(
    {
        ".pdf",
        ".docx",
        ".xlsx",
        ".ofd",
        ".png",
        ".jpg",
        ".jpeg",
        ".txt",
        ".md",
        ".csv",
        ".html",
        ".json",
        ".pyz",
        ".zip",
    }
)
_MAGIC = {
    ".pdf": b"%PDF-",
    ".png": b"\x89PNG",
    ".jpg": b"\xff\xd8",
    ".jpeg": b"\xff\xd8",
    ".docx": b"PK",
    ".xlsx": b"PK",
}


@dataclass
class Report:
    """The four checks: for each, what was looked at and everything wrong."""

    title: str = ""
    acts: int = 0
    looked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("真实", "完整", "可用", "安全"), 0))
    wrong: dict[str, list[str]] = field(
        default_factory=lambda: {name: [] for name in ("真实", "完整", "可用", "安全")}
    )

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong."""
        return not any(self.wrong.values())

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "title": self.title,
            "acts": self.acts,
            "sound": self.sound,
            "looked": self.looked,
            "wrong": self.wrong,
        }

    def look(self, check: str, problems: Iterator[str]) -> None:
        """Count one look and keep what it found."""
        self.looked[check] += 1
        self.wrong[check].extend(problems)


def check(path: Path, *, at: datetime, log_key: str | None = None) -> Report:
    """Check a package; ``log_key`` pins the log's public key (else it comes from the package and the report says so)."""
    found, problems = bag.read(path)
    report = Report()
    report.look("真实", iter(problems))
    content = _content(found.payload)
    acts = content["acts"]
    report.title, report.acts = content["title"], len(acts)
    report.look("完整", _numbers(acts))
    for act in acts:
        report.look("真实", _receipt(found.payload, act, at, log_key))
        report.look("完整", _files_present(found.payload, act))
    for name, data in found.payload.items():
        report.look("可用", _usable(name, data))
        report.look("安全", _safe(name, data))
    report.look("完整", _nothing_else(found.payload, acts))
    return report


def _content(payload: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        content = json.loads(payload["acts.json"])
    except (KeyError, ValueError) as error:
        raise InputError("档案包中没有可读的 acts.json", cure="这不是法度的案件档案包") from error
    if content.get("format") != FORMAT:
        raise InputError("不认识的档案包格式", where="acts.json", cure=f"应为 {FORMAT}")
    return content


def _numbers(acts: list[Mapping[str, Any]]) -> Iterator[str]:
    numbers = [act["seq"] for act in acts]
    if numbers != list(range(1, len(acts) + 1)):
        yield f"办理序号不连续：{numbers}"


def _receipt(
    payload: Mapping[str, bytes], act: Mapping[str, Any], at: datetime, log_key: str | None
) -> Iterator[str]:
    """The act is in the log under a signed checkpoint, and what it committed to is what lies in the package."""
    name = act["receipt"]
    try:
        given = receipt.read(payload[name])
    except KeyError:
        yield f"第 {act['seq']} 步没有回执 {name}"
        return
    except LogError as error:
        yield f"第 {act['seq']} 步的回执不可读：{error}"
        return
    verdict = verify.check_receipt(given, at=at, log_key=log_key)
    if verdict.status != verify.PROVED:
        yield f"第 {act['seq']} 步没有得到证明：{'；'.join(verdict.statements)}"
        return
    if verdict.leaf["seq"] != act["seq"]:
        yield f"第 {act['seq']} 步的回执是第 {verdict.leaf['seq']} 步的"
    fields = {field_name: verdict.opened[field_name] for field_name in given.fields}
    if fields != act["values"]:
        yield f"第 {act['seq']} 步的记载与痕迹中的承诺不符"
    yield from _digests(payload, act, given)


def _digests(payload: Mapping[str, bytes], act: Mapping[str, Any], given: receipt.Receipt) -> Iterator[str]:
    committed = {
        name: value[1:].hex() if len(value) == 33 else "" for name, (_, value) in given.files.items()
    }
    for entry in act["files"]:
        data = payload.get(entry["path"])
        if data is None:
            continue
        if hashlib.sha256(data).hexdigest() != committed.get(entry["field"], ""):
            yield f"第 {act['seq']} 步的材料“{entry['name']}”与痕迹中的摘要不符"


def _files_present(payload: Mapping[str, bytes], act: Mapping[str, Any]) -> Iterator[str]:
    for entry in (*act["files"], *act["documents"]):
        if entry["path"] not in payload:
            yield f"第 {act['seq']} 步的“{entry['name']}”不在包内"


def _usable(name: str, data: bytes) -> Iterator[str]:
    ending = PurePosixPath(name).suffix.lower()
    if ending not in ALLOWED:
        yield f"长期保存不接受的格式：{name}"
    elif (magic := _MAGIC.get(ending)) and not data.startswith(magic):
        yield f"内容与扩展名不符，无法打开：{name}"
    elif not data:
        yield f"空文件：{name}"


def _safe(name: str, data: bytes) -> Iterator[str]:
    if b"vbaProject.bin" in data or data.startswith((b"MZ", b"\x7fELF")):
        yield f"含有宏或可执行内容：{name}"
    if data.startswith(b"%PDF-") and (b"/JavaScript" in data or b"/Launch" in data):
        yield f"PDF 含有脚本或启动动作：{name}"


def _nothing_else(payload: Mapping[str, bytes], acts: list[Mapping[str, Any]]) -> Iterator[str]:
    """Every file of the package is named by an act or belongs to its frame."""
    named = {"acts.json", "definition.json", "index.html", "README.txt", "fadu-verify.pyz", "checkpoint.txt"}
    for act in acts:
        named.add(act["receipt"])
        named |= {entry["path"] for entry in (*act["files"], *act["documents"])}
    for name in payload:
        if name not in named:
            yield f"包内有目录没有列出的文件：{name}"
