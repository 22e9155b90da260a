"""The limits of 公文办理动作 under the city's rule on handling papers: who may move which work to whom, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.actor import Actor, Holding
from fadu.city.cases import procedures
from fadu.city.cases.desk import signing
from fadu.city.cases.models import Assignment, Case, Draft
from fadu.city.cases.people import standing
from fadu.city.cases.telling import reminding
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure import engine
from fadu.core.procedure.act import Act as EngineAct
from fadu.core.procedure.definition import Definition, Step
from fadu.core.procedure.marking import Marking
from fadu.core.terms import legal_day, workdays_between

Kind = Assignment.Kind
DIRECTING = frozenset({"approve", "decide", "head"})
WATCHING = frozenset({"handle", "approve", "decide", "head", "secretary", "supervise"})
Rule = Callable[["Desk", EngineAct], Iterator[Refusal]]


@dataclass(frozen=True)
class Desk:
    """The step that is meant, in its case, before the person who moves its work."""

    actor: Actor
    at: datetime
    case: Case
    definition: Definition
    verb: Step
    target: Step

    def no(self, code: str, sentence: str, cure: str, *, subject: str = "") -> Refusal:
        """A refusal under the city's rule on handling papers."""
        return Refusal(code, sentence, self.verb.basis.printed, cure, subject or self.target.name)

    def rows(self, *kinds: str) -> list[Assignment]:
        """Work of these kinds that lies with somebody now."""
        found = Assignment.objects.filter(
            case=self.case, step=self.target.name, kind__in=kinds, done_seq=None
        )
        return list(found.select_related("person").order_by("pk"))

    def mine(self, *kinds: str) -> list[Assignment]:
        """Such work that lies with the person himself."""
        return [row for row in self.rows(*kinds) if row.person_id == self.actor.person.pk]

    def holding(self, person: Person) -> Holding | None:
        """The post by which a person may do the step today: its function, in the organ that the law names."""
        held = (
            self.actor.holdings
            if person == self.actor.person
            else authority.holdings_of(person, self.at.date())
        )
        return by_role(self.definition, self.target, held, self.case, self.at)

    def of(self, key: str) -> list[Assignment]:
        """Such work of any kind that lies with the person of this key."""
        return [row for row in self.rows(*Kind.values) if row.person.key == key]

    def given(self) -> list[Assignment]:
        """Work that this person gave to others and that lies with them still."""
        mine = set(self.case.acts.filter(person=self.actor.person).values_list("seq", flat=True))
        return [
            row
            for row in self.rows(*Kind.values)
            if row.by_seq in mine and row.person_id != self.actor.person.pk
        ]


def by_role(
    definition: Definition, target: Step, holdings: Sequence[Holding], case: Case, at: datetime
) -> Holding | None:
    for name in target.by:
        role = definition.roles[name]
        if role.kind != "function":
            continue
        organ = standing.organ_of(role, case.organ, case, at)
        for held in holdings:
            if organ is not None and held.organ.pk == organ.pk and role.function in held.functions:
                return held
    return None


def to_do(desk: Desk) -> Iterator[Refusal]:
    """Only work that is still to be done can be moved, and only by officials."""
    if not desk.actor.official:
        yield desk.no("no_power", f"“{desk.verb.title}”由在任的工作人员办理", "请联系承办单位")
    marking = Marking.from_data(desk.case.marking)
    states = engine.steps(desk.definition, marking, at=desk.at, calendar=procedures.calendar())
    state = next(one.state for one in states if one.step.name == desk.target.name)
    if state in ("done", "inapplicable") or (marking.ended and state != "owed"):
        word = "已经办结" if state == "done" else "不再办理" if marking.ended else "在本案不适用"
        yield desk.no(
            "nothing_to_move", f"“{desk.target.title}”{word}，没有可以流转的工作", "请选择尚待办理的步骤"
        )


def in_hand(desk: Desk) -> Iterator[Refusal]:
    """The work is moved by whoever has it: the person it lies with, else any holder of the step's post."""
    rows = desk.rows(*Assignment.WORK)
    if rows and not desk.mine(*Assignment.WORK):
        names = "、".join(row.person.name for row in rows)
        yield desk.no(
            "not_in_hand", f"“{desk.target.title}”现由{names}经办", f"请由{names}办理，或者由负责人重新委派"
        )
    elif not rows and desk.holding(desk.actor.person) is None:
        yield desk.no("not_in_hand", f"“{desk.target.title}”不由您的岗位办理", "请由有权办理该步骤的岗位流转")


