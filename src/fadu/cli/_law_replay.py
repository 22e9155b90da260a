"""``fadu law replay``: the cases of this installation told again under another version of a procedure. It changes nothing."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.cli._inputs import progress
from fadu.cli._law_check import SHOWN, read_text

_RESULTS = (("refusals", "会被拒绝"), ("unjudged", "无法判断"))
_OWED = (("owed_more", "现状下还应办"), ("owed_less", "现状下不再应办"))


def register(verbs: Any, verb: Callable[..., Any]) -> None:
    """Add the verb."""
    one = verb(verbs, "replay", _replay, "已有案件按另一版本重演：哪些会不同，在哪一步，依据哪一条；只看")
    one.add_argument(
        "file", metavar="FILE", help="程序（TOML，文件名即程序名）或者地方规定（TOML，写有 extends）"
    )
    one.add_argument(
        "--procedure", metavar="NAME", help="重演这个程序的案件（程序改了名称时用）；不写则用文件所写的程序"
    )
    one.add_argument("--source", type=Path, help="地方规定所依据的规范（法库中没有的，另附 TOML）")
    one.description = (
        "把本系统正在办理和已经办结的案件，按文件中的程序（地方规定先与现行程序合并）从头再办一遍：逐步说明哪一步会"
        "被拒绝、理由和条文，以及到现在为止应办的有什么不同。当时没有问到的事实列为“无法判断”，补录时已经写明的问题"
        "不再列出。不改变任何内容，已有案件依开启时的版本办理，不受影响；文件是否有死胡同，另用 fadu law verify。"
        "返回值：0 重演完毕，1 有案件的经过打不开，2 文件有误。"
    )
    one.epilog = "示例：fadu law replay major_decision.toml"


def _replay(args: argparse.Namespace) -> int:
    text = read_text(args.file)
    source = read_text(str(args.source)) if args.source else ""
    boot.setup()
    # Models can only be imported after boot.
    from fadu.city import wiring
    from fadu.city.authority import clock
    from fadu.city.cases.checking import eventlog, replaying

    wiring.wire()
    other = replaying.other_version(Path(args.file), text, source, on=clock.now().date())
    procedure = args.procedure or other.name
    eventlog.check_procedure(procedure)
    total, otherwise, unreadable = 0, [], []
    for one in replaying.retold(other, procedure, progress=progress):
        total += 1
        if one.replayed is None:
            unreadable.append(one.as_json())
        elif not one.replayed.same:
            otherwise.append(one.as_json())
    if args.json:
        told = {"procedure": procedure, "title": other.title, "digest": other.digest, "cases": total}
        told |= {"otherwise": otherwise, "unreadable": unreadable}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        print(
            f"按“{other.title}”的这一版本（摘要值 {other.digest[:16]}…）重演 {total} 件案件：{len(otherwise)} 件会不同"
        )
        _show(otherwise)
        for row in unreadable:
            print(f"  × 案件 {row['case']}：办理经过打不开，没有重演；先办 fadu ledger check")
        print("没有改变任何内容；已有案件依开启时的版本办理。")
    return 1 if unreadable else 0


def _show(cases: list[dict[str, Any]]) -> None:
    for row in cases[:SHOWN]:
        print(f"  案件 {row['case']}“{row['title']}”（{'已办结' if row['ended'] else '正在办理'}）")
        for act in row["acts"]:
            for word, title in _RESULTS:
                for reason in act[word]:
                    basis = f"——{reason['basis']}" if reason["basis"] else ""
                    print(f"    第 {act['seq']} 步“{act['step_title']}”{title}：{reason['sentence']}{basis}")
        for word, title in _OWED:
            if row[word]:
                print(f"    {title}：{'、'.join(step['step_title'] for step in row[word])}")
    if len(cases) > SHOWN:
        print(f"  另有 {len(cases) - SHOWN} 件，见 --json")
