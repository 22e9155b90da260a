"""The argument parser of every command, speaking Chinese: help, usage and what is wrong with a command line."""

from __future__ import annotations

import argparse
import re
from typing import NoReturn

_HEADINGS = (
    ("usage: ", "用法：", 1),
    ("\npositional arguments:\n", "\n参数：\n", -1),
    ("\noptions:\n", "\n选项：\n", -1),
    ("show this help message and exit", "显示本说明", -1),
    ("show program's version number and exit", "显示版本", -1),
)
#: The messages of the standard library's parser (argparse), in the order in which they are tried.
_MESSAGES = (
    (re.compile(r"the following arguments are required: (.+)"), "缺少 {0}"),
    (re.compile(r"unrecognized arguments: (.+)"), "不认识 {0}"),
    (
        re.compile(r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)"),
        "{0} 不能是 {1}，可用的有：{2}",
    ),
    (re.compile(r"argument (.+?): expected one argument"), "{0} 后面缺少一个值"),
    (re.compile(r"argument (.+?): expected at least one argument"), "{0} 后面至少要有一个值"),
    (re.compile(r"argument (.+?): expected (\d+) arguments?"), "{0} 后面要有 {1} 个值"),
    (re.compile(r"argument (.+?): not allowed with argument (.+)"), "{0} 不能与 {1} 同用"),
    (re.compile(r"argument (.+?): ignored explicit argument (.+)"), "{0} 不带值，却写了 {1}"),
    (re.compile(r"argument (.+?): invalid (\S+) value: (.+)"), "{0} 的值 {2} 不对"),
    (re.compile(r"ambiguous option: (.+?) could match (.+)"), "{0} 不明确，可能是 {1}"),
    (re.compile(r"argument (.+?): (.*[^\x00-\x7f].*)"), "{0}：{1}"),
    (re.compile(r"one of the arguments (.+) is required"), "{0} 之中要写一个"),
)


class Parser(argparse.ArgumentParser):
    """``argparse`` with Chinese headings and messages; commands and sub-commands are made of this class."""

    def format_usage(self) -> str:
        """The one-line usage."""
        return _chinese(super().format_usage())

    def format_help(self) -> str:
        """The whole help."""
        return _chinese(super().format_help())

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how the command is used; exit code 2."""
        what = message
        for pattern, words in _MESSAGES:
            if found := pattern.fullmatch(message):
                what = words.format(*found.groups())
                break
        self.exit(2, f"{self.format_usage()}{self.prog}：{what}。加 --help 查看说明与示例。\n")


def _chinese(text: str) -> str:
    for english, chinese, times in _HEADINGS:
        text = text.replace(english, chinese, times)
    return text