def receivers(desk: Desk, done: EngineAct, field: str = "person") -> list[Person]:
    wanted = done.values[field]
    keys = [wanted] if isinstance(wanted, str) else list(wanted)
    found = {person.key: person for person in Person.objects.filter(key__in=keys)}
    if missing := [key for key in keys if key not in found]:
        raise Refused(
            desk.no(
                "unknown_person", f"没有登记编号为{'、'.join(missing)}的人员", "请从名单中选择", subject=field
            )
        )
    return [found[key] for key in keys]


def _fit(desk: Desk, receiver: Person) -> Iterator[Refusal]:
    """Work goes only to somebody whose post has the step's function in the right organ, and who may do it."""
    title = desk.target.title
    if receiver == desk.actor.person:
        yield desk.no(
            "to_oneself",
            f"“{title}”已由您经办，不能{desk.verb.title}给自己",
            "请选择其他人员",
            subject="person",
        )
    if desk.holding(receiver) is None:
        whose = "、".join(desk.definition.roles[name].title for name in desk.target.by)
        yield desk.no(
            "wrong_post",
            f"{receiver.name}没有办理“{title}”的岗位，不能接办",
            f"请交给{whose}",
            subject="person",
        )
    marking = Marking.from_data(desk.case.marking)
    for other in desk.target.not_same_person_as:
        if receiver.key in marking.persons.get(other, ()):
            sentence = f"{receiver.name}办理过“{desk.definition.steps[other].title}”，不得再办理“{title}”"
            yield Refusal("same_person", sentence, desk.target.basis.printed, "请交给其他人员", "person")


