"""Measuring a PDF against GB/T 9704-2012: what departs, where, and by how many millimetres."""

from __future__ import annotations

import io
from typing import get_args

import pikepdf

from fadu.core.errors import InputError
from fadu.core.text.typeset.document import Form
from fadu.core.text.typeset.measure.archival import Fault, archival
from fadu.core.text.typeset.measure.content import PageContent, read_page
from fadu.core.text.typeset.measure.foot_checks import (
    SealArea,
    check_annexes,
    check_imprint,
    check_levels,
    check_signature,
    find_seal_area,
)
from fadu.core.text.typeset.measure.head_checks import check_head, find_head, form_of
from fadu.core.text.typeset.measure.page_checks import (
    check_faces,
    check_grid,
    check_margins,
    check_page_number,
    check_paper,
    is_body,
    is_page_number,
)
from fadu.core.text.typeset.measure.report import Finding, Report, Substitution
from fadu.core.text.typeset.measure.rows import Row, rows_of

__all__ = ["Fault", "Finding", "Report", "SealArea", "Substitution", "measure", "seal_area"]

_MAX_PAGES = 500


def measure(pdf: bytes, *, form: Form | None = None, source: str = "") -> Report:
    """Measure ``pdf``; ``form`` is read off its head when not given.

    Works from the file's own glyph positions, so it needs text, not a scan: a PDF without text, an encrypted or a
    broken one raises ``InputError``.
    """
    if form is not None and form not in get_args(Form):
        raise InputError(f"没有名为“{form}”的公文格式", cure=f"可用：{'、'.join(get_args(Form))}")
    contents = _read(pdf, source)
    pages = [rows_of(content) for content in contents]
    if not any(pages):
        raise InputError(
            "PDF 中没有文字", where=source, why="可能是扫描件，无从量取", cure="换用由文字排成的 PDF"
        )
    head = find_head(contents[0], pages[0])
    report = Report(form=form or form_of(head), pages=len(contents))
    articles = any(row.text.startswith("第一条") for rows in pages for row in rows)
    for content, rows in zip(contents, pages, strict=True):
        check_paper(content, report)
        body = _below_head(rows, head.title[-1].bottom if head.title else 0) if content.number == 1 else rows
        check_margins(content, body, report, from_top=content.number > 1)
        check_grid(content.number, body, report)
        check_page_number(content.number, rows, report, bare=report.form == "letter" and content.number == 1)
        check_levels(body, report, articles=articles)
    check_head(head, report)
    shown = any(
        is_body(row) and not is_page_number(row)
        for row in _below_head(pages[0], head.to.bottom if head.to else 0)
    )
    report.say("7.3.3", "首页显示正文", 1, "有正文", "有正文" if shown else "无正文", ok=shown)
    check_signature([row for rows in _before_annexes(pages) for row in rows], report)
    check_annexes(pages, report)
    check_imprint(contents[-1], pages[-1], report)
    check_faces(pages, contents, report)
    report.archival = archival(pdf)
    return report


def seal_area(pdf: bytes) -> SealArea | None:
    """Where 加盖印章 belongs on a document set by ``typeset``; ``None`` for one without signature and date."""
    pages = [rows_of(content) for content in _read(pdf, "")]
    return find_seal_area([row for rows in _before_annexes(pages) for row in rows])


def _read(pdf: bytes, source: str) -> list[PageContent]:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            if len(opened.pages) > _MAX_PAGES:
                raise InputError(f"超过{_MAX_PAGES}页", where=source, cure="分册量取")
            return [read_page(page, number) for number, page in enumerate(opened.pages, 1)]
    except pikepdf.PasswordError:
        raise InputError("PDF 已加密", where=source, cure="解除密码后再量取") from None
    except pikepdf.PdfError:
        raise InputError(
            "不是可读的 PDF", where=source, why="内容不是 PDF，或者文件已损坏", cure="重新导出 PDF"
        ) from None


def _below_head(rows: list[Row], edge: float) -> list[Row]:
    return [row for row in rows if row.top > edge]


def _before_annexes(pages: list[list[Row]]) -> list[list[Row]]:
    for index, rows in enumerate(pages):
        inside = [row for row in rows if not is_page_number(row)]
        if index and inside and inside[0].text.startswith("附件") and len(inside[0].text) <= 4:
            return pages[:index]
    return pages
