"""``fadu law``: read, explain, prove, draw and compare the statute book."""

from __future__ import annotations

import argparse
import json
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

from fadu.cli import _law_check, _law_replay
from fadu.cli._inputs import write_output
from fadu.core.errors import InputError
from fadu.core.procedure import (
    Book,
    Definition,
    compare,
    dcr,
    draw,
    explain,
    load_book,
    load_file,
    scenario,
    schema,
    verify,
)
from fadu.core.procedure.names import unknown
from fadu.core.terms import standard


def register(subparsers: Any) -> None:
    """Add ``fadu law`` and its verbs."""
    parser = subparsers.add_parser(
        "law", help="法规库：程序的清单、说明、验证、图示、比较", description=__doc__
    )
    parser.add_argument("--law", type=Path, default=Path(str(files("fadu") / "law")), help="法规库文件夹")
    parser.add_argument("--local", type=Path, help="地方规定文件夹（law/local/<行政区划代码>）")
    verbs = parser.add_subparsers(title="动作", metavar="动作", required=True)
    _verb(verbs, "list", _list, "列出全部程序")
    _verb(verbs, "show", _show, "一个程序的步骤、条件、期限和依据").add_argument("name", help="程序的英文名")
    told = _verb(verbs, "explain", _explain, "一个步骤要求什么，依据哪一条")
    told.add_argument("name", help="程序的英文名")
    told.add_argument("step", nargs="?", help="步骤的英文名；不写则说明全部步骤")
    proof = _verb(verbs, "verify", _verify, "证明程序的保证成立、没有死胡同；不成立时讲出反例，退出码为 1")
    proof.add_argument("names", nargs="*", metavar="程序", help="程序的英文名或者文件；不写则证明全部")
    proof.add_argument("--thorough", action="store_true", help="推翻事实认定也在证明之内（慢）")
    proof.add_argument("--cache", type=Path, help="结论按摘要值保存在此文件夹")
    drawing = _verb(verbs, "draw", _draw, "把程序画成图（SVG）")
    drawing.add_argument("name", help="程序的英文名")
    drawing.add_argument("-o", "--output", type=Path, help="写入文件；不写则输出到屏幕")
    versions = _verb(verbs, "compare", _compare, "比较两个版本：增加、删去、修改了什么")
    versions.add_argument("old", help="旧版本：程序名、摘要值或文件")
    versions.add_argument("new", help="新版本：程序名、摘要值或文件")
    export = _verb(
        verbs, "export", _export, "导出：DCR 图（XML）、固定的定义（JSON）、编辑器用的 JSON Schema"
    )
    export.add_argument("what", choices=("dcr", "definition", "schema"), help="导出什么")
    export.add_argument("name", nargs="?", help="程序的英文名")
    export.add_argument("-o", "--output", type=Path, help="写入的文件（schema 为文件夹）")
    _law_check.register(verbs, _verb)
    _law_replay.register(verbs, _verb)
    stories = _verb(verbs, "scenario", _scenario, "运行故事文件，核对预期；有出入时退出码为 1")
    stories.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="故事文件、文件夹，或者 -（标准输入）"
    )


def _verb(verbs: Any, name: str, run: Any, sentence: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(name, help=sentence, description=sentence)
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)
    return parser


def _book(args: argparse.Namespace) -> Book:
    return load_book(args.law, local=args.local)


def _definition(args: argparse.Namespace) -> Definition:
    return _named(_book(args), args.name)


def _named(book: Book, name: str) -> Definition:
    """A procedure of the book by name, or one file from anywhere, read with the book's sources and general acts."""
    if name in book.procedures:
        return book.procedures[name]
    path = Path(name)
    if not path.is_file():
        if path.suffix == ".toml":
            raise InputError("找不到文件", where=name, cure="请检查文件名和目录")
        unknown("程序", name, book.procedures, "fadu law")
    return load_file(path, book=book, past="." in path.stem)


def _list(args: argparse.Namespace) -> int:
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "group": one.group,
            "in_force": one.in_force.isoformat(),
            "source": one.sources[one.source].print(),
            "status": one.sources[one.source].status,
            "steps": sum(not step.general for step in one.steps.values()),
            "digest": one.digest,
        }
        for one in _book(args).procedures.values()
    ]
    if args.json:
        print(json.dumps(rows, ensure_ascii=False, indent=2))
    for row in () if args.json else rows:
        print(f"{row['name']:26}{row['steps']:4} 步  {row['title']}（{row['source']}）")
    return 0


def _show(args: argparse.Namespace) -> int:
    definition = _definition(args)
    if args.json:
        print(json.dumps(definition.as_data(), ensure_ascii=False, indent=2))
        return 0
    print(
        f"{definition.title}　{definition.sources[definition.source].print()}，自{definition.in_force}起施行"
    )
    print(f"摘要值 {definition.digest}")
    for step in definition.steps.values():
        if not step.general:
            outcomes = "／".join(one.title for one in step.outcomes.values())
            tail = f"　结果：{outcomes}" if len(step.outcomes) > 1 else ""
            print(f"  {step.name:28}{step.title}　{step.basis.short}{tail}")
    return 0


