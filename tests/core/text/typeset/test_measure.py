"""The measuring command against the typesetter's own forms and against files that depart on purpose."""

from __future__ import annotations

import dataclasses
import datetime
import io

import pikepdf
import pytest
import typst

from fadu.core.errors import InputError
from fadu.core.text.typeset import Annex, Attendance, Block, Form, OfficialDocument, typeset
from fadu.core.text.typeset.measure import Report, measure, seal_area
from fadu.core.text.typeset.measure.content import read_page
from fadu.core.text.typeset.measure.rows import rows_of

LONG = (
    "各地区、各部门要充分认识加强行政规范性文件管理工作的重要意义，依法制定、从严审核、及时公开，切实维护法制统一和群众利益。"
    * 3
)
DOC = OfficialDocument(
    organ="临江市人民政府",
    number="临政发〔2026〕8号",
    title="临江市人民政府关于加强行政规范性文件管理的通知",
    to="各县（区）人民政府，市政府各工作部门",
    body=(
        Block("para", LONG),
        Block("h1", head="一、提高认识"),
        Block("h2", LONG, head="（一）加强领导。"),
        *[Block("para", LONG)] * 5,
    ),
    annexes=(Annex("材料清单", (Block("para", LONG),)), Annex("联系方式", (Block("para", LONG),))),
    date=datetime.date(2026, 8, 5),
    copies="市委办公室，市人大常委会办公室",
    printed_by="临江市人民政府办公室",
    printed_on=datetime.date(2026, 8, 6),
)
FORMS: dict[Form, OfficialDocument] = {
    "document": DOC,
    "letter": dataclasses.replace(DOC, organ="临江市司法局"),
    "order": dataclasses.replace(DOC, number="第8号", seal="personal", personal=("市长", "张三"), annexes=()),
    "minutes": dataclasses.replace(
        DOC,
        mark="临江市人民政府常务会议纪要",
        number="第3期",
        to="",
        annexes=(),
        attendance=(Attendance("出席", "张三、李四"),),
    ),
}


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("seal", ["stamp", "none"])
def test_every_form_is_recognised_and_keeps_the_standard(form: Form, seal: str) -> None:
    doc = dataclasses.replace(FORMS[form], seal=seal)
    report = measure(typeset(doc, form=form))
    assert report.form == form
    assert [finding.sentence() for finding in report.departures] == []
    assert len(report.findings) > 25


def test_upward_and_joint_documents_keep_the_standard() -> None:
    upward = dataclasses.replace(DOC, signers=("张三", "李四", "王五"), note="联系人：王立")
    joint = dataclasses.replace(
        DOC, co_organs=("临江市发展和改革委员会", "临江市自然资源和规划局"), number="临政联〔2026〕3号"
    )
    for doc in (upward, joint):
        assert [finding.sentence() for finding in measure(typeset(doc)).departures] == []


def test_free_fonts_are_named_and_never_pass_for_the_standards_own() -> None:
    report = measure(typeset(DOC))
    if not report.substituted:
        pytest.skip("the licensed fonts are installed on this machine")
    assert {"小标宋", "仿宋"} <= {found.face for found in report.substituted}
    assert report.verdict == "版式符合，字体为代用字体"


@pytest.mark.parametrize("lines", range(1, 30))
def test_a_date_never_stands_on_a_page_without_text(lines: int) -> None:
    doc = dataclasses.replace(DOC, annexes=(), body=tuple([Block("para", "请认真贯彻执行。")] * lines))
    with pikepdf.open(io.BytesIO(typeset(doc))) as pdf:
        pages = len(pdf.pages)
    texts = _page_texts(typeset(doc))
    assert len(texts) == pages
    dated = [text for text in texts if "2026年8月5日" in text]
    assert len(dated) == 1
    assert "请认真贯彻执行" in dated[0]


def test_seal_lies_over_signature_and_date_and_within_a_line_of_the_text() -> None:
    area = seal_area(typeset(DOC))
    assert area is not None
    date_width = 3 * 5.57 + 6 * 5.57 / 2  # 2026年8月5日
    assert area.x == pytest.approx(184 - 4 * 5.57 - date_width / 2, abs=0.6)
    with pikepdf.open(io.BytesIO(typeset(DOC))) as pdf:
        rows = rows_of(read_page(pdf.pages[area.page - 1], area.page))
    signature = next(index for index, row in enumerate(rows) if row.text == DOC.organ)
    top, line = area.y - area.diameter / 2, 28.95 * 25.4 / 72
    text = rows[signature - 1]
    assert text.top + line <= top <= text.top + 2 * line  # within the first line below the text
    assert top < rows[signature].top and rows[signature + 1].bottom < top + area.diameter
    assert seal_area(typeset(dataclasses.replace(DOC, date=None))) is None


def _page_texts(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return ["".join(glyph.text for glyph in read_page(page, 1).glyphs) for page in opened.pages]


@pytest.mark.parametrize("count", [5, 12, 18, 40])
def test_first_page_shows_the_body_however_many_are_addressed(count: int) -> None:
    doc = dataclasses.replace(
        DOC, to="，".join(["临江市农业农村水利局"] * count), secrecy="秘密★1年", urgency="特急"
    )
    texts = _page_texts(typeset(doc))
    assert LONG[:8] in texts[0]
    assert sum("临江市农业农村水利局" in text for text in texts) >= 1
    assert [finding.sentence() for finding in measure(typeset(doc)).departures] == []


def _departing(setup: str, body: str) -> Report:
    markup = (
        f'#set text(font: ("FandolFang R", "Noto Serif CJK SC"), lang: "zh", size: 16pt)\n{setup}\n{body}'
    )
    return measure(typst.compile(markup.encode(), format="pdf"))


def _off(report: Report, item: str) -> float:
    found = next(finding for finding in report.departures if finding.item == item)
    assert found.off_mm is not None
    return found.off_mm


def test_a_margin_that_is_off_is_told_in_millimetres() -> None:
    setup = '#set page(paper: "a4", margin: (top: 37mm, left: 31.8mm, right: 26mm, bottom: 35mm))\n#set par(leading: 13pt)'
    report = _departing(setup, "\n\n".join([LONG] * 8))
    assert _off(report, "订口（左白边）") == pytest.approx(3.8, abs=0.15)


def test_line_pitch_wrong_brackets_and_a_missing_red_rule_are_told() -> None:
    setup = '#set page(paper: "a4", margin: (top: 37mm, left: 28mm, right: 26mm, bottom: 35mm))\n#set par(leading: 20pt)'
    report = _departing(setup, "临政发[2026]08号\n\n" + "\n\n".join([LONG] * 3))
    items = {finding.item for finding in report.departures}
    assert {"行距", "发文字号", "红色分隔线", "发文机关标志", "页码"} <= items


def test_what_cannot_be_measured_is_refused() -> None:
    blank = pikepdf.new()
    blank.add_blank_page()
    empty, locked = io.BytesIO(), io.BytesIO()
    blank.save(empty)
    blank.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    for data, said in (
        (empty.getvalue(), "没有文字"),
        (locked.getvalue(), "已加密"),
        (b"not a pdf", "不是可读的"),
    ):
        with pytest.raises(InputError, match=said):
            measure(data)
