"""What authority remembers: who holds which post, which organ has a duty, which powers are in force, as of a day."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import F, Q, QuerySet, Value

from fadu.city.accounts.models import Mandate, Person, Recovery, User
from fadu.city.authority.actor import Actor, Holding
from fadu.city.authority.models import Appointment, Delegation, DemoClock, Limit, Organ, Post, Power, in_force
from fadu.city.authority.rules import InForce, in_force_on


def holdings_of(person: Person, on: date) -> tuple[Holding, ...]:
    """Every post the person holds on the day, his own first, then what was delegated to him; one query."""
    posts = Appointment.objects.select_related("post__organ__government", "post__organ__parent")
    own = posts.filter(in_force(on), in_force(on, "post__organ__"), person=person)
    lent = posts.filter(in_force(on), in_force(on, "delegations__"), delegations__to=person)
    rows = own.annotate(
        lent=Value(0), since=F("start"), place=F("pk"), given=F("post__functions")
    ).union(
        lent.annotate(
            lent=Value(1), since=F("delegations__start"), place=F("delegations__pk"), given=F("delegations__functions")
        ),
        all=True,
    )  # fmt: skip
    held = sorted(rows, key=lambda row: (row.lent, row.since, row.place))
    if not held or held[0].lent:
        # Who holds no post of his own any more has lost what others lent him with it.
        return ()
    # A delegation never gives more than the post itself has.
    return tuple(
        _holding(row, frozenset(row.given) & frozenset(row.post.functions), lent=bool(row.lent))
        for row in held
    )


def holdings_by_key(person: str, on: date) -> tuple[Holding, ...]:
    """The posts that the person with a key held on a day; none where nobody has it."""
    found = Person.objects.filter(key=person).first()
    return holdings_of(found, on) if found is not None else ()


def _holding(row: Appointment, functions: frozenset[str], *, lent: bool = False) -> Holding:
    post = row.post
    # The rotation is the holder's; whoever uses a lent function moves by his own post.
    due = None if lent else row.rotation_due
    return Holding(post.organ, post.title, functions, row.pk, lent, due, post.key_post)


def actor_for(
    user: User,
    *,
    at: datetime,
    proved_at: datetime | None = None,
    source: str = "web",
    mandate: Mandate | None = None,
    token: bool = False,
) -> Actor:
    """The actor behind an account. Citizens' and enterprises' accounts get no posts, whatever the tables say."""
    official = user.kind == User.Kind.OFFICIAL
    holdings = holdings_of(user.person, at.date()) if official else ()
    return Actor(user.person, user, holdings, proved_at, mandate, source, token)


def is_minor(person: Person, on: date) -> bool:
    """Whether he is registered as not yet of age on that day (民法典 17)."""
    return person.minor_until is not None and on < person.minor_until


def is_child(person: Person, on: date) -> bool:
    """Whether he is registered as not yet fourteen on that day: four years before he comes of age (个人信息保护法 31)."""
    if person.minor_until is None:
        return False
    end, year = person.minor_until, person.minor_until.year - 4
    born_on_leap_day = (end.month, end.day) == (2, 29) and not isleap(year)
    return on < (date(year, 3, 1) if born_on_leap_day else end.replace(year=year))


def mandate_of(person: Person, pk: int | None, on: date) -> Mandate | None:
    """The mandate in force by which the person may act for another, or None."""
    if pk is None:
        return None
    found = Mandate.objects.filter(in_force(on), agent=person, pk=pk).select_related("principal")
    return found.first()


def mandate_between(person: Person, pk: int) -> Mandate | None:
    """A mandate that this person gave or holds, or None."""
    both = Q(agent=person) | Q(principal=person)
    return Mandate.objects.filter(both, pk=pk).select_related("agent", "principal").first()


def mandates_held(person: Person, on: date) -> QuerySet[Mandate]:
    """For whom the person may act on that day."""
    return Mandate.objects.filter(in_force(on), agent=person).select_related("principal").order_by("start")


def mandates_given(person: Person) -> QuerySet[Mandate]:
    """Everybody who may or might act for the person, ended ones too."""
    return Mandate.objects.filter(principal=person).select_related("agent").order_by("-start", "-pk")


def organ_with_duty(duty: str, government: Organ | None, on: date) -> Organ | None:
    """The organ under the same government that has a duty (``legality_review`` …); None where nobody has it."""
    if government is None:
        return None
    nearby = Organ.objects.filter(in_force(on)).filter(Q(government=government) | Q(pk=government.pk))
    # The text of the list narrows the search in the database, the list itself decides.
    likely = nearby.filter(duties__icontains=f'"{duty}"')
    return next((organ for organ in likely if duty in organ.duties), None)


# Words of a role that name an organ by its place to the case; every other word is a duty.
PLACES = frozenset({"handling", "government", "parent"})


def organs_by_duty(government: Organ, on: date) -> dict[str, Organ]:
    """For each duty the organ under the government that has it, as ``organ_with_duty`` finds it; one query."""
    nearby = Organ.objects.filter(in_force(on)).filter(Q(government=government) | Q(pk=government.pk))
    found: dict[str, Organ] = {}
    for organ in nearby.exclude(duties=[]):
        for duty in organ.duties:
            found.setdefault(duty, organ)
    return found


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


def powers_among(organs: Iterable[Organ], on: date) -> dict[int, set[str]]:
    """By organ the procedures for which it has a power in force; one query."""
    found: dict[int, set[str]] = {}
    rows = Power.objects.filter(in_force(on), organ__in=list(organs)).values_list("organ_id", "procedure")
    for organ, procedure in rows:
        found.setdefault(organ, set()).add(procedure)
    return found


def limit_in_force(post: Post | int, procedure: str, on: date) -> Limit | None:
    """The amount up to which a post decides in a procedure on that day: its own limit for it, else its general one."""
    rows = Limit.objects.filter(in_force(on), post=post, procedure__in=["", procedure])
    return max(rows, key=lambda row: (row.procedure != "", row.start), default=None)


def posts_that_decide(
    seats: Iterable[tuple[Organ, str]], procedure: str, amount: Decimal, on: date
) -> list[str]:
    """Posts whose limit reaches the amount, among those with the function in the organ, each with its holders' names."""
    found = []
    for organ, function in seats:
        for post in Post.objects.filter(organ=organ).select_related("organ").order_by("pk"):
            limit = limit_in_force(post, procedure, on) if function in post.functions else None
            if limit is not None and (limit.amount is None or limit.amount >= amount):
                rows = Appointment.objects.filter(in_force(on), post=post).select_related("person")
                names = "、".join(row.person.name for row in rows)
                found.append(f"{post}（{names or '空缺'}）")
    return list(dict.fromkeys(found))


