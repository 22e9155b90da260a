"""What can be done to a case: open it, do a step, write down what happened elsewhere. Nothing else changes a case."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from fadu.city.authority import tenure
from fadu.city.authority.actor import Actor
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.authority.models import Organ
from fadu.city.authority.queries import government_of
from fadu.city.cases import procedures, queries, recording, unproved, writing
from fadu.city.cases.checking import lost
from fadu.city.cases.deadlines import expiry
from fadu.city.cases.desk.leaving import leave_post as leave_post
from fadu.city.cases.entry import Elsewhere, Entry
from fadu.city.cases.issuing import numbering
from fadu.city.cases.models import Case, Party
from fadu.city.cases.people import matter_codes, standing
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition

KEY_BYTES = 13  # 104 random bits: nobody counts or guesses our cases


def _handling_organ(doing: Doing, *, organ: str, **asked: Any) -> Organ:
    found = Organ.objects.select_related("government", "parent").filter(code=organ).first()
    if found is None:
        raise Refused(Refusal("unknown_organ", f"没有代码为 {organ} 的机构", cure="请重新选择承办机关"))
    return found


def _may_open(doing: Doing, organ: Organ, /, *, procedure: str, **asked: Any) -> Iterable[Refusal]:
    definition = procedures.in_force(procedure)
    return standing.may_open(definition, doing.actor, handling=organ, at=doing.at)


@act("cases.open", title="开启案件", lock=_handling_organ, who=_may_open)
def open_case(
    doing: Doing,
    organ: Organ,
    /,
    *,
    procedure: str,
    entry: Entry,
    title: str = "",
    parent: Case | None = None,
    parent_step: str = "",
    **_: Any,
) -> Answer:
    """开启案件: pin the law in force, take the number, do the opening step. State secrets are refused unsaved.

    Where the opening step records a ``subject``, that is the title.
    """
    definition = procedures.in_force(procedure, on=doing.on)
    title = title.strip() or str((entry.values or {}).get("subject", "")).strip()
    secrecy = _check_opening(title, str((entry.values or {}).get("secrecy_class", "")))
    case = Case(
        key=secrets.token_hex(KEY_BYTES),
        procedure=definition.name,
        definition=procedures.pin(definition),
        title=title,
        organ=organ,
        government=government_of(organ),
        division=organ.division,
        year=doing.on.year,
        secrecy=Case.Secrecy.SEALED if definition.sealed else secrecy,
        parent=parent,
        parent_step=parent_step,
        opened_at=doing.at,
        opened_by=doing.actor.person,
        changed_at=doing.at,
    )
    case.number = _number(definition, organ, doing)
    case.save()
    as_role = standing.find(
        definition, definition.steps[definition.opening], doing.actor, handling=organ, at=doing.at
    )
    if as_role is not None and as_role.role.kind != "function":
        Party.objects.create(
            case=case, person=doing.actor.behalf or doing.actor.person, role=as_role.role.name
        )
        matter_codes.keep(case, doing.request_id, at=doing.at)
    return recording.perform(doing, case, definition, unproved.admit(entry, case=None, at=doing.at))


def _check_opening(title: str, secrecy_class: str) -> str:
    """The case's secrecy from the class declared at opening; whatever else is wrong the record's own check says."""
    if not title:
        raise Refused(Refusal("missing_title", "请填写事项名称", subject="title"))
    if len(title) > 200:
        raise Refused(Refusal("too_long", f"事项名称不超过 200 字，现为 {len(title)} 字", subject="title"))
    return Case.Secrecy.PUBLIC if secrecy_class == "open" else Case.Secrecy.INTERNAL


def _number(definition: Definition, organ: Organ, doing: Doing) -> str:
    if definition.number is None:
        return ""
    year = doing.on.year
    return numbering.written(
        definition.number.form, organ, year, numbering.take(organ, definition.number.series, year)
    )


def lock_case(doing: Doing, *, case: str, **asked: Any) -> Case:
    """The case, locked until the act commits; hidden and absent cases answer alike."""
    locked = doing.known.pop(case, None) or writing.lock_with_head(key=case)
    if locked is None:
        raise Refused(queries.NOT_VISIBLE)
    found = locked.case
    seen = recording.sight(doing, found, locked.head)
    # Who came with a post that has been taken from him meanwhile goes on without it.
    doing.actor = seen.actor
    if not queries.sees(doing.actor, found, seen.around) and not _open_to_public(found):
        raise Refused(queries.NOT_VISIBLE)
    return found


def ahead(actor: Actor, at: datetime, keys: Sequence[str]) -> dict[str, dict[Any, Any]]:
    """The cases of many acts locked and read with what stands around them, by one statement each.

    Left out, for their acts to lock: cases that do not exist or have no history, and those whose parent is another.
    """
    locked = writing.lock_many(keys)
    pks = {one.case.pk for one in locked}
    around = (
        writing.around_many(list(pks), actor.stands_for.pk, tenure.parameters(actor, at.date()))
        if pks
        else {}
    )
    actor = tenure.still(actor, around[locked[0].case.pk].tenure, at.date()) if locked else actor
    organs: dict[tuple[int, int], standing.Organs] = {}
    found: dict[str, dict[Any, Any]] = {}
    for one in locked:
        case = one.case
        if case.parent_id in pks:
            continue
        seen = standing.Sight(actor, case.organ, at, case, around[case.pk], case.version, one.head)
        seen.organs = organs.setdefault((case.organ_id, case.government_id), seen.organs)
        found[case.key] = {case.key: one, case.pk: seen}
    return found


def _open_to_public(case: Case) -> bool:
    """A published case has steps that the public may do (comment, suggest); the roles decide which."""
    return case.secrecy == Case.Secrecy.PUBLIC and case.publications.exists()


def may_do(doing: Doing, case: Case, /, *, entry: Entry, **asked: Any) -> Iterable[Refusal]:
    """Whether this person has one of the step's roles today."""
    definition = procedures.of(case)
    step = definition.steps.get(entry.step)
    if step is None:
        return (Refusal("unknown_step", f"“{definition.title}”没有步骤“{entry.step}”", cure="请刷新页面"),)
    if step.office:
        # Who may move which work depends on the work; ``office.apply`` asks that with everything else. 会签 is a signature.
        return standing.proof_refusals(doing.actor, doing.at) if step.name == "countersign" else ()
    return recording.sight(doing, case).refusals(definition, step)