def _explain(args: argparse.Namespace) -> int:
    definition = _definition(args)
    if args.step and args.step not in definition.steps:
        unknown("步骤", args.step, definition.steps, definition.name)
    chosen = [args.step] if args.step else [one.name for one in definition.steps.values() if not one.general]
    told = {name: explain.demands(definition, definition.steps[name]) for name in chosen}
    if args.json:
        print(json.dumps({name: {"demands": said, "basis": definition.steps[name].basis.printed} for name, said in told.items()}, ensure_ascii=False, indent=2))  # fmt: skip
        return 0
    for name, said in told.items():
        print(f"{definition.steps[name].title}（{name}）　{definition.steps[name].basis.printed}")
        for sentence in said:
            print(f"  {sentence}")
    return 0


def _verify(args: argparse.Namespace) -> int:
    book = _book(args)
    shapes, status = [], 0
    for name in args.names or list(book.procedures):
        try:
            report = verify.verify(_named(book, name), cache=args.cache, thorough=args.thorough)
        except InputError as error:
            status = 2
            shapes.append(_failed(name, error))
            continue
        status = max(status, 0 if report.ok else 1)
        shapes.append(report.as_json())
        if not args.json:
            _print_report(report)
    if args.json:
        print(json.dumps(shapes, ensure_ascii=False, indent=2))
    return status


def _failed(name: str, error: InputError) -> dict[str, Any]:
    """Tell one file that cannot be used and go on: it hides none of the others."""
    print(error if error.where else f"{name}：{error}", file=sys.stderr)
    return {"name": name, "error": error.as_json()}


def _print_report(report: verify.Report) -> None:
    verdict = "全部成立" if report.ok else f"有{len(report.faults)}处不成立"
    print(
        f"{report.title}（{report.name}）：{verdict}；{len(report.proved)}项保证已证明，{report.states:.3g}种状态，{report.seconds}秒"
    )
    for fault in report.faults:
        print(f"  × {fault.told()}")


def _draw(args: argparse.Namespace) -> int:
    _write(args, draw.draw(_definition(args)))
    return 0


def _compare(args: argparse.Namespace) -> int:
    book = _book(args)
    differences = compare.compare(_version(book, args.old), _version(book, args.new))
    if args.json:
        print(
            json.dumps(
                [vars(one) | {"sentence": one.sentence()} for one in differences],
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        print("\n".join(one.sentence() for one in differences) or "两个版本相同")
    return 0


def _version(book: Book, named: str) -> Definition:
    """A procedure by name, by (the beginning of) its digest, or a file."""
    if named in book.procedures:
        return book.procedures[named]
    every = [*book.procedures.values(), *book.past.values()]
    found = [one for one in every if len(named) >= 8 and one.digest.startswith(named)]
    if found:
        return found[0]
    if not Path(named).is_file():
        raise InputError(
            f"没有名为“{named}”的程序、版本或文件", cure="写程序的英文名、摘要值的前8位以上，或文件路径"
        )
    return load_file(Path(named), book=book, past="." in Path(named).stem)


def _export(args: argparse.Namespace) -> int:
    if args.what == "schema":
        schema.write(args.output or args.law / "schema")
        return 0
    if not args.name:
        raise InputError("没有写哪个程序", cure="fadu law export dcr 程序名")
    definition = _definition(args)
    _write(
        args,
        dcr.export(definition)
        if args.what == "dcr"
        else json.dumps(definition.as_data(), ensure_ascii=False, indent=1),
    )
    return 0


def _write(args: argparse.Namespace, content: str) -> None:
    if args.output:
        write_output(args.output, content)
    else:
        print(content)


def _scenario(args: argparse.Namespace) -> int:
    book, (calendar, _) = _book(args), standard()
    told: list[scenario.Told] = []
    failed: list[dict[str, Any]] = []
    for path in _stories(args.files):
        try:
            story = _story(path)
            if story["procedure"] not in book.procedures:
                unknown("程序", story["procedure"], book.procedures, path.name)
            definition = book.procedures[story["procedure"]]
            told.append(scenario.tell(story, definition, calendar=calendar, name=path.name))
        except InputError as error:
            failed.append(_failed(str(path), error))
            continue
        if not args.json:
            _print_story(told[-1])
    wrong = sum(bool(one.differences) for one in told)
    if args.json:
        print(json.dumps([*(one.as_json() for one in told), *failed], ensure_ascii=False, indent=2))
    else:
        unread = f"，{len(failed)} 个不能运行" if failed else ""
        print(f"{len(told)} 个故事，{len(told) - wrong} 个相符，{wrong} 个有出入{unread}")
    return 2 if failed else 1 if wrong else 0


def _story(path: Path) -> dict[str, Any]:
    if str(path) != "-":
        return scenario.read_story(path)
    try:
        return scenario.parse_story(sys.stdin.buffer.read().decode("utf-8-sig"), "标准输入")
    except UnicodeDecodeError as error:
        raise InputError("不是 UTF-8 编码", where="标准输入", cure="另存为 UTF-8 后再试") from error


def _stories(paths: list[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*.toml")) if path.is_dir() else [path]
        if not inside:
            raise InputError("文件夹中没有故事文件（*.toml）", where=str(path), cure="请检查文件夹")
        found += inside
    return found


def _print_story(told: scenario.Told) -> None:
    print(f"{'×' if told.differences else '✓'} {told.title}（{told.name}）")
    for line in told.lines:
        print(f"    {line.at}  {line.title}　{line.result}")
        for one in line.differences:
            print(f"      × {one}")
