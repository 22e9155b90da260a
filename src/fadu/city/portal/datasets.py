"""开放数据: what is public, in whole tables that a machine reads; one definition of columns for CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from fadu.city.authority.models import Organ, Power, in_force
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.city.cases.screens.exports import harmless
from fadu.city.ledger import public as log
from fadu.city.ledger import queries as ledger
from fadu.city.participation.models import Consultation
from fadu.city.portal import queries
from fadu.core.log.checkpoint import parse
from fadu.core.log.note import split

LICENCE = "公开数据，可以自由复制、使用、改编和再传播，须注明来源和取得日期；不得歪曲原意。个人信息不在其中。"
KINDS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Dataset:
    """One table: name in the address, title, what a row is, columns with their titles, and the rows of a day."""

    name: str
    title: str
    about: str
    columns: Mapping[str, str]
    rows: Callable[[date], Iterable[Row]]


def _decisions(on: date) -> Iterable[Row]:
    for case in queries.decisions({}, on).iterator(chunk_size=500):
        yield {
            "key": case.key, "number": case.number, "title": case.title, "year": case.year,
            "government": case.government.name, "government_code": case.government.code,
            "organ": case.organ.name, "organ_code": case.organ.code,
            "issued": case.issued, "last_published_at": case.told_at,
        }  # fmt: skip


def _publications(on: date) -> Iterable[Row]:
    rows = queries.publications(on).select_related("case__organ").order_by("published_at", "pk")
    for row in rows.iterator(chunk_size=500):
        leaf = row.case.acts.values_list("leaf", flat=True).get(seq=row.seq)
        yield {
            "case": row.case.key, "seq": row.seq, "procedure": row.case.procedure, "step": row.step,
            "title": row.title, "organ": row.case.organ.name, "organ_code": row.case.organ.code,
            "published_at": row.published_at, "until": row.until, "leaf": leaf,
            "shown": [{part: one[part] for part in ("title", "type", "value")} for one in row.shown],
        }  # fmt: skip


def _consultations(on: date) -> Iterable[Row]:
    rows = Consultation.objects.filter(case__secrecy=Case.Secrecy.PUBLIC).select_related("case__organ")
    for row in rows.order_by("opened_at", "pk").iterator(chunk_size=500):
        yield {
            "key": row.key, "case": row.case.key, "title": row.title, "organ": row.case.organ.name,
            "opened_at": row.opened_at, "closes_on": row.closes_on, "closed_at": row.closed_at,
            "received": row.received, "root": row.root, "answered_at": row.answered_at,
        }  # fmt: skip


def _organs(on: date) -> Iterable[Row]:
    for row in Organ.objects.filter(in_force(on)).select_related("parent", "government"):
        yield {
            "code": row.code, "name": row.name, "short": row.short, "level": row.get_level_display(),
            "division": row.division, "parent": row.parent.code if row.parent else "",
            "government": row.government.code if row.government else "",
            "administrative": row.administrative, "start": row.start,
        }  # fmt: skip


def _powers(on: date) -> Iterable[Row]:
    known = procedures.book().procedures
    rows = Power.objects.filter(in_force(on)).select_related("organ").order_by("organ__code", "procedure")
    for row in rows:
        title = known[row.procedure].title if row.procedure in known else row.procedure
        yield {
            "organ": row.organ.name, "organ_code": row.organ.code, "procedure": row.procedure, "title": title,
            "basis": row.basis, "source": row.source, "start": row.start, "end": row.end,
        }  # fmt: skip


def _procedures(on: date) -> Iterable[Row]:
    for one in procedures.book().procedures.values():
        for step in one.steps.values():
            if step.general:
                continue
            yield {
                "procedure": one.name, "procedure_title": one.title, "step": step.name, "title": step.title,
                "by": [one.roles[name].title for name in step.by], "after": [str(ref) for ref in step.after],
                "basis": step.basis.printed, "standing": step.basis.status, "published": step.disclosure is not None,
                "digest": one.digest,
            }  # fmt: skip


def _checkpoints(on: date) -> Iterable[Row]:
    for row in log.checkpoints():
        said = parse(split(row.note)[0])
        yield {
            "origin": said.origin, "size": said.size, "root": said.root.hex(), "at": row.at,
            "note": ledger.cosigned(row),
        }  # fmt: skip


DATASETS = {
    one.name: one
    for one in (
        Dataset(
            "decisions", "重大行政决策", "每行一件已有公开内容的重大行政决策",
            {"key": "案件标识", "number": "编号", "title": "事项名称", "year": "年度", "government": "决策机关",
             "government_code": "决策机关代码", "organ": "承办单位", "organ_code": "承办单位代码", "issued": "是否已公布决策",
             "last_published_at": "最近公开时间"}, _decisions,
        ),
        Dataset(
            "publications", "公开内容", "每行一次依法公开，含公开的栏目和痕迹散列值",
            {"case": "案件标识", "seq": "案内序号", "procedure": "程序", "step": "步骤", "title": "标题", "organ": "机关",
             "organ_code": "机关代码", "published_at": "公开时间", "until": "公开至", "leaf": "痕迹散列值", "shown": "公开的栏目"},
            _publications,
        ),
        Dataset(
            "consultations", "公开征求意见", "每行一次公开征求意见，含意见汇总摘要",
            {"key": "标识", "case": "案件标识", "title": "名称", "organ": "机关", "opened_at": "开始时间", "closes_on": "截止日期",
             "closed_at": "结束时间", "received": "网上收到件数", "root": "意见汇总摘要", "answered_at": "答复公布时间"},
            _consultations,
        ),
        Dataset(
            "organs", "机构", "每行一个现有机构",
            {"code": "机构代码", "name": "名称", "short": "简称", "level": "层级", "division": "区划代码", "parent": "上级代码",
             "government": "所属政府代码", "administrative": "是否行使行政权力", "start": "设立日期"}, _organs,
        ),
        Dataset(
            "powers", "现行职权", "每行一个机构依某一程序的现行职权",
            {"organ": "机构", "organ_code": "机构代码", "procedure": "程序", "title": "职权名称", "basis": "依据",
             "source": "清单版本", "start": "自", "end": "至"}, _powers,
        ),
        Dataset(
            "procedures", "程序和步骤", "每行一个程序的一个法定步骤，含由谁办、在什么之后、依据",
            {"procedure": "程序", "procedure_title": "程序名称", "step": "步骤", "title": "步骤名称", "by": "由谁办理",
             "after": "在哪些步骤之后", "basis": "依据", "standing": "依据核对情况", "published": "是否公开", "digest": "版本摘要"},
            _procedures,
        ),
        Dataset(
            "checkpoints", "账本检查点", "每行一个签名的检查点，含见证签名",
            {"origin": "账本名称", "size": "条数", "root": "根", "at": "时间", "note": "签名原文"}, _checkpoints,
        ),
    )
}  # fmt: skip


def written(dataset: Dataset, kind: str, *, at: datetime) -> bytes:
    """The whole table as CSV (RFC 4180, with the mark by which spreadsheets know UTF-8) or JSON."""
    return _csv(dataset, at.date()) if kind == "csv" else _json(dataset, at)


def _csv(dataset: Dataset, on: date) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(list(dataset.columns.values()))
    for row in dataset.rows(on):
        writer.writerow([_cell(row[name]) for name in dataset.columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cell(value: Any) -> str:
    """A value in a cell: never a formula in somebody's spreadsheet."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    return harmless(_plain(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _json(dataset: Dataset, at: datetime) -> bytes:
    rows = [{name: _plain(row[name]) for name in dataset.columns} for row in dataset.rows(at.date())]
    table = {
        "dataset": dataset.name,
        "title": dataset.title,
        "licence": LICENCE,
        "made_at": at.isoformat(),
        "columns": dict(dataset.columns),
        "rows": rows,
    }
    return json.dumps(table, ensure_ascii=False, indent=1).encode()
