"""Words are found in titles and numbers however old the case, by whoever may see it, through an index on both databases."""

from __future__ import annotations

import pytest
from django.db import connection

from fadu.city.cases import queries
from fadu.city.cases.models import Case
from fadu.city.cases.screens import listing, words
from tests.factories import City, open_case

pytestmark = pytest.mark.django_db
TITLES = ("关于停车收费的方案", "老旧小区改造（第12345件）", "河道整治", "道路养护 ABC")


@pytest.fixture
def four(city: City, monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """Four matters of the finance bureau, of which only the newest is looked through for words."""
    monkeypatch.setattr(listing, "LOOKED", 1)
    return [
        open_case(city, "matter", by="zhao", organ="finance", step="register", content="内容", title=title)
        for title in TITLES
    ]


def found(city: City, sought: str, *, by: str = "zhao") -> set[str]:
    return {case.title for case in listing.listed(city.actor(by), {"q": sought}).page.object_list}


@pytest.mark.parametrize(
    ("sought", "titles"),
    [
        ("停车收费", {TITLES[0]}),
        ("旧小区改", {TITLES[1]}),
        ("第12345件", {TITLES[1]}),
        ("云财测〔2026〕", set(TITLES)),
        ("停车收费 方案", {TITLES[0]}),
        ("停车收费 河道整", set()),
        ("没有的词", set()),
        ('"AND" OR*', set()),
    ],
)
def test_old_cases_are_found_by_their_words(
    city: City, four: list[Case], sought: str, titles: set[str]
) -> None:
    assert found(city, sought) == titles


@pytest.mark.skipif(connection.vendor != "postgresql", reason="trigrams need three characters")
def test_words_of_two_characters_and_whole_numbers_are_found_too(city: City, four: list[Case]) -> None:
    assert found(city, "停车") == {TITLES[0]}
    assert found(city, "12345") == {TITLES[1]}


def test_what_may_be_missing_is_said(city: City, four: list[Case], monkeypatch: pytest.MonkeyPatch) -> None:
    assert not listing.listed(city.actor("zhao"), {"q": "停车收费"}).narrow
    monkeypatch.setattr(words, "MOST", 0)
    told = listing.listed(city.actor("zhao"), {"q": "停车收费"})
    assert told.narrow and told.count == "0+"
    monkeypatch.setattr(listing, "LOOKED", 100)
    told = listing.listed(city.actor("zhao"), {"q": "停车收费"})
    assert not told.narrow and told.count == "1"


def test_hidden_cases_are_not_found(city: City, four: list[Case]) -> None:
    assert found(city, "停车收费", by="wu") == set()
    assert found(city, "停车收费", by="wang") == {TITLES[0]}, "the supervisor sees it"
    Case.objects.filter(pk=four[0].pk).update(secrecy=Case.Secrecy.SEALED)
    assert found(city, "停车收费", by="wang") == set()


def test_the_index_follows_a_new_name_and_forgets_what_is_gone(city: City, four: list[Case]) -> None:
    Case.objects.filter(pk=four[0].pk).update(title="关于公园的方案")
    assert words.found("停车收费") == []
    assert words.found("关于公园") == [four[0].pk]


def test_the_list_finds_what_the_plain_condition_finds(city: City, four: list[Case]) -> None:
    for sought in ("收费的", "小区改造", "整治", "的方案", "〔2026〕", "ABC"):
        plain = queries.visible_to(city.actor("zhao")).filter(queries.matching({"q": sought}))
        shown = listing.listed(city.actor("zhao"), {"q": sought})
        assert shown.narrow or {one.pk for one in shown.page.object_list} == {one.pk for one in plain}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps trigrams")
@pytest.mark.parametrize("text", [*TITLES, "云财〔2026〕12号 abc", "", "甲", "第１２件　全角 空格"])
def test_both_languages_cut_words_alike(db: None, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_grams(%s)", [text])
        assert sorted(cursor.fetchone()[0]) == words.grams(text)


def test_no_key_of_a_case_has_an_index_that_a_longer_one_makes_needless(db: None) -> None:
    with connection.cursor() as cursor:
        named = connection.introspection.get_constraints(cursor, "cases_case").values()
    columns = sorted(tuple(one["columns"]) for one in named if one["index"] and one["columns"])
    for needless in (
        ("organ_id",),
        ("government_id",),
        ("parent_id",),
        ("definition_id",),
        ("opened_by_id",),
    ):
        assert needless not in columns
