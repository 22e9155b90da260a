"""Layouts beyond the truth files, bad input, and the same plan in other clothes."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import docx
import pytest
import typst

from fadu.core.errors import InputError
from fadu.core.text.plan import Task, compare, read_plan
from fadu.core.text.readers import read

Half, Full = ",:;()", "，：；（）"


def _wrap(text: str, width: int) -> str:
    lines = []
    for line in text.split("\n"):
        lines += [line] if "|" in line else [line[i : i + width] for i in range(0, len(line), width)] or [""]
    return "\n".join(lines)


CLOTHES: dict[str, Callable[[str], str | bytes]] = {
    "windows": lambda text: text.replace("\n", "\r\n"),
    "gb18030": lambda text: text.encode("gb18030"),
    "utf8_mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "utf16": lambda text: text.encode("utf-16"),
    "blank_lines": lambda text: text.replace("\n", "\n\n"),
    "indented": lambda text: "\n".join(line if "|" in line else "　　" + line for line in text.split("\n")),
    "wrapped_36": lambda text: _wrap(text, 36),
    "wrapped_28": lambda text: _wrap(text, 28),
    "half_width": lambda text: text.translate(str.maketrans(Full, Half)),
    "full_width": lambda text: text.translate(str.maketrans(Half, Full)),
    "in_a_page": lambda text: (
        f"当前位置：首页 > 政务公开\n来源：市政府办公室\n字体：[大 中 小]\n{text}\n相关文档\n最新文档\n关于印发另一个方案的通知\n"
    ),
}


@pytest.mark.corpus
@pytest.mark.parametrize("clothes", CLOTHES)
def test_the_same_plan_in_other_clothes(shared: Path, clothes: str) -> None:
    def plain(data: object) -> dict[str, list[dict[str, object]]]:
        return json.loads(json.dumps(data, ensure_ascii=False).translate(str.maketrans(Full, Half)))

    for path in sorted((shared / "data" / "plans").glob("*.txt")):
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        got = read_plan(CLOTHES[clothes](path.read_text(encoding="utf-8"))).as_json()
        score = compare(plain(got), plain(truth))
        wrong = [
            line
            for line in score.differences
            if not (path.stem.startswith("N04") and line.startswith("etc "))
        ]
        assert wrong == [], path.stem


def _short(task: Task) -> tuple[str | None, list[str], list[str], str | None]:
    return (
        task.no,
        list(task.who.lead),
        list(task.who.units),
        task.due.on.isoformat() if task.due.on else None,
    )


def test_labels_on_lines_of_their_own() -> None:
    plan = read_plan("""X市2023年法治政府建设重点任务分工方案
一、健全制度
（一）提高立法质量。
编制年度立法计划。
牵头单位：市司法局
责任单位：市政府办公室
完成时限：2023年6月底前
二、优化环境
（二）推进“一件事一次办”
实现20个事项联办。
【牵头单位】市政务服务局
【责任单位】市公安局及各县区
【完成时限】11月30日前
""")
    assert [_short(task) for task in plan.tasks] == [
        ("（一）", ["市司法局"], ["市司法局", "市政府办公室"], "2023-06-30"),
        ("（二）", ["市政务服务局"], ["市政务服务局", "市公安局", "各县区"], "2023-11-30"),
    ]
    assert [(s.level, s.title) for s in plan.sections][:2] == [(1, "健全制度"), (2, "提高立法质量")]


def test_units_stated_once_at_the_heading_or_after_the_last_task() -> None:
    heading = (
        "X市2022年方案\n一、提升效能（牵头单位：市审批局）\n1.压缩时限，5月底前公布清单。\n2.推行告知承诺。\n"
    )
    below = "X市2022年方案\n一、普法\n1.学习宣传宪法。\n2.学习宣传民法典。\n责任单位：市司法局\n"
    for text, unit in ((heading, "市审批局"), (below, "市司法局")):
        tasks = read_plan(text).tasks
        assert [(task.no, task.who.units) for task in tasks] == [("1.", (unit,)), ("2.", (unit,))]
        assert tasks[0].inherited


def test_a_bracket_after_the_title_governs_what_follows() -> None:
    plan = read_plan(
        "X区2024年要点\n一、公开\n1.规划公开【区发改委牵头，9月底前完成】。及时公开国民经济规划。\n"
    )
    (task,) = plan.tasks
    assert task.text == "规划公开。及时公开国民经济规划。"
    assert _short(task) == ("1.", ["区发改委"], ["区发改委"], "2024-09-30")


def test_an_item_without_units_beside_items_with_units_is_proposed() -> None:
    plan = read_plan("X县2024年计划\n一、服务\n1.压减时限。（县司法局）\n2.推行预约服务，优化流程。\n")
    assert [(task.no, task.proposed, task.who.units) for task in plan.tasks] == [
        ("1.", False, ("县司法局",)),
        ("2.", True, ()),
    ]


def test_tables_with_tabs_sections_between_and_the_same_above() -> None:
    plan = read_plan(
        "序号\t重点任务\t具体措施\t牵头单位\t配合单位\t完成时限\n一、深化改革\n"
        "1\t综合执法\t组建执法队伍。\t市委编办\t市司法局\t2022年6月底\n2\t\t修订清单。\t市司法局\t同上\t2022年12月\n"
    )
    assert [_short(task) for task in plan.tasks] == [
        ("1", ["市委编办"], ["市委编办", "市司法局"], "2022-06-30"),
        ("2", ["市司法局"], ["市司法局"], "2022-12-31"),
    ]
    assert [task.group for task in plan.tasks] == ["综合执法", "综合执法"]
    assert plan.tasks[1].section_path == ("一、",)


def test_a_markdown_table_whose_section_numbers_have_a_cell() -> None:
    plan = read_plan("""X区2025年度重大行政决策事项目录
