"""Documents come out of acts: numbered without gaps, the same bytes every time, from papers whose every name is known."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest
from django.db import connection, connections

from fadu.city.cases import procedures
from fadu.city.cases.issuing import documents, papers
from fadu.city.cases.models import Case, Document
from fadu.city.ledger.models import Leaf
from fadu.core.errors import DefinitionError, Refused
from tests import factories, installations
from tests.factories import City, do

pytestmark = pytest.mark.django_db
SHIPPED = installations.LAW / "papers"


def reviewed(city: City, case: Case, **values: object) -> Document:
    do(city, case, "review", by="li", outcome="fit", **{"reasons": "符合法定权限。\n程序完备。", **values})
    return case.documents.get()


def test_the_act_makes_a_numbered_document_with_its_leaf(city: City, case: Case) -> None:
    row = reviewed(city, case)
    assert (row.number, row.seq, row.template) == ("云财法意〔2026〕1号", 2, "counsel_opinion")
    made, form = documents.official(row)
    assert form == "letter"
    assert made.organ == "云州市财政局" and made.to == "云州市财政局"
    assert made.title == "关于停车收费的事项的法律意见书", "关于 stands once"
    texts = [block.head or block.text for block in made.body]
    assert "符合法定权限。" in texts and "程序完备。" in texts, "each line a paragraph"
    assert "可以办理。" in texts
    assert any(text.endswith("公职律师：李四。") for text in texts)
    assert not any("修改建议" in text for text in texts), "what is not given is left out"
    assert made.date is not None and made.date.isoformat() == "2026-03-09"
    assert Leaf.objects.filter(case_ref=f"register/document/{case.key}").count() == 1


def test_the_content_is_not_readable_in_the_database(city: City, case: Case) -> None:
    row = reviewed(city, case)
    assert "符合法定权限" not in str(row.content)
    row.sha256 = "0" * 64
    with pytest.raises(RuntimeError, match="does not match"):
        documents.content(row)


def test_numbers_have_no_gaps_when_an_act_fails(city: City) -> None:
    for number in (1, 2, 3):
        case = factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="甲")
        with pytest.raises(Refused):
            do(city, case, "review", by="li", outcome="fit")  # reasons are missing
        assert reviewed(city, case).number == f"云财法意〔2026〕{number}号"


def test_pdf_and_word_are_the_same_bytes_every_time(city: City, case: Case) -> None:
    row = reviewed(city, case, changes="第三条改为：……")
    for make in (documents.as_pdf, documents.as_docx):
        first = hashlib.sha256(make(row)).hexdigest()
        assert hashlib.sha256(make(Document.objects.get(pk=row.pk))).hexdigest() == first
    assert documents.as_pdf(row).startswith(b"%PDF-")


def test_every_shipped_paper_fits_every_step_that_produces_it(city: City) -> None:
    papers.check(documents.TEMPLATES, procedures.book())
    used = {
        step.produces.template
        for definition in procedures.book().procedures.values()
        for step in definition.steps.values()
        if step.produces
    }
    assert used <= set(documents.TEMPLATES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("{reasons}", "{reason}"), "“reason”不是该步骤的栏目"),
        (("{case.title}", "{case.secret}"), "“case.secret”不是该步骤的栏目"),
        (("{outcome}", "{outcome!r}"), "花括号里只能写名称"),
        (("{outcome}", "{outcome"), "花括号不配对"),
        (('form = "letter"', 'form = "poem"'), "form 不能是“poem”"),
        (('issuer = "handling"', 'issuer = "handling"\ncolour = "red"'), "不认识的词“colour”"),
        (('given = "changes"', 'given = "chances"'), "“chances”不是该步骤的栏目"),
        (('number = "{mark}法意〔{year}〕{n}号"', ""), "文号的格式和编号序列须同时写明"),
        (('title = "关于', 'titel = "关于'), "不认识的词“titel”"),
    ],
)
def test_a_wrong_paper_stops_the_start(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (SHIPPED / "counsel_opinion.toml").read_text(encoding="utf-8")
    assert change[0] in text
    path = tmp_path / "counsel_opinion.toml"
    path.write_text(text.replace(*change), encoding="utf-8")
    with pytest.raises(DefinitionError, match=said) as caught:
        papers.check({**documents.TEMPLATES, "counsel_opinion": papers.read(path)}, procedures.book())
    assert "counsel_opinion" in caught.value.where
    assert caught.value.cure


def test_minutes_tell_who_was_there_and_what_each_said(city: City, case: Case) -> None:
    views = [
        {"person": "qian", "view": "disagree", "text": "标准偏高", "order": 1},
        {"person": "zhao", "view": "agree", "text": "同意", "order": 2},
        {"person": "wu", "view": "absent"},
        {"person": "sun", "view": "agree", "text": "按多数意见通过", "order": 3, "head": True},
    ]
    factories.make_post("finance", "副局长", ["decide"], held_by="wu")
    do(city, case, "meet", by="sun", outcome="passed", meeting="局长办公会2026年第1次会议", views=views)
    row = case.documents.get()
    made, form = documents.official(row)
    assert (form, row.number, made.title) == ("minutes", "云财纪〔2026〕1号", "局长办公会2026年第1次会议纪要")
    assert [(one.label, one.people) for one in made.attendance] == [
        ("出席", "钱二、赵一、孙三"),
        ("缺席", "吴六"),
    ]
    texts = [block.text for block in made.body]
    assert "钱二：不同意。标准偏高" in texts, "dissent is kept"
    assert "会议决定：通过。" in texts
    assert documents.as_pdf(row).startswith(b"%PDF-")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_two_at_once_get_different_numbers(city: City) -> None:
    cases = [
        factories.open_case(city, "matter", by="zhao", organ="finance", step="register", content="甲")
        for _ in range(4)
    ]

    def run(case: Case) -> None:
        try:
            reviewed(city, case)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(case,)) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = sorted(Document.objects.values_list("number", flat=True))
    assert numbers == [f"云财法意〔2026〕{n}号" for n in (1, 2, 3, 4)]
