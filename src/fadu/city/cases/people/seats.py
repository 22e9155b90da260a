"""由谁办理: which function of which organ a step asks for, what the person before it lacks, and who could do it today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from fadu.city.authority.actor import Actor
from fadu.city.authority.models import Appointment, Organ, in_force
from fadu.city.web.jinja import function_title
from fadu.core.errors import Refusal
from fadu.core.procedure.definition import Role, Step

Seat = tuple[Role, Organ | None]


class Holders:
    """Who holds which post of an organ on a day; each organ is read once."""

    def __init__(self, on: date) -> None:
        self.on, self._known = on, dict[int, list[Appointment]]()

    def of(self, organs: Iterable[int]) -> dict[int, list[Appointment]]:
        """The appointments in force of these organs, by organ."""
        if missing := set(organs) - set(self._known):
            rows = Appointment.objects.filter(in_force(self.on), post__organ__in=missing)
            self._known |= {organ: [] for organ in missing}
            for row in rows.select_related("person", "post").order_by("post", "pk"):
                self._known[row.post.organ_id].append(row)
        return self._known


def not_yours(step: Step, seats: Sequence[Seat], actor: Actor, holders: Holders | None) -> Refusal:
    """The refusal of somebody who has none of the roles of the step. Without ``holders`` who could do it is left out: for
    whoever asks about many steps and shows none of the answers."""
    whose = "或者".join(dict.fromkeys(seat_words(role, organ) for role, organ in seats))
    lacking = [_lacking(actor, organ, role.function) for role, organ in seats if organ and role.function]
    could = "；".join(_holders(seats, holders, named=actor.official)) if holders else ""
    return Refusal(
        "not_yours",
        "；".join([f"“{step.title}”由{whose}办理", *dict.fromkeys(lacking)]),
        basis=step.basis.printed,
        cure=f"请交由{could}；如应当由您办理，请核对任职和委派"
        if could
        else "请交由有权的岗位办理；如应当由您办理，请核对任职和委派",
        subject=step.name,
    )


def seat_words(role: Role, organ: Organ | None) -> str:
    """A role with the organ and function in which it is sought."""
    if role.kind != "function":
        return role.title
    if organ is None:
        return f"{role.title}（本级没有承担这一职责的机关）"
    return f"{role.title}（{organ.name}的“{function_title(role.function)}”岗位）"


def _lacking(actor: Actor, organ: Organ, function: str) -> str:
    """What is missing: the function in the organ where he has a post, or any post there."""
    if not actor.official:
        return "您不是承办机关的工作人员"
    held = sorted({name for one in actor.holdings if one.organ.pk == organ.pk for name in one.functions})
    if not held:
        return f"您在{organ.short}没有任职"
    has = "、".join(f"“{function_title(name)}”" for name in held)
    return f"您在{organ.short}的岗位有{has}职能，没有“{function_title(function)}”职能"


def _holders(seats: Sequence[Seat], holders: Holders, *, named: bool) -> list[str]:
    """The posts that have the function today; officials are told the holders' names too."""
    wanted = list(
        dict.fromkeys(
            (organ.pk, organ.short, role.function) for role, organ in seats if organ and role.function
        )
    )
    known = holders.of(pk for pk, _, _ in wanted) if wanted else {}
    told = []
    for pk, short, function in wanted:
        posts: dict[str, list[str]] = {}
        for row in known[pk]:
            if function in row.post.functions:
                posts.setdefault(row.post.title, []).append(row.person.name)
        words = "、".join(f"{title}（{'、'.join(who)}）" if named else title for title, who in posts.items())
        vacant = f"{short}（“{function_title(function)}”岗位现无人任职）"
        told.append(f"{short}{words}办理" if words else vacant)
    return list(dict.fromkeys(told))
