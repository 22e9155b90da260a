"""The cases whose title or number holds the words searched, out of the index of words (migration 0010).

Chinese has no spaces: what is looked up are pairs of neighbouring characters (PostgreSQL) or three of them (SQLite);
whatever they find is compared with the words themselves afterwards. A number or a Latin word is looked up whole.
"""

from __future__ import annotations

import re

from fadu.city.statements import ask, postgres

# More than so many are not looked up one by one: such words are too common to find anything by.
MOST = 3000
_LATIN, _HAN = re.compile(r"[0-9a-z]+"), re.compile(r"[^0-9a-z\s]+")


def grams(words: str) -> list[str]:
    """What PostgreSQL's index keeps of a text: whole numbers and Latin words, and the pairs of all else."""
    low = words.lower()
    pairs = (run[at : at + 2] for run in _HAN.findall(low) for at in range(len(run) - 1))
    return sorted({*_LATIN.findall(low), *pairs})


def found(words: str) -> list[int] | None:
    """The keys of all cases that may hold every word (whoever may see them); None where there are too many of them, or
    the words are too short for the index.
    """
    keys = _by_pairs(words) if postgres() else _by_trigrams(words)
    return None if keys is None or len(keys) > MOST else keys


def _by_pairs(words: str) -> list[int] | None:
    wanted = sorted({gram for word in words.split() for gram in grams(word)})
    if not wanted:
        return None
    return [pk for (pk,) in ask("SELECT * FROM cases_find(%s::text[], %s)", [wanted, MOST + 1])]


def _by_trigrams(words: str) -> list[int] | None:
    wanted = [word for word in words.split() if len(word) >= 3]
    if not wanted:
        return None
    # A phrase in quotes: nothing in it is an operator of FTS5.
    asked = " AND ".join('"' + word.replace('"', '""') + '"' for word in wanted)
    rows = ask("SELECT rowid FROM cases_word WHERE cases_word MATCH %s LIMIT %s", [asked, MOST + 1])
    return [pk for (pk,) in rows]
