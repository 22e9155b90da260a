"""导出: a list of cases as csv or xlsx, from a query that ``visible_to`` has already narrowed; each export is noted.

What somebody typed must not become a formula in somebody else's spreadsheet (CWE-1236): in csv such text gets an
apostrophe, in xlsx every cell is text, a number or a date, never a formula.
"""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter

from fadu.city.authority.actor import Actor
from fadu.city.cases.models import Case
from fadu.city.cases.screens import columns
from fadu.city.cases.screens.columns import Cell, Column
from fadu.city.ledger import acts as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.terms import legal_day

MAX_ROWS = 50_000
MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
HEADS = tuple(column.title for column in columns.chosen((), columns.EXPORTED).values())
CHUNK = 2000
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def export(
    actor: Actor,
    cases: QuerySet[Case],
    kind: str,
    *,
    at: datetime,
    purpose: str = "",
    names: Iterable[str] = (),
) -> bytes:
    """The file; ``cases`` is what this person may see and has filtered, ``names`` the columns he has chosen (none: all but
    the remaining days). Refused beyond 50,000 rows.
    """
    if kind not in MEDIA_TYPES:
        raise Refused(Refusal("unknown_kind", f"不能导出为“{kind}”", cure="可以导出为 csv 或者 xlsx"))
    count = cases.count()
    if count > MAX_ROWS:
        cure = "请用筛选条件缩小范围后分次导出"
        raise Refused(Refusal("too_many", f"一次最多导出 {MAX_ROWS} 件，现为 {count} 件", cure=cure))
    wanted = columns.chosen(names, columns.EXPORTED)
    data = _WRITERS[kind](list(wanted.values()), rows(cases, wanted.values(), on=legal_day(at)))
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


def rows(cases: QuerySet[Case], wanted: Iterable[Column], *, on: date) -> Iterator[list[Cell]]:
    """One row a case, in the order of the query; what is next is read for many cases at once."""
    every = cases.select_related("organ", "definition").iterator(chunk_size=CHUNK)
    while some := list(itertools.islice(every, CHUNK)):
        for row in columns.rows(some, on):
            yield [column.cell(row) for column in wanted]


def harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS) else text


def as_csv(wanted: Sequence[Column], table: Iterable[Sequence[Cell]]) -> bytes:
    """RFC 4180, UTF-8 with the mark by which spreadsheets know it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([column.title for column in wanted])
    for row in table:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def as_xlsx(wanted: Sequence[Column], table: Iterable[Sequence[Cell]]) -> bytes:
    """One sheet; text stays text whatever it begins with, dates are dates."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("案件")
    sheet.freeze_panes = "A2"
    for place, column in enumerate(wanted, 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.append([column.title for column in wanted])
    for row in table:
        sheet.append([_cell(sheet, cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: object, value: Cell) -> WriteOnlyCell:
    if not isinstance(value, str):
        made = WriteOnlyCell(sheet, value)
        if isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        return made
    # Set after the value: openpyxl would take a leading "=" for a formula.
    made = WriteOnlyCell(sheet, "".join(char for char in value if char >= " " or char in "\n\t"))
    made.data_type = "s"
    made.style = "Normal"
    return made


_WRITERS = {"csv": as_csv, "xlsx": as_xlsx}
