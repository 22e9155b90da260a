"""更正以后: what the record of an act says today, and what it said before; read from the acts and what they committed to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fadu.city.cases.models import Act
from fadu.core.procedure.fold import ORIGIN
from fadu.core.terms import BEIJING, chinese_day

CORRECT = "correct"
PERFORMERS = "@performers"
_ORIGIN_TITLES = {
    "@occurred_at": "实际发生的时间",
    "@source": "来源",
    "@source_number": "来源编号",
    PERFORMERS: "实际办理人",
}


@dataclass
class Record:
    """The values of an act as corrected, and for each corrected field what stood there before, with the correction's
    number, the first first."""

    values: dict[str, Any]
    before: dict[str, list[tuple[Any, int]]] = field(default_factory=dict)


def target_of(act: Act) -> int:
    """The number of the act that a correction corrects; 0 where the act is no correction."""
    targets = act.data.get("targets") or [] if act.step == CORRECT else []
    return int(targets[0]) if targets and str(targets[0]).isdecimal() else 0


def origin(act: Act) -> dict[str, Any]:
    """Where an attested act comes from, under the names by which a correction speaks of it (``core`` ``fold.ORIGIN``)."""
    if act.data.get("channel") != "attested":
        return {}
    return {name: act.data.get(part, "") for name, part in ORIGIN.items()}


def persons_named(record: Record) -> set[str]:
    """The persons that corrected performers name, now and before."""
    told = [record.values.get(PERFORMERS), *(value for value, _ in record.before.get(PERFORMERS, ()))]
    return {one["person"] for every in told for one in every or ()} if PERFORMERS in record.before else set()


def origin_told(record: Record, names: Mapping[str, str]) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """What was corrected of an attested act's origin, in words: what it is, as corrected, and before."""
    for name, title in _ORIGIN_TITLES.items():
        if name in record.before:
            before = [(_say(name, value, names), seq) for value, seq in record.before[name]]
            yield title, _say(name, record.values.get(name), names), before


def _say(name: str, value: Any, names: Mapping[str, str]) -> str:
    if name == PERFORMERS:
        return "、".join(
            f"{one.get('post', '')}{names.get(one['person'], one['person'])}" for one in value or ()
        )
    if name == "@occurred_at":
        moment = datetime.fromisoformat(value).astimezone(BEIJING)
        return f"{chinese_day(moment)} {moment:%H:%M}"
    return str(value or "（未填）")


def record(act: Act, acts: Iterable[Act], opened: Mapping[str, Mapping[str, Any]]) -> Record:
    """One act's record; ``opened`` holds what each leaf committed to."""
    found = Record({**origin(act), **opened.get(act.leaf, {})})
    for one in sorted(acts, key=lambda one: one.seq):
        if target_of(one) != act.seq:
            continue
        for name, value in (opened.get(one.leaf, {}).get("corrected") or {}).items():
            found.before.setdefault(name, []).append((found.values.get(name), one.seq))
            found.values[name] = value
    return found
