"""The product's own source as these tests see it: every Python file parsed once, every import it makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src"
PACKAGE = SRC / "fadu"


@dataclass(frozen=True)
class Module:
    """One parsed file: its path under ``src/fadu`` and its dotted name."""

    path: Path
    tree: ast.Module

    @property
    def short(self) -> str:
        """The path as the tables of these tests write it: ``city/authority/door.py``."""
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def dotted(self) -> str:
        """The name one imports it by."""
        parts = self.path.relative_to(SRC).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def where(self, node: ast.AST) -> str:
        """Place for a message: path and line."""
        return f"{self.short}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """All of fadu but the migrations, which Django writes."""
    return tuple(
        Module(path, ast.parse(path.read_bytes())) for path in _files() if "migrations" not in path.parts
    )


@cache
def migrations() -> tuple[Module, ...]:
    """The migrations alone."""
    return tuple(
        Module(path, ast.parse(path.read_bytes())) for path in _files() if "migrations" in path.parts
    )


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Each name imported, dotted and absolute, with the statement: ``from a.b import c`` gives ``a.b.c``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(module, node)
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def _absolute(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = module.dotted.split(".") if module.path.name == "__init__.py" else module.dotted.split(".")[:-1]
    package = package[: len(package) - node.level + 1]
    return ".".join([*package, *([node.module] if node.module else [])])


def dotted_names(module: Module) -> Iterator[tuple[ast.AST, str]]:
    """Each name or attribute chain as written: ``transaction.atomic``; a call without arguments ends in ``()``, and a
    keyword given a constant reads ``auto_now=True``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute | ast.Name) or (
            isinstance(node, ast.Call) and not node.args and not node.keywords
        ):
            yield node, ast.unparse(node)
        elif isinstance(node, ast.keyword) and isinstance(node.value, ast.Constant):
            yield node.value, f"{node.arg}={node.value.value}"


def definitions(module: Module) -> Iterator[str]:
    """Names that a module defines at its top level, and those of its classes' members: ``Limit``, ``Limit.add``."""
    for node in module.tree.body:
        for name in _defined(node):
            yield name
            if isinstance(node, ast.ClassDef):
                yield from (f"{name}.{member}" for part in node.body for member in _defined(part))


def _defined(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [target.id for target in targets if isinstance(target, ast.Name)]
