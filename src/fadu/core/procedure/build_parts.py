"""Small tables of a step as records, references and guards out of their JSON form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from fadu.core.procedure import definition as d

Data = Mapping[str, Any]


def step_parts(one: Data, resolve: Callable[[Data], d.Basis]) -> dict[str, Any]:
    """The tables of a step that stand for themselves; ``resolve`` reads the basis of one of them."""
    parts: dict[str, Any] = {}
    if opens := one.get("opens"):
        keys = ("per", "done_when", "returns")
        parts["opens"] = d.Opens(
            opens["procedure"],
            basis=resolve(opens),
            **{key: opens[key] for key in keys if key in opens},
        )
    parts["links"] = tuple(
        d.Link(
            link["procedure"],
            link.get("field", ""),
            link.get("relation", ""),
            MappingProxyType({key: ref(value[0]) for key, value in link.get("on", {}).items()}),
            MappingProxyType({key: value[0] for key, value in link.get("carries", {}).items()}),
            resolve(link),
        )
        for link in one.get("links", ())
    )
    if rule := one.get("decided_by"):
        rest = {key: value for key, value in rule.items() if key not in ("basis", "source", "passes")}
        parts["decided_by"] = d.DecidedBy(resolve(rule), passes=tuple(rule.get("passes", ())), **rest)
    if grows := one.get("accrues"):
        parts["accrues"] = d.Accrual(
            grows["base"], grows["rate"], grows["per"], resolve(grows), grows.get("from", ""),
            grows.get("cap", ""), tuple(grows.get("not_while", ())), tuple(grows.get("until", ())),
        )  # fmt: skip
    if shown := one.get("disclosure"):
        parts["disclosure"] = d.Disclosure(
            tuple(shown["shows"]), resolve(shown), shown.get("where", ""), shown.get("when", "at_once"),
            shown.get("for", "permanent"), shown.get("review", ""),
        )  # fmt: skip
    if made := one.get("produces"):
        parts["produces"] = d.Produces(
            made["template"], made["title"], made.get("number_series", ""), resolve(made)
        )
    if served := one.get("serves"):
        parts["serves"] = d.Serves(tuple(served["to"]), resolve(served))
    return parts


def ref(text: str) -> d.Ref:
    """``step`` or ``step.outcome``."""
    step, _, outcome = text.partition(".")
    return d.Ref(step, outcome)


def refs(texts: Any) -> tuple[d.Ref, ...]:
    """Several references."""
    return tuple(ref(text) for text in texts)


def guard_of(one: Data) -> d.Guard:
    """``when`` and ``when_all`` mean the same; ``when_any`` one of; ``unless`` none of."""
    return d.Guard(
        (*one.get("when", ()), *one.get("when_all", ())),
        tuple(one.get("when_any", ())),
        tuple(one.get("unless", ())),
    )


def consequences(one: Data) -> d.Consequences:
    """The consequence words of a step or an outcome."""
    ends = one.get("ends", False)
    return d.Consequences(
        owes=tuple(one.get("owes", ())),
        ends=bool(ends) or isinstance(ends, list),
        kept=tuple(ends) if isinstance(ends, list) else (),
        supersedes=tuple(one.get("supersedes", ())),
        restarts_from=one.get("restarts_from", ""),
        discharges=tuple(one.get("discharges", ())),
        effects=tuple(one.get("effects", ())),
    )
