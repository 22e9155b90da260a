"""Readers: every kind of file, what cannot be read is said, hostile files end in an error within bounded memory."""

from __future__ import annotations

import io
import resource
import zipfile
import zlib
from pathlib import Path

import docx
import pikepdf
import pytest
import typst
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from fadu.core.text.outline import outline
from fadu.core.text.readers import ReadError, read
from fadu.core.text.readers.limits import MAX_FILE
from fadu.core.text.readers.numbering import written

LAW = "某市犬只管理办法\n第一条 为了规范养犬行为，制定本办法。\n第二条 本办法自2024年1月1日起施行。\n"
W = nsdecls("w")


def word(document: WordDocument) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def codes(data: bytes, name: str = "") -> set[str]:
    return {caveat.code for caveat in read(data, name=name).warnings}


def refusal(data: bytes, name: str = "x") -> str:
    with pytest.raises(ReadError) as caught:
        read(data, name=name)
    return str(caught.value)


# --- text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(encoding: str) -> None:
    found = read(LAW.encode(encoding), name="a.txt")
    assert found.text == LAW
    assert found.meta["encoding"] == {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(encoding, encoding)


def test_gb18030_is_said_and_line_ends_are_one() -> None:
    found = read(LAW.replace("\n", "\r\n").encode("gb18030"), name="a.txt")
    assert found.text == LAW
    assert [caveat.code for caveat in found.warnings] == ["encoding"]


def test_damaged_utf8_is_refused_not_guessed() -> None:
    data = (LAW * 20).encode()
    assert "损坏" in refusal(data[:100] + b"\xff" + data[101:], "a.txt")


def test_bytes_that_are_no_text() -> None:
    assert "空字节" in refusal(b"\x7fELF\x00\x01\x02" * 50)
    assert "编码无法判定" in refusal(bytes(range(0x90, 0xFF)) * 40 + b"\n")


def test_file_too_large(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as stream:
        stream.truncate(20 * 2**20)
    with pytest.raises(ReadError, match="超过上限"):
        read(path)
    assert "超过上限" in refusal(b"a" * (MAX_FILE + 1))


# --- html -----------------------------------------------------------------------------------------------------------


def test_html() -> None:
    page = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>办法</title><script>第九条</script></head><body>
    <h1>某市办法</h1><p>第一条&nbsp;为了<b>规范</b>，
    制定本办法。</p><div style="display:none">第八条</div>第二条 施行。<br>第三条 完。
    <table><tr><td>甲</td><td><p>乙</p></td></tr></table><img src="http://x/y.png"></body></html>"""
    found = read(page.encode("gb18030"), name="a.html")
    assert found.text.splitlines() == [
        "某市办法",
        "第一条\xa0为了规范， 制定本办法。",
        "第二条 施行。",
        "第三条 完。",
        "| 甲 | 乙 |",
    ]
    assert {"hidden", "pictures"} <= {caveat.code for caveat in found.warnings}
    assert [span.value for span in found.of_kind("heading")] == ["1"]
    assert outline(found.text).per_article()[0] == ("第一条", 1, 0, 0)


def test_html_with_entities_and_depth() -> None:
    hostile = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body>甲&x;乙</body></html>'
    assert "root:" not in read(hostile.encode(), name="a.html").text
    deep = "<html><body>" + "<div>" * 50_000 + "字"
    try:
        assert len(read(deep.encode(), name="a.html").text) < 10
    except ReadError as error:
        assert error.where == "a.html"


# --- docx -----------------------------------------------------------------------------------------------------------


def numbered(document: WordDocument) -> None:
    """Two lists: 第%1条 in Chinese figures, and （%1） below it."""
    part = document.part.numbering_part.element
    part.insert(
        0,
        parse_xml(
            f'<w:abstractNum {W} w:abstractNumId="77">'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:suff w:val="nothing"/><w:lvlText w:val="（%2）"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    part.append(parse_xml(f'<w:num {W} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def numbered_paragraph(document: WordDocument, text: str, level: int) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))


def test_docx_automatic_numbers_make_articles() -> None:
    document = docx.Document()
    numbered(document)
    document.add_heading("某市办法", 1)
    for number in range(12):
        numbered_paragraph(document, f"规定之{number}，下列情形：", 0)
        numbered_paragraph(document, "甲；", 1)
        numbered_paragraph(document, "乙。", 1)
    found = read(word(document), name="a.docx")
    structure = outline(found.text)
    assert [row[0] for row in structure.per_article()][-2:] == ["第十一条", "第十二条"]
    assert structure.per_article()[11] == ("第十二条", 1, 2, 0)
    assert structure.issues == []
    first = found.of_kind("number")[0]
    assert found.text[first.start : first.end] == "第一条"


def test_docx_tracked_changes_are_read_as_accepted() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("第一条 应当")._p
    paragraph.append(parse_xml(f'<w:del {W} w:author="甲"><w:r><w:delText>十</w:delText></w:r></w:del>'))
    paragraph.append(
        parse_xml(
            f'<w:ins {W} w:author="乙" w:date="2024-01-01T00:00:00Z"><w:r><w:t>十五</w:t></w:r></w:ins>'
        )
    )
    paragraph.append(parse_xml(f"<w:r {W}><w:t>日内答复。</w:t></w:r>"))
    found = read(word(document), name="a.docx")
    assert found.text == "第一条 应当十五日内答复。\n"
    (inserted,), (deleted,) = found.of_kind("inserted"), found.of_kind("deleted")
    assert found.text[inserted.start : inserted.end] == "十五"
    assert inserted.value == "乙 2024-01-01T00:00:00Z"
    assert (deleted.value, deleted.start) == ("十", 6)
    assert "tracked_changes" in {caveat.code for caveat in found.warnings}


def test_docx_deleted_paragraph_mark_joins() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("前半句")._p
    paragraph.get_or_add_pPr().append(parse_xml(f'<w:rPr {W}><w:del w:id="1" w:author="甲"/></w:rPr>'))
    document.add_paragraph("后半句。")
    assert read(word(document), name="a.docx").text == "前半句后半句。\n"


def test_docx_tables_headers_hidden_and_boxes() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "征求意见稿"
    document.add_paragraph("看得见").add_run("看不见").font.hidden = True
    table = document.add_table(rows=2, cols=2)
    for row, cells in enumerate((("事项", "依据"), ("许可", "第十二条"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    layout = document.add_table(rows=1, cols=1)
    layout.cell(0, 0).text = "第三条 版式表格里的条文。"
    found = read(word(document), name="a.docx")
    assert found.text == "看得见\n| 事项 | 依据 |\n| 许可 | 第十二条 |\n第三条 版式表格里的条文。\n"
    assert found.meta["header"] == "征求意见稿"
    assert {caveat.code for caveat in found.warnings} == {"hidden"}


@pytest.mark.parametrize(
    ("value", "form", "label"),
    [
        (12, "decimal", "12"),
        (21, "chineseCounting", "二十一"),
        (10, "ideographDigital", "一〇"),
        (3, "decimalEnclosedCircle", "③"),
        (28, "lowerLetter", "bb"),
        (14, "upperRoman", "XIV"),
        (5, "decimalFullWidth", "５"),
        (2, "ideographTraditional", "乙"),
        (103, "chineseLegalSimplified", "壹佰零叁"),
        (3, "hebrew1", None),
    ],
)
def test_number_formats(value: int, form: str, label: str | None) -> None:
    assert written(value, form) == label


def parts(data: bytes, **changed: bytes | None) -> bytes:
    """A package with parts added, changed or (None) removed; ``__`` stands for ``/``."""
    stream = io.BytesIO()
    names = {name.replace("__", "/").replace("_dot_", "."): value for name, value in changed.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member not in names:
                new.writestr(member, old.read(member))
        for member, value in names.items():
            if value is not None:
                new.writestr(member, value)
    return stream.getvalue()


def test_docx_macros_are_said() -> None:
    document = docx.Document()
    document.add_paragraph("第一条 甲。")
    data = parts(word(document), word__vbaProject_dot_bin=b"\xd0\xcf")
    assert codes(data, "a.docm") == {"macros"}


def test_docx_external_entity_is_refused() -> None:
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'
    assert "实体" in refusal(parts(word(docx.Document()), word__document_dot_xml=xml.encode()))


def test_zip_bomb_ends_within_bounded_memory() -> None:
    bomb = b"<w:t>" + b" " * (300 * 2**20)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    packed = parts(word(docx.Document()), word__document_dot_xml=bomb)
    made = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "炸弹" in refusal(packed)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - max(before, made) < 64 * 1024


def test_zip_whose_directory_lies() -> None:
    """The directory says 10 bytes, the stream unpacks to 200 MiB: reading stops at the limit or at the first lie."""
    packed = bytearray(parts(word(docx.Document()), word__document_dot_xml=b" " * (200 * 2**20)))
    size = (200 * 2**20).to_bytes(4, "little")
    small = (10).to_bytes(4, "little")
    lying = bytes(packed).replace(size, small)
    assert any(word in refusal(lying) for word in ("损坏", "超过上限", "炸弹"))


def test_packages_that_are_no_word_document() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("xl/workbook.xml", "<x/>")
    assert "不是 Word 文档" in refusal(stream.getvalue())
    assert "损坏" in refusal(b"PK\x03\x04" + zlib.compress(b"x" * 500))
    assert "另存为 docx" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "旧.doc")
    assert "加密" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"))
    assert "另存为 docx" in refusal(b"{\\rtf1 x}")


# --- pdf ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed() -> bytes:
    body = "为了规范养犬行为，保障公民健康和人身安全，维护市容环境和社会公共秩序，根据有关法律、法规，结合本市实际，制定本办法。"
    source = f"""#set page(width: 210mm, height: 297mm, margin: 30mm, footer: context align(center)[— #counter(page).display() —])
#set text(size: 16pt)
#set par(first-line-indent: (amount: 2em, all: true))
#align(center)[某市犬只管理办法]

第一条　{body}

本市行政区域内的养犬活动，适用本办法。

第二条　有下列情形之一的，不予登记：

（一）{body}

（二）其他情形。

#pagebreak()
第三条　本办法自2024年1月1日起施行。
"""
    return typst.compile(source.encode())


def test_pdf_lines_become_paragraphs(printed: bytes) -> None:
    found = read(printed, name="a.pdf")
    structure = outline(found.text)
    assert structure.per_article() == [("第一条", 2, 0, 0), ("第二条", 1, 2, 0), ("第三条", 1, 0, 0)]
    assert structure.title == "某市犬只管理办法"
    assert "制定本办法。\n" in found.text
    assert [span.value for span in found.of_kind("page")] == ["1", "2"]
    assert "— 1 —" not in found.text


def test_pdf_encrypted_scanned_damaged(printed: bytes) -> None:
    locked, scanned = io.BytesIO(), io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(scanned)
    assert "加密" in refusal(locked.getvalue(), "a.pdf")
    assert "扫描件" in refusal(scanned.getvalue(), "a.pdf")
    assert "损坏" in refusal(b"%PDF-1.7\nnothing", "a.pdf")


def test_pdf_blank_page_is_said(printed: bytes) -> None:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        pdf.add_blank_page()
        pdf.save(stream)
    assert codes(stream.getvalue(), "a.pdf") == {"no_text"}


WORDS = "为了规范养犬行为，保障公民健康和人身安全，维护市容环境和社会公共秩序，根据有关法律，制定本办法。"


def _articles(first: int, last: int) -> str:
    return "\n\n".join(f"第{n}条　{WORDS}" for n in range(first, last + 1))


def test_pdf_columns_are_read_one_after_the_other() -> None:
    source = f'#set page(paper: "a4", columns: 2)\n#set text(size: 12pt)\n{_articles(1, 24)}\n'
    found = read(typst.compile(source.encode()), name="两栏.pdf")
    rows = [("".join(label.split()), *counts) for label, *counts in outline(found.text).per_article()]
    assert rows == [(f"第{n}条", 1, 0, 0) for n in range(1, 25)]
    assert found.text.count(WORDS) == 24


def test_pdf_running_heads_and_page_numbers_are_no_words_of_the_text() -> None:
    pages = "\n#pagebreak()\n".join(f"第{n}条　{WORDS}" for n in range(1, 5))
    source = (
        '#set page(paper: "a4", header: align(center)[某市人民政府公报 2024年第3期], footer: context align(center)[第 '
        f"#counter(page).display() 页])\n#set text(size: 16pt)\n{pages}\n"
    )
    found = read(typst.compile(source.encode()), name="公报.pdf")
    assert "公报" not in found.text and " 页" not in found.text
    assert [caveat.code for caveat in found.warnings] == ["running_head"]
    assert [counts for _, *counts in outline(found.text).per_article()] == [[1, 0, 0]] * 4


def test_pdf_first_lines_that_only_two_pages_share_are_kept() -> None:
    source = "某市公报\n\n第1条　甲。\n#pagebreak()\n某市公报\n\n第2条　乙。\n"
    assert read(typst.compile(source.encode()), name="二页.pdf").text.count("某市公报") == 2
