"""``fadu plan``: read work plans, and measure the reader against plans with a written truth."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fadu.cli._inputs import documents
from fadu.core.errors import InputError
from fadu.core.text.plan import FIELDS, Plan, Score, Task, compare, read_plan
from fadu.core.text.readers import SUFFIXES


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``plan read`` and ``plan score``."""
    parser = subparsers.add_parser(
        "plan",
        help="工作计划：读出部分、任务、责任单位和时限",
        description="读取政府工作方案、要点、任务分解表。",
    )
    nouns = parser.add_subparsers(title="操作", metavar="操作", required=True)
    read = nouns.add_parser(
        "read",
        help="读取计划文件",
        description="读出各部分、任务、牵头和责任单位、时限；文件可以是文本（UTF-8 或 GB18030）、docx、html、pdf。读不准的地方逐条说明，不猜。",
        epilog="示例：fadu plan read 方案.txt　　fadu plan read 甲.txt 乙.txt --json",
    )
    read.add_argument(
        "files", nargs="+", metavar="文件", help="txt、md、html、docx、pdf，文件夹，或者 -（标准输入）"
    )
    read.add_argument("--json", action="store_true", help="输出 JSON（一个文件为对象，多个文件为数组）")
    read.set_defaults(run=_read)
    score = nouns.add_parser(
        "score",
        help="用带标准答案的计划检验读取的准确度",
        description="目录中每个计划 X.txt（或 docx、html、pdf）旁有 X.json 作为标准答案，逐字段比较。全部一致时退出码为 0，否则为 1。",
    )
    score.add_argument("directory", type=Path, metavar="目录", help="每个计划旁有同名的标准答案 X.json")
    score.add_argument("--json", action="store_true", help="输出 JSON")
    score.add_argument("--differences", action="store_true", help="列出每一处不一致")
    score.set_defaults(run=_score)


def _plans(names: list[str]) -> Iterator[tuple[str, Plan | InputError]]:
    """Each plan read, or why it could not be: one bad file never hides the others."""
    for name, found in documents(names):
        try:
            yield name, found if isinstance(found, InputError) else read_plan(found, name=Path(name).name)
        except InputError as error:
            yield name, error


def _read(args: argparse.Namespace) -> int:
    """Exit code 2 when a file could not be read as a plan."""
    status, shapes = 0, []
    for name, plan in _plans(args.files):
        if isinstance(plan, InputError):
            status = 2
            shapes.append({"source": name, "error": plan.as_json()})
            print(f"{name}：{plan}" if not plan.where else plan, file=sys.stderr)
            continue
        shapes.append(plan.as_json())
        if not args.json:
            _print(plan)
    if not shapes:
        raise InputError("没有可读的文件", where="、".join(args.files), cure="请检查文件名和目录")
    if args.json:
        print(json.dumps(shapes[0] if len(shapes) == 1 else shapes, ensure_ascii=False, indent=1))
    return status


def _print(plan: Plan) -> None:
    print(f"《{plan.title or '（无标题）'}》" + (f"　{plan.doc_number}" if plan.doc_number else ""))
    year = f"{plan.year}年　" if plan.year else ""
    print(
        f"{year}{len(plan.sections)}个标题，{len(plan.tasks)}项任务，其中{sum(task.proposed for task in plan.tasks)}项待确认"
    )
    titles = {(section.no, section.level): section.title for section in plan.sections}
    heading = None
    for number, task in enumerate(plan.tasks, 1):
        top = task.section_path[0] if task.section_path else ""
        if top and top != heading:
            print(f"\n{top}{titles.get((top, 1), '')}")
            heading = top
        _print_task(number, task)
    for note in plan.warnings:
        print(f"注意：{note.sentence}" + (f"（{note.where}）" if note.where else ""))
    print()


def _print_task(number: int, task: Task) -> None:
    text = task.text.replace("\n", "")
    print(
        f"{number:>4}. {task.no or ''}{text[:46]}{'…' if len(text) > 46 else ''}{'　【待确认】' if task.proposed else ''}"
    )
    who = task.who
    known = {*who.lead, *who.support, *who.guide}
    plain = [name for name in who.units if name not in known]
    parts = [("牵头", who.lead), ("责任", plain), ("配合", who.support), ("指导", who.guide)]
    shown = "；".join(f"{label}：{'、'.join(names)}" for label, names in parts if names)
    if shown:
        print(f"      {shown}{'等' if who.etc else ''}")
    if who.sets:
        print(f"      须展开为具体单位：{'、'.join(who.sets)}")
    if task.due.text:
        on = f"{task.due.on.year}年{task.due.on.month}月{task.due.on.day}日" if task.due.on else "无确定日期"
        print(f"      时限：{task.due.text}（{on}）")


def _score(args: argparse.Namespace) -> int:
    plans = [path for path in sorted(args.directory.glob("*")) if path.suffix.lower() in SUFFIXES]
    pairs = [(path, path.with_suffix(".json")) for path in plans if path.with_suffix(".json").is_file()]
    if not pairs:
        raise InputError(
            "目录中没有带标准答案的计划",
            where=str(args.directory),
            why="标准答案是与计划同名的 JSON 文件",
            cure="每个 X.txt（或 X.docx、X.html、X.pdf）旁应有 X.json",
        )
    scores = {}
    for text, truth in pairs:
        scores[text.stem] = compare(read_plan(text).as_json(), json.loads(truth.read_text(encoding="utf-8")))
    total = Score()
    for score in scores.values():
        total.merge(score)
    if args.json:
        data = {
            name: {"right": score.right, "total": score.total, "differences": score.differences}
            for name, score in scores.items()
        }
        print(
            json.dumps(
                {"files": data, "all": {"right": total.right, "total": total.total}},
                ensure_ascii=False,
                indent=1,
            )
        )
    else:
        _print_scores(scores, total)
        if args.differences:
            for name, score in scores.items():
                for difference in score.differences:
                    print(f"{name}：{difference}", file=sys.stdout)
    return 0 if total.right == total.total else 1


def _print_scores(scores: dict[str, Score], total: Score) -> None:
    for name, score in [*scores.items(), ("合计", total)]:
        shown = "　".join(
            f"{field} {score.right.get(field, 0)}/{score.total[field]}"
            for field in FIELDS
            if field in score.total
        )
        print(f"{name}\n    {shown}")
