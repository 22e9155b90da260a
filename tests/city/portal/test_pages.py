"""What everybody can read without logging in, and what nobody can find here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from django.test import Client

from fadu.city.authority import clock
from fadu.city.cases.models import Case, File, Publication
from fadu.city.ledger import export
from fadu.city.portal import datasets, queries, searching
from fadu.city.portal.models import Gram
from tests.city.participation.conftest import Matter, forward
from tests.city.portal.conftest import main_of

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def opened(matter: Matter, publish: Callable[[], object]) -> Matter:
    """The draft is out for consultation, and the round of the worker has passed."""
    matter.open(notice="为减轻换乘负担，拟调整公共汽车票价，请于截止日期前提出意见。")
    publish()
    return matter


def test_every_room_opens_for_a_stranger(opened: Matter, client: Client) -> None:
    key = opened.case.key
    for path in (
        "/", "/search/", "/search/?q=票价", "/decisions/", f"/public/{key}/", "/matter/", "/verify/", "/trace/", "/open-data/",
        "/log/checkpoint", "/feeds/publications.atom", "/feeds/consultations.atom", "/verify/fadu-verify.pyz",
    ):  # fmt: skip
        assert client.get(path).status_code == 200, path


def test_rooms_open_in_a_city_in_which_nothing_happened(db: None, client: Client) -> None:
    for path in (
        "/",
        "/search/?q=票价",
        "/decisions/",
        "/trace/",
        "/verify/",
        "/open-data/",
        "/feeds/publications.atom",
    ):
        assert client.get(path).status_code == 200, path
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/tile/0/000").status_code == 404


def test_home_shows_what_can_be_commented_on(opened: Matter, client: Client) -> None:
    page = client.get("/").content.decode()
    assert opened.case.title in page and "提意见" in page and "云州市人民政府" in page
    forward(40)
    assert "现在没有正在征求意见的草案" in client.get("/").content.decode()


def test_search_finds_words_inside_texts_and_titles_first(opened: Matter) -> None:
    on = clock.now().date()
    found = searching.search("换乘负担", kind="", on=on)
    assert [hit.kind for hit in found.hits] == ["publication", "consultation"]
    assert "减轻换乘负担" in found.hits[0].excerpt
    assert found.hits[0].address.startswith(f"/public/{opened.case.key}/#act-")
    assert searching.search("负担 票价", kind="", on=on).tally["publication"] == 1
    assert searching.search("负担 学校", kind="", on=on).tally["publication"] == 0
    assert searching.search("票", kind="consultation", on=on).hits, "one character is sought in titles"
    assert searching.search("交通运输局", kind="organ", on=on).hits[0].title == "云州市交通运输局"
    assert searching.search("重大行政决策", kind="power", on=on).hits
    assert not searching.search("%_' OR 1=1 --", kind="", on=on).hits


def test_search_forgets_what_is_no_longer_public(opened: Matter) -> None:
    on = clock.now().date()
    Case.objects.filter(pk=opened.case.pk).update(secrecy=Case.Secrecy.INTERNAL)
    assert not searching.search("换乘负担", kind="", on=on).hits
    assert Gram.objects.exists(), "the index may keep what the live rows no longer show"


def test_the_index_is_made_once_and_can_be_made_anew(opened: Matter) -> None:
    before = Gram.objects.count()
    assert before > 50 and searching.index_new() == 0
    Gram.objects.all().delete()
    assert searching.index_new() == 2 and Gram.objects.count() == before


def test_a_decision_shows_stages_disclosures_and_nothing_inside(opened: Matter, client: Client) -> None:
    page = main_of(client.get(f"/public/{opened.case.key}/"))
    for shown in (
        "公开的全部内容",
        "向社会公开征求意见",
        "拟调整公共汽车票价",
        "国务院令第713号",
        "公众参与",
        "现在可以提意见",
    ):
        assert shown in page, shown
    for hidden in ("成本和效益", "吴六", "郑七", "程审", "审查意见", "谁决定的"):
        assert hidden not in page, hidden
    states = {stage.title: stage.state for stage in queries.stages(opened.case)}
    assert list(states.values()).count("current") == 1 and "ahead" in states.values()


def test_only_files_that_the_publication_shows_can_be_had(opened: Matter, client: Client) -> None:
    files = File.objects.filter(case=opened.case)
    shown = files.get(field="draft_shown")
    got = client.get(f"/public/{opened.case.key}/files/{shown.pk}/")
    assert got.status_code == 200 and "第三条" in got.content.decode()
    assert got["X-Content-Type-Options"] == "nosniff" and got["Content-Disposition"].startswith("attachment")
    inside = (
        files.filter(field="text").first()
        or files.exclude(field__in=("draft_shown", "explanation_shown")).first()
    )
    assert inside is not None
    assert client.get(f"/public/{opened.case.key}/files/{inside.pk}/").status_code == 404
    assert client.get(f"/public/{'0' * 26}/files/{shown.pk}/").status_code == 404


def test_a_publication_ends_and_an_internal_case_was_never_there(opened: Matter, client: Client) -> None:
    path = f"/public/{opened.case.key}/"
    Publication.objects.update(until=clock.now().date())
    assert client.get(path).status_code == 404
    assert opened.case.title not in client.get("/decisions/").content.decode()
    Publication.objects.update(until=None)
    assert client.get(path).status_code == 200
    Case.objects.filter(pk=opened.case.pk).update(secrecy=Case.Secrecy.INTERNAL)
    assert client.get(path).status_code == 404
    assert opened.case.key not in client.get("/open-data/publications.json").content.decode()
    assert opened.case.key not in client.get("/feeds/publications.atom").content.decode()


def test_a_case_without_publication_is_not_public(matter: Matter, client: Client) -> None:
    assert client.get(f"/public/{matter.case.key}/").status_code == 404
    assert matter.case.title not in client.get("/decisions/").content.decode()


def test_decisions_can_be_narrowed(opened: Matter, client: Client) -> None:
    for query, found in (
        ("q=票价", True), ("q=学校", False), ("state=running", True), ("state=issued", False), ("organ=transport", True),
        ("organ=finance", False), ("year=2026", True), ("year=1999", False), ("year=x", True), ("page=99", True),
    ):  # fmt: skip
        assert (opened.case.title in client.get(f"/decisions/?{query}").content.decode()) is found, query


@pytest.mark.parametrize("name", sorted(datasets.DATASETS))
def test_every_dataset_is_whole_in_both_formats(name: str, opened: Matter, client: Client) -> None:
    table = json.loads(client.get(f"/open-data/{name}.json").content)
    rows = list(csv.reader(io.StringIO(client.get(f"/open-data/{name}.csv").content.decode("utf-8-sig"))))
    assert rows[0] == list(datasets.DATASETS[name].columns.values())
    assert len(rows) - 1 == len(table["rows"]) > 0 and "注明来源" in table["licence"]
    assert all(set(row) == set(datasets.DATASETS[name].columns) for row in table["rows"])


def test_no_dataset_holds_a_formula(opened: Matter, client: Client) -> None:
    Case.objects.filter(pk=opened.case.pk).update(title="=HYPERLINK(1)")
    assert "'=HYPERLINK(1)" in client.get("/open-data/decisions.csv").content.decode()


def test_unknown_datasets_and_feeds_do_not_exist(db: None, client: Client) -> None:
    for path in ("/open-data/people.csv", "/open-data/organs.xlsx", "/feeds/people.atom"):
        assert client.get(path).status_code == 404


def test_feeds_are_atom(opened: Matter, client: Client) -> None:
    feed = Tree.fromstring(client.get("/feeds/publications.atom").content)
    assert feed.tag == f"{ATOM}feed"
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    for part in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{part}") and entry.findtext(f"{ATOM}{part}")
    link = entry.find(f"{ATOM}link")
    assert link is not None and f"/public/{opened.case.key}/" in link.attrib["href"]


def test_tiles_over_http_are_the_exported_ones_and_entries_are_not_served(
    opened: Matter, client: Client, tmp_path: Path
) -> None:
    folder, entries = tmp_path / "public", tmp_path / "entries"
    export.export_tiles(folder, entries=entries)
    paths = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert "checkpoint" in paths and len(paths) > 1
    for path in paths:
        answer = client.get(f"/log/{path}")
        assert answer.content == (folder / path).read_bytes(), path
    bundles = [path.relative_to(entries).as_posix() for path in entries.rglob("*") if path.is_file()]
    for path in [*bundles, "tile/0/999", "tile/9/000", "tile/0/00", "tile/0/../0/000", "tile/0/000.p/256"]:
        assert client.get(f"/log/{path}").status_code == 404, path
