"""``fadu check``: the four checks (及时、真实、完整、准确) over every case, as the supervisors' page shows them."""

from __future__ import annotations

import argparse
import json
from typing import Any

from fadu.city import boot


def register(subparsers: Any) -> None:
    """Add ``check``."""
    parser = subparsers.add_parser(
        "check",
        help="四项核查：及时、真实、完整、准确，逐案逐步",
        description=(
            "对每一件案件的每一步重新核查，不相信任何已存的结论，不改变任何内容，也不留核查记录"
            "（留记录的核查在监督页面办理）。账本本身有没有被改动，另用 fadu ledger check。"
            "返回值：0 没有问题，1 发现问题，2 无法核查。"
        ),
        epilog="示例：fadu check --only true",
    )
    parser.add_argument(
        "--only",
        choices=("timely", "true", "complete", "accurate"),
        action="append",
        help="只显示其中一项，可多次：timely 及时，true 真实，complete 完整，accurate 准确",
    )
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import wiring
    from fadu.city.supervision import four

    wiring.wire()
    found = [one for one in four.run() if not args.only or one.check.name in args.only]
    if args.json:
        data = [
            {
                "check": one.check.name,
                "title": one.check.title,
                "total": one.total,
                "wrong": [wrong.as_json() for wrong in one.wrong],
            }
            for one in found
        ]
        print(json.dumps({"checks": data}, ensure_ascii=False))
    else:
        for one in found:
            told = f"{len(one.wrong)} 处问题" if one.wrong else "没有问题"
            print(f"{one.check.title}（{one.check.meaning}）：核查 {one.total} 步，{told}")
            for wrong in one.wrong:
                place = f"案件 {wrong.case}“{wrong.title}”" if wrong.case else "文号"
                print(f"  · {place}{f'第 {wrong.seq} 步' if wrong.seq else ''}：{wrong.sentence}")
    return 1 if any(one.wrong for one in found) else 0
