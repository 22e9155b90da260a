"""Rows written by difference are those that a rebuild from nothing writes, after every act of any walk through a case."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from fadu.city.authority import clock
from fadu.city.cases.checking import rebuild
from fadu.city.cases.models import Case, Duty, Involvement
from fadu.core.errors import Refused
from tests import factories
from tests.factories import City

pytestmark = pytest.mark.django_db
# step, who tries it, targets, values; whether it may be done is the law's business.
TRIES: tuple[tuple[str, tuple[str, ...], tuple[str, ...], dict[str, Any]], ...] = (
    ("review", ("li", "zhou"), (), {"outcome": "fit", "reasons": "合法"}),
    ("review", ("li", "zhou"), (), {"outcome": "unfit", "reasons": "依据不足"}),
    ("decide", ("sun",), (), {"outcome": "agreed"}),
    ("close", ("zhao", "qian"), (), {}),
    ("hand_over", ("li", "zhou"), ("review",), {"person": "zhou", "reason": "出差"}),
    ("hand_over", ("zhao", "qian"), ("close",), {"person": "qian", "reason": "出差"}),
    ("delegate_task", ("zhou",), ("review",), {"person": "li", "reason": "分工"}),
    ("add_signer", ("li", "zhou"), ("review",), {"persons": ["wu", "qian"], "reason": "会商"}),
    ("remove_signer", ("li", "zhou"), ("review",), {"person": "wu", "reason": "不需"}),
    ("countersign", ("wu", "qian"), ("review",), {"opinion": "同意"}),
    ("send_back", ("zhou", "wu"), ("review",), {"reason": "不归我办"}),
    ("recall", ("li", "zhou"), ("review",), {"reason": "误转"}),
)


def rows(case: Case) -> tuple[Counter[tuple[Any, ...]], set[tuple[Any, ...]]]:
    """What the rows around a case say, whatever their keys."""
    names = [one.attname for one in Duty._meta.concrete_fields if one.name != "id"]
    organs = Involvement.objects.filter(case=case).values_list("organ", "changed_at")
    return Counter(Duty.objects.filter(case=case).values_list(*names)), set(organs)


def columns(case: Case) -> dict[str, Any]:
    """Everything that stands in the case's own row."""
    return Case.objects.filter(pk=case.pk).values().get()


@pytest.mark.parametrize("seed", range(6))
def test_every_act_leaves_what_a_rebuild_leaves(city: City, case: Case, seed: int) -> None:
    draw, done = random.Random(seed), 0
    for _ in range(25):
        step, whose, targets, values = draw.choice(TRIES)
        clock.move_forward(clock.now() + timedelta(hours=draw.choice((1, 1, 30))))
        try:
            factories.do(city, case, step, by=draw.choice(whose), targets=targets, **values)
        except Refused:
            continue
        done += 1
        written = rows(case), columns(case)
        with transaction.atomic():
            Duty.objects.filter(case=case).delete()
            Case.objects.filter(pk=case.pk).update(due=None, stage="", marking={}, version=0)
            rebuild.repair()
            rebuilt = rows(case), columns(case)
            transaction.set_rollback(True)
        assert rebuilt == written, step
    assert done >= 2
