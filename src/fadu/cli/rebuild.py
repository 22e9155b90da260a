"""``fadu rebuild``: fold every case again from its acts; compare (``--check``) or write the projections anew."""

from __future__ import annotations

import argparse
import json
from typing import Any

from fadu.city import boot


def register(subparsers: Any) -> None:
    """Add ``rebuild``."""
    parser = subparsers.add_parser(
        "rebuild",
        help="由办理经过重新推算每件案件的状态，核对或重写",
        description="办理经过（history）是唯一的事实，状态、应办和期限都由它推算。--check 只核对，不改变任何内容。",
        epilog="示例：fadu rebuild --check",
    )
    parser.add_argument("--check", action="store_true", help="只核对；有不符即以 1 退出")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import wiring
    from fadu.city.cases.checking import rebuild

    wiring.wire()
    if not args.check:
        count = rebuild.repair()
        print(json.dumps({"written": count}) if args.json else f"已由办理经过重写 {count} 件案件的状态。")
        return 0
    found = list(rebuild.check())
    if args.json:
        print(json.dumps({"differences": [vars(one) for one in found]}, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one.case}：{one.sentence}")
        print(f"核对完毕，{len(found)} 处不符。" if found else "核对完毕，全部相符。")
    return 1 if found else 0
