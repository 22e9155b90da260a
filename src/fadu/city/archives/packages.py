"""Put a case into a package: acts with what they recorded, files, documents, receipts, definition, verifier, cover."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template import loader
from django.utils import timezone

from fadu.city.cases import documents, procedures, uploads
from fadu.city.cases.models import Act, Case, File
from fadu.city.ledger import queries as ledger
from fadu.core.archive import bag
from fadu.core.archive.package import FORMAT
from fadu.core.log import bundle
from fadu.core.procedure.definition import Definition

README = (
    "本档案包依 BagIt 1.0（RFC 8493）组成，打开 data/index.html 可以阅读全部经过和材料。\n"
    "核验办法一：fadu archive verify 本文件\n"
    "核验办法二：只装有 Python 3.11 的电脑，对 data/receipts/ 中每一份回执运行\n"
    "    python data/fadu-verify.pyz data/receipts/0001.json\n"
)


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
        "definition": definition.digest,
        "acts": told,
    }
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
        "occurred_at": timezone.localtime(row.occurred_at).isoformat(),
        "recorded_at": timezone.localtime(row.recorded_at).isoformat(),
        "values": ledger.opened(leaf),
        "titles": {name: entry.title for name, entry in step.entries().items()},
        "receipt": receipt,
        "files": _files(case, row, payload),
        "documents": _documents(case, row, payload),
    }


def _files(case: Case, row: Act, payload: dict[str, bytes]) -> list[dict[str, str]]:
    told = []
    by_field: dict[str, list[File]] = {}
    for file in case.files.filter(seq=row.seq).order_by("pk"):
        by_field.setdefault(file.field, []).append(file)
    for field, kept in by_field.items():
        for number, file in enumerate(kept):
            path = f"documents/{row.seq:04d}-{field}-{number}-{file.name}"
            payload[path] = uploads.content(file)
            told.append({"field": f"{field}/{number}", "name": file.name, "path": path})
    return told


def _documents(case: Case, row: Act, payload: dict[str, bytes]) -> list[dict[str, str]]:
    told = []
    for document in case.documents.filter(seq=row.seq).order_by("pk"):
        path = f"documents/{row.seq:04d}-{document.template}.pdf"
        payload[path] = documents.as_pdf(document)
        told.append({"name": document.title, "number": document.number, "path": path})
    return told
