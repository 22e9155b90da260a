"""Put a case into a package: acts with what they recorded, files, documents, receipts, definition, verifier, cover."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import loader
from django.utils import timezone

from fadu.city.archives.models import Package
from fadu.city.cases import procedures
from fadu.city.cases.deadlines import amounts
from fadu.city.cases.files import uploads
from fadu.city.cases.issuing import documents
from fadu.city.cases.models import Act, Case, File
from fadu.city.ledger import queries as ledger
from fadu.core.archive import bag, metadata, outside, paths
from fadu.core.archive.package import FORMAT
from fadu.core.log import bundle
from fadu.core.procedure.definition import Definition, Field, Step

README = """本档案包依 BagIt 1.0（RFC 8493）组成，解开后打开 data/index.html 可以阅读全部经过和材料，不需要联网。

目录
  index.html            阅读页
  acts.json             各步办理的经过和记载
  metadata/case.xml     元数据（DA/T 46—2009 的文件、机构人员、业务、关系四类实体）
  documents/            材料和文书
  receipts/             每一步的回执：痕迹、签名检查点、存在证明
  definition.json       办理时所依据的程序文件
  fadu-verify.pyz       验证程序（只需要 Python 3.11，不需要安装其他软件，不联网）

核验办法一（全部四性）：fadu archive verify 档案包.zip
  旁边放有“档案包.zip.receipt.json”（归档的回执）和“档案包.zip.tsr”（时间戳）的，一并核验整包有没有被改动。
核验办法二（逐份回执）：在解开后的 data 目录中运行
  python3 fadu-verify.pyz receipts/0001.json
  返回值 0 成立，1 不成立，2 读不懂，3 承诺期限未到。
核验办法三（文件摘要）：在解开后的目录中运行 sha256sum -c manifest-sha256.txt，或者 bagit 程序。
"""


def path_of(case: Case, acts: int) -> Path:
    """Where the package of a case with so many acts lies."""
    return settings.FADU_VAR / "archives" / str(case.year) / f"{case.key}-{acts}.zip"


def make(case: Case, *, on: date) -> tuple[Path, str]:
    """Write the package, dated ``on``; returns where and its SHA-256. The same case gives the same bytes but for new proofs."""
    definition = procedures.of(case)
    payload: dict[str, bytes] = {}
    told = [
        _act(case, definition, row, payload)
        for row in case.acts.select_related("person", "organ").order_by("seq")
    ]
    content = {
        "format": FORMAT,
        "title": case.title,
        "number": case.number,
        "procedure": definition.title,
        "organ": case.organ.name,
        "case": case.key,
        "secrecy": case.get_secrecy_display(),
        "definition": definition.digest,
        "acts": told,
    }
    if grown := amounts.of_record(case, definition, on=on):
        content["amounts"] = [one.as_json() for one in grown]
    payload[metadata.NAME] = metadata.build(content, payload)
    payload["acts.json"] = _json(content)
    payload["definition.json"] = _json(definition.as_data())
    payload["README.txt"] = README.encode()
    payload["fadu-verify.pyz"] = bundle.build()
    payload["index.html"] = loader.render_to_string(
        "archives/index.html", {"case": case, "definition": definition, "content": content}
    ).encode()
    path = path_of(case, case.version)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    info = {
        "Source-Organization": case.organ.name,
        "External-Identifier": case.number or case.key,
        "External-Description": case.title,
        "Bagging-Date": on.isoformat(),
    }
    return path, bag.write(path, payload, info=info)


def beside(package: Package) -> dict[str, bytes]:
    """What proves the whole of a package from outside, by the ending of its file: receipt, and time-stamp if there is one."""
    proofs = {outside.RECEIPT: _json(ledger.full_receipt(bytes.fromhex(package.leaf)))}
    if package.stamp is not None:
        proofs[outside.STAMP] = bytes(package.stamp)
    return proofs


def _json(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _act(case: Case, definition: Definition, row: Act, payload: dict[str, bytes]) -> dict[str, Any]:
    leaf = bytes.fromhex(row.leaf)
    receipt = f"receipts/{row.seq:04d}.json"
    payload[receipt] = _json(ledger.full_receipt(leaf))
    step = definition.steps[row.step]
    return {
        "seq": row.seq,
        "step": row.step,
        "title": step.title,
        "outcome": step.outcomes[row.outcome].title if len(step.outcomes) > 1 else "",
        "basis": step.basis.printed,
        "organ": row.organ.name,
        "person": row.person.name,
        "attested": row.data.get("channel") == "attested",
        "occurred_at": timezone.localtime(row.occurred_at).isoformat(),
        "recorded_at": timezone.localtime(row.recorded_at).isoformat(),
        "values": (values := ledger.opened(leaf)),
        "shown": _shown(step, values),
        "receipt": receipt,
        "files": _files(case, row, payload),
        "documents": _documents(case, row, payload),
    }


def _shown(step: Step, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was recorded, in the words of the form and in its order: text, or the rows of a table with its heads."""
    told: list[dict[str, Any]] = []
    for name, entry in step.entries().items():
        value = values.get(name)
        if value in (None, "", []):
            continue
        if entry.type == "table":
            heads = [column.title for column in entry.columns.values()]
            rows = [[_cell(column, row.get(key)) for key, column in entry.columns.items()] for row in value]
            told.append({"title": entry.title, "heads": heads, "rows": rows})
        elif text := documents.say(entry, value):
            told.append({"title": entry.title, "text": text})
    return told


def _cell(column: Field, value: Any) -> str:
    return "" if value in (None, "") else documents.say(column, value)


def _files(case: Case, row: Act, payload: dict[str, bytes]) -> list[dict[str, str]]:
    told = []
    by_field: dict[str, list[File]] = {}
    for file in case.files.filter(seq=row.seq).order_by("pk"):
        by_field.setdefault(file.field, []).append(file)
    for field, kept in by_field.items():
        for number, file in enumerate(kept):
            path = f"documents/{paths.safe(f'{row.seq:04d}-{field}-{number}-{file.name}')}"
            payload[path] = uploads.content(file)
            told.append({"field": f"{field}/{number}", "name": file.name, "path": path})
    return told


def _documents(case: Case, row: Act, payload: dict[str, bytes]) -> list[dict[str, str]]:
    told = []
    for document in case.documents.filter(seq=row.seq).order_by("pk"):
        path = f"documents/{row.seq:04d}-{document.template}-{document.pk}.pdf"
        payload[path] = documents.as_pdf(document)
        told.append({"name": document.title, "number": document.number, "path": path})
    return told
