"""Write the generated pages of docs/: the commands as the program describes them, the acts as the source declares them."""

from __future__ import annotations

import argparse
import ast
from collections.abc import Iterator
from pathlib import Path

from fadu.cli import build_parser
from fadu.core.procedure.vocabulary import GENERAL, OVERLAY, PROCEDURE, SOURCE_FILE
from fadu.core.procedure.words import Kind, Table, Word

ROOT = Path(__file__).resolve().parents[1]
CITY = ROOT / "src" / "fadu" / "city"
ACTS_HEAD = """# 行政行为

本系统能够对世界做的全部事情：源代码中每一个以 `@act` 声明的函数，此外别无他门。本页由 `make docs` 生成，请勿手改。

| 名称 | 行为 | 依据 | 所在 | 说明 |
| --- | --- | --- | --- | --- |
"""
HEAD = """# 命令

本页由 `make docs` 从程序自身的帮助生成，请勿手改。退出码：0 完成；1 依法拒绝或核验不通过；2 输入有误。
"""

LANGUAGE_HEAD = """# 法律文件的语言

一部程序一个文件（`src/fadu/law/procedures/`），只用下列词语写成；表中没有的词不存在，装载时即被拒绝并指出。没有表达式、计数和运算。
本页由 `make docs` 从程序读取法律文件所依据的同一张词表生成，请勿手改；供编辑器使用的 JSON Schema 见 `fadu law export schema`。
"""


def commands(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The leaves of the command tree, in the order of their names."""
    branches = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not branches and " " in parser.prog:
        yield parser
    for branch in branches:
        for name in sorted(branch.choices):
            yield from commands(branch.choices[name])


def arguments(command: argparse.ArgumentParser) -> list[argparse.Action]:
    """What can be given to a command, without --help and without what is hidden on purpose."""
    return [
        action for action in command._actions if action.dest != "help" and action.help != argparse.SUPPRESS
    ]


def commands_page() -> str:
    """The whole page: for each command its use, its description, its arguments and its examples."""
    return HEAD + "".join(_section(command) for command in commands(build_parser()))


def _section(command: argparse.ArgumentParser) -> str:
    lines = [f"\n## {command.prog}\n", (command.description or "").strip(), ""]
    rows = [(_spelling(action), " ".join((action.help or "").split())) for action in arguments(command)]
    if rows:
        lines += ["| 参数 | 说明 |", "| --- | --- |"]
        lines += [f"| `{spelling}` | {text.replace('|', '、')} |" for spelling, text in rows]
    if command.epilog:
        lines += ["", "```", command.epilog.strip(), "```"]
    return "\n".join(lines).rstrip() + "\n"


def _spelling(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    value = " ".join(value) if isinstance(value, tuple) else str(value)
    if action.choices:
        value = "{" + ",".join(map(str, action.choices)) + "}"
    if not action.option_strings:
        return value
    return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"


def acts_page() -> str:
    """Every act of the city, by its name: what the law calls it, its basis, where it stands, what it says of itself."""
    rows = []
    for path in sorted(CITY.rglob("*.py")):
        tree = ast.parse(path.read_bytes())
        constants = dict(_constants(tree))
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                said = (
                    (ast.get_docstring(function) or "").split("\n\n")[0].replace("\n", " ").replace("|", "/")
                )
                place = path.relative_to(CITY).as_posix()
                rows += [
                    f"| `{name}` | {title} | {basis} | `{place}` | {said} |"
                    for name, title, basis in _declared(function, constants)
                ]
    return ACTS_HEAD + "\n".join(sorted(rows)) + "\n"


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield from (
                (target.id, node.value.value) for target in node.targets if isinstance(target, ast.Name)
            )


def _declared(function: ast.FunctionDef, constants: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "act":
            words = {word.arg: word.value for word in mark.keywords}
            given = (
                _text(node, constants) for node in (mark.args[0], words.get("title"), words.get("basis"))
            )
            yield tuple(given)


def _text(node: ast.expr | None, constants: dict[str, str]) -> str:
    if node is None:
        return ""
    return constants[node.id] if isinstance(node, ast.Name) else str(ast.literal_eval(node))


def language_page() -> str:
    """Every table of a law file with its words, in the order in which a reader meets them."""
    roots = {
        "程序（`procedures/*.toml`）": PROCEDURE, "一般动作（`general.toml`）": GENERAL,
        "地方规定（`local/<区划代码>/procedures/*.toml`）": OVERLAY, "法源（`sources/*.toml`）": SOURCE_FILE,
    }  # fmt: skip
    shown: dict[int, tuple[str, Table]] = {}
    for title, table in roots.items():
        shown[id(table)] = title, table
    for table in roots.values():
        _enter(table, shown)
    return LANGUAGE_HEAD + "".join(_table_section(title, table) for title, table in shown.values())


def _enter(table: Table, shown: dict[int, tuple[str, Table]]) -> None:
    for word in table.words.values():
        if word.table is not None and id(word.table) not in shown:
            shown[id(word.table)] = word.table.title, word.table
            _enter(word.table, shown)


def _table_section(title: str, table: Table) -> str:
    rows = [
        f"| `{name}`{' ＊' if word.required else ''} | {word.sentence}{_values(word)} | {_behind(word)} |"
        for name, word in table.words.items()
    ]
    head = f"\n## {title}\n\n| 词（＊必须写） | 意思 | 写什么 |\n| --- | --- | --- |\n"
    return head + "\n".join(rows) + "\n"


def _values(word: Word) -> str:
    return f"：{'、'.join(f'`{value}`' for value in word.values)}" if word.values else ""


def _behind(word: Word) -> str:
    if word.values and word.kind is Kind.NAME:
        return "所列名称之一"
    return f"{word.kind}：{word.table.title}" if word.table else str(word.kind)


PAGES = {"commands.md": commands_page, "acts.md": acts_page, "language.md": language_page}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (ROOT / "docs" / name).write_text(page())
        print(f"✓ docs/{name}")


if __name__ == "__main__":
    main()
