"""What a word of a law file is: its kind, its sentence, its closed values, the table behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What may stand behind a word."""

    TEXT = "文字"
    NAME = "名称"
    NAMES = "名称或名称列表"
    FLAG = "true 或 false"
    NUMBER = "整数"
    DATE = "日期"
    TIME = "期限（如 20 workdays、60 days、3 months）"
    BASIS = "引文（如 25②、30）"
    CHOICES = "［键，中文］的列表"
    FLAG_OR_NAMES = "true、false 或名称列表"
    TEXT_OR_NUMBER = "文字或整数"
    MAP = "名称到名称的表"
    ANY = "名称到值的表"
    TABLE = "表"
    TABLES = "以名称为键的表"
    LIST = "表的列表"
    ONE_OR_LIST = "一个表或表的列表"


@dataclass(frozen=True)
class Word:
    """One word: kind, sentence, whether it must be given, its closed list of values, the table behind it."""

    kind: Kind
    sentence: str
    required: bool = False
    values: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True)
class Table:
    """One table of a law file; ``title`` is what messages call it."""

    title: str
    words: dict[str, Word] = field(default_factory=dict)


def text(sentence: str, *, required: bool = False) -> Word:
    """A sentence."""
    return Word(Kind.TEXT, sentence, required)


def choice(sentence: str, *values: str, required: bool = False) -> Word:
    """One name of a closed list."""
    return Word(Kind.NAME, sentence, required, values)


def name(sentence: str, *, required: bool = False) -> Word:
    """A name."""
    return Word(Kind.NAME, sentence, required)


def names(sentence: str, *values: str, required: bool = False) -> Word:
    """A name or several."""
    return Word(Kind.NAMES, sentence, required, values)


def flag(sentence: str) -> Word:
    """Yes or no."""
    return Word(Kind.FLAG, sentence)


def basis(sentence: str = "依据的条款", *, required: bool = False) -> Word:
    """A citation."""
    return Word(Kind.BASIS, sentence, required)
