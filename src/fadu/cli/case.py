"""``fadu case``: the cases of this installation as a whole; for now their event log (OCEL 2.0)."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.cli._inputs import print_json, progress, write_output
from fadu.core.errors import InputError


def register(subparsers: Any) -> None:
    """Add ``case`` with its verbs."""
    parser = subparsers.add_parser(
        "case", help="案件：导出事件日志", description="本系统的案件：导出事件日志，供流程挖掘工具使用。"
    )
    verbs = parser.add_subparsers(title="动作", metavar="动作", required=True)
    log = verbs.add_parser(
        "ocel",
        help="导出事件日志（OCEL 2.0 JSON）",
        description=(
            "把案件的办理经过写成 OCEL 2.0 JSON，流程挖掘工具（pm4py 等）可以直接读取。每一步写明步骤、结果、"
            "发生和记录的时间、依据、机关和岗位；案件只以随机标识出现，不含事项名称、栏目内容和自然人。"
            "保密事项不导出。补录中填写的机关、岗位，本市没有的也不写入。不改变任何内容。"
        ),
        epilog="示例：fadu case ocel --procedure major_decision --from 2026-01-01 --to 2026-06-30 -o 上半年.json",
    )
    log.add_argument("--procedure", metavar="NAME", help="只导出这个程序的案件（程序的英文名）；不写则全部")
    log.add_argument("--from", dest="since", type=_day, metavar="DATE", help="立案日期从这一天起（含当日）")
    log.add_argument("--to", dest="until", type=_day, metavar="DATE", help="立案日期到这一天止（含当日）")
    log.add_argument("-o", "--output", required=True, type=Path, metavar="FILE", help="写入的文件（JSON）")
    log.add_argument("--json", action="store_true", help="以 JSON 输出件数")
    log.set_defaults(run=_ocel)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，写作 2026-01-31") from None


def _ocel(args: argparse.Namespace) -> int:
    if args.since and args.until and args.since > args.until:
        raise InputError(
            f"起始日期 {args.since} 晚于截止日期 {args.until}", where="--from、--to", cure="对调两个日期"
        )
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import wiring
    from fadu.city.cases.checking import eventlog

    wiring.wire()
    found = eventlog.event_log(
        procedure=args.procedure or "", since=args.since, until=args.until, progress=progress
    )
    write_output(args.output, json.dumps(found.log, ensure_ascii=False))
    if args.json:
        told = {"file": str(args.output), "cases": found.cases, "acts": found.acts, "sealed": found.sealed}
        print_json(told | {"unreadable": list(found.unreadable)})
    else:
        print(f"已写入 {args.output}：{found.cases} 件案件，{found.acts} 步办理。")
        if found.sealed:
            print(f"另有 {found.sealed} 件保密事项没有导出。")
        for key in found.unreadable:
            print(f"  × 案件 {key}：更正的内容打不开，没有导出；先办 fadu ledger check")
    return 1 if found.unreadable else 0
