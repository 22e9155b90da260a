"""导出: a list of cases as csv or xlsx, from a query that ``visible_to`` has already narrowed; each export is noted.

What somebody typed must not become a formula in somebody else's spreadsheet (CWE-1236): in csv such text gets an
apostrophe, in xlsx every cell is text, a number or a date, never a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from fadu.city.authority.actor import Actor
from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.terms import legal_day

MAX_ROWS = 50_000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADS = (
    "编号",
    "事项名称",
    "程序",
    "承办机关",
    "阶段",
    "开启日期",
    "最近办理日期",
    "最近期限",
    "办结日期",
    "公开属性",
)
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
Cell = str | date | None


def export(actor: Actor, cases: QuerySet[Case], kind: str, *, at: datetime, purpose: str = "") -> bytes:
    """The file; ``cases`` is what this person may see and has filtered. Refused beyond 50,000 rows."""
    if kind not in MEDIA_TYPES:
        raise Refused(Refusal("unknown_kind", f"不能导出为“{kind}”", cure="可以导出为 csv 或者 xlsx"))
    count = cases.count()
    if count > MAX_ROWS:
        cure = "请用筛选条件缩小范围后分次导出"
        raise Refused(Refusal("too_many", f"一次最多导出 {MAX_ROWS} 件，现为 {count} 件", cure=cure))
    data = _WRITERS[kind](rows(cases))
    organ = actor.holdings[0].organ.code if actor.holdings else ""
    ledger.note_access(
        ledger.Access(
            "export",
            actor.person.key,
            at,
            organ=organ,
            subject=f"cases.{kind} {count}",
            purpose=purpose[:120],
        )
    )
    return data


def rows(cases: QuerySet[Case]) -> Iterator[tuple[Cell, ...]]:
    """One row a case, in the order of the query."""
    for case in cases.select_related("organ", "definition").iterator(chunk_size=2000):
        yield (
            case.number,
            case.title,
            procedures.of(case).title,
            case.organ.name,
            case.stage,
            legal_day(case.opened_at),
            legal_day(case.changed_at),
            case.due,
            legal_day(case.ended_at) if case.ended_at else None,
            case.get_secrecy_display(),
        )


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS) else text


def as_csv(table: Iterable[tuple[Cell, ...]]) -> bytes:
    """RFC 4180, UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEADS)
    for row in table:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(table: Iterable[tuple[Cell, ...]]) -> bytes:
    """One sheet; text stays text whatever it begins with, dates are dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("案件")
    sheet.freeze_panes = "A2"
    for column, width in zip("ABCDEFGHIJ", (22, 44, 18, 26, 16, 12, 14, 12, 12, 10), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.append(list(HEADS))
    for row in table:
        sheet.append([_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, value: Cell) -> WriteOnlyCell:
    if not isinstance(value, str):
        made = WriteOnlyCell(sheet, value)
        made.number_format = "yyyy-mm-dd"
        return made
    # Set after the value: openpyxl would take a leading "=" for a formula.
    made = WriteOnlyCell(sheet, "".join(char for char in value if char >= " " or char in "\n\t"))
    made.data_type = "s"
    made.style = "Normal"
    return made


_WRITERS = {"csv": as_csv, "xlsx": as_xlsx}
