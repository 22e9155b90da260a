"""A procedure as data: frozen records, one for each table of a law file. Nothing here acts.

The data a definition was built from (``as_data``) is what its digest covers and what a case pins; ``build.from_data``
gives the same definition back without the statute book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as default
from types import MappingProxyType
from typing import Any

from fadu.core.citation import Citation, Source
from fadu.core.terms.limits import Limit

ALL_CHANNELS = ("performed", "attested")
DONE = "done"


def _empty() -> Mapping[str, Any]:
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
class Wait:
    """A minimum time. ``elapse`` must pass; ``grant`` is given to the actor, who may finish earlier; ``before`` at
    least so long before a planned date; ``reached`` not before the planned date itself."""

    kind: str
    time: Limit | None
    start: tuple[Ref, ...]
    planned: str = ""
    force: str = "hard"
    law: str = ""
    guard: Guard = Guard()
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
    ``step.field`` (a date recorded there), or ``served``, ``received``, ``knew``."""

    time: Limit
    start: str = ""
    law: str = ""
    extension: Extension | None = None
    paused_while: tuple[str, ...] = ()
    on_expiry: Ref | None = None
    replaces: str = ""
    roll: bool | None = None
    keeps: bool = False
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
    columns: Mapping[str, Field] = default(default_factory=_empty)
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
    """A reference to another case; ``on`` says which of its acts enter here as attested acts."""

    procedure: str
    field: str = ""
    relation: str = ""
    on: Mapping[str, Ref] = default(default_factory=_empty)
    basis: Basis = NO_BASIS


@dataclass(frozen=True)
class Accrual:
    """An amount that grows with time: ``rate`` of the field ``base`` a day or month, up to ``cap``."""

    base: str
    rate: str
    per: str
    basis: Basis
    start: str = ""
    cap: str = ""
    not_while: tuple[str, ...] = ()


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
    guard: Guard = Guard()
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
    guard: Guard = Guard()
    after: tuple[Ref, ...] = ()
    after_any: tuple[Ref, ...] = ()
    waits: tuple[Wait, ...] = ()
    not_while_owed: tuple[str, ...] = ()
    not_after: tuple[Ref, ...] = ()
    reviews: tuple[str, ...] = ()
    not_same_person_as: tuple[str, ...] = ()
    channels: tuple[str, ...] = ALL_CHANNELS
    repeatable: bool = False
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
    readers: Mapping[str, tuple[str, ...]] = default(default_factory=_empty)
    produces: Produces | None = None
    serves: Serves | None = None
    fields: Mapping[str, Field] = default(default_factory=_empty)
    documents: Mapping[str, Field] = default(default_factory=_empty)
    asks: tuple[str, ...] = ()
    general: bool = False
    office: bool = False
    act: str = ""
    targets: tuple[str, ...] = ()

    def entries(self) -> Mapping[str, Field]:
        """Fields and documents together: all that the record of the step may hold."""
        return {**self.fields, **self.documents}


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
    facts: Mapping[str, Fact] = default(default_factory=_empty)
    roles: Mapping[str, Role] = default(default_factory=_empty)
    settings: Mapping[str, Setting] = default(default_factory=_empty)
    either: Mapping[str, Either] = default(default_factory=_empty)
    pauses: Mapping[str, Pause] = default(default_factory=_empty)
    stages: Mapping[str, Stage] = default(default_factory=_empty)
    guarantees: tuple[Guarantee, ...] = ()
    levels: tuple[str, ...] = ()
    number: Number | None = None
    starts: Mapping[str, str] | None = None
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
