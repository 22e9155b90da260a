"""The demonstration's yearly catalogue: a case of its own, played through the door, published, its entries with their decisions."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, override_settings

from fadu.city import demo, wiring
from fadu.city.authority import clock
from fadu.city.cases.checking import rebuild
from fadu.city.cases.models import Case, CaseLink
from fadu.city.portal import catalogue

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(tmp_path: Path) -> Any:
    """The demonstration city, built as `make run` builds it."""
    with override_settings(FADU_DEMO=True, FADU_VAR=tmp_path):
        wiring.wire()
        demo.build(settings.FADU_LAW / "demo", say=lambda *_: None)
        yield tomllib.loads((settings.FADU_LAW / "demo/catalogue.toml").read_text(encoding="utf-8"))


def test_the_catalogue_room_shows_the_year_and_leads_to_its_decisions(city: dict[str, Any]) -> None:
    case = Case.objects.get(procedure="decision_catalogue")
    steps = list(case.acts.order_by("seq").values_list("step", flat=True))
    assert steps[0] == "call" and steps[-1] == "publish" and steps.count("apply") == 5
    assert case.acts.values("person").distinct().count() >= 4, "several officials, as the law separates them"
    (shown,) = catalogue.catalogues(clock.now().date())
    own = [item for item in city["item"] if item["decided_by"] == "city_government"]
    assert [item.subject for item in shown.items] == [item["title"] for item in own]
    begun = {item.subject: item.decisions for item in shown.items if item.decisions}
    linked = {link.case for link in CaseLink.objects.filter(other=case).select_related("case")}
    assert len(linked) == 3 and {one for cases in begun.values() for one in cases} <= linked
    assert begun["云川市老旧小区改造三年行动计划（2026—2028年）"][0].organ.code == "city_housing"
    assert shown.others == ()
    browser = Client()
    page = browser.get("/decisions/").content.decode()
    room = page[page.index("年度决策事项目录") :]
    assert case.number in room and "云川市生活垃圾焚烧发电厂选址方案" in room
    assert "夜景亮化" not in room, "what was not listed, and why, is not published"
    addresses = set(re.findall(r'href="(/public/\w+/)"', room))
    assert len(addresses) == 1 + len(begun)
    assert all(browser.get(address).status_code == 200 for address in addresses)
    assert "云川市生活垃圾焚烧发电厂选址方案" in browser.get(f"/public/{case.key}/").content.decode()
    assert list(rebuild.check()) == []
