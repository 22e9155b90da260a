"""What an act brings about: an ordered list of changes, each setting bits of the marking to constants."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fadu.core.procedure import relations
from fadu.core.procedure.definition import Consequences, Definition, Outcome, Ref, Step
from fadu.core.procedure.formula import TRUE, Bit, Formula, Not, Test, bits, compile_test, conj, disj
from fadu.core.procedure.names import SECRECY_REVIEW, ancestors, descendants


@dataclass(frozen=True, eq=False)
class Change:
    """One change. ``kind``: do, clear (not done, not owed), supersede (not done, owed again), owe, drop, waive, answer
    (value yes or no), ask (answered by the act), start and stop (a pause), open and close (children), end, reopen. ``end`` keeps
    the duties named in ``kept``. It takes place only where ``when`` holds at that point of the list."""

    kind: str
    name: str = ""
    value: str = ""
    when: Formula = TRUE
    kept: tuple[str, ...] = ()
    holds: Test | None = None


def changes_of(definition: Definition, step: Step, outcome: Outcome, target: str) -> tuple[Change, ...]:
    """The changes of one row, in order: what is taken back, what is done, what is answered, what follows."""
    maker = _Changes(definition, step)
    every = [
        *maker.taken_back(step.then, outcome.then),
        *maker.doing(outcome),
        *maker.following(step.then, outcome.then),
    ]
    every += maker.named(target)
    every += maker.newly_required(every)
    return tuple(every)


class _Changes:
    def __init__(self, definition: Definition, step: Step) -> None:
        self.definition, self.step = definition, step

    def taken_back(self, *parts: Consequences) -> Iterator[Change]:
        if any(then.ends for then in parts):
            yield Change("end", kept=tuple(name for then in parts for name in then.kept))
        for then in parts:
            for name in then.discharges:
                yield Change("drop", name)
            for name in then.supersedes:
                yield supersede(name)
        for then in parts:
            if then.restarts_from:
                yield from self.restart(then.restarts_from)
        for other in self.definition.steps.values():
            if self.step.name in other.reviews:
                yield supersede(other.name)

    def restart(self, root: str) -> Iterator[Change]:
        """The whole procedure again from ``root``: all that came after is taken back, only ``root`` is owed."""
        for name in sorted(descendants(self.definition, root) - {self.step.name}):
            yield Change("clear", name)
        yield Change("clear", root)
        yield Change("owe", root)

    def doing(self, outcome: Outcome) -> Iterator[Change]:
        yield Change("do", self.step.name, outcome.name)
        for name in self.step.asks:
            yield Change("ask", name)
        if self.step.opens:
            yield Change("open", self.step.name)
        here = (Ref(self.step.name), Ref(self.step.name, outcome.name))
        for pause in self.definition.pauses.values():
            if any(ref in here for ref in (*pause.until, *pause.ends_by)):
                yield Change("stop", pause.name)
            if any(ref in here for ref in pause.start):
                yield Change("start", pause.name)

    def following(self, *parts: Consequences) -> Iterator[Change]:
        for name in dict.fromkeys(name for then in parts for name in then.owes):
            yield Change("owe", name)
        review = secrecy_reviews(self.definition).get(self.step.name)
        if review:
            yield Change("owe", review)

    def named(self, target: str) -> list[Change]:
        """The changes of a general act on what it names."""
        act = self.step.act
        if act == "waive":
            return [Change("waive", target)] + ([] if target.endswith(".wait") else [Change("drop", target)])
        if act == "overturn":
            return list(self.overturn(*target.split("=")))
        if act == "return":
            return list(self.restart(target))
        if act == "reopen":
            return [Change("reopen"), *self.restart(target)]
        if act == "child_result":
            return [Change("close", target)]
        return []

    def overturn(self, fact: str, value: str) -> Iterator[Change]:
        """A fact is found to be otherwise: steps now applicable that were passed over become owed, and what was done
        on the footing that they did not apply is taken back and owed again."""
        yield Change("answer", fact, value)
        for step in self.definition.steps.values():
            if fact not in step.guard.names:
                continue
            # What reopens or restarts the procedure is no footing to be taken back: it would be owed without a cause.
            later = sorted(
                name
                for name in descendants(self.definition, step.name)
                if not (self.definition.steps[name].general or self.definition.steps[name].then.restarts_from)
            )
            passed_over = disj(Bit("done", name) for name in later)
            reached = relations.preconditions(self.definition, step)
            missing = conj([relations.applies(step.guard), Not(Bit("done", step.name))])
            yield change("owe", step.name, conj([missing, disj([passed_over, reached]), Not(Bit("ended"))]))
            for name in later:
                when = conj([missing, Bit("owed", step.name), Bit("done", name)])
                yield change("supersede", name, when)

    def newly_required(self, so_far: list[Change]) -> Iterator[Change]:
        """``required``: owed as soon as its conditions are met. Only steps whose conditions this act may touch."""
        touched = {part for one in so_far for part in _WRITES[one.kind](one)}
        for step in self.definition.steps.values():
            if not step.required or step.name == self.step.name:
                continue
            met = conj([relations.applies(step.guard), relations.preconditions(self.definition, step)])
            if any((_GROUP.get(bit.kind, bit.kind), bit.name) in touched for bit in bits(met)):
                fresh = [Not(Bit("done", step.name)), Not(Bit("owed", step.name)), Not(Bit("ended"))]
                yield change("owe", step.name, conj([met, *fresh]))


def secrecy_reviews(definition: Definition) -> dict[str, str]:
    """For each step that discloses: the step that reviews it for secrets, or none where that one comes before it."""
    before = ancestors(definition)
    found = {}
    for step in definition.steps.values():
        if step.disclosure:
            review = step.disclosure.review or SECRECY_REVIEW
            found[step.name] = "" if review in before[step.name] else review
    return found


def change(kind: str, name: str, when: Formula) -> Change:
    """A change under a condition."""
    return Change(kind, name, when=when, holds=compile_test(when))


def supersede(name: str) -> Change:
    """Taken back and owed again, only if it was done."""
    return change("supersede", name, Bit("done", name))


def _step_bits(one: Change) -> list[tuple[str, str]]:
    return [("done", one.name), ("owed", one.name)]


# Which bits a change may write, by kind; the two answers to a fact are one thing here.
_GROUP = {"yes": "fact", "no": "fact"}
_WRITES: dict[str, Callable[[Change], list[tuple[str, str]]]] = {
    **dict.fromkeys(("do", "supersede"), _step_bits),
    "clear": lambda one: [*_step_bits(one), ("waived", one.name), ("waiting", one.name)],
    **dict.fromkeys(("owe", "drop"), lambda one: [("owed", one.name)]),
    **dict.fromkeys(("answer", "ask"), lambda one: [("fact", one.name)]),
    **dict.fromkeys(("start", "stop"), lambda one: [("running", one.name)]),
    "waive": lambda one: [("waived", one.name)],
    **dict.fromkeys(("open", "close"), lambda one: [("waiting", one.name)]),
    "end": lambda one: [("ended", "")],
    "reopen": lambda one: [("ended", "")],
}