def setting_on(name: str, on: date) -> InForce:
    """What the city has set for itself, as of a day, and by which document."""
    return in_force_on(name, on)


def limits_of(organ: Organ, on: date) -> dict[int, list[Limit]]:
    """The limits in force by post."""
    found: dict[int, list[Limit]] = {}
    for row in Limit.objects.filter(in_force(on), post__organ=organ).order_by("procedure"):
        found.setdefault(row.post_id, []).append(row)
    return found


def overdue_rotation(on: date) -> list[Appointment]:
    """Holders of rotating posts who have stayed longer than the post allows (定期轮岗), longest overdue first."""
    rows = Appointment.objects.filter(in_force(on), post__rotation_years__isnull=False)
    late = [
        (due, row)
        for row in rows.select_related("person", "post__organ")
        if (due := row.rotation_due) is not None and due < on
    ]
    return [row for _, row in sorted(late, key=lambda pair: (pair[0], pair[1].pk))]


def delegations(on: date, *, giver: Person | None = None) -> QuerySet[Delegation]:
    """Delegations in force or still to come, of one giver or of all."""
    found = Delegation.objects.filter(end__gt=on).select_related(
        "appointment__person", "appointment__post__organ", "to"
    )
    return (found.filter(appointment__person=giver) if giver else found).order_by("start", "pk")


def delegated_to(person: Person, on: date) -> QuerySet[Delegation]:
    """What others have lent to the person, now or still to come."""
    found = Delegation.objects.filter(end__gt=on, to=person)
    return found.select_related("appointment__person", "appointment__post__organ").order_by("start", "pk")


def appointments_in_force(
    on: date, *, person: Person | None = None, organ: Organ | None = None
) -> QuerySet[Appointment]:
    """Appointments on a day, of one person or of all, in one organ or in every one, by organ."""
    found = Appointment.objects.filter(in_force(on)).select_related("person", "post__organ")
    wanted = {name: one for name, one in (("person", person), ("post__organ", organ)) if one is not None}
    return found.filter(**wanted).order_by("post__organ__code", "post", "pk")


def waiting_recoveries() -> QuerySet[Recovery]:
    """Accounts whose recovery one person has asked for and a second has not approved."""
    return Recovery.objects.filter(approved_at=None).select_related("user__person", "asked_by").order_by("pk")


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


def clock_landed() -> datetime | None:
    """When a demonstration's clock was last moved, by its own time; None where time only passes."""
    if not settings.FADU_DEMO:
        return None
    return DemoClock.objects.filter(pk=1).values_list("landed", flat=True).first()
