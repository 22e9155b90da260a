"""The state of a case: a plain fold over its acts, kept beside the case as compact JSON and advanced act by act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Done(NamedTuple):
    """The latest doing of a step: outcome, when (Beijing time, ISO), the act's number, the digest of its text."""

    outcome: str
    at: str
    seq: int
    text: str = ""


class Owed(NamedTuple):
    """Since when a step is owed, by which act, and which step made it so."""

    at: str
    seq: int
    by: str = ""


class Marking:
    """What is so in a case. Treated as a value: the engine copies before it changes.

    done, owed      step → Done, Owed
    facts           fact → bool (absent = unknown)
    asserted        fact → number of the act that answered it last
    waived          soft step, or ``step.wait`` → number of the act
    waiting         step whose children are open → {child: outcome or ""}
    running         pause → since when; ``pauses``: pause → [[from, to], …] past ones
    ended           [when, act number] or None
    counts          step → how often done (repeatable steps)
    persons         step → natural persons who did or recorded it (steps others must not share)
    dates           ``step.field`` → ISO date, for planned dates and starts of limits
    served          step → {party: ISO date}
    extensions      step → [[time, decided on, act number], …]
    findings        ``seq:code`` → step, still to be corrected or explained
    undisclosed     step → act number, waiting for its secrecy review
    since           step → first time owed (limits whose start is kept)
    last            [occurred at, act number] of the last act folded
    """

    __slots__ = (
        "asserted", "counts", "dates", "done", "ended", "extensions", "facts", "findings", "last", "owed", "pauses",
        "persons", "running", "served", "since", "undisclosed", "waiting", "waived",
    )  # fmt: skip

    def __init__(self) -> None:
        self.done: dict[str, Done] = {}
        self.owed: dict[str, Owed] = {}
        self.facts: dict[str, bool] = {}
        self.asserted: dict[str, int] = {}
        self.waived: dict[str, int] = {}
        self.waiting: dict[str, dict[str, str]] = {}
        self.running: dict[str, str] = {}
        self.pauses: dict[str, list[list[str]]] = {}
        self.ended: list[Any] | None = None
        self.counts: dict[str, int] = {}
        self.persons: dict[str, list[str]] = {}
        self.dates: dict[str, str] = {}
        self.served: dict[str, dict[str, str]] = {}
        self.extensions: dict[str, list[list[Any]]] = {}
        self.findings: dict[str, str] = {}
        self.undisclosed: dict[str, int] = {}
        self.since: dict[str, str] = {}
        self.last: list[Any] = ["", 0]

    def copy(self) -> Marking:
        """A copy whose tables can be changed freely (inner lists are replaced, never changed in place)."""
        new = Marking.__new__(Marking)
        new.done = self.done.copy()
        new.owed = self.owed.copy()
        new.facts = self.facts.copy()
        new.asserted = self.asserted.copy()
        new.waived = self.waived.copy()
        new.waiting = self.waiting.copy()
        new.running = self.running.copy()
        new.pauses = self.pauses.copy()
        new.counts = self.counts.copy()
        new.persons = self.persons.copy()
        new.dates = self.dates.copy()
        new.served = self.served.copy()
        new.extensions = self.extensions.copy()
        new.findings = self.findings.copy()
        new.undisclosed = self.undisclosed.copy()
        new.since = self.since.copy()
        new.ended, new.last = self.ended, self.last
        return new

    def to_data(self) -> dict[str, Any]:
        """Compact JSON-able form: empty tables left out, records as lists."""
        return {name: value for name in _NAMES if (value := getattr(self, name))}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Marking:
        """The marking written by ``to_data``."""
        new = cls()
        for name, value in data.items():
            setattr(new, name, value)
        new.done = {step: Done(*record) for step, record in new.done.items()}
        new.owed = {step: Owed(*record) for step, record in new.owed.items()}
        return new

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Marking) and self.to_data() == other.to_data()

    __hash__ = None  # type: ignore[assignment]  # mutable inside the engine


_NAMES = Marking.__slots__