| 序号 | 决策事项 | 责任单位及责任人 | 计划完成时间 |
|---|---|---|---|
| 一 | 规划类 | | |
| 1 | 国土空间规划 | 区自然资源局 | 2025/6/30 |
""")
    assert [(s.no, s.title) for s in plan.sections] == [("一、", "规划类")]
    assert [_short(task) for task in plan.tasks] == [("1", [], ["区自然资源局"], "2025-06-30")]


def _docx(path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("2026年任务分解表")
    table = document.add_table(rows=5, cols=4)
    rows = [["工作任务", "具体措施", "责任单位", "完成时限"], ["深化改革", "", "", ""]]
    rows += [["权力公开", "公布权力清单", "市政府办公室、\n市司法局", "2026年9月底"]]
    rows += [["", "更新责任清单", "市委编办", "年底前"], ["数据共享", "编制目录", "市大数据局", "长期坚持"]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(1, 3))
    table.cell(2, 0).merge(table.cell(3, 0))
    document.save(str(path))


HTML = """<html><body><div>当前位置：首页 &gt; 文件</div><h1>2026年任务分解表</h1><table>
<tr><th>工作任务</th><th>具体措施</th><th>责任单位</th><th>完成时限</th></tr>
<tr><td colspan="4">深化改革</td></tr>
<tr><td rowspan="2">权力公开</td><td>公布权力清单</td><td>市政府办公室、市司法局</td><td>2026年9月底</td></tr>
<tr><td>更新责任清单</td><td>市委编办</td><td>年底前</td></tr>
<tr><td>数据共享</td><td>编制目录</td><td>市大数据局</td><td>长期坚持</td></tr></table></body></html>"""


@pytest.mark.parametrize("kind", ["docx", "html"])
def test_tables_of_word_files_and_pages_with_merged_cells(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"任务.{kind}"
    if kind == "docx":
        _docx(path)
    else:
        path.write_text(HTML, encoding="utf-8")
    plan = read_plan(path)
    assert [(*_short(task)[2:], task.group) for task in plan.tasks] == [
        (["市政府办公室", "市司法局"], "2026-09-30", "权力公开"),
        (["市委编办"], "2026-12-31", "权力公开"),
        (["市大数据局"], None, "数据共享"),
    ]
    assert (plan.title, plan.source) == ("2026年任务分解表", path.name)
    assert [section.title for section in plan.sections] == ["深化改革"]


def test_a_word_file_with_automatic_paragraphs(tmp_path: Path) -> None:
    document = docx.Document()
    for text in ("X市2026年要点", "一、改革", "1.公布清单，9月底前完成。（市司法局牵头，市财政局配合）"):
        document.add_paragraph(text)
    document.save(str(tmp_path / "a.docx"))
    (task,) = read_plan(tmp_path / "a.docx").tasks
    assert _short(task) == ("1.", ["市司法局"], ["市司法局", "市财政局"], "2026-09-30")


def test_prose_without_numbers_is_proposed_sentence_by_sentence() -> None:
    plan = read_plan("""X市人民政府办公室关于优化政务服务的工作方案
