"""``fadu ledger recover``: put back from a mirror what a restored backup lacks; two persons prove themselves for it."""

from __future__ import annotations

import argparse
import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fadu.core.errors import Refusal, Refused

SHOWN = 40
City = Callable[[str], Any]


def register(verbs: Any, verb: Callable[..., Any], city: City) -> None:
    """Add the verb."""
    one = verb(
        verbs,
        "recover",
        lambda args: _recover(args, city),
        "数据库恢复旧备份以后落后于见证方时，由镜像重新导入缺失的痕迹（须两人）",
        "fadu ledger recover public --entries entries --by 账号 --together 账号 --reason 原因",
    )
    one.description = (
        "先核验镜像，再核对本地账本是它的开头、见证方所见没有超出它，然后把缺失的痕迹逐条放回原位，"
        "并记入一条“恢复”痕迹。痕迹里没有的内容（填写的栏目、材料、文书）不能恢复，逐条列出。先以 --dry-run 查看。"
    )
    one.add_argument("folder", type=Path, help="镜像目录：检查点和散列瓦片")
    one.add_argument("--entries", type=Path, required=True, help="条目包的目录")
    one.add_argument(
        "--access", type=Path, nargs=2, metavar=("镜像", "条目"), help="查阅账本的镜像目录和条目包目录"
    )
    one.add_argument(
        "--case",
        metavar="编号",
        action="append",
        default=[],
        help="回执或者档案所载的案件编号，用以认出整件遗失的案件，可多个",
    )
    one.add_argument("--dry-run", action="store_true", help="只列出将恢复和不能恢复的，不改变任何内容")
    one.add_argument("--by", metavar="账号", help="办理人：具有人员管理职能的账号")
    one.add_argument("--together", metavar="账号", help="会同办理人：具有监督职能的另一人的账号")
    one.add_argument("--reason", default="", help="原因：何时因何恢复了旧备份")


def _recover(args: argparse.Namespace, city: City) -> int:
    recovering, models = city("ledger.recovering"), city("ledger.models")
    cases = models.CaseHead.objects.filter(case_ref__startswith="case/").values_list("case_ref", flat=True)
    named = [f"case/{one.removeprefix('case/')}" for one in args.case]
    candidates = [*named, *(f"register/archive/{ref.removeprefix('case/')}" for ref in (*cases, *named))]
    found = recovering.plan(
        args.folder, args.entries, candidates=candidates, access=tuple(args.access) if args.access else None
    )
    if args.dry_run:
        _tell(args, {"done": False, **found.as_json()}, _sentences(found, found.lost))
        return 0
    if not (args.by and args.together):
        raise Refused(
            Refusal(
                "two_persons",
                "恢复账本须由两人共同办理",
                cure="请以 --by 和 --together 指明两个账号；只查看的用 --dry-run",
            )
        )
    at = city("authority.clock").now()
    leaf, lost = recovering.recover(
        found,
        by=_proved(args.by, "staffing", "人员管理", city),
        together=_proved(args.together, "supervise", "监督", city),
        reason=args.reason,
        at=at,
    )
    lines = [
        *_sentences(found, lost),
        f"已恢复，恢复痕迹 {leaf.hash.hex()}。请运行 fadu ledger publish 和 fadu ledger check --witness，"
        "并由有关单位凭纸质材料、回执和档案包补录未能恢复的内容。",
    ]
    _tell(args, {"done": True, "leaf": leaf.hash.hex(), **found.as_json(), "lost": lost}, lines)
    return 0


def _proved(username: str, function: str, title: str, city: City) -> Any:
    """The person behind an account, by password and one-time code, who must hold a post with that function."""
    clock = city("authority.clock")
    password = getpass.getpass(f"{username} 的口令：")
    code = getpass.getpass(f"{username} 的动态口令（没有的直接回车）：")
    user = city("accounts.login").log_in(username, password, code, at=clock.wall())
    actor = city("authority.queries").actor_for(user, at=clock.now())
    held = next((one for one in actor.holdings if function in one.functions), None)
    if held is None:
        raise Refused(
            Refusal("no_power", f"账号 {username} 没有“{title}”职能", cure="请由具有该职能的在任人员办理")
        )
    return actor.who(held)


def _sentences(found: Any, lost: list[str]) -> list[str]:
    cases = {one.case_ref for one in found.entries if one.case_ref}
    lines = [
        f"本地账本 {found.since} 条，镜像 {found.size} 条，见证方见过 {found.witnessed or '—'} 条："
        f"缺失 {len(found.entries)} 条痕迹，涉及 {len(cases)} 件案件或登记"
    ]
    if found.access:
        lines.append(f"查阅账本恢复 {found.access.size - found.access.since} 条，至 {found.access.size} 条")
    if lost:
        lines += [f"不能恢复的 {len(lost)} 项：", *(f"  · {one}" for one in lost[:SHOWN])]
    if len(lost) > SHOWN:
        lines.append(f"  · 另有 {len(lost) - SHOWN} 项，全部见 --json 和恢复痕迹")
    return lines


def _tell(args: argparse.Namespace, data: dict[str, Any], lines: list[str]) -> None:
    print(json.dumps(data, ensure_ascii=False) if args.json else "\n".join(lines), flush=True)