def _may_hand_over(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    yield from in_hand(desk)
    yield from _fit(desk, *receivers(desk, done))


def _may_hand_over_on_leaving(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """离任移交: work of somebody who no longer has the post, by the keepers of posts; never without anybody to do it."""
    if not any("staffing" in held.functions for held in desk.actor.holdings):
        yield desk.no("no_power", "离任移交由机构编制管理岗位在离任交接中办理", "在任人员请用转办")
    rows = desk.of(str(done.values["leaver"]))
    title = desk.target.title
    if not rows:
        yield desk.no("nothing_given", f"离任人手中没有“{title}”", "请核对离任人", subject="leaver")
        return
    if desk.holding(rows[0].person) is not None:
        yield desk.no(
            "still_in_post", f"{rows[0].person.name}仍有办理“{title}”的岗位，不属离任移交", "请由其转办"
        )
    signing_only = all(row.kind == Kind.SIGNER for row in rows)
    if not done.values.get("person"):
        if not signing_only and not _somebody(desk):
            yield desk.no(
                "ownerless", f"“{title}”移交后无人办理", "请指定继任者或者单位负责人接办", subject="person"
            )
    elif not signing_only:
        yield from _fit(desk, *receivers(desk, done))
    elif signing.organ_of(receivers(desk, done)[0], desk.case, desk.at) is None:
        yield desk.no("wrong_post", "接办人没有在本级人民政府所属机关任职，不能会签", "请选择在任的工作人员")


def _somebody(desk: Desk) -> bool:
    """Whether any role of the step has somebody in post today."""
    for role in (desk.definition.roles[name] for name in desk.target.by):
        organ = (
            standing.organ_of(role, desk.case.organ, desk.case, desk.at) if role.kind == "function" else None
        )
        if organ is not None and authority.holders(organ, role.function, desk.at.date()).exists():
            return True
    return False


def _may_delegate(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """委派 comes from somebody who directs the organ that has the step, and stays within that organ."""
    (receiver,) = receivers(desk, done)
    directed = {held.organ.pk for held in desk.actor.holdings if held.functions & DIRECTING}
    to = desk.holding(receiver)
    if not directed:
        yield desk.no(
            "no_power", "只有单位负责人或者批准人可以委派工作", "请报本单位负责人委派，或者改用转办"
        )
    elif to is not None and to.organ.pk not in directed:
        yield desk.no(
            "other_organ", f"{receiver.name}不在您负责的单位，不能委派", "请在本单位内委派", subject="person"
        )
    yield from _fit(desk, receiver)


def _may_add(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """加签: by whoever has the work, or by one asked to sign; officials under the same government, once each."""
    if not desk.mine(Kind.SIGNER):
        yield from in_hand(desk)
    waiting = {row.person_id for row in desk.rows(Kind.SIGNER)}
    for person in receivers(desk, done, "persons"):
        if person == desk.actor.person:
            yield desk.no("to_oneself", "不能请自己会签", "请选择其他人员", subject="persons")
        elif person.pk in waiting:
            yield desk.no(
                "asked_already", f"已请{person.name}会签，尚未签署", "请等待签署，或者催办", subject="persons"
            )
        elif signing.organ_of(person, desk.case, desk.at) is None:
            sentence = f"{person.name}没有在本级人民政府所属机关任职，不能会签"
            yield desk.no("wrong_post", sentence, "请选择在任的工作人员", subject="persons")


def _may_remove(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """减签: only one who was asked and has not signed; by whoever has the work or asked him."""
    (person,) = receivers(desk, done)
    given = [row for row in desk.given() if row.kind == Kind.SIGNER and row.person_id == person.pk]
    if not given:
        yield from in_hand(desk)
    state = _signed(desk, person)
    if state is None:
        yield desk.no(
            "not_asked", f"没有请{person.name}会签“{desk.target.title}”", "请核对会签人", subject="person"
        )
    elif state != "waiting":
        yield desk.no(
            "signed_already", f"{person.name}已经签署意见，不能减签", "已签署的意见随案保存", subject="person"
        )


def _signed(desk: Desk, person: Person) -> str | None:
    every = (
        one
        for found in signing.rounds(desk.case, desk.definition)
        if found.step == desk.target.name
        for one in found.signers
    )
    return next((one.state for one in every if one.person == person), None)


def _may_sign(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    if not desk.mine(Kind.SIGNER):
        sentence = f"没有请您会签“{desk.target.title}”，或者您已经签署"
        yield desk.no("not_asked", sentence, "需要您会签的，请经办人加签")


def _may_send_back(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    if not desk.mine(*Kind.values):
        yield desk.no(
            "not_in_hand",
            f"没有人把“{desk.target.title}”交给您，无从退回",
            "退回只用于转办、委派、送会签的工作",
        )


def _may_recall(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """撤回: one's own sending, before the other has opened it or acted."""
    given = desk.given()
    if not given:
        yield desk.no(
            "nothing_given", f"没有您送出而尚未办理的“{desk.target.title}”", "只能撤回自己送出的工作"
        )
    for row in given:
        sent_at = desk.case.acts.get(seq=row.by_seq).recorded_at
        if opened(desk.case, row.person, since=sent_at):
            sentence = f"{row.person.name}已经打开或者办理，不能撤回"
            yield desk.no("opened_already", sentence, f"请与{row.person.name}联系，由其退回")


def opened(case: Case, person: Person, *, since: datetime) -> bool:
    """Whether a person has opened the case since a moment: read it, typed in it, or acted in it."""
    return (
        case.acts.filter(person=person, recorded_at__gt=since).exists()
        or Draft.objects.filter(
            person=person, place__startswith=f"case/{case.key}/", changed_at__gt=since
        ).exists()
        or ledger.has_read(f"case/{case.key}", person.key, since=since)
    )


def near(actor: Actor, case: Case) -> bool:
    """Whether a person stands so near a case that he may urge: handling organ, government, supervision."""
    organs = {case.organ_id, case.government_id}
    watching = [held for held in actor.holdings if held.organ.pk in organs or "supervise" in held.functions]
    return any(held.functions & WATCHING for held in watching)


def _may_urge(desk: Desk, done: EngineAct) -> Iterator[Refusal]:
    """催办: work that is owed, by an organ that handles, decides or supervises, at most once a working day."""
    if not near(desk.actor, desk.case) and not desk.given():
        yield desk.no("no_power", "催办由承办机关、本级政府、监督机关或者送出工作的人提出", "请联系承办机关")
    if not reminding.owing(desk.case, desk.target.name, at=desk.at) and not desk.rows(Kind.SIGNER):
        yield desk.no("nothing_owed", f"“{desk.target.title}”现在没有应当办理的人", "步骤成为应办后方可催办")
    on = legal_day(desk.at)
    for row in desk.case.acts.filter(step=desk.verb.name).exclude(seq=done.seq).order_by("-seq"):
        if row.data.get("targets", [""])[0] != desk.target.name:
            continue
        if workdays_between(legal_day(row.recorded_at), on, procedures.calendar(), provisional_ok=True) < 1:
            sentence = f"“{desk.target.title}”在本工作日已经催办过"
            yield desk.no("urged_already", sentence, "每个工作日至多催办一次，请下一个工作日再催办")
        return


RULES: dict[str, Rule] = {
    "hand_over": _may_hand_over,
    "hand_over_on_leaving": _may_hand_over_on_leaving,
    "delegate_task": _may_delegate,
    "add_signer": _may_add,
    "remove_signer": _may_remove,
    "countersign": _may_sign,
    "send_back": _may_send_back,
    "recall": _may_recall,
    "urge": _may_urge,
}
