"""Every mistake in a law file is met with a sentence that says where, what and how to mend it.

One mistake a file; the first line holds the sentence that must be shown.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fadu.core.errors import InputError
from fadu.core.procedure import Book, Names, load_file
from fadu.core.procedure.names import check_city_names
from tests.core.procedure.conftest import DATA

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_mistake_is_named(path: Path, book: Book) -> None:
    sentence = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(InputError) as caught:
        load_file(path, book=book)
    assert sentence in str(caught.value)
    assert caught.value.cure


def test_there_are_many_mistakes_one_a_file() -> None:
    assert len(BROKEN) >= 80


def test_names_the_city_does_not_have(book: Book) -> None:
    wide = load_file(DATA / "wide.toml", book=book)
    known = Names(
        checks=frozenset({"registered", "amount_within_limit"}),
        effects=frozenset(
            {"publish_decision", "record_delivery", "correct_consultation", "correct_hearing", "index_again"}
        ),
        panels=frozenset(),
        templates=frozenset(),
    )
    check_city_names(wide, known, "wide.toml")
    for missing in ("checks", "effects"):
        fewer = Names(**{**vars(known), missing: frozenset()})
        with pytest.raises(InputError, match="没有名为"):
            check_city_names(wide, fewer, "wide.toml")
