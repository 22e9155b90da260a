"""One city of a given size in a process of its own: builds it, then measures its pages whenever it is asked.

``python -m benchmarks.pages_city build`` makes the demonstration city in the database named by the environment;
``… serve CASES`` grows it and answers each line ``COUNT`` on stdin with the seconds of so many views of each page;
an empty line ends it. Every answer is one line of JSON.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.pages_fill import fill
from fadu.city import boot

# A table with fewer rows than this is read faster whole than through an index, whoever plans it.
LARGE = 10_000
UNDERTAKER, SUPERVISOR = "housing_clerk", "supervisor"


def build() -> None:
    """The demonstration city with its own cases, and every procedure in force pinned."""
    from fadu.city import demo, wiring
    from fadu.city.authority import clock
    from fadu.city.cases import procedures
    from fadu.city.ledger import publishing

    wiring.wire()
    call_command("migrate", verbosity=0, interactive=False)
    demo.build(settings.FADU_LAW / "demo", say=lambda *_: None)
    for definition in procedures.book().procedures.values():
        procedures.pin(definition)
    publishing.publish(at=clock.now())


def pages() -> dict[str, tuple[str, str]]:
    """The pages measured: name → (account, address)."""
    from fadu.city.cases.models import Case

    demo = Case.objects.filter(procedure="major_decision", organ__code="city_housing").order_by("-version")
    key = demo.values_list("key", flat=True)[0]
    return {
        "我的一天": (UNDERTAKER, "/my/"),
        "案件页": (UNDERTAKER, f"/cases/{key}/"),
        "案件页：步骤表单": (UNDERTAKER, f"/cases/{key}/?step=hand_over"),
        "案件清单": (UNDERTAKER, "/cases/"),
        "清单：监督机关": (SUPERVISOR, "/cases/"),
        "清单：期限最近、办理中": (UNDERTAKER, "/cases/?state=open&order=due"),
        "清单：查找常见的词": (UNDERTAKER, "/cases/?q=停车收费"),
        "清单：查找两个字": (UNDERTAKER, "/cases/?q=停车"),
        "清单：查找编号": (UNDERTAKER, "/cases/?q=第777件"),
        "清单：监督机关查找": (SUPERVISOR, "/cases/?q=停车收费 方案"),
        "我的一天：监督机关": (SUPERVISOR, "/my/"),
    }


def logged_in(username: str) -> Client:
    """A browser in which this official has logged in."""
    from fadu.city.accounts.models import User
    from fadu.city.authority import clock
    from fadu.city.authority.middleware import session_of

    client = Client()
    session = client.session
    session.update(session_of(User.objects.get(username=username), clock.wall().timestamp()))
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client


def view(client: Client, address: str) -> float:
    """Seconds that one view of a page takes, from the first middleware to the last byte."""
    begun = time.perf_counter()
    response = client.get(address)
    taken = time.perf_counter() - begun
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return taken


def looked_at(client: Client, address: str) -> dict[str, Any]:
    """How many statements a page asks, and which large tables any of them reads from end to end."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        asked.extend((sql, one) for one in (parameters if many else [parameters]))
        return execute(sql, parameters, many, context)

    # Now and then a process looks whether the law has changed, for all its pages; what that asks is no page's own.
    view(client, address)
    with connection.execute_wrapper(note):
        client.get(address)
    scanned: set[str] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= %s", [LARGE])
        large = {name for (name,) in cursor.fetchall()}
        for sql, parameters in asked:
            cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", parameters)
            scanned |= _scans(cursor.fetchone()[0][0]["Plan"]) & large
    return {"queries": len(asked), "scanned": sorted(scanned), "statements": [sql for sql, _ in asked]}


def _scans(plan: dict[str, Any]) -> set[str]:
    """Tables that a plan reads sequentially."""
    found = {plan["Relation Name"]} if plan["Node Type"] in ("Seq Scan", "Parallel Seq Scan") else set()
    return found.union(*(_scans(below) for below in plan.get("Plans", ())))


def serve(cases: int) -> None:
    """Grow, warm up, say what each page asks, then measure whenever asked."""
    from fadu.city import wiring
    from fadu.city.cases.models import Case

    wiring.wire()
    if (missing := cases - Case.objects.count()) > 0:
        fill(missing)
    clients = {name: logged_in(name) for name in (UNDERTAKER, SUPERVISOR)}
    wanted = [(name, clients[account], address) for name, (account, address) in pages().items()]
    for _, client, address in wanted * 5:
        view(client, address)
    _say({name: looked_at(client, address) for name, client, address in wanted})
    for line in iter(sys.stdin.readline, "\n"):
        taken: dict[str, list[float]] = {name: [] for name, _, _ in wanted}
        for _ in range(int(line)):
            for name, client, address in wanted:
                taken[name].append(view(client, address))
        _say(taken)


def _say(answer: object) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    boot.setup()
    logging.disable(logging.WARNING)
    build() if sys.argv[1] == "build" else serve(int(sys.argv[2]))
