"""The small records that steps and guarantees are made of: citations, references, times, fields, consequences of form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from types import MappingProxyType
from typing import Any

from fadu.core.citation import Citation
from fadu.core.terms.limits import Limit


def empty() -> Mapping[str, Any]:
    """A table with nothing in it, shared."""
    return MappingProxyType({})


@dataclass(frozen=True)
class Basis:
    """The law an element rests on: as written, resolved, printed in full and in short, and its standing
    (``verified``, ``unverified``, ``local``)."""

    text: str
    citations: tuple[Citation, ...]
    printed: str
    short: str
    status: str

    def __str__(self) -> str:
        return self.printed


NO_BASIS = Basis("", (), "", "", "verified")


@dataclass(frozen=True)
class Ref:
    """``step`` or ``step.outcome``; ``either`` names a group of such references."""

    step: str
    outcome: str = ""

    def __str__(self) -> str:
        return f"{self.step}.{self.outcome}" if self.outcome else self.step


@dataclass(frozen=True)
class Guard:
    """When something applies: every name of ``all`` is yes, one of ``any`` is yes, every name of ``none`` is no."""

    all: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every fact read, in the order written."""
        return tuple(dict.fromkeys((*self.all, *self.any, *self.none)))

    def __bool__(self) -> bool:
        return bool(self.all or self.any or self.none)


NO_GUARD = Guard()


@dataclass(frozen=True)
class Wait:
    """A minimum time. ``elapse`` must pass; ``grant`` is given to the actor, who may finish earlier; ``before`` at
    least so long before a planned date; ``reached`` not before the planned date itself. ``warn = "clear"`` (of
    ``before``): what is kept only when the first or last day counts is allowed, and warned of."""

    kind: str
    time: Limit | None
    start: tuple[Ref, ...]
    planned: str = ""
    force: str = "hard"
    law: str = ""
    guard: Guard = NO_GUARD
    warn: str = ""
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Extension:
    """How a limit may be extended: at most ``times`` times by up to ``time``, approved by a role."""

    time: Limit
    by: tuple[str, ...]
    times: int = 1
    notice: bool = False
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Term:
    """The time within which an owed step must be done. ``start`` is empty (from the act that made it owed), a step,
    ``step.field`` (a date recorded there), or ``served``, ``received``, ``knew``. ``until``: due on the very
    date recorded in the first of these ``step.field`` that has one (a fixed date is no period and does not roll:
    law/counting ``fixed_date``); ``time`` is then one day. ``warn``: from when so much or less remains, the end is
    warned of."""

    time: Limit
    start: str = ""
    law: str = ""
    extension: Extension | None = None
    paused_while: tuple[str, ...] = ()
    on_expiry: Ref | None = None
    replaces: str = ""
    roll: bool | None = None
    keeps: bool = False
    until: tuple[str, ...] = ()
    warn: Limit | None = None
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Field:
    """One typed entry of a step's record. Nothing said about its class means personal."""

    name: str
    title: str
    type: str
    required: bool | tuple[str, ...] = False
    cls: str = "personal"
    choices: tuple[tuple[str, str], ...] = ()
    columns: Mapping[str, Field] = default(default_factory=empty)
    min: str | int | None = None
    max: str | int | None = None
    max_length: int | None = None
    register: str = ""
    help: str = ""
    basis: Basis = NO_BASIS

    def required_for(self, outcome: str) -> bool:
        """Whether the entry must be given when the step ends in ``outcome``."""
        return self.required if isinstance(self.required, bool) else outcome in self.required


@dataclass(frozen=True)
class Produces:
    """The document a step produces."""

    template: str
    title: str
    number_series: str = ""
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Serves:
    """To whom the document of the step is served."""

    to: tuple[str, ...]
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Disclosure:
    """What a step publishes: only the fields shown."""

    shows: tuple[str, ...]
    basis: Basis
    where: str = ""
    when: str = "at_once"
    duration: str = "permanent"
    review: str = ""


@dataclass(frozen=True)
class DecidedBy:
    """How a body decides: quorum and majority are fractions; ``majority = "head"`` means the head decides."""

    basis: Basis
    quorum: str = ""
    majority: str = ""
    tie: str = ""
    head_last: bool = False
    roll: str = "roll_call"
    advisory: bool = False
    departure_reason: bool = False
    dissent_kept: bool = False
    passes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Opens:
    """Child cases opened by a step: one, or one for each organ of a field; ``done_when`` all, any or an outcome."""

    procedure: str
    per: str = "one"
    done_when: str = "all"
    returns: str = ""
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Link:
    """A reference to another case; ``on`` says which of its acts enter here as attested acts, ``carries`` which of
    their fields enter under another name (those of the same name enter anyway)."""

    procedure: str
    field: str = ""
    relation: str = ""
    on: Mapping[str, Ref] = default(default_factory=empty)
    carries: Mapping[str, str] = default(default_factory=empty)
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Starts:
    """A case to be begun ``every`` year on ``on`` (MM-DD), or every month (DD)."""

    every: str
    on: str
    basis: Basis = NO_BASIS

    def last(self, day: dt.date) -> dt.date:
        """The first day of the period in which ``day`` lies: the last time that the rule's day came round."""
        if self.every == "month":
            month = day if day.day >= int(self.on) else day.replace(day=1) - dt.timedelta(days=1)
            return month.replace(day=int(self.on))
        this_year = dt.date.fromisoformat(f"{day.year:04}-{self.on}")
        return this_year if day >= this_year else this_year.replace(year=day.year - 1)


@dataclass(frozen=True)
class Accrual:
    """An amount that grows with time: ``rate`` of ``base`` (a money field of the step, or ``step.field``) a day or month,
    up to ``cap``. It begins after the end of the step's limit, or after ``start`` (a step, or ``step.date``), and ends
    with one of ``until`` (by default the step itself)."""

    base: str
    rate: str
    per: str
    basis: Basis
    start: str = ""
    cap: str = ""
    not_while: tuple[str, ...] = ()
    until: tuple[str, ...] = ()
