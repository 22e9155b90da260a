"""From the names in a plan to the organs of the city: full name, short name, alias; never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from fadu.city.authority.models import Organ, in_force


@dataclass(frozen=True)
class Matched:
    """Codes of the organs found, and the names nobody bears."""

    organs: tuple[str, ...]
    unknown: tuple[str, ...]


class Names:
    """Every name an organ answers to on a day. A name that two organs bear answers for neither."""

    def __init__(self, on: date) -> None:
        found: dict[str, set[str]] = {}
        for organ in Organ.objects.filter(in_force(on)):
            for name in (organ.name, organ.short, *organ.aliases):
                found.setdefault(name, set()).add(organ.code)
        self._by_name: Mapping[str, str] = {
            name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1
        }

    def match(self, names: Iterable[str]) -> Matched:
        """Organs by code in the order named, each once."""
        organs, unknown = [], []
        for name in names:
            code = self._by_name.get(name.strip())
            if code is None:
                unknown.append(name)
            elif code not in organs:
                organs.append(code)
        return Matched(tuple(organs), tuple(unknown))
