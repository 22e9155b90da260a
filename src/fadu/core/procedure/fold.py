"""Acts into a marking: start, advance by one act, fold all. Pure; reads no clock and no register."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from fadu.core.procedure.act import Act, Performer
from fadu.core.procedure.changes import Change
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Done, Marking, Owed
from fadu.core.procedure.table import Row, Table, table_of
from fadu.core.terms import BEIJING


def start(definition: Definition) -> Marking:
    """A case not yet opened: only its opening step is owed."""
    marking = Marking()
    marking.owed[definition.opening] = Owed("", 0)
    return marking


def fold(definition: Definition, acts: Iterable[Act]) -> Marking:
    """The marking after these acts: corrected values, in the order in which they happened."""
    marking = start(definition)
    acts = list(acts)
    for act in in_order(corrected(definition, acts)):
        marking = advance(definition, marking, act)
    # Findings are cured and explained in the order of recording, whenever the acts happened.
    marking.findings = {}
    for act in sorted(acts, key=lambda act: act.seq):
        _findings(definition.steps[act.step], marking, act)
    return marking


def in_order(acts: Iterable[Act]) -> list[Act]:
    """By when they happened, then by when they were recorded."""
    return sorted(acts, key=lambda act: act.order)


def corrected(definition: Definition, acts: Sequence[Act]) -> list[Act]:
    """The acts with the values that corrections (更正) put in place; the corrections themselves stay in the list."""
    by_seq = {act.seq: act for act in acts}
    for act in sorted(acts, key=lambda act: act.seq):
        if act.step in definition.steps and definition.steps[act.step].act == "correct":
            target = by_seq.get(int(act.targets[0]))
            if target is not None:
                told = act.values.get("corrected", {})
                by_seq[target.seq] = replace(
                    target,
                    values={**target.values, **{name: told[name] for name in told if name not in ORIGIN}},
                    facts={**target.facts, **act.facts},
                    digests={**target.digests, **act.digests},
                    **_origin({ORIGIN[name]: told[name] for name in told if name in ORIGIN}),
                )
    return list(by_seq.values())


# What a correction may put right of where an attested act comes from, and the part of the act that it is. The sign
# keeps these apart from the fields of a step.
ORIGIN = {
    "@occurred_at": "occurred_at",
    "@source": "source",
    "@source_number": "source_number",
    "@performers": "performers",
}


def _origin(told: dict[str, Any]) -> dict[str, Any]:
    if "occurred_at" in told:
        told["occurred_at"] = dt.datetime.fromisoformat(told["occurred_at"])
    if "performers" in told:
        told["performers"] = tuple(Performer(**one) for one in told["performers"])
    return told


def needs_refold(definition: Definition, marking: Marking, act: Act) -> bool:
    """Whether the act changes what came before it: a correction, or an attested act that happened earlier."""
    return definition.steps[act.step].act == "correct" or (
        bool(marking.last[0]) and [stamp(act.occurred_at), act.seq] < marking.last
    )


def stamp(moment: dt.datetime) -> str:
    """The moment in Beijing time; its first ten signs are the legal day."""
    # Of an hour that a change of clocks repeats the two are equal but for ``fold``.
    return _stamp(moment, moment.fold)


@functools.lru_cache(maxsize=1024)
def _stamp(moment: dt.datetime, fold: int) -> str:
    return moment.astimezone(BEIJING).isoformat(timespec="microseconds")


def rows_of(table: Table, act: Act) -> tuple[Row, ...]:
    """The rows of the table that the act stands for: one, or one for each thing a general act names."""
    if table.definition.steps[act.step].act in ("waive", "overturn", "return", "reopen"):
        rows = [table.rows.get((act.step, act.outcome, target)) for target in act.targets]
        return tuple(row for row in rows if row is not None)
    row = table.rows.get((act.step, act.outcome, ""))
    return (row,) if row is not None else ()


def advance(definition: Definition, marking: Marking, act: Act) -> Marking:
    """The marking after one more act. It takes place whether or not its conditions held: attested acts happened."""
    table = table_of(definition)
    step = definition.steps[act.step]
    new = marking.copy()
    at = stamp(act.occurred_at)
    if [at, act.seq] > new.last:
        new.last = [at, act.seq]
    if step.office:
        return new
    before = marking.owed
    rows = _child_rows(table, new, act) if step.act == "child_result" else rows_of(table, act)
    for row in rows:
        for change in row.changes:
            if change.holds is None or change.holds(new):
                _APPLY[change.kind](new, change, act, at, table, before)
    _note(table, step, new, act, at)
    return new


def _child_rows(table: Table, new: Marking, act: Act) -> tuple[Row, ...]:
    """A child case ended; its step is finished once all, any, or one with the named outcome have."""
    step_name, child, outcome = act.targets
    children = {**new.waiting.get(step_name, {}), child: outcome or "done"}
    new.waiting[step_name] = children
    opens = table.definition.steps[step_name].opens
    wanted = opens.done_when if opens else "all"
    ended = [one for one in children.values() if one]
    complete = {"all": len(ended) == len(children), "any": bool(ended)}.get(wanted, wanted in ended)
    return (table.rows[act.step, act.outcome, step_name],) if complete else ()


def _note(table: Table, step: Step, new: Marking, act: Act, at: str) -> None:
    """What the act leaves beside the bits: persons, counts, dates, services, extensions, findings."""
    name = step.name
    if name in table.watched_persons:
        new.persons[name] = list(dict.fromkeys([*new.persons.get(name, ()), *act.persons]))
    if step.repeatable:
        new.counts[name] = new.counts.get(name, 0) + 1
    for key, entry in table.dates_of[name]:
        if act.values.get(entry):
            new.dates[key] = str(act.values[entry])[:10]
    if table.secrecy_reviews.get(name):
        new.undisclosed[name] = act.seq
    if new.undisclosed:
        new.undisclosed = {
            one: seq for one, seq in new.undisclosed.items() if table.secrecy_reviews[one] != name
        }
    _findings(step, new, act)
    if special := _SPECIAL.get(step.act):
        special(new, act, at)


def _findings(step: Step, new: Marking, act: Act) -> None:
    """What the act broke, caused and cured; explained and corrected findings are settled."""
    for finding in act.findings:
        new.findings[f"{act.seq}:{finding.code}"] = step.name
    for key, created in act.creates.items():
        new.findings[key] = created.subject
    if not new.findings:
        return
    settled = list(act.cures)
    if step.act == "explain":
        settled += act.targets
    elif step.act == "correct":
        settled += [key for key in new.findings if key.startswith(f"{act.targets[0]}:")]
    for key in settled:
        new.findings.pop(key, None)


def _serve(new: Marking, act: Act, at: str) -> None:
    served = {
        **new.served.get(act.targets[0], {}),
        str(act.values["party"]): str(act.values["served_on"])[:10],
    }
    new.served[act.targets[0]] = served


def _extend(new: Marking, act: Act, at: str) -> None:
    name = act.targets[0]
    decided = str(act.values.get("notified_on") or at)[:10]
    new.extensions[name] = [
        *new.extensions.get(name, ()),
        [str(act.values["time"]), max(decided, at[:10]), act.seq],
    ]


def _correct(new: Marking, act: Act, at: str) -> None:
    seq = int(act.targets[0])
    served = next((step for step, done in new.done.items() if done.seq == seq and step in new.served), None)
    if served:
        new.owed.setdefault("correction_notice", Owed(at, act.seq, act.step))


_SPECIAL: dict[str, Callable[[Marking, Act, str], None]] = {
    "serve": _serve,
    "extend": _extend,
    "correct": _correct,
}


def _do(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    text = act.text_digest() if change.name in table.reviewed else ""
    new.done[change.name] = Done(change.value, at, act.seq, text)
    new.owed.pop(change.name, None)


def _clear(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    for part in (new.done, new.owed, new.waiting, new.persons, new.waived):
        part.pop(change.name, None)
    new.waived.pop(f"{change.name}.wait", None)


def _owe(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    name = change.name
    if name in new.owed:
        return
    limit = table.definition.steps[name].limit
    since = at
    if limit and limit.replaces in before:
        since = before[limit.replaces].at
    if name in table.keeps_start:
        since = new.since.setdefault(name, since)
    new.owed[name] = Owed(since, act.seq, act.step)
    new.extensions.pop(name, None)


def _supersede(
    new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]
) -> None:
    new.done.pop(change.name, None)
    new.waiting.pop(change.name, None)
    _owe(new, change, act, at, table, before)


def _drop(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.owed.pop(change.name, None)


def _waive(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.waived[change.name] = act.seq


def _answer(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.facts[change.name] = change.value == "yes"
    new.asserted[change.name] = act.seq


def _ask(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    check = table.definition.facts[change.name].check
    given: bool | None = act.checks.get(check) if check else act.facts.get(change.name)
    if given is not None:
        new.facts[change.name] = given
        new.asserted[change.name] = act.seq


def _start(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.running.setdefault(change.name, at)


def _stop(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    since = new.running.pop(change.name, None)
    if since is not None:
        new.pauses[change.name] = [*new.pauses.get(change.name, ()), [since, at]]


def _open(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.waiting[change.name] = dict.fromkeys(act.children or ("",), "")


def _close(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.waiting.pop(change.name, None)
    opened: Any = new.done.get(change.name)
    if opened is not None:
        new.pauses[change.name] = [*new.pauses.get(change.name, ()), [opened.at, at]]


def _end(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.ended = [at, act.seq]
    new.owed = {name: owed for name, owed in new.owed.items() if name in change.kept}


def _reopen(new: Marking, change: Change, act: Act, at: str, table: Table, before: dict[str, Owed]) -> None:
    new.ended = None


_Apply = Callable[[Marking, Change, Act, str, Table, dict[str, Owed]], None]
_APPLY: dict[str, _Apply] = {
    "do": _do, "clear": _clear, "owe": _owe, "supersede": _supersede, "drop": _drop, "waive": _waive,
    "answer": _answer, "ask": _ask, "start": _start, "stop": _stop, "open": _open, "close": _close, "end": _end,
    "reopen": _reopen,
}  # fmt: skip
