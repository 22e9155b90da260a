"""``fadu ledger``: verify a receipt, check the ledger, publish, export, and run a witness."""

from __future__ import annotations

import argparse
import importlib
import json
import time
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.city.ledger import witness_node
from fadu.cli import _ledger_recover
from fadu.core.errors import InputError
from fadu.core.log import bundle, note, verify
from fadu.core.log.errors import ProofError
from fadu.core.log.mirror import verify_mirror
from fadu.core.log.suites import suite_named


def register(subparsers: Any) -> None:
    """Add the noun ``ledger`` with its verbs."""
    parser = subparsers.add_parser(
        "ledger",
        help="痕迹账本：验证回执、检查、签发、导出、见证",
        description="痕迹账本：验证回执、检查账本、签发检查点、导出瓦片、运行见证节点。",
    )
    verbs = parser.add_subparsers(title="动作", metavar="动作", required=True)
    _register_offline(verbs)
    _register_check(verbs)
    _register_publish(verbs)
    _ledger_recover.register(verbs, _verb, _city)
    _register_witness(verbs)


def _verb(verbs: Any, name: str, run: Any, text: str, example: str, *, as_json: bool = True) -> Any:
    parser = verbs.add_parser(name, help=text, description=text, epilog=f"示例：{example}")
    parser.set_defaults(run=run)
    if as_json:
        parser.add_argument("--json", action="store_true", help="输出 JSON")
    return parser


def _register_offline(verbs: Any) -> None:
    one = _verb(
        verbs,
        "verify-receipt",
        _verify_receipt,
        "离线验证一份回执，不需要联网和数据库",
        "fadu ledger verify-receipt receipt.json",
        as_json=False,
    )
    one.description = f"{one.description}。{verify.EXIT_CODES}"
    one.add_argument("receipt", type=Path, help="回执文件（JSON）")
    verify.add_options(one)
    mirror = _verb(
        verbs,
        "verify-mirror",
        _verify_mirror,
        "离线核验整个账本的镜像：条目、瓦片与签名的检查点",
        "fadu ledger verify-mirror public --entries entries --log-key KEY",
    )
    mirror.description = f"{mirror.description}。返回值：0 一致，1 有误，2 读不懂。"
    mirror.add_argument("folder", type=Path, help="检查点和散列瓦片的目录")
    mirror.add_argument("--entries", type=Path, required=True, help="条目包的目录")
    mirror.add_argument("--log-key", metavar="KEY", required=True, help="账本公钥")
    mirror.add_argument(
        "--witness-key", metavar="KEY", action="append", default=[], help="见证方公钥，可多个"
    )
    mirror.add_argument("--suite", default="sha256-ed25519", help="账本的密码套件")
    two = _verb(
        verbs,
        "verifier",
        _verifier,
        "写出可交给公民的单文件验证程序",
        "fadu ledger verifier fadu-verify.pyz",
        as_json=False,
    )
    two.add_argument("file", type=Path, help="写到哪里")


def _register_check(verbs: Any) -> None:
    one = _verb(
        verbs,
        "check",
        _check,
        "重新推算整个账本，查出改动、删除、插入、调换、截尾和分叉",
        "fadu ledger check --level 3",
    )
    one.description = f"{one.description}。返回值：0 账本完好，1 有损坏，2 无法检查。"
    one.add_argument(
        "--level", type=int, choices=(1, 2, 3), default=3, help="1 树与检查点；2 加痕迹格式；3 加各案链条"
    )
    one.add_argument("--log", choices=("main", "access"), default="main", help="主账本或者查阅账本")
    one.add_argument(
        "--checkpoint", type=Path, action="append", default=[], help="别处保存的检查点文件，一并比对"
    )
    one.add_argument("--mirror", type=Path, help="镜像瓦片的目录，一并比对")
    one.add_argument("--witness", action="store_true", help="向见证方取其所见的检查点，一并比对")


def _register_publish(verbs: Any) -> None:
    one = _verb(
        verbs,
        "publish",
        _publish,
        "为已提交的痕迹编号，签发检查点，请见证方签名",
        "fadu ledger publish --every 10",
    )
    one.add_argument("--every", type=float, metavar="SECONDS", help="持续运行，每隔若干秒一次")
    two = _verb(
        verbs,
        "export-tiles",
        _export,
        "把检查点和瓦片导出为静态文件，供镜像和监督",
        "fadu ledger export-tiles public",
    )
    two.add_argument("folder", type=Path, help="公开目录：检查点和散列瓦片")
    two.add_argument("--entries", type=Path, help="条目包的目录，只供监督、档案和监测节点")
    two.add_argument("--log", choices=("main", "access"), default="main", help="主账本或者查阅账本")


def _register_witness(verbs: Any) -> None:
    witness = verbs.add_parser(
        "witness", help="见证节点", description="监督机关的见证节点：只为延续旧账的检查点签名"
    )
    actions = witness.add_subparsers(title="动作", metavar="动作", required=True)
    serve = _verb(
        actions,
        "serve",
        _serve_witness,
        "运行见证节点",
        "fadu ledger witness serve --folder w --log-key KEY",
        as_json=False,
    )
    key = _verb(
        actions,
        "key",
        _witness_key,
        "显示见证节点的公钥（首次使用时生成）",
        "fadu ledger witness key --folder w",
    )
    for one in (serve, key):
        one.add_argument("--folder", type=Path, required=True, help="见证节点自己的目录：密钥和数据库")
        one.add_argument("--name", default="witness.local", help="见证方的名称")
    serve.add_argument(
        "--log-key", action="append", required=True, metavar="KEY", help="所见证账本的公钥，可多个"
    )
    serve.add_argument("--suite", default="sha256-ed25519", help="所见证账本的密码套件")
    serve.add_argument("--host", default="127.0.0.1", help="监听地址")
    serve.add_argument("--port", type=int, default=8701, help="监听端口，0 为任选")
    _verb(verbs, "keys", _keys, "显示本账本的公钥", "fadu ledger keys --json")


