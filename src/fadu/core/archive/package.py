"""What a case package holds, and the four archival checks (真实、完整、可用、安全) on one, offline.

``acts.json`` lists the acts in order; ``receipts/0001.json`` is the receipt of each with every field opened;
``documents/`` holds files and produced documents under the names ``acts.json`` gives them, ``metadata/case.xml`` the
archival metadata. What is wrong is told with the name of the member that is wrong and the item of DA/T 70.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from fadu.core.archive import bag, metadata, outside, paths
from fadu.core.archive.report import Report as Report
from fadu.core.errors import InputError
from fadu.core.log import receipt, record, verify
from fadu.core.log.errors import LogError
from fadu.core.log.suites import suite_named
from fadu.core.procedure.build import digest_of

FIRST_FORMAT, FORMAT = "fadu/case-package/v1", "fadu/case-package/v2"
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
        ".xml",
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


def check(path: Path, *, at: datetime, log_key: str | None = None, tsa_anchor: Path | None = None) -> Report:
    """Check a package; ``log_key`` pins the log's public key (else it comes from the package and the report says so).

    Receipt and time-stamp of the whole package are looked at where they lie beside it (`outside`).
    """
    found = bag.read(path)
    report = Report()
    for item in ("1-10", "1-13", "2-2", "3-8", "4-3"):
        report.look(item, (one.sentence for one in found.problems if one.item == item))
    content = _content(found.payload)
    acts = content["acts"]
    report.title, report.acts = content["title"], len(acts)
    _check_acts(report, found.payload, content, at=at, log_key=log_key)
    _check_metadata(report, found.payload, content)
    for name, data in found.payload.items():
        report.look("3-3", _lasting(name))
        report.look("3-4", _opens(name, data))
        report.look("4-2", _safe(name, data))
    report.look("4-3", _nothing_else(found.payload, acts))
    _check_outside(report, path, at=at, log_key=log_key, tsa_anchor=tsa_anchor)
    return report


def _check_acts(
    report: Report,
    payload: Mapping[str, bytes],
    content: Mapping[str, Any],
    *,
    at: datetime,
    log_key: str | None,
) -> None:
    acts, proved = content["acts"], []
    report.look("2-6", _numbers(acts))
    for act in acts:
        given = _read_receipt(payload, act)
        report.look("1-1", _proof(act, given, at, log_key, content["definition"]))
        if isinstance(given, receipt.Receipt):
            proved.append((act["seq"], given))
            report.look("1-10", _digests(payload, act, given))
        report.look("2-8", _files_present(payload, act))
    report.look("2-5", _chain(proved))
    if "definition.json" in payload:
        report.look("1-11", _definition(payload["definition.json"], content["definition"]))


def _check_metadata(report: Report, payload: Mapping[str, bytes], content: Mapping[str, Any]) -> None:
    if content["format"] == FIRST_FORMAT:
        report.notes.append("第一版档案包，没有 DA/T 46 元数据")
        return
    try:
        if metadata.NAME not in payload:
            raise InputError("缺少元数据", where=metadata.NAME)
        root = metadata.parse(payload[metadata.NAME])
    except InputError as error:
        report.look("3-1", [str(error)])
        return
    report.look("3-1", ())
    report.look("2-4", metadata.lacking(root))
    report.look("1-11", metadata.differing(root, content, payload))


def _check_outside(
    report: Report, path: Path, *, at: datetime, log_key: str | None, tsa_anchor: Path | None
) -> None:
    data = path.read_bytes()
    if (proof := outside.beside(path, outside.RECEIPT)).exists():
        report.look("1-14", outside.check_receipt(data, proof, at=at, log_key=log_key))
    else:
        report.notes.append(
            f"旁边没有 {proof.name}：文书和阅读页与归档时是否一致，只有包内清单为证；请一并取得档案包的回执"
        )
    if (stamp := outside.beside(path, outside.STAMP)).exists():
        report.look("1-14", outside.check_stamp(data, stamp, anchor=tsa_anchor, notes=report.notes))
    else:
        report.notes.append(f"旁边没有 {stamp.name}：档案包没有时间戳")


def _content(payload: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        content = json.loads(payload["acts.json"])
    except (KeyError, ValueError) as error:
        raise InputError("档案包中没有可读的 acts.json", cure="这不是法度的案件档案包") from error
    if not isinstance(content, dict) or content.get("format") not in (FIRST_FORMAT, FORMAT):
        raise InputError("不认识的档案包格式", where="acts.json", cure=f"应为 {FORMAT}")
    return content


def _numbers(acts: list[Mapping[str, Any]]) -> Iterator[str]:
    numbers = [act["seq"] for act in acts]
    if numbers != list(range(1, len(acts) + 1)):
        yield f"办理序号不连续：{numbers}"


def _read_receipt(payload: Mapping[str, bytes], act: Mapping[str, Any]) -> receipt.Receipt | str:
    """The receipt of an act, or what is wrong with it."""
    name = act["receipt"]
    if name not in payload:
        return f"第 {act['seq']} 步没有回执 {name}"
    try:
        return receipt.read(payload[name])
    except LogError as error:
        return f"第 {act['seq']} 步的回执 {name} 不可读：{error}"


def _proof(
    act: Mapping[str, Any],
    given: receipt.Receipt | str,
    at: datetime,
    log_key: str | None,
    definition: str,
) -> Iterator[str]:
    """The act is in the log under a signed checkpoint, and says what ``acts.json`` says."""
    if isinstance(given, str):
        yield given
        return
    seq = act["seq"]
    verdict = verify.check_receipt(given, at=at, log_key=log_key)
    if verdict.status != verify.PROVED:
        yield f"第 {seq} 步没有得到证明（{act['receipt']}）：{'；'.join(verdict.statements)}"
        return
    leaf = verdict.leaf
    if leaf["seq"] != seq:
        yield f"第 {seq} 步的回执是第 {leaf['seq']} 步的"
    if {name: verdict.opened[name] for name in given.fields} != act["values"]:
        yield f"第 {seq} 步的记载（acts.json）与痕迹中的承诺不符"
    for key, title in (("occurred_at", "发生时间"), ("recorded_at", "记录时间")):
        if record.moment(datetime.fromisoformat(act[key])) != leaf[key]:
            yield f"第 {seq} 步的{title}（acts.json）与痕迹不符"
    if leaf["definition"] not in ("", definition):
        yield f"第 {seq} 步依据的程序版本与 acts.json 不符"


def _chain(proved: list[tuple[int, receipt.Receipt]]) -> Iterator[str]:
    """Each act's trace names the one before it, all of one case: none was left out, put in or exchanged."""
    before, case = b"", None
    for seq, given in proved:
        if given.body is None:
            continue
        try:
            leaf = record.read(given.blind[1] if given.blind else given.body)
        except LogError:
            continue
        if leaf.get("prev") != before.hex():
            yield f"第 {seq} 步的痕迹没有接在上一步之后：其间有一步缺失或者被调换"
        if case not in (None, leaf.get("case")):
            yield f"第 {seq} 步的痕迹属于另一件案件"
        case, before = leaf.get("case"), suite_named(given.suite).leaf(given.body)


