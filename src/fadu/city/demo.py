"""Build the demonstration city from ``law/demo``: every organ, post, person and power through the same acts as a real
one. Passwords and second-factor secrets are drawn anew for each installation and printed once.
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from fadu.city import demo_catalogue, plays
from fadu.city.accounts.models import User
from fadu.city.authority import acts, clock, queries
from fadu.city.authority.door import act_many
from fadu.city.authority.models import Organ, Post
from fadu.city.cases import procedures
from fadu.city.planning import acts as planning
from fadu.city.planning.models import WorkPlan
from fadu.city.registries import acts as registers
from fadu.core.errors import InputError
from fadu.core.text.plan import read_plan

# The demonstration's year has its calendar and its plan; its present leaves a decision time to run to the end.
BEGINS = datetime(2026, 1, 5, 9, tzinfo=clock.ZONE)
PRESENT = datetime(2026, 9, 7, 9, tzinfo=clock.ZONE)

Say = Callable[[str, int, int], None]
_LEVELS = {"市": "city", "县": "county", "乡": "township"}
_SUPERVISING = frozenset({"supervision", "inspection", "enforcement_supervision"})


@dataclass(frozen=True)
class LogIn:
    """What is printed for one persona."""

    name: str
    who: str
    username: str
    password: str
    second_factor: bytes


def build(folder: Path, *, say: Say) -> list[LogIn]:
    """The whole city, or nothing to do when it stands already (an empty list)."""
    if not settings.FADU_DEMO:
        raise InputError(
            "只有演示系统可以建立演示城市", where="FADU_DEMO", cure="设置 FADU_DEMO=1，并使用全新的数据库"
        )
    if Organ.objects.exists():
        return []
    clock.begin_demo(BEGINS)
    organs = tomllib.loads((folder / "organs.toml").read_text(encoding="utf-8"))
    people = tomllib.loads((folder / "people.toml").read_text(encoding="utf-8"))
    _organs(organs, say)
    _powers(organs["organ"], say)
    log_ins = _people(people["person"], organs["organ"], say)
    _appointments(people["appointment"], organs["organ"], say)
    _registers(people["person"])
    _plan(folder / "plan.txt", say)
    catalogue = demo_catalogue.play(folder / "catalogue.toml")
    plays.perform(sorted((folder / "plays").glob("*.toml")), say=say, more=[catalogue])
    clock.move_forward(PRESENT)
    return log_ins


def _in_order(organs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Governments before their departments, parents before children."""
    placed: set[str] = set()
    waiting = dict(organs)
    while waiting:
        ready = [key for key, organ in waiting.items() if _needs(key, organ, organs) <= placed]
        if not ready:
            raise InputError(
                f"机构的上级互相循环：{'、'.join(waiting)}", where="organs.toml", cure="核对 parent"
            )
        for key in ready:
            yield key, waiting.pop(key)
            placed.add(key)


def _needs(key: str, organ: Mapping[str, Any], organs: Mapping[str, Any]) -> set[str]:
    needed = {organ["parent"]} if organ["parent"] else set()
    home = _government(organ, organs)
    return needed | ({home} if home and home != key else set())


def _government(organ: Mapping[str, Any], organs: Mapping[str, Any]) -> str:
    """The government of the organ's own place (本级人民政府), by division code; Party and judicial organs too."""
    return next(
        (
            key
            for key, one in organs.items()
            if "government" in one["duties"] and one["division"] == organ["division"]
        ),
        "",
    )


def _organs(data: Mapping[str, Any], say: Say) -> None:
    organs = data["organ"]
    installer = queries.installer()
    for number, (key, organ) in enumerate(_in_order(organs), 1):
        say("设立机构", number, len(organs))
        home = _government(organ, organs)
        acts.establish_organ(
            installer, code=key, name=organ["name"], short=organ["short"], level=_LEVELS[organ["level"]],
            division=organ["division"], parent=organ["parent"], government="" if home == key else home,
            mark=organ.get("mark", _mark(organ)), duties=organ["duties"], aliases=organ.get("aliases", []), administrative=organ["powers"], start=date(2025, 1, 1),
        )  # fmt: skip


def _mark(organ: Mapping[str, Any]) -> str:
    """机关代字 for document numbers: 云发展改革委; organs of counties and townships by their short name."""
    short = organ["short"]
    return f"云{short[1:]}" if short.startswith("市") else short


