"""The index of a folder of texts, kept in one SQLite file beside no one's documents.

Only what citations need is kept: titles, dates, provisions, and which text says that another is repealed. The texts
stay where they are; a file that changed is read again, one that is gone leaves the index.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fadu.core.errors import InputError
from fadu.core.text.citations import Ref
from fadu.core.text.document import Document
from fadu.core.text.library.numbers import number_key, numbers
from fadu.core.text.library.provisions import Provisions, provisions
from fadu.core.text.library.repeal import repeals
from fadu.core.text.outline import Outline, outline
from fadu.core.text.readers import SUFFIXES, read

_SCHEMA = 5
_TABLES = """
create table work (
    id integer primary key, folder text not null, path text not null, mtime integer not null, size integer not null,
    title text not null, normal text not null, carried text not null, subtitle text not null, number text not null, date text not null,
    effect text not null, provisions text not null, problem text not null, unique (folder, path)
);
create index work_normal on work (normal);
create index work_carried on work (carried);
create table repeal (work integer not null references work (id) on delete cascade, normal text not null, words text not null);
create index repeal_normal on repeal (normal);
create table number (work integer not null references work (id) on delete cascade, issuer text not null, rest text not null);
create index number_rest on number (rest);
"""
_SUFFIX = re.compile(
    r"(?:[（(](?:\d{4}年?)?(?:修正|修订|修改|修正本|修订本|本|版|\d{4})[）)]|[（(]\d{4}[-年]\d{1,2}[-月]\d{1,2}日?[）)])+$"
)
_MARKS = str.maketrans(
    {
        "〈": "《",
        "〉": "》",
        "<": "《",
        ">": "》",
        "＜": "《",
        "＞": "》",
        "(": "（",
        ")": "）",
        " ": None,
        "\u3000": None,
        "\xa0": None,
    }
)


def normal_title(title: str) -> str:
    """A title as it is compared: without 中华人民共和国, blanks, the mark of a version; brackets of one kind."""
    return _SUFFIX.sub("", title.translate(_MARKS)).replace("中华人民共和国", "")


@dataclass(frozen=True, slots=True)
class Work:
    """One text of the library. ``date`` is the last one that its notes tell (ISO), empty if none."""

    id: int
    path: Path
    title: str
    subtitle: str
    number: str
    date: str
    effect: str
    provisions: Provisions

    @property
    def start(self) -> str:
        """From which day this version applies (ISO): its date, or the day that it names when that is later."""
        return max(self.date, self.effect)

    def document(self) -> Document:
        """The text itself, read again from its file."""
        return read(self.path)


@dataclass(frozen=True, slots=True)
class Indexed:
    """What one run of indexing did. ``failed`` gives path and reason of each file that could not be read."""

    read: int
    kept: int
    removed: int
    failed: tuple[tuple[str, str], ...]


class Library:
    """The index. Open it with the path of its SQLite file (``:memory:`` for one that is not kept)."""

    def __init__(self, store: Path | str) -> None:
        if isinstance(store, Path):
            store.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(store)
            version = self._db.execute("pragma user_version").fetchone()[0]
            if version not in (0, _SCHEMA):
                self._db.executescript(
                    "drop table if exists number; drop table if exists repeal; drop table if exists work;"
                )
            if version != _SCHEMA:
                self._db.executescript(_TABLES)
                self._db.execute(f"pragma user_version = {_SCHEMA}")
        except sqlite3.DatabaseError as error:
            raise InputError(
                "法规库索引文件打不开", where=str(store), why=str(error), cure="请删除该文件后重新建立索引"
            ) from error
        self._db.execute("pragma foreign_keys = on")

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def index(self, folder: Path, *, progress: Callable[[int, int], None] | None = None) -> Indexed:
        """Bring the index up to date with a folder: new and changed files are read, others kept, missing ones removed.

        ``progress(done, total)`` is called for each file. Raises ``InputError`` when the folder is none.
        """
        if not folder.is_dir():
            raise InputError("法规库目录不存在", where=str(folder), cure="请给出存放法规文本的目录")
        base = str(folder.resolve())
        known = {
            path: (mtime, size)
            for path, mtime, size in self._db.execute(
                "select path, mtime, size from work where folder = ?", (base,)
            )
        }
        files = sorted(
            found for found in folder.rglob("*") if found.suffix.lower() in SUFFIXES and found.is_file()
        )
        done = 0
        for count, file in enumerate(files, start=1):
            path, stat = file.relative_to(folder).as_posix(), file.stat()
            if known.pop(path, None) != (stat.st_mtime_ns, stat.st_size):
                self._take(base, folder, path, stat.st_mtime_ns, stat.st_size)
                done += 1
                if done % 500 == 0:
                    self._db.commit()
            if progress is not None:
                progress(count, len(files))
        self._db.executemany(
            "delete from work where folder = ? and path = ?", [(base, path) for path in known]
        )
        self._db.commit()
        failed = self._db.execute(
            "select path, problem from work where folder = ? and problem <> '' order by path", (base,)
        ).fetchall()
        return Indexed(done, len(files) - done, len(known), tuple(failed))

    def _take(self, base: str, folder: Path, path: str, mtime: int, size: int) -> None:
        self._db.execute("delete from work where folder = ? and path = ?", (base, path))
        try:
            found, problem = outline(read(folder / path).text), ""
        except InputError as error:
            found, problem = Outline(""), str(error)
        dates = [
            event.date
            for event in found.dates
            if event.date and event.kind in ("公布", "修正", "修订", "通过", "批准")
        ]
        effect = next(
            (event.date for event in reversed(found.dates) if event.kind == "施行" and event.date), ""
        )
        row = (
            *(base, path, mtime, size, found.title, normal_title(found.title), normal_title(found.subtitle)),
            *(found.subtitle, found.number),
            *(max(dates, default=effect), effect, json.dumps(provisions(found)), problem),
        )
        cursor = self._db.execute(
            "insert into work (folder, path, mtime, size, title, normal, carried, subtitle, number, date, effect, provisions, problem)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        self._db.executemany(
            "insert into number (work, issuer, rest) values (?, ?, ?)",
            [(cursor.lastrowid, issuer, rest) for issuer, rest in numbers(found)],
        )
        self._db.executemany(
            "insert into repeal (work, normal, words) values (?, ?, ?)",
            [(cursor.lastrowid, normal_title(title), words) for title, words in repeals(found)],
        )

    def __len__(self) -> int:
        return int(self._db.execute("select count(*) from work where problem = ''").fetchone()[0])

    def works(self, title: str) -> list[Work]:
        """The texts with this title, the newest first; several versions, or the books of a code, are several. A text that
        a notice carries (关于印发《…办法》的通知) is found by its own title where none has it as its first."""
        wanted = (normal_title(title),)
        return self._works("normal = ?", wanted) or (self._works("carried = ?", wanted) if wanted[0] else [])

    def numbered(self, ref: Ref) -> list[Work]:
        """The texts issued, published or amended under a number, the newest first. An order whose citation names no
        issuer is found only when one issuer alone has used that number."""
        issuer, rest = number_key(ref)
        rows = self._db.execute("select work, issuer from number where rest = ?", (rest,)).fetchall()
        wanted = [(work, known) for work, known in rows if not issuer or known == issuer]
        if not issuer and len({known for _, known in wanted}) > 1:
            return []
        found = [work for identity, _ in wanted for work in self._works("id = ?", (identity,))]
        return sorted({work.id: work for work in found}.values(), key=lambda work: work.date, reverse=True)

    def all_works(self) -> list[Work]:
        """Every text of the library, by title."""
        return self._works("problem = ''", ())

    def titles(self) -> list[str]:
        """Every title of the library as titles are compared (:func:`normal_title`), each once."""
        return [
            row[0]
            for row in self._db.execute("select distinct normal from work where problem = '' order by normal")
        ]

    def _works(self, where: str, values: tuple[str, ...]) -> list[Work]:
        rows = self._db.execute(
            f"select id, folder, path, title, subtitle, number, date, effect, provisions from work where {where} order by normal, date desc, path",
            values,
        )
        return [
            Work(row[0], Path(row[1]) / row[2], row[3], row[4], row[5], row[6], row[7], json.loads(row[8]))
            for row in rows
        ]

    def repealed_by(self, title: str) -> tuple[Work, str] | None:
        """The text that says that ``title`` is repealed, with its words, the earliest of several; ``None`` when none says so,
        or when a version of ``title`` newer than that text stands in the library (it was made anew under the same title)."""
        normal = normal_title(title)
        newest = next((work.date for work in self.works(title) if work.date), "")
        told = [
            (self._works("id = ?", (identity,))[0], words)
            for identity, words in self._db.execute(
                "select work, words from repeal where normal = ? order by work", (normal,)
            )
        ]
        valid = [
            (work, words)
            for work, words in told
            if normal_title(work.title) != normal and not (newest and work.date and newest > work.date)
        ]
        return min(valid, key=lambda pair: pair[0].start or "9999", default=None)
