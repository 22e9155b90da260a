"""Library: indexed once and incrementally; what does not exist, is unknown or repealed is said."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from fadu.core.errors import InputError
from fadu.core.text.citations import cite
from fadu.core.text.library import Library, normal_title, resolve
from fadu.core.text.outline import outline

FILES = {
    "动物防疫法(2021).md": "# 中华人民共和国动物防疫法\n\n2021年1月22日 修订\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 乙：\n\n（一）子；\n\n（二）丑。\n\n丙。\n",
    "动物防疫法(2015).md": "# 中华人民共和国动物防疫法\n\n2015年4月24日 修正\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 乙。\n\n第九条 旧。\n",
    "新条例.txt": "某省养犬条例\n（2020年5月1日公布）\n第一条 甲。\n第二条 本条例自2020年7月1日起施行。《某省养犬管理规定》（省政府令第8号）、《某省犬只办法》同时废止。\n",
    "废止决定.txt": "某市人民政府关于废止《某市旧办法》的决定\n一、废止《某市旧办法》。\n二、本决定自2021年1月1日起施行。\n",
    "修正案.txt": "某法修正案（一）\n一、将第五条修改为：“甲。”\n二、删去第六条。\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / "laws").mkdir(exist_ok=True)
        (tmp_path / "laws" / name).write_text(text, encoding="utf-8")
    return tmp_path / "laws"


@pytest.fixture
def library(folder: Path) -> Library:
    found = Library(":memory:")
    found.index(folder)
    return found


def said(text: str, library: Library | None) -> dict[str, tuple[str, str]]:
    structure = outline(text)
    return {
        answer.citation.text: (answer.status, answer.sentence)
        for answer in resolve(structure, cite(text, structure), library)
    }


def test_indexing_is_incremental(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "index.sqlite"
    seen: list[tuple[int, int]] = []
    library = Library(store)
    assert library.index(folder, progress=lambda done, total: seen.append((done, total))).read == 5
    assert seen[-1] == (5, 5)
    library.close()

    library = Library(store)
    again = library.index(folder)
    assert (again.read, again.kept, again.removed) == (0, 5, 0)
    changed = folder / "新条例.txt"
    changed.write_text(changed.read_text(encoding="utf-8").replace("第二条", "第三条"), encoding="utf-8")
    os.utime(changed, ns=(1, 1))
    (folder / "修正案.txt").unlink()
    (folder / "坏.docx").write_bytes(b"PK\x03\x04broken")
    done = library.index(folder)
    assert (done.read, done.kept, done.removed) == (2, 3, 1)
    assert done.failed[0][0] == "坏.docx"
    assert "3" in library.works("某省养犬条例")[0].provisions
    assert len(library) == 4


def test_a_folder_that_is_none_and_a_store_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="目录不存在"):
        Library(":memory:").index(tmp_path / "nowhere")
    bad = tmp_path / "bad.sqlite"
    bad.write_bytes(b"this is no database, this is a text file of some length" * 20)
    with pytest.raises(InputError, match="打不开"):
        Library(bad)


def test_versions(library: Library) -> None:
    assert [work.date for work in library.works("动物防疫法")] == ["2021-01-22", "2015-04-24"]
    assert normal_title("中华人民共和国动物防疫法（2021年修订）") == normal_title("动物防疫法")
    assert library.works("动物防疫法")[0].document().text.startswith("# 中华人民共和国动物防疫法")


def test_what_a_draft_cites(library: Library) -> None:
    draft = """某市办法
第一条 根据《动物防疫法》第二条第一款第二项、《某省养犬条例》制定。
第二条 依照《动物防疫法》第九条、《动物防疫法》第二条第三款、《动物防疫法》第二条第四项处理。
第三条 依照《某省养犬管理规定》第三条、《某市旧办法》和《没有的办法》办理；依照《某法修正案（一）》第二条、《某法修正案（一）》第三条办理。
"""
    answers = said(draft, library)
    assert answers["《某省养犬条例》"] == ("found", "")
    texts = [(status, sentence) for status, sentence in answers.values()]
    sentences = "\n".join(sentence for _, sentence in texts)
    structure = outline(draft)
    statuses = [answer.status for answer in resolve(structure, cite(draft, structure), library)]
    assert statuses == [
        *("found", "found", "no_article", "no_paragraph", "no_item"),
        *("repealed", "repealed", "unknown_work", "found", "no_article"),
    ]
    assert "某省养犬管理规定》已被《某省养犬条例》废止" in sentences
    assert "法规库中没有《没有的办法》" in sentences


def test_old_version_is_named(library: Library) -> None:
    status, sentence = said("甲\n第一条 依照动物防疫法第九条办理。\n", library)["动物防疫法第九条"]
    assert status == "no_article"
    assert "2015-04-24的旧版本有该条" in sentence


def test_references_to_the_text_itself_need_no_library() -> None:
    draft = """某市办法
