"""The words of the law as formulas: applies, has been done, is owed, rests."""

from __future__ import annotations

from fadu.core.procedure.definition import Definition, Guard, Pause, Ref, Step
from fadu.core.procedure.formula import FALSE, Bit, Formula, Not, conj, disj, neg
from fadu.core.procedure.names import ALL, EITHER

# General acts that stay possible after a case has ended.
AFTER_END = ("reopen", "correct", "serve", "explain", "note", "contest", "child_result", "secrecy_review")
# General acts that name something and have one row for each thing they may name.
TARGETED = ("waive", "overturn", "return", "reopen", "child_result")


def applies(guard: Guard) -> Formula:
    """Known to apply. An unknown fact never counts as no."""
    parts: list[Formula] = [Bit("yes", name) for name in guard.all]
    parts += [Bit("no", name) for name in guard.none]
    if guard.any:
        parts.append(disj(Bit("yes", name) for name in guard.any))
    return conj(parts)


def ruled_out(guard: Guard) -> Formula:
    """Known not to apply."""
    parts: list[Formula] = [Bit("no", name) for name in guard.all]
    parts += [Bit("yes", name) for name in guard.none]
    if guard.any:
        parts.append(conj(Bit("no", name) for name in guard.any))
    return disj(parts)


def owed(definition: Definition, step: str) -> Formula:
    """Owed, and not known to be inapplicable."""
    return conj([Bit("owed", step), neg(ruled_out(definition.steps[step].guard))])


def done(definition: Definition, ref: Ref) -> Formula:
    """Done with that outcome as the latest, not owed again, its children finished; or waived where the law is soft."""
    step = definition.steps[ref.step]
    parts: list[Formula] = [Bit("done", ref.step, ref.outcome), Not(Bit("owed", ref.step))]
    if step.opens:
        parts.append(Not(Bit("waiting", ref.step)))
    formula = conj(parts)
    return disj([formula, Bit("waived", ref.step)]) if step.force == "soft" else formula


def satisfied(definition: Definition, ref: Ref, seen: frozenset[str] = frozenset()) -> Formula:
    """The condition ``after = [ref]``: a step that does not apply hands on its own conditions."""
    if ref.step == EITHER:
        return satisfied_any(definition, definition.either[ref.outcome].any, seen)
    step = definition.steps[ref.step]
    here = done(definition, ref)
    if not step.guard or ref.step in seen:
        return here
    handed = conj([ruled_out(step.guard), preconditions(definition, step, seen | {ref.step})])
    return disj([conj([applies(step.guard), here]), handed])


def satisfied_any(
    definition: Definition, refs: tuple[Ref, ...], seen: frozenset[str] = frozenset()
) -> Formula:
    """One of several. Alternatives that do not apply drop out; if none applies, all hand on their conditions."""
    positive: list[Formula] = []
    handed: list[Formula] = []
    for ref in refs:
        if ref.step == EITHER:
            positive.append(satisfied(definition, ref, seen))
            handed.append(FALSE)
            continue
        step = definition.steps[ref.step]
        positive.append(conj([applies(step.guard), done(definition, ref)]))
        further: Formula = FALSE
        if step.guard and ref.step not in seen:
            further = conj([ruled_out(step.guard), preconditions(definition, step, seen | {ref.step})])
        handed.append(further)
    return disj([*positive, conj(handed)])


def preconditions(definition: Definition, step: Step, seen: frozenset[str] = frozenset()) -> Formula:
    """Everything the step must come after."""
    parts = [satisfied(definition, ref, seen) for ref in step.after]
    if step.after_any:
        parts.append(satisfied_any(definition, step.after_any, seen))
    return conj(parts)


def blocked_by(definition: Definition, pause: Pause) -> frozenset[str]:
    """The steps a pause blocks; ``all`` means every step of the procedure itself but those that end the pause."""
    if ALL not in pause.blocks:
        return frozenset(pause.blocks)
    free = {ref.step for ref in (*pause.start, *pause.until, *pause.ends_by)}
    return frozenset(
        step.name for step in definition.steps.values() if not step.general and step.name not in free
    )


def rests(definition: Definition) -> Formula:
    """Nothing applicable is owed and no pause runs."""
    parts = [neg(owed(definition, step.name)) for step in definition.steps.values() if not step.office]
    parts += [Not(Bit("running", name)) for name in definition.pauses]
    return conj(parts)


def targets(definition: Definition, step: Step) -> tuple[str, ...]:
    """What a general act may name; the one empty target for all other steps."""
    if step.act not in TARGETED:
        return ("",)
    if step.act == "waive":
        every = [other.name for other in definition.steps.values() if other.force == "soft"]
        every += [f"{other.name}.wait" for other in definition.steps.values() if soft_wait(other)]
    elif step.act == "overturn":
        every = [
            answer
            for answer in switching_on(definition)
            if definition.facts[answer.partition("=")[0]].checklist
        ]
    elif step.act == "child_result":
        every = [other.name for other in definition.steps.values() if other.opens]
    else:
        return step.targets
    return tuple(name for name in every if not step.targets or name.partition("=")[0] in step.targets)


def switching_on(definition: Definition) -> list[str]:
    """The answers that make some step applicable: only such can be what a reviewer overturns a fact to."""
    found: dict[str, None] = {}
    for step in definition.steps.values():
        found.update(dict.fromkeys(f"{name}=yes" for name in (*step.guard.all, *step.guard.any)))
        found.update(dict.fromkeys(f"{name}=no" for name in step.guard.none))
    return list(found)


def soft_wait(step: Step) -> bool:
    """Whether one of its waits may be waived."""
    return any(wait.force == "soft" and wait.kind != "grant" for wait in step.waits)
