"""法规载入: the city's own rules and each year's calendar enter by two persons, one who proposes and one who confirms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from fadu.city.authority.actor import PROVE_AGAIN
from fadu.city.authority.acts import trace
from fadu.city.authority.door import Answer, Doing, act
from fadu.city.registries import lawbook, queries
from fadu.city.registries.lawbook import Checked
from fadu.city.registries.models import LawFile
from fadu.core.errors import InputError, Refusal, Refused
from fadu.core.terms import Calendar

KEEPER = "rule_of_law_office"
PROPOSES = frozenset({"handle", "review", "approve", "head"})
CONFIRMS = frozenset({"approve", "head"})
BASIS = "《四中全会决定》分事行权、分岗设权"


def may_propose(doing: Doing, subject: Any, /, **asked: Any) -> Iterable[Refusal]:
    """Whoever works on matters in the organ that keeps the statute book (法制机构)."""
    yield from _keeps(doing, PROPOSES)


def _keeps(doing: Doing, functions: frozenset[str]) -> Iterable[Refusal]:
    if not any(KEEPER in held.organ.duties and held.functions & functions for held in doing.actor.holdings):
        what = "批准或者主要负责人岗位" if functions == CONFIRMS else "工作人员"
        yield Refusal("no_power", f"法规由法制机构的{what}载入", BASIS, "请交由法制机构办理")


def _name_lock(doing: Doing, /, **asked: Any) -> None:
    """A proposal is a new row; two of the same name wait side by side and each is checked anew when confirmed."""


@act("registries.propose_overlay", title="提出地方规定", lock=_name_lock, who=may_propose, basis=BASIS)
def propose_overlay(doing: Doing, _subject: None, /, *, name: str, text: str, source: str = "") -> Answer:
    """提出地方规定: checked at once (merged, compared, proved); a file that fails is refused in the loader's words."""
    return _propose(doing, lawbook.overlay(name, text, source, on=doing.on), text, source)


@act("registries.propose_calendar", title="提出工作日历", lock=_name_lock, who=may_propose, basis=BASIS)
def propose_calendar(doing: Doing, _subject: None, /, *, text: str) -> Answer:
    """提出工作日历: one year's arrangement of rest days with the notice that set it."""
    return _propose(doing, lawbook.calendar(text, known=_known(doing.on), on=doing.on), text, "")


@act("registries.propose_repeal", title="提出停止适用地方规定", lock=_name_lock, who=may_propose, basis=BASIS)
def propose_repeal(doing: Doing, _subject: None, /, *, name: str, start: date, reason: str) -> Answer:
    """停止适用: from a day the overlay no longer applies to cases that begin; those under way keep it."""
    current = next(
        (row for row in queries.law_files(doing.on) if (row.kind, row.name) == ("overlay", name)), None
    )
    if current is None:
        raise Refused(
            Refusal("unknown_overlay", f"没有现行的地方规定“{name}”", cure="请核对名称", subject="name")
        )
    if not reason.strip():
        raise Refused(Refusal("missing_reason", "停止适用须写明理由", cure="请填写理由", subject="reason"))
    if start < doing.on:
        raise Refused(
            Refusal("in_past", "停止适用的日期不能早于今天", cure="请选择今天或者以后的日期", subject="start")
        )
    told = (f"停止适用“{current.title}”：{reason.strip()}",)
    checked = Checked(
        LawFile.Kind.OVERLAY, name, current.title, start, lawbook.digest(name, str(start)), told
    )
    return _propose(doing, checked, "", "", repeals=True)


def _known(on: date) -> Calendar:
    return queries.calendar(queries.law_keys(LawFile.Kind.CALENDAR, on))


def _propose(doing: Doing, checked: Checked, text: str, source: str, *, repeals: bool = False) -> Answer:
    leaf = _leave(doing, checked.kind, checked.name, "propose", {
        "title": checked.title, "sha256": checked.sha256, "start": checked.start.isoformat(), "repeals": repeals,
        "result": checked.result,
    })  # fmt: skip
    row = LawFile.objects.create(
        kind=checked.kind, name=checked.name, title=checked.title, text=text, source=source, repeals=repeals,
        sha256=checked.sha256, start=checked.start, found=checked.as_json(), proposed_by=doing.actor.person,
        proposed_at=doing.at, proposal_leaf=leaf.hash.hex(),
    )  # fmt: skip
    return {"file": row.pk, "leaf": row.proposal_leaf}


