"""``fadu run``: a whole node in one command (database, statute book, city, server, worker); ``fadu worker`` alone."""

from __future__ import annotations

import argparse
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from fadu.city import boot
from fadu.city.ledger import witness_node
from fadu.core.errors import InputError

HOST, PORT = "127.0.0.1", 8210
WITNESS = "witness.demo.local"
# How long a child that was asked to end may take, and how long the server may take to answer, in seconds.
PATIENCE, START = 10, 60


def register(subparsers: Any) -> None:
    """Add ``run`` and ``worker``."""
    run = subparsers.add_parser(
        "run",
        help="启动本节点：数据库、法律文件、网站和后台进程",
        description="建立或升级数据库，核对法律文件，启动网站和后台进程。加 --demo 时先建成一座演示城市。",
        epilog="示例：fadu run --demo",
    )
    run.add_argument(
        "--demo", action="store_true", help="演示系统：虚构城市、可拨快的时钟、可切换的身份，只在本机访问"
    )
    run.add_argument("--host", default=HOST, help=f"监听地址（默认 {HOST}）")
    run.add_argument("--port", type=int, default=PORT, help=f"端口（默认 {PORT}）")
    run.add_argument("--workers", type=int, default=2, help="网站进程数（默认 2）")
    run.add_argument("--build-only", action="store_true", help="只建成，不启动")
    run.set_defaults(run=_run)
    worker = subparsers.add_parser(
        "worker",
        help="只运行后台进程：痕迹编号与签发、到期提醒、消息投递",
        description="只运行后台进程：给痕迹编号并签发检查点，提醒到期，投递消息，形成档案包，"
        "删除经接口上传而逾期没有使用的材料（FADU_UPLOAD_DAYS 天，默认 7 天；删除留痕）。",
        epilog="示例：fadu worker",
    )
    worker.add_argument("--once", action="store_true", help="做完眼前的事即退出")
    worker.set_defaults(run=_worker)


def _run(args: argparse.Namespace) -> int:
    if args.demo:
        if args.host not in ("127.0.0.1", "::1", "localhost"):
            raise InputError("演示系统只能在本机访问", where=f"--host {args.host}", cure=f"请改用 {HOST}")
        os.environ["FADU_DEMO"] = "1"
        os.environ.setdefault("FADU_VAR", str(Path("var") / "demo"))
    with _alone(args) if args.demo else nullcontext():
        if not args.build_only:
            _demand_free(args.host, args.port)
        return _prepare_and_serve(args)


@contextmanager
def _alone(args: argparse.Namespace) -> Iterator[None]:
    """One process at a time builds and serves a demonstration's folder; the lock ends with the process, however it ends."""
    folder = Path(os.environ["FADU_VAR"]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "running").open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            mark.seek(0)
            raise InputError(
                "这座演示城市已经在运行", where=str(folder),
                cure=f"直接打开 {mark.read().strip()}；要重新启动，先在原来的窗口按 Ctrl-C；要再建一座，另设 FADU_VAR 和端口",
            ) from None  # fmt: skip
        mark.truncate(0)
        mark.write(f"http://{args.host}:{args.port}/\n")
        mark.flush()
        yield


