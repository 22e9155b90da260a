"""痕迹在而内容不在: acts whose leaves a recovery of the ledger has put back, and nobody has entered again (补录).

What the leaf commits to went with the old database, so the case stands earlier than it truly is. Until each of them is
entered as an attested act that names the leaf as its source number, nothing is performed in the case: it could be done twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fadu.city.cases import procedures
from fadu.city.cases.models import Case
from fadu.city.ledger import queries as ledger
from fadu.core.errors import Refusal, Refused
from fadu.core.procedure.definition import Definition
from fadu.core.terms import legal_day


@dataclass(frozen=True)
class Lost:
    """One such act, as far as its leaf tells: where it stood, what was done, by which organ (code), when."""

    seq: int
    leaf: str
    step: str
    title: str
    organ: str
    occurred_at: datetime

    def __str__(self) -> str:
        day = legal_day(self.occurred_at)
        return f"第 {self.seq} 条痕迹“{self.title}”（{self.organ or '—'}，{day}，{self.leaf}）"


def of(case: Case, definition: Definition) -> list[Lost]:
    """The acts of a case that are traced and not here. A sealed matter's leaves tell no case, so it has none."""
    if case.secrecy == Case.Secrecy.SEALED:
        return []
    acts = list(case.acts.values_list("leaf", "data"))
    entered = {data.get("source_number", "") for _, data in acts} | {leaf for leaf, _ in acts}
    found = ledger.leaves_without(f"case/{case.key}", entered)
    return [
        Lost(one.seq, one.leaf, one.step, _title(definition, one.step), one.organ, one.occurred_at)
        for one in found
    ]


def _title(definition: Definition, name: str) -> str:
    """The step of ``procedure.step`` or ``procedure.step.outcome`` in words; its name where the law has changed."""
    parts = name.split(".")
    step = definition.steps.get(parts[1]) if len(parts) > 1 and parts[0] == definition.name else None
    return step.title if step is not None else name


def some(case: Case, seq: int) -> list[Lost]:
    """As ``of``, asked only where the chain of the case (its last number is ``seq``) is longer than its acts are many."""
    return of(case, procedures.of(case)) if seq > case.version else []


def demand_none(case: Case, seq: int) -> None:
    """Refused while there are any; ``seq`` as for ``some``."""
    if found := some(case, seq):
        raise Refused(
            Refusal(
                "lost_acts",
                f"恢复旧备份时，本案有 {len(found)} 项办理的内容遗失：{'；'.join(map(str, found))}",
                cure="请凭纸质材料、回执或者档案先行补录，“来源编号”填写该条痕迹的 64 位散列值；补录完毕后照常办理",
            )
        )


def unknown() -> Iterator[tuple[str, str]]:
    """Cases of which nothing but leaves is here: their reference and a sentence."""
    known = {f"case/{key}" for key in Case.objects.values_list("key", flat=True).iterator()}
    for case_ref, leaves in ledger.cases_without(known):
        steps = "、".join(
            f"{one.step}（{one.organ or '—'}，{legal_day(one.occurred_at)}）" for one in leaves[:10]
        )
        yield case_ref, f"账本有 {len(leaves)} 条痕迹，其内容在恢复旧备份时遗失：{steps}"
