"""What a work plan is once read: sections, tasks with their responsible units and dates, and what was left over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

START = 24
"""``start`` of a task is its first 24 characters: enough to find it again in the document."""

TITLE = 60
"""A numbered paragraph without a short title is named by its first 60 characters."""


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered heading. ``level`` counts from 1; ``no`` is the number as printed (一、 （二） 3.), empty if none is."""

    level: int
    no: str
    title: str


@dataclass(frozen=True, slots=True)
class Units:
    """Who answers for a task, in the document's own words.

    ``units`` holds everybody named, in order; ``lead`` 牵头, ``support`` 配合, ``guide`` 指导 are the parts of it whose role
    the document states (``lead`` is empty when it names none). ``etc`` says that the list is left open (等).
    ``sets`` are the members of ``units`` that name no single organ (各乡镇人民政府、其他市级相关部门): the office expands
    them to named organs before anyone can accept the task.
    """

    raw: str = ""
    units: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    support: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()
    etc: bool = False
    sets: tuple[str, ...] = ()
    deadline_text: str | None = None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """When a task is due: ``on`` is empty where the words name no day (长期坚持, 每季度, X月底前)."""

    on: date | None = None
    text: str | None = None
    milestones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    ``section_path`` lists the numbers of the headings it stands under, ``no`` its own number. ``proposed`` marks what
    the reader cut out of prose, or a numbered item without units: a person confirms it. ``inherited`` says that the
    units were stated once for several tasks.
    """

    section_path: tuple[str, ...]
    no: str | None
    text: str
    who: Units = field(default_factory=Units)
    due: Due = field(default_factory=Due)
    group: str | None = None
    proposed: bool = False
    inherited: bool = False

    def as_json(self) -> dict[str, Any]:
        """The task as plain data."""
        data: dict[str, Any] = {
            "section_path": list(self.section_path),
            "no": self.no,
            "start": self.text[:START],
            "text": self.text,
            "units_raw": self.who.raw,
            "lead": list(self.who.lead),
            "support": list(self.who.support),
            "guide": list(self.who.guide),
            "units": list(self.who.units),
            "sets": list(self.who.sets),
            "etc": self.who.etc,
            "deadline": self.due.on.isoformat() if self.due.on else None,
            "deadline_text": self.due.text,
            "proposed": self.proposed,
            "inherited": self.inherited,
        }
        if self.due.milestones:
            data["milestones"] = list(self.due.milestones)
        if self.group:
            data["group"] = self.group
        if self.who.people:
            data["people"] = list(self.who.people)
        return data


@dataclass(frozen=True, slots=True)
class Note:
    """What the reader did that a person should know or check. ``code`` is stable and machine-readable."""

    code: str
    sentence: str
    where: str = ""

    def as_json(self) -> dict[str, str]:
        """The note as plain data."""
        return {"code": self.code, "sentence": self.sentence, "where": self.where}


@dataclass(frozen=True, slots=True)
class Plan:
    """A work plan as read. ``rest`` holds the sentences of the body that became no task: principles, closing words."""

    title: str
    sections: tuple[Section, ...]
    tasks: tuple[Task, ...]
    warnings: tuple[Note, ...] = ()
    rest: tuple[str, ...] = ()
    year: int | None = None
    doc_number: str | None = None
    issuer: str | None = None
    issued: date | None = None
    source: str = ""
    encoding: str = ""

    def as_json(self) -> dict[str, Any]:
        """The plan as plain data, with the fields of the published truth files and ours beside them."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "doc_number": self.doc_number,
            "date": self.issued.isoformat() if self.issued else None,
            "year": self.year,
            "source": self.source,
            "encoding": self.encoding,
            "sections": [{"level": s.level, "no": s.no, "title": s.title} for s in self.sections],
            "tasks": [task.as_json() for task in self.tasks],
            "warnings": [note.as_json() for note in self.warnings],
            "rest": list(self.rest),
        }
