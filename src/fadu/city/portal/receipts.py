"""What may be told of a leaf, and to whom. Its place in the log anybody may see; what it says only who may read it.

The hashes of all leaves are public (hash tiles), so a hash alone opens nothing: whoever has no part in the matter gets
the proof, without body, case or promise. An act that was published gives its whole receipt with the published fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Organ
from fadu.city.cases import procedures
from fadu.city.cases import queries as cases
from fadu.city.cases.models import Act
from fadu.city.ledger import acts as ledger_acts
from fadu.city.ledger import public
from fadu.city.ledger import queries as ledger
from fadu.city.participation import queries as participation
from fadu.city.participation.models import Comment
from fadu.city.portal import queries
from fadu.core.errors import InputError
from fadu.core.log.receipt import read_promise
from fadu.core.log.suites import SIZE

STATES = ("waiting", "numbered", "signed", "witnessed")


def words() -> dict[str, dict[str, str]]:
    """Codes as a receipt has them, and the titles they have now: steps (程序.步骤), outcomes, fields of steps, organs."""
    steps: dict[str, str] = {}
    fields: dict[str, str] = {}
    for definition in procedures.book().procedures.values():
        for step in definition.steps.values():
            place = f"{definition.name}.{step.name}"
            steps[place] = f"{definition.title}：{step.title}"
            steps |= {
                f"{place}.{one.name}": f"{steps[place]}（{one.title}）"
                for one in step.outcomes.values()
                if one.title
            }
            fields |= {f"{place}.{name}": entry.title for name, entry in step.entries().items()}
    organs = dict(Organ.objects.values_list("code", "name"))
    return {"steps": steps, "fields": fields, "organs": organs}


@dataclass(frozen=True)
class Access:
    """How much of a leaf somebody gets: ``full`` with the names opened, or the proof alone."""

    full: bool
    fields: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    case_ref: str = ""
    title: str = ""
    case_key: str = ""
    public: bool = False


PROOF_ONLY = Access(full=False)


def leaf_of(text: str) -> bytes | None:
    """The hash out of an address; None unless it is 64 lower-case hex digits of a leaf in this log."""
    try:
        leaf = bytes.fromhex(text)
        if len(leaf) != SIZE or text != leaf.hex():
            return None
        ledger.leaf_status(leaf)
    except (ValueError, InputError):
        return None
    return leaf


def access(leaf: bytes, actor: Actor | None, on: date) -> Access:
    """What this visitor may have of this leaf."""
    act = Act.objects.select_related("case__organ", "case__government").filter(leaf=leaf.hex()).first()
    if act is not None:
        return _of_act(act, leaf, actor, on)
    comment = Comment.objects.select_related("consultation__case").filter(leaf=leaf.hex()).first()
    if comment is not None:
        return _of_comment(comment, leaf, actor)
    return PROOF_ONLY


def _of_act(act: Act, leaf: bytes, actor: Actor | None, on: date) -> Access:
    standing = cases.relations(actor, act.case)
    definition = procedures.of(act.case)
    step = definition.steps[act.step]
    where = {"case_ref": f"case/{act.case.key}", "title": f"{definition.title}·{step.title}"}
    if (
        actor is not None
        and standing - {"public"}
        and cases.visible_to(actor).filter(pk=act.case_id).exists()
    ):
        # Whoever acted in his own matter has what he himself said; everybody else what his standing lets him read.
        own = cases.own(act, actor.stands_for, standing)
        entries = step.entries().values()
        readable = [entry.name for entry in entries if own or cases.may_read(entry, standing, step.readers)]
        return Access(True, *_held(leaf, readable), **where, case_key=act.case.key)
    row = queries.publications(on).filter(case=act.case, seq=act.seq).first()
    if row is not None:
        shown = [one["name"] for one in row.shown]
        return Access(True, *_held(leaf, shown), **where, case_key=act.case.key, public=True)
    return PROOF_ONLY


def _of_comment(comment: Comment, leaf: bytes, actor: Actor | None) -> Access:
    """An opinion belongs to whoever sent it from his account, and is read by whoever works on the case."""
    if actor is None:
        return PROOF_ONLY
    own = comment.person_id == actor.stands_for.pk and actor.user is not None
    if not own and not participation.readable(actor, comment.consultation):
        return PROOF_ONLY
    box = _box(leaf)
    place = ledger.place_of(leaf)
    return Access(True, tuple(box.fields), tuple(box.files), place[0] if place else "", "公开征求意见·意见")


def _box(leaf: bytes) -> Any:
    """The openings of a leaf; empty when they were erased by law, since the proof stands without them."""
    try:
        return ledger.open_box(leaf)
    except InputError:
        return ledger.Box()


def _held(leaf: bytes, names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the names one may read: the fields and files whose openings the leaf holds."""
    box = _box(leaf)
    wanted = frozenset(names)
    files = tuple(name for name in box.files if name.rpartition("/")[0] in wanted)
    return tuple(name for name in box.fields if name in wanted), files


def receipt_json(leaf: bytes, seen: Access) -> dict[str, Any]:
    """The receipt as data: the whole one, or the proof alone for a stranger."""
    if not seen.full:
        return public.proof_json(leaf)
    return ledger.get_receipt(leaf, promise=ledger.promise_of(leaf), fields=seen.fields, files=seen.files)


def note_opening(leaf: bytes, seen: Access, actor: Actor | None, at: Any) -> None:
    """A reading of protected fields goes into the access log; what is published is no secret."""
    if actor is None or seen.public or not (seen.fields or seen.files):
        return
    organ = actor.holdings[0].organ.code if actor.holdings else ""
    ledger_acts.note_access(
        ledger_acts.Access(
            "receipt", actor.person.key, at, organ=organ, case_ref=seen.case_ref, subject=leaf.hex()
        )
    )


def promised(leaf: bytes) -> dict[str, Any]:
    """The promise of a leaf taken apart for the page: its words, and the moment before which the leaf must be in."""
    signed = ledger.promise_of(leaf)
    said = read_promise(signed.partition("\n\n")[0] + "\n")
    return {"text": signed, "case": said.case, "seq": said.seq, "before": said.before}
