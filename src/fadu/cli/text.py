"""``fadu text …``: legal text read, measured against each other, and set. Each subcommand is a module ``_text_*.py``."""

from __future__ import annotations

import argparse
import importlib
import pkgutil

import fadu.cli

_PREFIX = "_text_"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the noun ``text`` with every subcommand found beside this module (``register(subparsers)`` of each)."""
    parser = subparsers.add_parser("text", help="法律文本：结构、引用、比较、审查、排版")
    commands = parser.add_subparsers(title="子命令", metavar="子命令", required=True)
    found = (
        module.name for module in pkgutil.iter_modules(fadu.cli.__path__) if module.name.startswith(_PREFIX)
    )
    for name in sorted(found):
        importlib.import_module(f"fadu.cli.{name}").register(commands)
