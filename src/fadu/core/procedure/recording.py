"""Recording an act: the new marking and what follows, or a refusal. Nothing is half done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import judge
from fadu.core.procedure.act import ATTESTED, Act, Finding
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.fold import advance, corrected, fold, in_order, needs_refold, start
from fadu.core.procedure.marking import Marking
from fadu.core.procedure.table import table_of
from fadu.core.terms import Calendar

# Findings that came with an act from a register's answer of its day: no later act cures them, they are explained.
FROM_REGISTERS = frozenset(
    {"beyond_limit", "wrong_officer", "not_the_head", "member_missing", "not_a_member"}
)
# The outcome of a secrecy review that keeps the text back.
WITHHELD = "withheld"


class Recorded(NamedTuple):
    """What came of an act: the new marking, the act (with its findings when attested), the effects the law orders, the
    steps newly owed and no longer owed, the child procedures to open, and the steps whose disclosure may now go out
    (their secrecy review is done)."""

    marking: Marking
    act: Act
    effects: tuple[str, ...]
    owed_new: tuple[str, ...]
    discharged: tuple[str, ...]
    opened: tuple[str, ...]
    discloses: tuple[str, ...]


def record(
    definition: Definition,
    marking: Marking,
    act: Act,
    *,
    at: dt.datetime,
    calendar: Calendar,
    history: Sequence[Act] = (),
) -> Recorded:
    """Do it, or raise Refused with every reason. An attested act is refused only for its form; what else it breaks is
    written with it as findings. Corrections and late arrivals (``needs_refold``) need the ``history`` of acts."""
    unreadable = judge.form(definition, marking, act, at=at)
    if unreadable:
        raise Refused(*unreadable)
    if needs_refold(definition, marking, act):
        return _refolded(definition, marking, act, at, calendar, history)
    found = judge.conditions(definition, marking, act, calendar=calendar, history=history)
    act = _judged(act, found)
    return _recorded(definition, marking, advance(definition, marking, act), act)


def _judged(act: Act, found: tuple[Refusal, ...]) -> Act:
    if found and act.channel != ATTESTED:
        raise Refused(*found)
    return act.with_findings((*act.findings, *(Finding.of(refusal) for refusal in found))) if found else act


def _refolded(
    definition: Definition,
    marking: Marking,
    act: Act,
    at: dt.datetime,
    calendar: Calendar,
    history: Sequence[Act],
) -> Recorded:
    """Fold again with the act in its place; what it cures or breaks in other attested acts is written with it."""
    if not history and marking.last[1]:
        raise ValueError("a correction or late arrival needs the acts of the case (history=)")
    is_correction = definition.steps[act.step].act == "correct"
    earlier = [one for one in history if one.order < act.order]
    place = marking if is_correction else fold(definition, earlier)
    act = _judged(act, judge.conditions(definition, place, act, calendar=calendar, history=history))
    every = in_order(corrected(definition, [*history, act]))
    created = {key for one in history for key in one.creates}
    cured = {key for one in history for key in one.cures}
    cures: list[str] = []
    creates: dict[str, Finding] = {}
    now = start(definition)
    for one in every:
        if one.channel == ATTESTED and one.seq != act.seq:
            found = {
                refusal.code: refusal
                for refusal in judge.refusals(definition, now, one, at=at, calendar=calendar)
            }
            has = {f"{one.seq}:{finding.code}" for finding in one.findings} | created - cured
            has = {key.partition(":")[2] for key in has if key.startswith(f"{one.seq}:")} - FROM_REGISTERS
            cures += [f"{one.seq}:{code}" for code in has - set(found)]
            for code in set(found) - has:
                creates[f"{one.seq}:{code}"] = replace(Finding.of(found[code]), subject=one.step)
        now = advance(definition, now, one)
    act = replace(act, cures=tuple(sorted(cures)), creates=dict(sorted(creates.items())))
    return _recorded(definition, marking, fold(definition, [*history, act]), act)


def _recorded(definition: Definition, before: Marking, after: Marking, act: Act) -> Recorded:
    table = table_of(definition)
    step = definition.steps[act.step]
    rows = () if step.office else judge.rows_named(table, act)
    effects = dict.fromkeys([name for row in rows for name in row.effects])
    return Recorded(
        after,
        act,
        tuple(effects),
        tuple([name for name in after.owed if name not in before.owed]),
        tuple([name for name in before.owed if name not in after.owed and name != step.name]),
        (step.opens.procedure,) if step.opens else (),
        disclosed(definition, before, act),
    )


def disclosed(definition: Definition, before: Marking, act: Act) -> tuple[str, ...]:
    """The steps whose disclosure goes out with an act: those whose secrecy review it is, and its own where none is due."""
    table = table_of(definition)
    cleared = [one for one in before.undisclosed if table.secrecy_reviews[one] == act.step]
    cleared = [] if act.outcome == WITHHELD else cleared
    if table.secrecy_reviews.get(act.step) == "":
        cleared.append(act.step)
    return tuple(cleared)
