"""The Word file: the same geometry in Word's own numbers, and where LibreOffice is here, as it is printed."""

from __future__ import annotations

import dataclasses
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from fadu.core.text.typeset import Annex, Attendance, Block, Form, OfficialDocument, find_fonts, typeset_docx
from fadu.core.text.typeset.measure import measure

LONG = (
    "各地区、各部门要充分认识加强行政规范性文件管理工作的重要意义，依法制定、从严审核、及时公开，切实维护法制统一和群众利益。"
    * 3
)
DOC = OfficialDocument(
    organ="临江市人民政府",
    number="临政发〔2026〕8号",
    title="临江市人民政府关于加强行政规范性文件管理的通知",
    to="各县（区）人民政府",
    body=(Block("para", LONG), Block("h1", head="一、提高认识"), Block("para", LONG), Block("para", LONG)),
    annexes=(Annex("材料清单", (Block("table", rows=(("序号", "名称"), ("1", "送审稿"))),)),),
    date=datetime.date(2026, 8, 5),
    copies="市委办公室",
    printed_by="临江市人民政府办公室",
    printed_on=datetime.date(2026, 8, 6),
    secrecy="秘密★1年",
)
FORMS: dict[Form, OfficialDocument] = {
    "document": DOC,
    "letter": DOC,
    "order": dataclasses.replace(DOC, number="第8号", seal="personal", personal=("市长", "张三")),
    "minutes": dataclasses.replace(
        DOC, mark="临江市人民政府常务会议纪要", attendance=(Attendance("出席", "张三、李四"),)
    ),
}


def _xml(data: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(f"word/{name}.xml").decode()


@pytest.mark.parametrize("form", list(FORMS))
def test_word_file_has_the_geometry_of_the_standard(form: Form) -> None:
    word = docx.Document(io.BytesIO(typeset_docx(FORMS[form], form=form)))
    section = word.sections[0]
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(edge.mm) for edge in margins] == [37, 28, 26, 35]
    xml = section._sectPr.xml
    assert '<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-848"/>' in xml
    body = [paragraph for paragraph in word.paragraphs if LONG in paragraph.text]
    assert len(body) == 3
    for paragraph in body:
        spacing = paragraph._p.pPr.spacing
        assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
        assert 'w:firstLineChars="200"' in paragraph._p.xml
        assert paragraph.runs[-1].font.size.pt == 16


def test_odd_and_even_pages_have_their_number_on_the_outer_side() -> None:
    word = docx.Document(io.BytesIO(typeset_docx(DOC)))
    assert "evenAndOddHeaders" in word.settings.element.xml
    odd, even = word.sections[0].footer.paragraphs[0], word.sections[0].even_page_footer.paragraphs[0]
    assert 'w:val="right"' in odd._p.xml and 'w:rightChars="100"' in odd._p.xml
    assert 'w:val="left"' in even._p.xml and 'w:leftChars="100"' in even._p.xml
    assert "PAGE" in odd._p.xml and "PAGE" in even._p.xml


def test_fonts_are_named_as_the_standard_does_with_what_may_stand_in() -> None:
    data = typeset_docx(DOC)
    assert 'w:eastAsia="方正小标宋简体"' in _xml(data, "document")
    table = _xml(data, "fontTable")
    for face in find_fonts().faces.values():
        entry = re.search(rf'<w:font w:name="{face.word}">(.*?)</w:font>', table)
        assert entry is not None
        assert (f'<w:altName w:val="{face.family.name}"/>' in entry[1]) == face.substituted


def test_the_file_repeats_byte_for_byte() -> None:
    assert typeset_docx(DOC) == typeset_docx(DOC)
    with zipfile.ZipFile(io.BytesIO(typeset_docx(DOC))) as packed:
        assert {item.date_time for item in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_date_with_seal_stands_four_characters_in() -> None:
    word = docx.Document(io.BytesIO(typeset_docx(DOC)))
    date = next(paragraph for paragraph in word.paragraphs if paragraph.text == "2026年8月5日")
    assert 'w:rightChars="400"' in date._p.xml


def test_same_document_same_text_in_every_form() -> None:
    for form, doc in FORMS.items():
        word = docx.Document(io.BytesIO(typeset_docx(doc, form=form)))
        text = "".join(paragraph.text for paragraph in word.paragraphs)
        tables = "".join(cell.text for table in word.tables for row in table.rows for cell in row.cells)
        assert "2026年8月5日" in text or form == "minutes"
        assert "送审稿" in tables and "抄送：市委办公室。" in tables
        assert ("印发" in tables) == (form != "letter")


@pytest.mark.slow
def test_libreoffice_prints_it_within_the_tolerances(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    path = tmp_path / "x.docx"
    path.write_bytes(typeset_docx(DOC))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        timeout=120,
    )
    report = measure(path.with_suffix(".pdf").read_bytes())
    off = {finding.item for finding in report.departures}
    held = {
        "订口（左白边）",
        "翻口（右白边）",
        "行距",
        "行距均匀",
        "红色分隔线长",
        "成文日期右空四字",
        "一字线距版心下边缘",
    }
    assert not off & held
