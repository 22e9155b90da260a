"""另一版本下的重演: the cases of this installation told again under another version of the law. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from fadu.city.cases import names, procedures, recording
from fadu.city.cases.models import Case
from fadu.city.registries import queries as registers
from fadu.core.errors import InputError
from fadu.core.log.errors import LogError
from fadu.core.procedure import Definition, overlay, replay
from fadu.core.procedure.loader import load_book, load_file
from fadu.core.procedure.replay import Otherwise, Replayed
from fadu.core.procedure.shape import parse_toml

BATCH = 200


def other_version(path: Path, text: str, source: str = "", *, on: date) -> Definition:
    """The version that a file makes: a whole procedure with the local rules in force, or a local rule (``extends``) merged
    with the procedure that it extends as the law would stand from its day. ``source`` is the TOML of the instrument that a
    local rule brings along. Raises DefinitionError or InputError."""
    if "extends" in parse_toml(text, path.name):
        rule = overlay.Rule(path.stem, text, source)
        head = overlay.head(rule)
        rules = _rules(max(on, date.fromisoformat(head["in_force"])))
        book = load_book(
            settings.FADU_LAW,
            local=settings.FADU_LAW_LOCAL,
            rules=[*(one for one in rules if one.name != rule.name), rule],
            names=names.known(),
        )
        return book.procedures[head["extends"]]
    if source:
        raise InputError(
            "--source 只用于地方规定",
            where=path.name,
            why="这是一个完整的程序，所引的规范须在法库中",
            cure="去掉 --source，或者把规范加入法库",
        )
    overlays = overlay.load(settings.FADU_LAW_LOCAL, _rules(on))
    return load_file(path, book=procedures.book(), overlays=overlays, past="." in path.stem)


def _rules(on: date) -> list[overlay.Rule]:
    return registers.overlay_rules(procedures.loaded_on(on).overlays)


@dataclass(frozen=True)
class Retold:
    """One case under the other version; without ``replayed`` a case whose history cannot be opened."""

    case: Case
    own: Definition
    other: Definition
    replayed: Replayed | None

    def as_json(self) -> dict[str, Any]:
        """The acts that would have been refused or cannot be judged, and what is owed at the end under one version only."""
        told = {"case": self.case.key, "title": self.title, "ended": self.case.ended_at is not None}
        if self.replayed is None:
            return told | {"unreadable": True}
        return told | {
            "same": self.replayed.same,
            "acts": [self._act(one) for one in self.replayed.otherwise],
            "owed_more": [self._step(name) for name in self.replayed.owed_more],
            "owed_less": [self._step(name) for name in self.replayed.owed_less],
        }

    @property
    def title(self) -> str:
        """The matter's title; a sealed one is named by its key alone."""
        return "（保密事项）" if self.case.secrecy == Case.Secrecy.SEALED else self.case.title

    def _act(self, one: Otherwise) -> dict[str, Any]:
        return {
            "seq": one.seq,
            **self._step(one.step),
            "refusals": [refusal.as_json() for refusal in one.refusals],
            "unjudged": [refusal.as_json() for refusal in one.unjudged],
        }

    def _step(self, name: str) -> dict[str, str]:
        known = self.own.steps if name in self.own.steps else self.other.steps
        return {"step": name, "step_title": known[name].title}


def retold(
    other: Definition, procedure: str, *, progress: Callable[[int, int], None] = lambda done, total: None
) -> Iterator[Retold]:
    """Every case of a procedure, running and past, in the order in which they were begun, one after the other."""
    calendar, chosen = procedures.calendar(), Case.objects.filter(procedure=procedure).order_by("pk")
    total = chosen.count()
    for number, case in enumerate(chosen.iterator(chunk_size=BATCH)):
        progress(number, total)
        own = procedures.of(case)
        try:
            acts = recording.past(case)
        except LogError:
            yield Retold(case, own, other, None)
            continue
        (one,) = replay.replay({case.key: (own, acts)}, other, calendar=calendar)
        yield Retold(case, own, other, one)
    progress(total, total)