def _demand_free(host: str, port: int) -> None:
    """Another program on the port would answer in our place, so it is asked before anything is built."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as problem:
            used = isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE
            raise InputError(
                "端口已被别的程序占用" if used else f"不能在这个地址监听（{problem}）", where=f"{host}:{port}",
                cure="换一个端口即可：make run PORT=8211，或者 fadu run --port 8211",
            ) from None  # fmt: skip


def _prepare_and_serve(args: argparse.Namespace) -> int:
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    # A demonstration brings its own witness, unless one is named.
    port = _free_port() if args.demo and not os.environ.get("FADU_WITNESS_URL") else 0
    if port:
        os.environ["FADU_WITNESS_URL"] = f"http://127.0.0.1:{port}"
    boot.setup()
    # Django's settings and models can only be imported after boot.
    from fadu.city import node

    began = time.monotonic()
    witness = _start_witness(port, node) if port else []
    try:
        log_ins = node.prepare(demo=args.demo, say=_progress)
        _print_log_ins(log_ins)
        print(f"准备就绪，用时 {time.monotonic() - began:.0f} 秒。", flush=True)
        return 0 if args.build_only else _serve(args)
    finally:
        _end(witness)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start_witness(port: int, node: Any) -> list[subprocess.Popen[bytes]]:
    """The demonstration's witness: a process with a folder of its own, whose key the city pins."""
    folder = Path(os.environ["FADU_VAR"]).resolve() / "witness"
    node.trust_witness(witness_node.load_signer(folder, WITNESS).key.vkey)
    keys = [part for vkey in node.witnessed_keys() for part in ("--log-key", vkey)]
    command = [
        sys.executable,
        "-m",
        "fadu",
        "ledger",
        "witness",
        "serve",
        "--folder",
        str(folder),
        "--name",
        WITNESS,
    ]
    options = ["--suite", os.environ.get("FADU_LOG_SUITE", "sha256-ed25519"), "--port", str(port), *keys]
    print(f"  见证节点：另一个进程，目录 {folder}（同一台机器，只演示规则）", flush=True)
    return [subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL, start_new_session=True)]


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done == total else "\r"
    if sys.stdout.isatty() or done == total:
        print(f"  {what} {done}/{total}", end=end, flush=True)


def _print_log_ins(log_ins: list[Any]) -> None:
    if not log_ins:
        return
    print("\n演示账号（口令为本次安装随机生成，只显示这一次；演示中也可以在页面顶部直接切换身份）：")
    for one in log_ins:
        print(f"  {one.username:<22} {one.password}   {one.name}")
    print()


def _serve(args: argparse.Namespace) -> int:
    """Server and worker as children; whichever ends takes the other with it."""
    environment = dict(os.environ)
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port),
        "--workers", str(args.workers), "--blocking-threads", "1", "--log-level", "warning",
        "--workers-kill-timeout", "5", "fadu.city.wsgi:application",
    ]  # fmt: skip
    # Sessions of their own: Ctrl-C reaches this process alone, and it ends the others in order. A server process that is
    # interrupted by the terminal while its parent also ends it does not come to an end.
    children = [
        subprocess.Popen(server, env=environment, start_new_session=True),
        subprocess.Popen([sys.executable, "-m", "fadu", "worker"], env=environment, start_new_session=True),
    ]
    # A handler that only notes: an exception raised in the middle of asking a child would leave its lock taken.
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, frame: asked.append(got))
    try:
        if _answers(children, args.host, args.port):
            print(f"法度已启动：http://{args.host}:{args.port}/   （按 Ctrl-C 停止）", flush=True)
        while not asked and all(child.poll() is None for child in children):
            time.sleep(0.3)
        if asked:
            print("\n正在停止……", flush=True)
    finally:  # the terminal may be gone, and with it the place to print to
        _end(children)
    if not asked:
        raise InputError(
            "网站或者后台进程自行结束（原因见上），已全部停止", where=f"http://{args.host}:{args.port}/",
            cure="已经办理的都已保存；排除原因后用同一个命令重新启动",
        )  # fmt: skip
    print("已停止，已经办理的都已保存；重新启动用同一个命令。", flush=True)
    return 0


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _answers(children: list[subprocess.Popen[bytes]], host: str, port: int) -> bool:
    """Wait until the server takes connections; false if a child ended or it took too long."""
    until = time.monotonic() + START
    while time.monotonic() < until and all(child.poll() is None for child in children):
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to end, wait, and end what does not."""
    for child in children:
        child.terminate()
    for child in children:
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _worker(args: argparse.Namespace) -> int:
    boot.setup()
    from fadu.city import node

    if args.once:
        node.stand_ready()
        node.work_once()
    else:
        node.work(poll_seconds=1.0)
    return 0