def _verify_receipt(args: argparse.Namespace) -> int:
    return verify.run(
        args.receipt,
        log_key=args.log_key,
        promise_key=args.promise_key,
        as_json=args.json,
        tsa_anchor=args.tsa_anchor,
    )


def _verify_mirror(args: argparse.Namespace) -> int:
    key, others = note.parse_vkey(args.log_key), [note.parse_vkey(vkey) for vkey in args.witness_key]
    try:
        signed = verify_mirror(args.folder, args.entries, key, suite_named(args.suite), others=others)
    except ProofError as error:
        _say(args, {"sound": False, "error": error.as_json()}, f"镜像有误：{error}")
        return 1
    data = {"sound": True, "origin": signed.origin, "size": signed.size, "root": signed.root.hex()}
    _say(args, data, f"镜像完好：账本 {signed.origin} 的 {signed.size} 条与签名的检查点一致")
    return 0


def _verifier(args: argparse.Namespace) -> int:
    args.file.write_bytes(bundle.build())
    print(f"已写出 {args.file}，用法：python3 {args.file.name} receipt.json")
    return 0


def _city(module: str) -> Any:
    """A module of the ledger's app, after Django is configured; the offline verbs never come here."""
    boot.setup()
    tables = importlib.import_module("django.db").connection.introspection.table_names()
    if "ledger_leaf" not in tables:
        raise InputError("数据库还没有建表", cure="请先运行 fadu run，或者核对 FADU_DATABASE_URL 与 FADU_VAR")
    return importlib.import_module(f"fadu.city.{module}")


def _say(args: argparse.Namespace, data: dict[str, Any], sentence: str) -> None:
    print(json.dumps(data, ensure_ascii=False) if args.json else sentence, flush=True)


def _check(args: argparse.Namespace) -> int:
    log = _city("ledger.models").Log[args.log.upper()]
    others = [path.read_text() for path in args.checkpoint]
    if args.witness and (seen := _city("ledger.witnessing").witness_note(log)):
        others.append(seen)
    report = _city("ledger.check").check(log=log, level=args.level, others=others, mirror=args.mirror)
    looked = f"{report.leaves} 条痕迹、{report.cases} 件案件、{report.checkpoints} 个检查点"
    if report.sound:
        _say(args, report.as_json(), f"账本完好：{looked}")
        return 0
    lines = [
        f"账本有损坏（查验 {looked}）",
        f"第一处：{report.first}",
        *(f"  · {one}" for one in report.findings),
    ]
    _say(args, report.as_json(), "\n".join(lines))
    return 1


def _publish(args: argparse.Namespace) -> int:
    publishing, clock = _city("ledger.publishing"), _city("authority.clock")
    publishing.demand_not_behind()
    while True:
        published = publishing.publish(at=clock.now())
        witness = "，".join(published.witnesses) or published.witness_problem or "未设见证方"
        sentence = f"检查点 {published.size} 条，查阅账本 {published.access_size} 条；见证：{witness}"
        _say(args, published.as_json(), sentence)
        if args.every is None:
            return 0
        time.sleep(args.every)


def _export(args: argparse.Namespace) -> int:
    log = _city("ledger.models").Log[args.log.upper()]
    done = _city("ledger.export").export_tiles(args.folder, log=log, entries=args.entries)
    _say(
        args,
        {"size": done.size, "files": done.files},
        f"已导出至 {args.folder}：{done.size} 条，写入 {done.files} 个文件",
    )
    return 0


def _keys(args: argparse.Namespace) -> int:
    identity = _city("ledger.identity")
    keys = {
        "log": identity.log_signer().key.vkey,
        "promise": identity.promise_signer().key.vkey,
        "access": identity.log_signer(_city("ledger.models").Log.ACCESS).key.vkey,
        "witnesses": [key.vkey for key in identity.witness_keys()],
    }
    lines = [f"账本公钥 {keys['log']}", f"承诺公钥 {keys['promise']}", f"查阅账本公钥 {keys['access']}"]
    _say(args, keys, "\n".join([*lines, *(f"见证公钥 {vkey}" for vkey in keys["witnesses"])]))
    return 0


def _witness_key(args: argparse.Namespace) -> int:
    vkey = witness_node.load_signer(args.folder, args.name).key.vkey
    _say(args, {"key": vkey}, vkey)
    return 0


def _serve_witness(args: argparse.Namespace) -> int:
    signer = witness_node.load_signer(args.folder, args.name)
    store = witness_node.SqliteWitnessStore(args.folder / "witness.sqlite3")
    watched = witness_node.watch(args.log_key, args.suite)
    server = witness_node.WitnessServer((args.host, args.port), store, signer, watched)
    print(
        f"见证节点 {signer.key.vkey}\n监听 http://{args.host}:{server.server_address[1]}，按 Ctrl-C 停止",
        flush=True,
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
        store.close()
    return 0