第一条 依照前条办理。
第二条 下列：
（一）甲；
（二）乙。
前款第三项除外。
依照本办法第九条、本条第二款、第五款、前两款办理。
第三条 前款不适用，依照前条第一款第二项办理。
"""
    answers = {text: status for text, (status, _) in said(draft, None).items()}
    assert answers == {
        "前条": "no_article",
        "前款第三项": "no_item",
        "本办法第九条、本条第二款、第五款、前两款": "found",
        "前款": "no_paragraph",
        "前条第一款第二项": "found",
    }
    structure = outline(draft)
    chain = [
        a.status
        for a in resolve(structure, cite(draft, structure))
        if a.citation.text.startswith("本办法第九条")
    ]
    assert chain == ["no_article", "found", "no_paragraph", "found"]


@pytest.mark.corpus
@pytest.mark.slow
def test_the_collection(shared: Path, tmp_path: Path) -> None:
    library = Library(tmp_path / "laws.sqlite")
    assert library.index(shared / "data/laws").failed == ()
    assert len(library) == 3397
    assert {work.subtitle for work in library.works("民法典")} >= {"物权编", "人格权编"}
    answers = said("甲\n第一条 依照民法典第二百零五条、立法法第一百二十一条办理。\n", library)
    assert "no_article" in {status for status, _ in answers.values()}


ORDERS = {
    "条例2019.md": "# 某国条例\n\n2019年4月20日 中华人民共和国国务院令第713号公布 自2019年9月1日起施行\n\n<!-- INFO END -->\n\n第一条 甲。\n",
    "办法2014.md": "# 某国办法\n\n2014年5月1日 公布\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第五条 旧。\n",
    "办法2020.md": "# 某国办法\n\n2020年6月1日 修订\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 乙。\n",
    "新法.md": "# 某国新法\n\n2023年1月1日 公布\n\n<!-- INFO END -->\n\n第一条 甲。\n\n第二条 本法自2023年7月1日起施行。《某国办法》同时废止。\n",
    "通知.txt": "某府办关于某事的通知\n某府办发〔2018〕3号\n各单位：\n一、甲。\n二、乙。\n某府办\n2018年3月1日\n",
}


@pytest.fixture
def orders(tmp_path: Path) -> Library:
    for name, text in ORDERS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = Library(":memory:")
    found.index(tmp_path)
    return found


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("国务院令第713号", "found"),
        ("中华人民共和国国务院令第713号", "found"),
        ("国务院第713号令", "found"),
        ("国务院令第714号", "unknown_work"),
        ("公安部令第713号", "unknown_work"),
        ("某府办发〔2018〕3号", "found"),
        ("某府办发[2018]3号", "found"),
        ("某府办发（2018）第3号", "found"),
        ("某府办发〔2019〕3号", "unknown_work"),
    ],
)
def test_a_work_by_its_number(words: str, status: str, orders: Library) -> None:
    draft = f"某市规定\n第一条 根据{words}制定。\n"
    structure = outline(draft)
    (answer,) = resolve(structure, cite(draft, structure), orders)
    assert answer.status == status
    assert (answer.work is not None) is (status == "found")


def test_a_number_behind_a_known_title_is_not_called_unknown(orders: Library) -> None:
    draft = "某市规定\n第一条 根据《某国办法》（部令第9号）第二条制定。\n"
    structure = outline(draft)
    assert [answer.status for answer in resolve(structure, cite(draft, structure), orders)] == [
        "repealed",
        "unchecked",
    ]


@pytest.mark.parametrize(
    ("day", "article", "status", "version", "since"),
    [
        (date(2013, 1, 1), "一", "no_version", "2014-05-01", ""),
        (date(2015, 1, 1), "五", "found", "2014-05-01", "该日之后被《某国新法》（2023-07-01起施行）废止"),
        (
            date(2015, 1, 1),
            "二",
            "no_article",
            "2014-05-01",
            "该日之后被《某国新法》（2023-07-01起施行）废止",
        ),
        (
            date(2021, 1, 1),
            "五",
            "no_article",
            "2020-06-01",
            "该日之后被《某国新法》（2023-07-01起施行）废止",
        ),
        (date(2023, 6, 30), "二", "found", "2020-06-01", "该日之后被《某国新法》（2023-07-01起施行）废止"),
        (date(2023, 7, 1), "二", "repealed", "2020-06-01", ""),
    ],
)
def test_the_version_of_a_day(
    day: date, article: str, status: str, version: str, since: str, orders: Library
) -> None:
    draft = f"某市规定\n第一条 根据《某国办法》第{article}条制定。\n"
    structure = outline(draft)
    (answer,) = resolve(structure, cite(draft, structure), orders, on=day)
    assert (answer.status, answer.since) == (status, since)
    assert answer.work is not None and answer.work.date == version


def test_a_text_that_a_notice_carries_is_found_by_its_own_title(tmp_path: Path) -> None:
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws/通知.txt").write_text(
        "某市人民政府关于印发某市养犬管理办法的通知\n某府发〔2018〕3号\n各部门：\n现将《某市养犬管理办法》印发给你们。\n"
        "某市人民政府\n2018年3月5日\n某市养犬管理办法\n第一条 甲。\n第二条 乙。\n",
        encoding="utf-8",
    )
    library = Library(":memory:")
    library.index(tmp_path / "laws")
    told = said("某规定\n第一条 依照《某市养犬管理办法》第二条、《某市养犬管理办法》第三条办理。\n", library)
    assert [status for status, _ in told.values()][-1] == "no_article"
    assert said("某规定\n第一条 依照《某市养犬管理办法》第二条办理。\n", library) == {
        "《某市养犬管理办法》第二条": ("found", "")
    }


def test_the_number_of_the_text_itself_is_not_looked_for(library: Library) -> None:
    text = "某市办法\n（2024年3月5日某市人民政府令第12号公布）\n第一条 依照某市人民政府令第13号办理。\n"
    told = said(text, library)
    assert told["某市人民政府令第12号"][0] == "unchecked"
    assert told["某市人民政府令第13号"][0] == "unknown_work"


@pytest.mark.parametrize(
    "words", ["法释〔2020〕17号第九条", "本办法第一条和同条第九款", "第一条第一款前段，同款第九项"]
)
def test_provisions_that_the_text_does_not_place_are_not_those_of_the_text(words: str) -> None:
    assert {status for status, _ in said(f"某办法\n第一条 依照{words}。\n", None).values()} <= {
        "unchecked",
        "found",
    }
