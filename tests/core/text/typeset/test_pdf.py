"""The PDF itself: archival, repeatable, in Simplified faces, with nothing of the draft lost or run as markup."""

from __future__ import annotations

import datetime
import io

import pikepdf
import pytest

from fadu.core.errors import InputError
from fadu.core.text.typeset import Annex, Block, Form, OfficialDocument, find_fonts, typeset
from fadu.core.text.typeset.titles import title_lines

DOC = OfficialDocument(
    organ="临江市人民政府",
    number="临政发〔2026〕8号",
    title="临江市人民政府关于加强行政规范性文件管理的通知",
    to="各县（区）人民政府",
    mark="",
    body=(
        Block("para", "请认真贯彻执行。"),
        Block("h1", head="一、提高认识"),
        Block("para", "各部门要高度重视。"),
    ),
    annexes=(Annex("材料清单", (Block("table", rows=(("序号", "名称"), ("1", "送审稿"))),)),),
    date=datetime.date(2026, 8, 5),
    copies="市委办公室",
    printed_by="临江市人民政府办公室",
    printed_on=datetime.date(2026, 8, 6),
)


def test_pdf_declares_archival_form_and_repeats_byte_for_byte() -> None:
    first, second = typeset(DOC), typeset(DOC)
    assert first == second
    with pikepdf.open(io.BytesIO(first)) as pdf, pdf.open_metadata() as meta:
        assert meta["pdfaid:part"] == "2"
        assert meta["pdfaid:conformance"] == "B"
        assert meta["dc:title"] == DOC.title


def test_only_the_faces_found_are_embedded_and_all_are_embedded() -> None:
    families = {face.family.name.replace(" ", "").removesuffix("R") for face in find_fonts().faces.values()}
    with pikepdf.open(io.BytesIO(typeset(DOC))) as pdf:
        for page in pdf.pages:
            for font in page.obj.Resources.Font.values():
                descriptor = font.DescendantFonts[0].FontDescriptor
                assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
                name = str(descriptor.FontName)
                assert any(family.split(" ")[0] in name for family in families), name
                assert "JP" not in name


@pytest.mark.parametrize("form", ["document", "letter", "order"])
def test_the_forms_differ(form: Form) -> None:
    others = {typeset(DOC, form=other) for other in ("document", "letter", "order") if other != form}
    assert typeset(DOC, form=form) not in others


def test_minutes_need_their_mark() -> None:
    with pytest.raises(InputError, match="纪要"):
        typeset(DOC, form="minutes")


def test_markup_in_the_draft_is_only_text() -> None:
    doc = OfficialDocument(
        organ="某局", body=(Block("para", '#read("/etc/passwd") *不加粗* $x$ <label> @ref \\ "引号"'),)
    )
    assert typeset(doc).startswith(b"%PDF-1.7")


def test_rare_characters_are_set_from_the_fallback_and_a_missing_one_is_named() -> None:
    assert typeset(OfficialDocument(organ="某局", body=(Block("para", "任命㛃、䶮、𫖮同志为局长。"),)))
    with pytest.raises(InputError, match="没有“ဂ”的字形"):
        typeset(OfficialDocument(organ="某局", body=(Block("para", "缅文ဂ一字。"),)))


def test_title_is_broken_at_words_in_the_shape_of_a_trapezoid() -> None:
    assert title_lines("临江市人民政府关于印发《临江市行政规范性文件管理办法》的通知") == [
        "临江市人民政府关于印发",
        "《临江市行政规范性文件管理办法》的通知",
    ]
    assert title_lines("关于召开听证会的通知") == ["关于召开听证会的通知"]
    assert title_lines("甲的\n乙") == ["甲的", "乙"]


def test_no_line_of_a_title_ends_with_an_opening_bracket() -> None:
    title = "关于云川市老旧小区改造三年行动计划（2026—2028年）的合法性审查意见"
    lines = title_lines(title)
    assert "".join(lines) == title
    assert not any(line.endswith(("（", "《")) or line.startswith(("）", "》", "的")) for line in lines)
