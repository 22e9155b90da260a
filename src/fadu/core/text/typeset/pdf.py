"""An official document as PDF/A-2b, set by Typst with one compiler kept warm for the process."""

from __future__ import annotations

import datetime
import functools
import json
import re
import threading
from importlib.resources import as_file, files
from typing import Any

import typst

from fadu.core.errors import InputError
from fadu.core.text.typeset.blocks import Block
from fadu.core.text.typeset.document import Form, OfficialDocument
from fadu.core.text.typeset.fonts import FontSet, find_fonts
from fadu.core.text.typeset.table import layout
from fadu.core.text.typeset.titles import title_lines

_LONG_ADDRESSEES = 190
"""主送机关 of seven lines and more would leave no room for the body on the first page: they move to the imprint (7.3.2)."""
_SHORT_LINES = 3
"""A last paragraph of so few lines goes over to the next page whole; a longer one leaves all but two lines behind."""
_MM = 25.4 / 72

_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')

_lock = threading.Lock()


def typeset(doc: OfficialDocument, *, form: Form = "document") -> bytes:
    """Set ``doc`` as GB/T 9704-2012 asks and return PDF/A-2b; the same document gives the same bytes.

    ``form`` is 通用公文 ``document``, 信函 ``letter``, 命令（令） ``order`` or 纪要 ``minutes``. Free substitutes of the
    licensed faces are listed by ``find_fonts().substitutions``. Raises ``InputError`` when no Simplified font is here.
    """
    data = as_data(doc, form)
    stamp = _stamp(doc)
    plain = {"lines": layout()["grid"]["lines"], "keep": False, "reserve": 0}
    with _lock:
        pdf = _compile({**data, **plain}, stamp)
        for way in _ways(plain, _places()):
            pdf = _compile({**data, **plain, **way}, stamp)
            if not _signature_alone(_places()):
                break
    return pdf


def _compile(data: dict[str, Any], stamp: int) -> bytes:
    inputs = {
        "doc": json.dumps(data, ensure_ascii=False),
        "layout": json.dumps(layout(), ensure_ascii=False),
        "fonts": json.dumps(_font_data(find_fonts()), ensure_ascii=False),
    }
    try:
        pdf = _compiler().compile(format="pdf", sys_inputs=inputs, pdf_standards=["a-2b"], timestamp=stamp)
    except typst.TypstError as error:
        missing = _NO_GLYPH.search(str(error))
        if missing is None:
            raise
        raise InputError(
            f"已装字体中没有“{missing[1]}”的字形",
            why="归档格式 PDF/A 不容许缺字",
            cure="安装含该字的字体（放入 FADU_FONTS 所指目录），或者改用规范汉字",
        ) from None
    if not isinstance(pdf, bytes):
        raise TypeError("one document is one file")
    return pdf


def _places() -> dict[str, dict[str, float]]:
    """Where the document just compiled has its last paragraph, the end of its body and its date."""
    return {found["kind"]: found for found in json.loads(_compiler().query("<where>", field="value"))}


def _signature_alone(places: dict[str, dict[str, float]]) -> bool:
    """Whether the date stands on a page without text, which 此页无正文 may no longer excuse (7.3.5.5)."""
    return "date" in places and places["date"]["page"] != places["end"]["page"]


def _ways(plain: dict[str, Any], places: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    """How a signature alone on its page is joined by text, best first: the last lines go over to it, a short last
    paragraph goes over whole, or the spacing changes by one line a page (7.3.5.5)."""
    if not _signature_alone(places):
        return []
    page, grid = layout()["page"], layout()["grid"]
    pitch = grid["line_pitch_pt"] * _MM
    bottom = page["top_mm"] + page["type_area_mm"][1]
    ways: list[dict[str, Any]] = [{"lines": grid["lines"] + 1}, {"lines": grid["lines"] - 1}, {"keep": True}]
    if places["last"]["page"] != places["end"]["page"]:
        return ways
    if places["end"]["y"] - places["last"]["y"] < _SHORT_LINES * pitch + 1:
        return [{"keep": True}, *ways]
    free = int((bottom - places["end"]["y"]) / pitch + 0.1)
    return [{"reserve": free + 2}, *ways]


@functools.cache
def _compiler() -> typst.Compiler:
    with as_file(files("fadu.core.text.typeset") / "official.typ") as template:
        return typst.Compiler(
            template, root=template.parent, font_paths=list(find_fonts().folders), ignore_system_fonts=True
        )


def _font_data(fonts: FontSet) -> dict[str, Any]:
    faces: dict[str, Any] = {
        name: {"family": face.family.name, "weight": face.family.weight, "latin": face.family.latin}
        for name, face in fonts.faces.items()
    }
    return {**faces, "fallback": list(fonts.fallback)}


def _stamp(doc: OfficialDocument) -> int:
    """The creation time that the file states: the document's own date, midnight in China; no clock is read."""
    day = doc.date or datetime.date(2012, 7, 1)  # the standard's own first day, for a draft without a date
    zone = datetime.timezone(datetime.timedelta(hours=8))
    return int(datetime.datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())


def mark_shown(doc: OfficialDocument, form: Form) -> str:
    """发文机关标志 (7.2.4, 10.1–10.3): a letter bears the bare name of the organ."""
    if doc.mark:
        return doc.mark
    if form == "minutes":
        raise InputError(
            "纪要缺少标志",
            why="GB/T 9704-2012 第10.3条：纪要标志由“×××××纪要”组成",
            cure="写明如“临江市人民政府常务会议纪要”",
        )
    return doc.organ + {"document": "文件", "letter": "", "order": "令"}[form]


def date_shown(day: datetime.date | None) -> str:
    """成文日期 (7.3.5.4): Arabic digits, no leading zero."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def copies_shown(copies: str) -> str:
    """抄送机关 end with a full stop (7.4.2)."""
    return copies.rstrip("。；;") + "。" if copies else ""


def to_in_imprint(doc: OfficialDocument) -> bool:
    """Whether 主送机关 are set above 抄送 instead of under the title (7.3.2)."""
    return len(doc.to) > _LONG_ADDRESSEES


def as_data(doc: OfficialDocument, form: Form) -> dict[str, Any]:
    """The document as the template reads it: plain strings and lists, every default already decided."""
    to = doc.to.rstrip("：:")
    return {
        "form": form,
        "organs": list(doc.organs),
        "mark": doc.mark,
        "mark_shown": mark_shown(doc, form),
        "title": title_lines(doc.title),
        "number": doc.number,
        "to": to,
        "to_in_imprint": to_in_imprint(doc),
        "body": [_block(block) for block in doc.body],
        "annexes": [
            {"title": title_lines(annex.title), "body": [_block(block) for block in annex.body]}
            for annex in doc.annexes
        ],
        "attendance": [{"label": line.label, "people": line.people} for line in doc.attendance],
        "signers": list(doc.signers),
        "signature": list(doc.signed_as),
        "personal": list(doc.personal or ()),
        "date": date_shown(doc.date),
        "seal": doc.seal,
        "note": doc.note,
        "copies": copies_shown(doc.copies),
        "printed_by": doc.printed_by,
        "printed_on": date_shown(doc.printed_on),
        "serial": doc.serial,
        "secrecy": doc.secrecy,
        "urgency": doc.urgency,
        "banner": doc.banner,
    }


def _block(block: Block) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "text": block.text,
        "head": block.head,
        "rows": [list(row) for row in block.rows],
    }