为贯彻省政府要求，结合实际，制定本方案。
市政府办公室要在2023年5月底前制定事项清单。各县区政府应当于2023年8月底前完成窗口建设。天气很好。
""")
    assert all(task.proposed for task in plan.tasks)
    assert [_short(task) for task in plan.tasks] == [
        (None, [], ["市政府办公室"], "2023-05-31"),
        (None, [], ["各县区政府"], "2023-08-31"),
    ]
    assert "天气很好。" in plan.rest
    assert "no_section" in {note.code for note in plan.warnings}


def test_a_letter_with_numbers_does_not_hide_the_plan_it_carries() -> None:
    plan = read_plan("""各单位：
现将《X县2021年计划》印发给你们。
一、提高认识。
二、加强领导。
X县人民政府
2021年4月12日
X县2021年计划
一、推进改革
1.公布清单。（县司法局负责）
""")
    assert [section.title for section in plan.sections] == ["推进改革", "公布清单"]
    assert (plan.title, plan.issuer, str(plan.issued)) == ("X县2021年计划", "X县人民政府", "2021-04-12")
    assert "other_part" in {note.code for note in plan.warnings}


def test_a_year_taken_from_the_document_number_is_said() -> None:
    plan = read_plan(
        "X市关于优化服务的意见（X政〔2017〕101号）\n一、服务\n1.公布清单，6月底前完成。（市司法局负责）\n"
    )
    assert str(plan.tasks[0].due.on) == "2017-06-30"
    assert "deadline_year" in {note.code for note in plan.warnings}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "不是文本"),
        (bytes(range(128, 256)) * 20, "GB18030"),
        ("工作方案\x00".encode(), "不是文本"),
        ("床前明月光，疑是地上霜。\n举头望明月，低头思故乡。".encode(), "没有找到任何部分"),
        (b"", "文件是空的"),
        ("一、天\n二、地\n".encode(), "没有找到工作任务"),
    ],
)
def test_bad_input_says_what_is_wrong_and_how_to_mend_it(data: bytes, what: str) -> None:
    with pytest.raises(InputError) as error:
        read_plan(data, name="坏文件.txt")
    assert what in str(error.value)
    assert error.value.where == "坏文件.txt" and error.value.cure


def test_a_table_given_cell_by_cell() -> None:
    """A web page's text puts each cell and each bar on its own line, and merged cells shorten rows."""
    cells = [
        "工作任务",
        "具体要求",
        "责任科室",
        "时限要求",
        "公开文件",
        "1",
        "公布目录。",
        "办公室",
        "年底前",
    ]
    cells += [
        "打好基础",
        "2",
        "严格审查。",
        "各科室",
        "持续推进",
        "3",
        "编制年报。",
        "办公室、法规科",
        "2024年3月底",
    ]
    plan = read_plan("X局2024年任务清单\n" + "\n|\n".join(cells) + "\n|\n以上请抓好落实。\n")
    assert [(*_short(task), task.group) for task in plan.tasks] == [
        ("1", [], ["办公室"], "2024-12-31", "公开文件"),
        ("2", [], ["各科室"], None, "打好基础"),
        ("3", [], ["办公室", "法规科"], "2024-03-31", "打好基础"),
    ]


@pytest.mark.system
def test_a_pdf_with_blanks_between_scripts_and_broken_lines(
    tmp_path: Path, program: Callable[[str], Path]
) -> None:
    """Set in official layout and read back, the bundled plan is the same plan."""
    program("fonts")
    text = (files("fadu") / "law" / "demo" / "plan.txt").read_text(encoding="utf-8")
    body = "\n\n".join(line for line in text.split("\n") if line.strip())
    source = tmp_path / "plan.typ"
    source.write_text(
        f'#set text(size: 16pt, lang: "zh")\n#set page(numbering: "- 1 -")\n{body}', encoding="utf-8"
    )
    typst.compile(str(source), output=str(tmp_path / "plan.pdf"))
    document = read(tmp_path / "plan.pdf")
    plain, printed = read_plan(text), read_plan(document)
    assert [(t.section_path, t.text, t.who, t.due) for t in printed.tasks] == [
        (t.section_path, t.text, t.who, t.due) for t in plain.tasks
    ]
    assert printed.title == plain.title
