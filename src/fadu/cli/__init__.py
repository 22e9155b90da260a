"""The one command-line program. Each module of this package offers ``register(subparsers)`` and owns one noun."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from collections.abc import Mapping, Sequence

from fadu import __version__
from fadu.cli._parser import Parser
from fadu.core.errors import InputError, Refused


def build_parser() -> argparse.ArgumentParser:
    """The whole command tree, found by listing this package: a new noun is a new module."""
    parser = Parser(
        prog="fadu",
        description="法度 Fadu：依法、按时、公开行使公共权力，并留下不可篡改的痕迹。",
        epilog="每个命令都可加 --help 查看说明与示例。",
    )
    parser.add_argument("--version", action="version", version=f"fadu {__version__}")
    subparsers = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if not module.name.startswith("_"):
            importlib.import_module(f"{__name__}.{module.name}").register(subparsers)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit codes: 0 done, 1 refused or verification failed, 2 the input is wrong."""
    args = build_parser().parse_args(argv)
    try:
        return args.run(args) or 0
    except InputError as error:
        return _report(args, error.as_json(), str(error), 2)
    except Refused as refused:
        reasons = [refusal.as_json() for refusal in refused.refusals]
        return _report(args, {"code": "refused", "refusals": reasons}, str(refused), 1)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        return 130


def _report(args: argparse.Namespace, shape: Mapping[str, object], sentence: str, status: int) -> int:
    if getattr(args, "json", False):
        print(json.dumps({"error": shape}, ensure_ascii=False))
    print(sentence, file=sys.stderr)
    return status
