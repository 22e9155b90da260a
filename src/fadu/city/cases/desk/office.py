"""公文办理动作 (会签、加签、减签、转办、委派、退回、撤回、催办): they move work inside a step and never satisfy the law.

Each is an act with its own leaf; the step meant is the act's first target. ``office_limits`` holds what the city's
rule on handling papers allows; here the work is moved: rows of ``Assignment``, each naming the act that made it and the act that ended it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from fadu.city.accounts.models import Person
from fadu.city.authority.door import Doing
from fadu.city.cases import projection
from fadu.city.cases.desk.office_limits import RULES, Desk, by_role, receivers, to_do
from fadu.city.cases.entry import Entry
from fadu.city.cases.models import Assignment, Case
from fadu.city.cases.people.standing import Standing
from fadu.city.cases.telling import reminding
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Role
from fadu.core.procedure.marking import Marking

Kind = Assignment.Kind


def standing_of(doing: Doing, case: Case, definition: Definition, entry: Entry) -> Standing | None:
    """In which post an official moves the work: the one that has the step, else one near the case; None for others."""
    holdings = doing.actor.holdings
    if not doing.actor.official:
        return None
    target = definition.steps.get(next(iter(entry.targets), ""))
    held = by_role(definition, target, holdings, case, doing.at) if target else None
    near = (held for held in holdings if held.organ.pk in (case.organ_id, case.government_id))
    held = held or next(near, holdings[0])
    return Standing(Role("", "经办人员"), held, held.organ)


def apply(doing: Doing, case: Case, definition: Definition, done: EngineAct) -> None:
    """Move the work, or Refused with every reason; the worklists follow and whoever receives work is told."""
    verb = definition.steps[done.step]
    target = definition.steps.get(next(iter(done.targets), ""))
    if target is None or target.office:
        cure = "请选择要流转的步骤"
        raise Refused(
            Refusal(
                "unknown_target", f"没有写明“{verb.title}”针对哪个步骤", verb.basis.printed, cure, "target"
            )
        )
    desk = Desk(doing.actor, doing.at, case, definition, verb, target)
    if reasons := (*to_do(desk), *RULES[verb.name](desk, done)):
        raise Refused(*dict.fromkeys(reasons))
    _MOVES[verb.name](doing, desk, done)
    projection.refresh(case, definition, Marking.from_data(case.marking), at=doing.at)
    case.save()


def _give(doing: Doing, desk: Desk, done: EngineAct, persons: Sequence[Person], kind: str) -> None:
    for person in persons:
        Assignment.objects.create(
            case=desk.case, step=desk.target.name, person=person, kind=kind, by_seq=done.seq
        )
        reminding.tell(
            doing, desk.case, desk.definition, person, step=desk.target.name, why=kind, seq=done.seq
        )


def _close(rows: Sequence[Assignment], done: EngineAct) -> None:
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(done_seq=done.seq)


def _hand_over(doing: Doing, desk: Desk, done: EngineAct) -> None:
    _close(desk.mine(*Assignment.WORK), done)
    _give(doing, desk, done, receivers(desk, done), Kind.HANDED)


def _hand_over_on_leaving(doing: Doing, desk: Desk, done: EngineAct) -> None:
    """What lay with the leaver by name lies with his successor, signatures too; without one it is the post's again."""
    rows = desk.of(str(done.values["leaver"]))
    _close(rows, done)
    persons = receivers(desk, done) if done.values.get("person") else []
    for kind in dict.fromkeys(Kind.SIGNER if row.kind == Kind.SIGNER else Kind.HANDED for row in rows):
        _give(doing, desk, done, persons, kind)


def _delegate(doing: Doing, desk: Desk, done: EngineAct) -> None:
    _close(desk.rows(*Assignment.WORK), done)
    _give(doing, desk, done, receivers(desk, done), Kind.DELEGATED)


def _add(doing: Doing, desk: Desk, done: EngineAct) -> None:
    _give(doing, desk, done, receivers(desk, done, "persons"), Kind.SIGNER)


def _remove(doing: Doing, desk: Desk, done: EngineAct) -> None:
    gone = {person.pk for person in receivers(desk, done)}
    _close([row for row in desk.rows(Kind.SIGNER) if row.person_id in gone], done)


def _sign(doing: Doing, desk: Desk, done: EngineAct) -> None:
    _close(desk.mine(Kind.SIGNER), done)


def _send_back(doing: Doing, desk: Desk, done: EngineAct) -> None:
    """The work lies again with whoever gave it, if his post has the step; else with the post's holders."""
    for row in desk.mine(*Kind.values):
        giver = desk.case.acts.select_related("person").get(seq=row.by_seq).person
        _close([row], done)
        if row.kind != Kind.SIGNER and desk.holding(giver) is not None:
            _give(doing, desk, done, [giver], Kind.RETURNED)
        else:
            reminding.tell(
                doing,
                desk.case,
                desk.definition,
                giver,
                step=desk.target.name,
                why=Kind.RETURNED,
                seq=done.seq,
            )


def _recall(doing: Doing, desk: Desk, done: EngineAct) -> None:
    """Taken back, the work lies where it lay before: with this person by name if it had come to him so."""
    rows = desk.given()
    _close(rows, done)
    sent = {row.by_seq for row in rows if row.kind != Kind.SIGNER}
    had = Assignment.objects.filter(
        case=desk.case,
        step=desk.target.name,
        person=desk.actor.person,
        done_seq__in=sent,
        kind__in=Assignment.WORK,
    )
    if had.exists():
        Assignment.objects.create(
            case=desk.case,
            step=desk.target.name,
            person=desk.actor.person,
            kind=Kind.RETURNED,
            by_seq=done.seq,
        )


def _urge(doing: Doing, desk: Desk, done: EngineAct) -> None:
    told = {person.pk: person for person in reminding.owing(desk.case, desk.target.name, at=desk.at)}
    told |= {row.person_id: row.person for row in desk.rows(Kind.SIGNER)}
    for person in told.values():
        reminding.tell(
            doing, desk.case, desk.definition, person, step=desk.target.name, why="urge", seq=done.seq
        )


_MOVES: dict[str, Callable[[Doing, Desk, EngineAct], None]] = {
    "hand_over": _hand_over,
    "hand_over_on_leaving": _hand_over_on_leaving,
    "delegate_task": _delegate,
    "add_signer": _add,
    "remove_signer": _remove,
    "countersign": _sign,
    "send_back": _send_back,
    "recall": _recall,
    "urge": _urge,
}
