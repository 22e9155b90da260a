"""``fadu archive``: check a case package offline; make the packages that wait."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.core.archive import package
from fadu.core.archive.report import NOT_DONE


def register(subparsers: Any) -> None:
    """Add ``archive`` with its verbs."""
    parser = subparsers.add_parser(
        "archive",
        help="档案包：核验、形成",
        description="核验案件档案包（不需要数据库），或者形成待形成的档案包。",
    )
    verbs = parser.add_subparsers(title="动作", metavar="动作", required=True)
    verify = verbs.add_parser(
        "verify",
        help="按四性核验档案包",
        description=(
            "真实、完整、可用、安全四项，离线进行，逐项按 DA/T 70 编号。旁边有“档案包.zip.receipt.json”（归档回执）"
            "和“档案包.zip.tsr”（时间戳）的，一并核验整包。返回值：0 全部通过，1 有问题，2 读不懂。"
        ),
        epilog="示例：fadu archive verify 案卷.zip",
    )
    verify.add_argument("packages", nargs="+", type=Path, metavar="档案包", help="档案包文件（zip）")
    verify.add_argument("--log-key", help="账本公钥；不指定时取自包内并予以提示")
    verify.add_argument(
        "--tsa-anchor",
        type=Path,
        metavar="PEM",
        help="时间戳机构的根证书；一并核验时间戳的签名（须有 openssl）",
    )
    verify.add_argument("--json", action="store_true", help="以 JSON 输出")
    verify.set_defaults(run=_verify)
    make = verbs.add_parser(
        "make",
        help="形成所有待形成的档案包",
        description="为已归档而还没有档案包的案件逐件形成档案包。",
        epilog="示例：fadu archive make",
    )
    make.add_argument("--json", action="store_true", help="以 JSON 输出")
    make.set_defaults(run=_make)


def _verify(args: argparse.Namespace) -> int:
    # Proofs are judged as of now; an old package stays true.
    now = datetime.now(UTC)
    reports = [
        (path, package.check(path, at=now, log_key=args.log_key, tsa_anchor=args.tsa_anchor))
        for path in args.packages
    ]
    if args.json:
        print(
            json.dumps(
                [{"file": str(path), **report.as_json()} for path, report in reports], ensure_ascii=False
            )
        )
    else:
        for path, report in reports:
            print(f"{path}：{report.title}，{report.acts} 步")
            for name, wrong in report.wrong.items():
                print(
                    f"  {name}  {'通过' if not wrong else f'{len(wrong)} 处问题'}（核查 {report.looked[name]} 项）"
                )
                for sentence in wrong:
                    print(f"    - {sentence}")
            for sentence in report.notes:
                print(f"  说明：{sentence}")
            for sentence in NOT_DONE:
                print(f"  未检测：{sentence}")
            if args.log_key is None:
                print("  提示：账本公钥取自档案包，请以 --log-key 指定公开的公钥")
    return 0 if all(report.sound for _, report in reports) else 1


def _make(args: argparse.Namespace) -> int:
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import node

    made = node.make_packages()
    print(json.dumps({"made": made}) if args.json else f"已形成 {made} 个档案包。")
    return 0