def _powers(organs: Mapping[str, Any], say: Say) -> None:
    """职权: what each organ may run, from the procedures that need a power and the levels they apply to."""
    installer = queries.installer()
    needed = [one for one in procedures.book().procedures.values() if one.power]
    holders = [(key, organ) for key, organ in organs.items() if organ["powers"]]
    for number, (key, organ) in enumerate(holders, 1):
        say("载入职权", number, len(holders))
        rows = [
            {"procedure": one.name, "basis": one.sources[one.source].title, "start": date(2025, 1, 1)}
            for one in needed
            if not one.levels or organ["level"] in one.levels
        ]
        acts.install_powers(installer, organ=key, powers=rows, source="演示权力清单（2026年）")


def _people(people: Mapping[str, Any], organs: Mapping[str, Any], say: Say) -> list[LogIn]:
    installer = queries.installer()
    made = []
    for number, (key, person) in enumerate(people.items(), 1):
        say("登记人员、开立账号", number, len(people))
        kind = "enterprise" if person.get("enterprise") else "natural"
        acts.register_person(installer, key=key, name=person["name"], kind=kind)
        official = person["kind"] == "official"
        account = (
            User.Kind.OFFICIAL
            if official
            else (User.Kind.ENTERPRISE if kind == "enterprise" else User.Kind.CITIZEN)
        )
        password, secret = secrets.token_urlsafe(9), secrets.token_bytes(20)
        acts.open_account(
            installer, person=key, username=key, kind=account, password=password, real_name_level=2,
            second_factor=secret if official else b"", email=f"{key}@example.invalid",
        )  # fmt: skip
        made.append(
            LogIn(
                person["name"],
                person.get("field", person["kind"]),
                key,
                password,
                secret if official else b"",
            )
        )
    return made


_REGISTERS = {"expert": "experts", "counsel": "counsel", "public_lawyer": "counsel"}


def _registers(people: Mapping[str, Any]) -> None:
    """Experts, legal counsel and public lawyers stand in their registers."""
    for key, person in people.items():
        if register := _REGISTERS.get(person["kind"]):
            registers.enter(
                queries.installer(), register=register, key=key, title=person["name"], person=key,
                start=date(2025, 1, 1), basis="演示名册", data={"field": person["field"], "employer": person["employer"]},
            )  # fmt: skip


def _plan(path: Path, say: Say) -> None:
    """The city's plan is imported by its office and the tasks of the first half of its sections are issued."""
    now = clock.now()
    clerk = queries.actor_for(User.objects.get(username="office_clerk"), at=now, proved_at=now)
    content = path.read_bytes()
    plan = read_plan(content, name=path.name)
    key = planning.import_plan(
        clerk, government="city_government", plan=plan, content=content, source=path.name, year=BEGINS.year
    )["plan"]
    tasks = list(WorkPlan.objects.get(key=key).tasks.filter(dropped="").values_list("pk", flat=True))
    issued = tasks[: len(tasks) // 2]
    say("导入工作方案、任务立项", len(issued), len(issued))
    act_many(planning.issue, clerk, [{"task": pk} for pk in issued], order="task")


def _appointments(rows: list[Mapping[str, Any]], organs: Mapping[str, Any], say: Say) -> None:
    installer = queries.installer()
    for number, row in enumerate(rows, 1):
        say("设置岗位、任职", number, len(rows))
        functions = set(row["functions"])
        duties = set(organs[row["organ"]]["duties"])
        if duties & _SUPERVISING:
            functions.add("supervise")
        if "staffing" in duties:
            # Whoever keeps organs and posts decides no matters (分岗设权).
            functions = {"staffing"}
        if "archives" in duties or "government_office" in duties:
            functions.add("register")
        post = (
            Post.objects.filter(organ__code=row["organ"], title=row["post"])
            .values_list("pk", flat=True)
            .first()
        )
        if post is None:
            post = acts.create_post(
                installer, organ=row["organ"], title=row["post"], functions=sorted(functions),
                rotation_years=5 if row.get("key_post") else None, key_post=bool(row.get("key_post")),
            )["post"]  # fmt: skip
        acts.appoint(installer, post=post, person=row["person"], start=row["from"], end=row.get("until"))
