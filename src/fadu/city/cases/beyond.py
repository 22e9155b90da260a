"""超越权限的补录: what the city's registers say against an act that was done elsewhere, written with it as findings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fadu.city.authority import queries as authority
from fadu.city.cases import bodies, standing
from fadu.city.cases.entry import Elsewhere
from fadu.city.cases.models import Case
from fadu.core.procedure.act import Finding
from fadu.core.procedure.definition import Definition, Step
from fadu.core.terms import legal_day


def outside(
    definition: Definition, step: Step, elsewhere: Elsewhere, values: Mapping[str, Any], case: Case
) -> tuple[Finding, ...]:
    """What only the city's registers can say against an act done elsewhere: whoever did it went beyond his limit, or the
    views recorded are not those of the body that decides."""
    found = [*bodies.refusals(definition, step, values, case=case, at=elsewhere.occurred_at)]
    found += [
        refusal
        for one in elsewhere.performers
        for held in authority.holdings_by_key(one["person"], legal_day(elsewhere.occurred_at))
        if held.organ.code == one.get("organ") and f"{held.organ.short}{held.post}" == one.get("post")
        for refusal in standing.beyond_limit(
            definition, step, held, values, case=case, at=elsewhere.occurred_at
        )
    ]
    return tuple(dict.fromkeys(Finding.of(refusal) for refusal in found))