def _lock_file(doing: Doing, *, file: int, **asked: Any) -> LawFile:
    found = (
        LawFile.objects.select_for_update(of=("self",)).select_related("proposed_by").filter(pk=file).first()
    )
    if found is None:
        raise Refused(Refusal("unknown_file", "没有这份法规文件", cure="请从名单中选择"))
    return found


def _may_close(doing: Doing, file: LawFile, /, **asked: Any) -> Iterable[Refusal]:
    yield from _keeps(doing, CONFIRMS)
    if file.closed_at is not None:
        yield Refusal("closed_already", "这份文件已经确认或者退回", cure="如须更改，请另行提出")
    if file.proposed_by_id == doing.actor.person.pk:
        yield Refusal(
            "same_person",
            f"这份文件由{file.proposed_by.name}提出，不得由同一人确认或者退回",
            BASIS,
            "请由法制机构的另一人办理",
        )
    if doing.actor.source in ("web", "api") and not doing.actor.freshly_proved(doing.at):
        yield PROVE_AGAIN


@act("registries.confirm_law", title="确认载入法规", lock=_lock_file, who=_may_close, basis=BASIS)
def confirm_law(doing: Doing, file: LawFile, /, **_: Any) -> Answer:
    """确认: a second person; checked again, since the law may have moved since it was proposed. Cases under way keep
    the version that they pinned."""
    if not file.repeals:
        _check_again(doing, file)
    start = max(file.start, doing.on) if file.kind == LawFile.Kind.CALENDAR else file.start
    leaf = _leave(doing, file.kind, file.name, "confirm", {
        "sha256": file.sha256, "start": start.isoformat(), "proposal": file.proposal_leaf,
    })  # fmt: skip
    return _close(file, doing, leaf, confirmed=True, start=start)


def _check_again(doing: Doing, file: LawFile) -> None:
    try:
        if file.kind == LawFile.Kind.OVERLAY:
            checked = lawbook.overlay(file.name, file.text, file.source, on=doing.on)
        else:
            checked = lawbook.calendar(file.text, known=_known(doing.on), on=doing.on)
    except InputError as error:
        raise Refused(
            Refusal(
                "law_changed", f"提出以后法规库已有变化，现在不能载入：{error}", BASIS, "请退回后另行提出"
            )
        ) from None
    if checked.sha256 != file.sha256 or checked.result != file.found["result"]:
        raise Refused(
            Refusal(
                "law_changed",
                "提出以后法规库已有变化，合并的结果与提出时核对的不同",
                BASIS,
                "请退回后另行提出，重新核对",
            )
        )


@act("registries.return_law", title="退回法规文件", lock=_lock_file, who=_may_close, basis=BASIS)
def return_law(doing: Doing, file: LawFile, /, *, reason: str, **_: Any) -> Answer:
    """退回: not loaded, with a reason; the proposal stays readable."""
    if not reason.strip():
        raise Refused(Refusal("missing_reason", "退回须写明理由", cure="请填写理由", subject="reason"))
    leaf = _leave(
        doing, file.kind, file.name, "return", {"proposal": file.proposal_leaf, "reason": reason.strip()}
    )
    return _close(file, doing, leaf, confirmed=False, reason=reason.strip()[:300])


def _close(file: LawFile, doing: Doing, leaf: Any, *, confirmed: bool, **changed: Any) -> Answer:
    LawFile.objects.filter(pk=file.pk).update(
        confirmed=confirmed, closed_by=doing.actor.person, closed_at=doing.at, closing_leaf=leaf.hash.hex(), **changed
    )  # fmt: skip
    return {"file": file.pk, "leaf": leaf.hash.hex()}


def _leave(doing: Doing, kind: str, name: str, step: str, values: dict[str, Any]) -> Any:
    return trace(doing, register="law", key=f"{kind}/{name}", step=step, values=values)
