"""Which fonts are here for the faces the standard names, and what stands in for those that are not.

The faces of GB/T 9704-2012 are proprietary: a city installs its licensed files, everyone else gets a free family with
Simplified glyphs, and is told so. Nothing ever falls to whatever font comes first, which would be a Japanese one.
"""

from __future__ import annotations

import functools
import os
import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

from fadu.core.errors import InputError


@dataclass(frozen=True, slots=True)
class Family:
    """A font family as the typesetter selects it; ``latin`` is the family its digits and letters are taken from."""

    name: str
    weight: int = 400
    latin: str = ""


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the standard: ``name`` as the standard has it, ``word`` as Word's font list has it."""

    name: str
    word: str
    family: Family
    substituted: bool

    def sentence(self) -> str:
        """What the face was set in, as a report says it."""
        if not self.substituted:
            return f"{self.name}：{self.family.name}"
        return f"{self.name}以{self.family.name}代替（未安装{self.word}）"


@dataclass(frozen=True, slots=True)
class FontSet:
    """Every face with its family, the families for rare characters, and the folders they were found in."""

    faces: dict[str, Face]
    fallback: tuple[str, ...]
    folders: tuple[Path, ...]

    @property
    def substitutions(self) -> tuple[str, ...]:
        """One sentence for each face that is not the standard's own."""
        return tuple(face.sentence() for face in self.faces.values() if face.substituted)


@functools.cache
def table() -> dict[str, Any]:
    """``fonts.toml``: the licensed families of each face and their free substitutes."""
    return tomllib.loads(files("fadu.core.text.typeset").joinpath("fonts.toml").read_text(encoding="utf-8"))


def licensed_families() -> dict[str, str]:
    """Every family that is the standard's own, with the name of its face."""
    return {name: face for face, row in table()["faces"].items() for name in row["licensed"]}


@functools.cache
def find_fonts() -> FontSet:
    """Look through the font folders once a process.

    ``FADU_FONTS`` names folders to be searched before the system's. Raises ``InputError`` when a face has neither its
    own family nor any free one: a document is never set in glyphs of another country.
    """
    named = [Path(part) for part in os.environ.get("FADU_FONTS", "").split(os.pathsep) if part]
    folders = [folder.expanduser() for folder in [*named, *map(Path, table()["folders"])]]
    present = tuple(folder for folder in folders if folder.is_dir())
    here: dict[str, set[int]] = {}
    for font in typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=list(present)
    ).fonts():
        here.setdefault(font.family, set()).add(font.weight)
    faces = {name: _face(name, row, here) for name, row in table()["faces"].items()}
    fallback = tuple(name for name in table()["fallback"]["families"] if name in here)
    return FontSet(faces, fallback, present)


def _face(name: str, row: dict[str, Any], here: dict[str, set[int]]) -> Face:
    for substituted, wanted in ((False, row["licensed"]), (True, row["free"])):
        for entry in wanted:
            family, _, weight = entry.partition(":")
            if family in here and (not weight or int(weight) in here[family]):
                latin = row.get("latin", {}).get(family, "")
                return Face(
                    name,
                    row["word"],
                    Family(family, int(weight or 400), latin if latin in here else ""),
                    substituted,
                )
    raise InputError(
        f"没有可用的{name}字体，也没有可代替的简体字体",
        why="GB/T 9704-2012 规定了公文字体，且不得以日文字形排印",
        cure=f"运行“{table()['install']}”，或把字体文件放入 FADU_FONTS 所指的目录",
    )
