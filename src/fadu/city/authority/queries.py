"""What authority remembers: who holds which post, which organ has a duty, which powers are in force, as of a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q, QuerySet

from fadu.city.accounts.models import Person, User
from fadu.city.authority.actor import Actor, Holding
from fadu.city.authority.models import Appointment, Delegation, Organ, Post, Power, in_force


def holdings_of(person: Person, on: date) -> tuple[Holding, ...]:
    """Every post the person holds on the day, his own first, then what was delegated to him."""
    own = (
        Appointment.objects.filter(in_force(on), in_force(on, "post__organ__"), person=person)
        .select_related("post__organ__government")
        .order_by("start", "pk")
    )
    lent = (
        Delegation.objects.filter(in_force(on), in_force(on, "appointment__"), to=person)
        .select_related("appointment__post__organ__government")
        .order_by("start", "pk")
    )
    return tuple(
        [Holding(row.post.organ, row.post.title, frozenset(row.post.functions), row.pk) for row in own]
        + [
            Holding(
                row.appointment.post.organ,
                row.appointment.post.title,
                # A delegation never gives more than the post itself has.
                frozenset(row.functions) & frozenset(row.appointment.post.functions),
                row.appointment.pk,
                delegated=True,
            )
            for row in lent
        ]
    )


def actor_for(user: User, *, at: datetime, proved_at: datetime | None = None, source: str = "web") -> Actor:
    """The actor behind an account. Citizens' and enterprises' accounts get no posts, whatever the tables say."""
    official = user.kind == User.Kind.OFFICIAL
    holdings = holdings_of(user.person, at.date()) if official else ()
    return Actor(user.person, user, holdings, proved_at, source=source)


def organ_with_duty(duty: str, government: Organ | None, on: date) -> Organ | None:
    """The organ under the same government that has a duty (``legality_review`` …); None where nobody has it."""
    if government is None:
        return None
    nearby = Organ.objects.filter(in_force(on)).filter(Q(government=government) | Q(pk=government.pk))
    return next((organ for organ in nearby if duty in organ.duties), None)


def organ_of_role(place: str, *, handling: Organ, government: Organ, on: date) -> Organ | None:
    """Resolve a role's ``organ`` word: the handling organ or its parent, the government of the case, or the organ with
    that duty under that government. A case keeps its government when it is handed to an organ of another level.
    """
    if place == "handling":
        return handling
    if place == "government":
        return government
    if place == "parent":
        return handling.parent
    return organ_with_duty(place, government, on)


def government_of(organ: Organ) -> Organ:
    """The government an organ belongs to; a government belongs to itself."""
    return organ.government or organ


def holders(organ: Organ, function: str, on: date) -> QuerySet[Appointment]:
    """Appointments in force whose post has the function in the organ.

    Functions are few and stored as a list; the organ narrows the search to a handful of posts.
    """
    posts = [post.pk for post in Post.objects.filter(organ=organ) if function in post.functions]
    return Appointment.objects.filter(in_force(on), post__in=posts).select_related("person", "post")


def power_in_force(organ: Organ, procedure: str, on: date) -> Power | None:
    """The power by which the organ may run the procedure on that day, or None."""
    return Power.objects.filter(in_force(on), organ=organ, procedure=procedure).order_by("-start").first()


def overdue_rotation(on: date) -> list[Appointment]:
    """Holders of rotating posts who have stayed longer than the post allows (定期轮岗)."""
    rows = Appointment.objects.filter(in_force(on), post__rotation_years__isnull=False)
    return [
        row
        for row in rows.select_related("person", "post__organ")
        if (on.year - row.start.year, on.month, on.day)
        > (row.post.rotation_years or 0, row.start.month, row.start.day)
    ]


def organ_tree(on: date) -> list[tuple[int, Organ]]:
    """All organs in force as (depth, organ), parents before children."""
    children: dict[int | None, list[Organ]] = {}
    for organ in Organ.objects.filter(in_force(on)).order_by("code"):
        children.setdefault(organ.parent_id, []).append(organ)

    def walk(parent: int | None, depth: int) -> Iterable[tuple[int, Organ]]:
        for organ in children.get(parent, []):
            yield depth, organ
            yield from walk(organ.pk, depth + 1)

    return list(walk(None, 0))


def posts_of(organ: Organ, on: date) -> list[tuple[Post, list[Appointment]]]:
    """The organ's posts, each with its holders of the day; an empty list is a vacancy that the page shows."""
    held: dict[int, list[Appointment]] = {}
    for row in Appointment.objects.filter(in_force(on), post__organ=organ).select_related("person", "post"):
        held.setdefault(row.post_id, []).append(row)
    return [(post, held.get(post.pk, [])) for post in Post.objects.filter(organ=organ).order_by("pk")]


def powers_of(organ: Organ, on: date) -> QuerySet[Power]:
    """The organ's powers in force, with their basis and the list version they came from."""
    return Power.objects.filter(in_force(on), organ=organ).order_by("procedure")


def newcomer() -> Actor:
    """Somebody without an account who may do only what anybody may (register, comment, ask)."""
    person, _ = Person.objects.get_or_create(
        key="public", defaults={"name": "社会公众", "kind": Person.Kind.SYSTEM}
    )
    return Actor(person, source="public")


def installer() -> Actor:
    """The installation itself, for building a city from the command line; it holds no post and runs no case."""
    person, _ = Person.objects.get_or_create(
        key="system", defaults={"name": "系统", "kind": Person.Kind.SYSTEM}
    )
    return Actor(person, source="install")


def clock_actor() -> Actor:
    """The system's clock: does what the law attaches to the passing of time, and nothing else."""
    person, _ = Person.objects.get_or_create(
        key="clock", defaults={"name": "系统时钟", "kind": Person.Kind.SYSTEM}
    )
    return Actor(person, source="clock")


def personas(on: date) -> list[tuple[str, str]]:
    """(account, who it is) for the demonstration's switch: officials with their first post, then citizens."""
    posts: dict[int, str] = {}
    for row in Appointment.objects.filter(in_force(on)).select_related("post__organ").order_by("-pk"):
        posts[row.person_id] = f"{row.post.organ.short}{row.post.title}"
    users = User.objects.filter(active=True).select_related("person").order_by("pk")
    return [
        (user.username, f"{user.person.name} · {posts.get(user.person_id, user.get_kind_display())}")
        for user in users
    ]
