"""Counting regimes: how one law counts its time. Data of ``law/counting/*.toml``, each value with basis and status.

《民法典》第二百零四条: the general rules apply unless a law says otherwise. So the general regime (通则) is the one
that a limit falls under when its law is listed there, and a law that counts differently has a file of its own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from fadu.core.errors import DefinitionError, InputError
from fadu.core.terms.limits import Limit, Unit

#: How sure a value is. ``verified``: the text says it; ``borrowed``: taken from another law that fills the gap;
#: ``convention``: no text, our reading; ``unverified``: from a summary, to be checked; ``local``: a local rule.
STATUSES = ("verified", "borrowed", "convention", "unverified", "local")


class UnknownRegime(InputError):
    """A limit names a law whose way of counting nobody has declared."""

    code = "unknown_regime"


class PauseSide(StrEnum):
    """Which end of a suspension counts as suspended. A is the day of suspension, B the day of resumption."""

    FROM_SUSPENSION = "from_suspension"  # days d with A <= d < B are not counted (law-B 0.3 rule 7)
    FROM_NEXT_DAY = "from_next_day"  # days d with A < d <= B are not counted (law-A 0.4)


@dataclass(frozen=True)
class Basis:
    """Where a value comes from and how sure it is (see :data:`STATUSES`)."""

    text: str
    status: str


@dataclass(frozen=True)
class Exemption:
    """A kind of limit whose last day does not move: a cap on coercive measures, custody, a fixed date."""

    name: str
    title: str
    basis: Basis


@dataclass(frozen=True)
class Regime:
    """How one law (or family of laws) counts. ``title`` is shown to people; ``laws`` are short titles it covers."""

    name: str
    title: str
    aliases: tuple[str, ...]
    laws: tuple[str, ...]
    workday_numbers: frozenset[int]
    workdays_up_to: int
    workdays_basis: Basis
    first_day_counts: bool
    first_day_basis: Basis
    last_to_last: bool
    months_basis: Basis
    rolls_forward: bool
    roll_basis: Basis
    exemptions: tuple[Exemption, ...]
    pause_side: PauseSide
    pause_basis: Basis
    clear_days: bool
    before_basis: Basis

    def __hash__(self) -> int:
        # The name tells regimes apart; two of one name are still compared value by value.
        return hash(self.name)

    def read(self, limit: Limit) -> Limit:
        """What the words mean in this law: 七日 in 处罚法 is seven working days. An explicit 工作日 stays."""
        in_workdays = limit.number in self.workday_numbers or limit.number <= self.workdays_up_to
        return Limit(limit.number, Unit.WORKDAY) if limit.unit is Unit.DAY and in_workdays else limit

    def rolls(self, kind: str = "") -> bool:
        """Whether the last day of a limit moves off a rest day. ``kind`` names an exemption of this regime.

        Raises :class:`UnknownRegime` for a kind the regime does not declare: a misspelt cap must not roll silently.
        """
        if not kind:
            return self.rolls_forward
        if kind not in {exemption.name for exemption in self.exemptions}:
            known = "、".join(exemption.name for exemption in self.exemptions) or "（无）"
            raise UnknownRegime(f"计期规则“{self.name}”没有不顺延的类别“{kind}”", cure=f"可用的类别：{known}")
        return False


class Regimes(Mapping[str, Regime]):
    """All regimes by name or alias. ``default`` is the general one (law-B 0.3)."""

    def __init__(self, regimes: Iterable[Regime], *, default: str = "通则") -> None:
        self._by_name = {regime.name: regime for regime in regimes}
        self._any_name = _index(self._by_name.values(), lambda regime: (regime.name, *regime.aliases))
        self._by_law = _index(self._by_name.values(), lambda regime: regime.laws)
        self.default = self[default]

    @classmethod
    def load(cls, folder: Path | Traversable) -> Regimes:
        """Read every ``*.toml`` of ``folder``, strictly: unknown or missing keys raise DefinitionError.

        ``like`` names the regime whose tables hold where a file has none of its own.
        """
        files = sorted(
            (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
        )
        raw = {file.name: _parse(file) for file in files}
        by_name = {data.get("name"): data for data in raw.values()}
        return cls(_regime(_completed(data, by_name, where), where) for where, data in raw.items())

    def __getitem__(self, name: str) -> Regime:
        if name not in self._any_name:
            raise UnknownRegime(f"没有名为“{name}”的计期规则", cure=f"可用的有：{'、'.join(self)}")
        return self._any_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: object) -> bool:
        return name in self._any_name

    def for_law(self, law: str) -> Regime:
        """The regime of a law by its short title (处罚法). Raises :class:`UnknownRegime` when none lists it."""
        if law not in self._by_law:
            raise UnknownRegime(
                f"没有写明《{law}》如何计算期限",
                why="同样写作“七日”，不同法律的含义不同，不能猜测",
                cure=f"请在 law/counting/ 中适用的计期规则的 laws 里加上该法，或者从现有规则中选用：{'、'.join(self)}",
            )
        return self._by_law[law]


def _index(regimes: Iterable[Regime], names: Any) -> dict[str, Regime]:
    found: dict[str, Regime] = {}
    for regime in regimes:
        for name in names(regime):
            if name in found:
                raise DefinitionError(
                    f"“{name}”同时见于两个计期规则：{found[name].name}、{regime.name}", where="law/counting"
                )
            found[name] = regime
    return found


_TABLES = {
    "workdays": {"numbers", "up_to", "basis", "status"},
    "first_day": {"counts", "basis", "status"},
    "months": {"last_to_last", "basis", "status"},
    "last_day": {"rolls", "exempt", "basis", "status"},
    "pause": {"side", "basis", "status"},
    "before": {"clear_days", "basis", "status"},
}


def _parse(file: Path | Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DefinitionError(f"不是有效的 TOML 文件（{error}）", where=file.name) from error


def _completed(data: dict[str, Any], by_name: Mapping[Any, dict[str, Any]], where: str) -> dict[str, Any]:
    """The file's own tables over those of the regime it is ``like`` (and of that one's, in turn)."""
    seen, chain = {data.get("name")}, [data]
    while like := chain[-1].get("like"):
        if like not in by_name or like in seen:
            raise DefinitionError(f"like = “{like}”没有这个计期规则，或者互相引用", where=where)
        seen.add(like)
        chain.append(by_name[like])
    inherited = {table: part[table] for part in reversed(chain) for table in _TABLES if table in part}
    return {**data, **inherited}


def _regime(data: dict[str, Any], where: str) -> Regime:
    names = {"name", "title", "like", "aliases", "laws"}
    _check_keys(data, {*names, *_TABLES}, {"name", "title", *_TABLES}, where)
    for table, known in _TABLES.items():
        optional = {"numbers", "up_to", "exempt"}
        _check_keys(data[table], known, known - optional, f"{where} [{table}]")
    days, pause = data["workdays"], data["pause"]
    if pause["side"] not in set(PauseSide):
        raise DefinitionError(
            f"side 不能是“{pause['side']}”", where=f"{where} [pause]", cure=f"可用：{'、'.join(PauseSide)}"
        )
    return Regime(
        name=data["name"],
        title=data["title"],
        aliases=tuple(data.get("aliases", ())),
        laws=tuple(data.get("laws", ())),
        workday_numbers=frozenset(days.get("numbers", ())),
        workdays_up_to=days.get("up_to", 0),
        workdays_basis=_basis(days, f"{where} [workdays]"),
        first_day_counts=data["first_day"]["counts"],
        first_day_basis=_basis(data["first_day"], f"{where} [first_day]"),
        last_to_last=data["months"]["last_to_last"],
        months_basis=_basis(data["months"], f"{where} [months]"),
        rolls_forward=data["last_day"]["rolls"],
        roll_basis=_basis(data["last_day"], f"{where} [last_day]"),
        exemptions=tuple(_exemption(entry, where) for entry in data["last_day"].get("exempt", ())),
        pause_side=PauseSide(pause["side"]),
        pause_basis=_basis(pause, f"{where} [pause]"),
        clear_days=data["before"]["clear_days"],
        before_basis=_basis(data["before"], f"{where} [before]"),
    )


def _exemption(entry: dict[str, Any], where: str) -> Exemption:
    keys = {"name", "title", "basis", "status"}
    _check_keys(entry, keys, keys, f"{where} [[last_day.exempt]]")
    return Exemption(entry["name"], entry["title"], _basis(entry, f"{where} [[last_day.exempt]]"))


def _basis(table: dict[str, Any], where: str) -> Basis:
    if table["status"] not in STATUSES:
        raise DefinitionError(
            f"status 不能是“{table['status']}”", where=where, cure=f"可用：{'、'.join(STATUSES)}"
        )
    return Basis(table["basis"], table["status"])


def _check_keys(table: dict[str, Any], known: set[str], needed: set[str], where: str) -> None:
    unknown, missing = sorted(set(table) - known), sorted(needed - set(table))
    if unknown:
        raise DefinitionError(
            f"有不认识的项：{'、'.join(unknown)}", where=where, cure=f"只能有：{'、'.join(sorted(known))}"
        )
    if missing:
        raise DefinitionError(
            f"缺少：{'、'.join(missing)}",
            where=where,
            cure="请补全；每个值都要有依据（basis）和可靠程度（status）",
        )