def check_version(case: Case, version: int | None) -> None:
    """Two people acted at once: the second is told what happened meanwhile and keeps what he typed."""
    if version is None or version == case.version:
        return
    definition = procedures.of(case)
    new = case.acts.filter(seq__gt=version).select_related("person", "organ").order_by("seq")
    told = "；".join(
        f"{row.organ.short}{row.person.name}办理了“{definition.steps[row.step].title}”" for row in new
    )
    raise Refused(Refusal("stale", f"您打开页面之后，{told}", cure="已填写的内容已保留，请核对后重新提交"))


@act("cases.perform", title="办理步骤", lock=lock_case, who=may_do, ahead=ahead, in_advance=True)
def perform(
    doing: Doing,
    case: Case,
    /,
    *,
    entry: Entry,
    version: int | None = None,
    together: Actor | None = None,
    **_: Any,
) -> Answer:
    """办理: here and now; every condition of the law holds or it is refused with every reason.

    ``together`` is a second person who has just proved himself and does it jointly (更正 a later decision rests on).
    """
    check_version(case, version)
    if (head := recording.sight(doing, case).head) is not None:
        lost.demand_none(case, head.head.seq)
    expiry.catch_up(doing, case)
    entry = unproved.admit(entry, case=case, at=doing.at)
    return recording.perform(doing, case, procedures.of(case), entry, together=together)


@act("cases.attest", title="补录", lock=lock_case, who=may_do, ahead=ahead, in_advance=True)
def attest(
    doing: Doing, case: Case, /, *, entry: Entry, elsewhere: Elsewhere, version: int | None = None, **_: Any
) -> Answer:
    """补录: it happened on paper, in another system, by a party or a court. What it broke is written with it."""
    check_version(case, version)
    expiry.catch_up(doing, case)
    return recording.attest(doing, case, procedures.of(case), entry, elsewhere)
