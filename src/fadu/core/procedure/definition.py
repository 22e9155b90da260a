"""A procedure as data: frozen records, one for each table of a law file. Nothing here acts.

The data a definition was built from (``as_data``) is what its digest covers and what a case pins; ``build.from_data``
gives the same definition back without the statute book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from functools import cached_property
from types import MappingProxyType
from typing import Any

from fadu.core.citation import Source
from fadu.core.procedure.parts import (
    NO_BASIS,
    NO_GUARD,
    Accrual,
    Basis,
    DecidedBy,
    Disclosure,
    Extension,
    Field,
    Guard,
    Link,
    Opens,
    Produces,
    Ref,
    Serves,
    Starts,
    Term,
    Wait,
    empty,
)

__all__ = [
    "ALL_CHANNELS", "DONE", "NO_BASIS", "NO_GUARD", "Accrual", "Basis", "Consequences", "DecidedBy", "Definition", "Disclosure",
    "Either", "Extension", "Fact", "Field", "Guarantee", "Guard", "Indicator", "Link", "Number", "Opens", "Outcome", "Pause",
    "Produces", "Ref", "Role", "Serves", "Setting", "Stage", "Starts", "Step", "Term", "Wait",
]  # fmt: skip

ALL_CHANNELS = ("performed", "attested")
DONE = "done"


@dataclass(frozen=True)
class Role:
    """Who may act: a function in an organ, a party, the public, an entry of a register, or the clock. ``real_name`` is the
    level (0 to 3) to which the account of a party or of the public must have been identified."""

    name: str
    title: str
    kind: str = "function"
    organ: str = ""
    function: str = ""
    register: str = ""
    basis: Basis = NO_BASIS
    real_name: int = 0


@dataclass(frozen=True)
class Setting:
    """A value that a city may set, with its source."""

    name: str
    title: str
    value: str | int
    basis: Basis = NO_BASIS
    status: str = "verified"


@dataclass(frozen=True)
class Fact:
    """A yes or no about the case, asked at steps (or answered there by a named check)."""

    name: str
    title: str
    asked: tuple[str, ...]
    basis: Basis
    help: str = ""
    checklist: bool = False
    check: str = ""


@dataclass(frozen=True)
class Either:
    """A named group of conditions of which one suffices."""

    name: str
    any: tuple[Ref, ...]
    title: str = ""
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Consequences:
    """What an act brings about."""

    owes: tuple[str, ...] = ()
    ends: bool = False
    kept: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    restarts_from: str = ""
    discharges: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """One way in which a step can end."""

    name: str
    title: str
    requires: tuple[str, ...] = ()
    guard: Guard = NO_GUARD
    then: Consequences = Consequences()
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Step:
    """One legal step. ``general`` steps come from law/general.toml; ``office`` ones move work and change no state."""

    name: str
    title: str
    by: tuple[str, ...]
    basis: Basis
    outcomes: Mapping[str, Outcome]
    then: Consequences = Consequences()
    help: str = ""
    force: str = "hard"
    escape: bool = False
    guard: Guard = NO_GUARD
    after: tuple[Ref, ...] = ()
    after_any: tuple[Ref, ...] = ()
    waits: tuple[Wait, ...] = ()
    not_while_owed: tuple[str, ...] = ()
    not_after: tuple[Ref, ...] = ()
    reviews: tuple[str, ...] = ()
    not_same_person_as: tuple[str, ...] = ()
    channels: tuple[str, ...] = ALL_CHANNELS
    repeatable: bool = False
    several: bool = False
    max: int = 0
    required: bool = False
    checks: tuple[str, ...] = ()
    panel: str = ""
    opens: Opens | None = None
    links: tuple[Link, ...] = ()
    decided_by: DecidedBy | None = None
    amount_limit: str = ""
    silence: str = ""
    limit: Term | None = None
    accrues: Accrual | None = None
    disclosure: Disclosure | None = None
    readers: Mapping[str, tuple[str, ...]] = default(default_factory=empty)
    produces: Produces | None = None
    serves: Serves | None = None
    fields: Mapping[str, Field] = default(default_factory=empty)
    documents: Mapping[str, Field] = default(default_factory=empty)
    asks: tuple[str, ...] = ()
    general: bool = False
    office: bool = False
    act: str = ""
    targets: tuple[str, ...] = ()

    def entries(self) -> Mapping[str, Field]:
        """Fields and documents together: all that the record of the step may hold."""
        return self._entries

    @cached_property
    def _entries(self) -> Mapping[str, Field]:
        return MappingProxyType({**self.fields, **self.documents})


@dataclass(frozen=True)
class Pause:
    """A time in which steps are blocked and limits may stand still."""

    name: str
    title: str
    start: tuple[Ref, ...]
    until: tuple[Ref, ...]
    blocks: tuple[str, ...] = ()
    ends_by: tuple[Ref, ...] = ()
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Stage:
    """Steps shown together."""

    name: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Guarantee:
    """What the procedure promises, written independently of the relations and proved by ``verify``."""

    basis: Basis
    title: str = ""
    never: tuple[Ref, ...] = ()
    without: tuple[Ref, ...] = ()
    voided_by: tuple[Ref, ...] = ()
    armed_by: tuple[Ref, ...] = ()
    unless: tuple[str, ...] = ()
    only_when: tuple[str, ...] = ()
    after: tuple[Ref, ...] = ()
    cannot_rest_without: tuple[Ref, ...] = ()
    lifted_by: tuple[Ref, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """A figure: among the doings of ``of``, those that one of ``first`` went before (on an earlier day), or that the case
    has one of ``having`` at any time."""

    name: str
    title: str
    of: tuple[Ref, ...]
    basis: Basis
    first: tuple[Ref, ...] = ()
    having: tuple[Ref, ...] = ()
    unless: tuple[str, ...] = ()
    only_when: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Number:
    """The number a case or document gets: its series and form."""

    series: str
    form: str
    per: str = "year"


@dataclass(frozen=True, eq=False)
class Definition:
    """One procedure as in force, merged with the general acts and local rules. Compared and hashed by identity;
    ``digest`` (SHA-256, hex) is what tells versions apart."""

    name: str
    title: str
    in_force: dt.date
    source: str
    opening: str
    steps: Mapping[str, Step]
    digest: str
    data: Mapping[str, Any]
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact] = default(default_factory=empty)
    roles: Mapping[str, Role] = default(default_factory=empty)
    settings: Mapping[str, Setting] = default(default_factory=empty)
    either: Mapping[str, Either] = default(default_factory=empty)
    pauses: Mapping[str, Pause] = default(default_factory=empty)
    stages: Mapping[str, Stage] = default(default_factory=empty)
    guarantees: tuple[Guarantee, ...] = ()
    indicators: Mapping[str, Indicator] = default(default_factory=empty)
    levels: tuple[str, ...] = ()
    number: Number | None = None
    starts: Starts | None = None
    transition: str = ""
    summary: str = ""
    group: str = ""
    sealed: bool = False
    power: bool = True

    def as_data(self) -> dict[str, Any]:
        """Exactly what was hashed: JSON-able, self-contained, accepted by ``build.from_data``."""
        return dict(self.data)

    def title_of(self, ref: Ref | str) -> str:
        """“合法性审查（合法）” for a step or step.outcome."""
        step, _, outcome = str(ref).partition(".")
        title = self.steps[step].title
        return f"{title}（{self.steps[step].outcomes[outcome].title}）" if outcome else title
