"""PDF/A-2b essentials: what we set has none of the faults, and each fault is found when it is put in."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from fadu.core.text.typeset import OfficialDocument, typeset
from fadu.core.text.typeset.measure import measure
from fadu.core.text.typeset.measure.archival import archival
from fadu.core.text.typeset.measure.glyphs import faults, painted

DRAFT = """云川市人民政府文件
云政发〔2026〕3号
云川市人民政府关于加强绿化的通知
各县（市、区）人民政府：
一、工作要求
（一）公布清单。
| 序号 | 事项 |
|---|---|
| 1 | 绿化 |
云川市人民政府
2026年8月5日
"""


@pytest.fixture(scope="module")
def printed() -> bytes:
    return typeset(OfficialDocument.from_text(DRAFT))


def test_what_we_set_has_no_fault(printed: bytes) -> None:
    assert archival(printed) == []
    told = measure(printed).as_json()["pdfa_2b"]
    assert told["essentials_ok"] is True and "不是完整验证" in told["note"]


def test_every_glyph_we_paint_is_embedded_listed_and_has_its_character(printed: bytes) -> None:
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        fonts = list(painted(pdf))
        assert len(fonts) == len(_each_font(pdf)) >= 4
        for font, used in fonts:
            assert len(used) > 1 and isinstance(font.ToUnicode, pikepdf.Stream)
        assert not list(faults(pdf, characters=True))


def _script(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(Type=Name.Action, S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
    pdf.Root.OpenAction = pdf.make_indirect(pdf.Root.OpenAction)


def _font(pdf: pikepdf.Pdf) -> None:
    for held in pdf.objects:
        if isinstance(held, Dictionary) and held.get("/Type") == Name.FontDescriptor:
            for key in ("/FontFile", "/FontFile2", "/FontFile3"):
                if key in held:
                    del held[key]
            return


def _cmyk(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k", prepend=False)


def _nested(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"q " * 30 + b"Q " * 30, prepend=False)


def _attached(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"a", filename="a.txt")


def _title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = pikepdf.String("另一个标题")


def _video(pdf: pikepdf.Pdf) -> None:
    made = Dictionary(Type=Name.Annot, Subtype=Name.Movie, Rect=Array([0, 0, 9, 9]), F=4)
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(made)]))


def _hidden(pdf: pikepdf.Pdf) -> None:
    made = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), F=2)
    pdf.pages[0].Annots = pdf.make_indirect(Array([pdf.make_indirect(made)]))


def _transfer(pdf: pikepdf.Pdf) -> None:
    made = pdf.make_indirect(Dictionary(Type=Name.ExtGState, TR=Name.Identity, BM=Name("/Strange")))
    pdf.pages[0].obj.Resources.ExtGState = Dictionary(X=made)


def _no_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def _no_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/Metadata"]


def _external(pdf: pikepdf.Pdf) -> None:
    stream = pdf.make_stream(b"x")
    stream.F = pikepdf.String("other.bin")
    pdf.Root.Extra = stream


def _each_font(pdf: pikepdf.Pdf) -> list[Dictionary]:
    return [
        held
        for held in pdf.objects
        if isinstance(held, Dictionary) and held.get("/Subtype") == Name.Type0 and "/DescendantFonts" in held
    ]


def _unlisted(pdf: pikepdf.Pdf) -> None:
    for font in _each_font(pdf):
        font.DescendantFonts[0].FontDescriptor.CIDSet = pdf.make_stream(b"\x80")


def _no_width(pdf: pikepdf.Pdf) -> None:
    for font in _each_font(pdf):
        font.DescendantFonts[0].W = Array([0, Array([1000])])
        del font.DescendantFonts[0]["/DW"]


def _no_characters(pdf: pikepdf.Pdf) -> None:
    for font in _each_font(pdf):
        del font["/ToUnicode"]
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as told:
        told["pdfaid:conformance"] = "U"


SPOILED: dict[str, tuple[Callable[[pikepdf.Pdf], None], str]] = {
    "script": (_script, "6.5.1"),
    "font": (_font, "6.2.11.4.1"),
    "cmyk": (_cmyk, "6.2.4.3"),
    "nested": (_nested, "6.1.13"),
    "attached": (_attached, "6.8"),
    "title": (_title, "6.6.3"),
    "video": (_video, "6.3.1"),
    "hidden": (_hidden, "6.3.2"),
    "transfer": (_transfer, "6.2.5"),
    "blend": (_transfer, "6.2.10"),
    "no_intent": (_no_intent, "6.2.3"),
    "no_metadata": (_no_metadata, "6.6.2.1"),
    "external": (_external, "6.1.7"),
    "unlisted": (_unlisted, "6.2.11.4.2"),
    "no_width": (_no_width, "6.2.11.5"),
    "no_characters": (_no_characters, "6.2.11.7.2"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_each_fault_is_found(name: str, printed: bytes) -> None:
    spoil, clause = SPOILED[name]
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        spoil(pdf)
        pdf.save(held, fix_metadata_version=False)
    assert clause in {fault.clause for fault in archival(held.getvalue())}


def test_bytes_behind_the_end_and_another_part(printed: bytes) -> None:
    assert [fault.clause for fault in archival(printed + b"more")] == ["6.1.3"]
    assert "6.1.2" in {fault.clause for fault in archival(printed.replace(b"%PDF-1.7", b"%PDF-2.0", 1))}


def test_a_plain_pdf_is_told_what_it_lacks() -> None:
    held = io.BytesIO()
    made = pikepdf.new()
    made.add_blank_page()
    made.save(held)
    clauses = {fault.clause for fault in archival(held.getvalue())}
    assert {"6.2.3", "6.6.2.1"} <= clauses
