"""What a page says is said in words: no name of a field, step, role, duty or organ as the program calls it."""

from __future__ import annotations

import html
import re

import pytest

from fadu.city.cases import procedures
from tests.conformance.access_table import ROUTES
from tests.conformance.access_world import VISITORS, World, browser
from tests.conformance.test_access import book_of_its_own, installation, world  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# Written for programmers, or for who writes a law file: they ask for the names.
FOR_PROGRAMMERS = ("api/", "open-data/", "verify/", "trace/", "law/propose/overlay/")
_HIDDEN = re.compile(r"<(script|style|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SAID = re.compile(r"""\b(?:aria-label|title|placeholder|alt)="([^"]*)\"""")
_NAME = re.compile(r"(?<![\w/.@=?&-])[a-z][a-z0-9]*(?:_[a-z0-9]+)+(?![\w/.@])", re.ASCII)


def names_on(page: str) -> set[str]:
    """Names as a program writes them, among the words that a reader sees or hears."""
    shown = _HIDDEN.sub(" ", page)
    words = [*_SAID.findall(shown), re.sub(r"<[^>]*>", " ", shown)]
    return {name for text in words for name in _NAME.findall(html.unescape(text))}


def test_the_reader_of_pages_sees_names_and_only_those_shown() -> None:
    page = '<p title="a_b">见 legal_review，</p><input name="x_y" value="c_d"><a href="/n_m/">办</a><code>e_f</code>'
    assert names_on(page) == {"a_b", "legal_review"}


@pytest.mark.parametrize("visitor", ["nobody", "party", "handling", "deciding", "supervising", "staffing"])
def test_no_page_shows_a_name_of_the_program(world: World, visitor: str) -> None:  # noqa: F811
    client, found = browser(VISITORS[visitor]), []
    place = list(VISITORS).index(visitor)
    addresses = [
        world.address(route, sample)
        for route, answers, _, sample in ROUTES
        if answers[place] == "o" and not route.startswith(FOR_PROGRAMMERS)
    ]
    steps = procedures.of(world.case).steps if visitor == "handling" else {}
    addresses += [f"/cases/{world.case.key}/?step={name}" for name in steps]
    for address in addresses:
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found += [f"{address}: {name}" for name in sorted(names_on(answer.content.decode()))]
    assert not found, "\n".join(found)