def _definition(data: bytes, digest: str) -> Iterator[str]:
    """The procedure in the package is the version whose digest is in the traces."""
    try:
        given = json.loads(data)
    except ValueError:
        yield "definition.json 不可读"
        return
    if digest_of(given) != digest:
        yield "definition.json 与痕迹中的程序版本不符"


def _digests(payload: Mapping[str, bytes], act: Mapping[str, Any], given: receipt.Receipt) -> Iterator[str]:
    committed = {
        name: value[1:].hex() if len(value) == 33 else "" for name, (_, value) in given.files.items()
    }
    for entry in act["files"]:
        data = payload.get(entry["path"])
        if data is None:
            continue
        if hashlib.sha256(data).hexdigest() != committed.get(entry["field"], ""):
            yield f"第 {act['seq']} 步的材料“{entry['name']}”与痕迹中的摘要不符：{entry['path']}"


def _files_present(payload: Mapping[str, bytes], act: Mapping[str, Any]) -> Iterator[str]:
    for entry in (*act["files"], *act["documents"]):
        if entry["path"] not in payload:
            yield f"第 {act['seq']} 步的“{entry['name']}”不在包内：{entry['path']}"


def _lasting(name: str) -> Iterator[str]:
    if PurePosixPath(name).suffix.lower() not in ALLOWED:
        yield f"长期保存不接受的格式：{name}"


def _opens(name: str, data: bytes) -> Iterator[str]:
    ending = PurePosixPath(name).suffix.lower()
    if (magic := _MAGIC.get(ending)) and not data.startswith(magic):
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
    named = {"acts.json", "definition.json", "index.html", "README.txt", "fadu-verify.pyz", metadata.NAME}
    for act in acts:
        named.add(act["receipt"])
        named |= {entry["path"] for entry in (*act["files"], *act["documents"])}
    for name in payload:
        if name not in named:
            yield f"包内有目录没有列出的文件：{name}"
        elif not paths.portable(name):
            yield f"文件名过长或者含有不能解开的字符：{name}"
