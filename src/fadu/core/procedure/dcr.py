"""DCR graph as XML: a picture of the law for the tools of that community. Lossy, and the file says so.

Steps become events; of the relations only what plain DCR has is written: conditions (with the least time), responses
(with the deadline), milestones (``after`` also means "not owed again"), excludes. Outcomes, facts, alternatives,
pauses, working days and everything about persons and records stand in ``description`` or are left out.
"""

from __future__ import annotations

from xml.etree import ElementTree

from fadu.core.procedure.definition import Definition, Ref, Step
from fadu.core.procedure.explain import guard_words
from fadu.core.procedure.names import expand
from fadu.core.terms import Limit, Unit

LOSS = (
    "A picture of the law, not a round trip: facts, outcomes, alternatives, pauses, waivers, corrections and working-day "
    "counting are described in words only; working days are written as days."
)
_KINDS = {"condition": "conditions", "response": "responses", "exclude": "excludes", "include": "includes",
          "milestone": "milestones"}  # fmt: skip


def export(definition: Definition) -> str:
    """The procedure's own steps as a DCR graph (XML)."""
    steps = {name: step for name, step in definition.steps.items() if not step.general}
    root = ElementTree.Element("dcrgraph", {"title": definition.title, "dataTypesStatus": "hide"})
    root.append(ElementTree.Comment(f" {LOSS} "))
    specification = ElementTree.SubElement(root, "specification")
    _resources(definition, steps, ElementTree.SubElement(specification, "resources"))
    constraints = ElementTree.SubElement(specification, "constraints")
    parts = {
        name: ElementTree.SubElement(constraints, name)
        for name in (
            "conditions",
            "responses",
            "coresponces",
            "excludes",
            "includes",
            "milestones",
            "updates",
            "spawns",
        )
    }
    seen: set[tuple[str, str, str]] = set()
    for step in steps.values():
        for kind, source, target, extra in _relations(definition, step):
            if (
                source in steps
                and target in steps
                and source != target
                and (kind, source, target) not in seen
            ):
                seen.add((kind, source, target))
                link = {"sourceId": source, "targetId": target, **extra}
                ElementTree.SubElement(parts[_KINDS[kind]], kind, link)
    runtime = ElementTree.SubElement(ElementTree.SubElement(root, "runtime"), "marking")
    ElementTree.SubElement(runtime, "globalStore")
    ElementTree.SubElement(runtime, "executed")
    included = ElementTree.SubElement(runtime, "included")
    for name in steps:
        ElementTree.SubElement(included, "event", {"id": name})
    pending = ElementTree.SubElement(runtime, "pendingResponses")
    ElementTree.SubElement(pending, "event", {"id": definition.opening})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _resources(definition: Definition, steps: dict[str, Step], resources: ElementTree.Element) -> None:
    events = ElementTree.SubElement(resources, "events")
    labels = ElementTree.SubElement(resources, "labels")
    mappings = ElementTree.SubElement(resources, "labelMappings")
    for name, step in steps.items():
        event = ElementTree.SubElement(events, "event", {"id": name})
        custom = ElementTree.SubElement(event, "custom")
        roles = ElementTree.SubElement(custom, "roles")
        for role in step.by:
            ElementTree.SubElement(roles, "role").text = definition.roles[role].title
        said = [step.basis.printed]
        if step.guard:
            said.append(f"{guard_words(definition, step)}，才适用")
        if len(step.outcomes) > 1:
            said.append("结果：" + "、".join(outcome.title for outcome in step.outcomes.values()))
        ElementTree.SubElement(custom, "eventDescription").text = "；".join(said)
        label = f"{step.title}（{name}）" if _twice(step, steps) else step.title
        ElementTree.SubElement(labels, "label", {"id": label})
        ElementTree.SubElement(mappings, "labelMapping", {"eventId": name, "labelId": label})
    ElementTree.SubElement(resources, "variables")
    roles_used = dict.fromkeys(definition.roles[role].title for step in steps.values() for role in step.by)
    every = ElementTree.SubElement(resources, "roles")
    for title in roles_used:
        ElementTree.SubElement(every, "role").text = title


def _twice(step: Step, steps: dict[str, Step]) -> bool:
    return sum(other.title == step.title for other in steps.values()) > 1


def _relations(definition: Definition, step: Step) -> list[tuple[str, str, str, dict[str, str]]]:
    found: list[tuple[str, str, str, dict[str, str]]] = []
    waits = {
        ref.step: wait.time
        for wait in step.waits
        if wait.kind == "elapse" and wait.time
        for ref in wait.start or step.after
    }
    for ref in step.after:
        every = expand(definition, ref)
        if len(every) == 1:
            extra = _outcome(definition, every[0])
            if every[0].step in waits:
                extra["time"] = duration(waits[every[0].step])
            found.append(("condition", every[0].step, step.name, extra))
            found.append(("milestone", every[0].step, step.name, {}))
    found += [("milestone", name, step.name, {}) for name in step.not_while_owed]
    found += [("exclude", ref.step, step.name, _outcome(definition, ref)) for ref in step.not_after]
    for then, outcome in [(step.then, ""), *((one.then, one.name) for one in step.outcomes.values())]:
        said = _outcome(definition, Ref(step.name, outcome)) if outcome else {}
        for name in then.owes:
            limit = definition.steps[name].limit
            found.append(
                (
                    "response",
                    step.name,
                    name,
                    {**said, **({"time": duration(limit.time)} if limit and not limit.until else {})},
                )
            )
        found += [
            ("response", step.name, name, {**said, "description": "失效，须重新办理"})
            for name in then.supersedes
        ]
        if then.restarts_from:
            found.append(("response", step.name, then.restarts_from, {"description": "重新履行全部程序"}))
        # An outcome that ends the case excludes nothing here: the same event may have outcomes that go on.
        if then.ends and (not outcome or len(step.outcomes) == 1):
            found += [
                ("exclude", step.name, name, {"description": "程序终结"})
                for name, other in definition.steps.items()
                if not other.general and name not in then.kept
            ]
    return found


def _outcome(definition: Definition, ref: Ref) -> dict[str, str]:
    return (
        {"description": f"结果：{definition.steps[ref.step].outcomes[ref.outcome].title}"}
        if ref.outcome
        else {}
    )


def duration(limit: Limit) -> str:
    """ISO 8601: working days as days, for the format knows no others."""
    form = {Unit.WORKDAY: "P{}D", Unit.DAY: "P{}D", Unit.MONTH: "P{}M", Unit.YEAR: "P{}Y", Unit.HOUR: "PT{}H"}
    return form[limit.unit].format(limit.number)
