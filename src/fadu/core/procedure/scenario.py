"""Stories: dates and acts, and what must come of them. They are tests and the best description of a procedure.

A story writes only what it is about: a step not given a person is done by somebody of its own; required entries not
mentioned get plausible values; a review is bound to the text then in force. Facts are never filled in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from fadu.core.errors import DefinitionError, InputError, Refusal, Refused
from fadu.core.procedure import accrual, engine, indicators, plausible, records, warning
from fadu.core.procedure.act import ATTESTED, PERFORMED, Act, Performer
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.names import unknown
from fadu.core.procedure.shape import check_table, parse_toml, read_toml
from fadu.core.procedure.story_words import STORY
from fadu.core.terms import BEIJING, Calendar, Limit, earliest


@dataclass(frozen=True)
class Line:
    """One act or pause of a story: what was to be, what came, and every difference."""

    at: str
    step: str
    title: str
    result: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Told:
    """A story told to its end."""

    name: str
    title: str
    procedure: str
    lines: tuple[Line, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """Everything that was otherwise than the story says."""
        return tuple(f"{line.at} {line.title}：{one}" for line in self.lines for one in line.differences)

    def as_json(self) -> dict[str, Any]:
        """The story as data."""
        return {
            "name": self.name,
            "title": self.title,
            "procedure": self.procedure,
            "ok": not self.differences,
            "lines": [vars(line) | {"differences": list(line.differences)} for line in self.lines],
        }


def read_story(path: Path) -> dict[str, Any]:
    """A story file, checked against its vocabulary."""
    return check_table(read_toml(path), STORY, path.name)


def parse_story(text: str, name: str) -> dict[str, Any]:
    """A story given as text (from standard input), checked in the same way."""
    return check_table(parse_toml(text, name), STORY, name)


def tell(story: Mapping[str, Any], definition: Definition, *, calendar: Calendar, name: str = "") -> Told:
    """Run a story. Raises InputError where it cannot be told (unknown step, no outcome chosen, time runs back)."""
    teller = _Teller(definition, calendar, name or story["title"], story)
    for beat in _merged(story):
        teller.beat(beat)
    return Told(name, story["title"], definition.name, tuple(teller.lines))


def _merged(story: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Acts in their order; bare expectations after the last act that is not later."""
    beats = list(story.get("act", ()))
    for bare in story.get("expect", ()):
        place = next(
            (i for i, beat in enumerate(beats) if str(beat.get("at", "")) > str(bare["at"])), len(beats)
        )
        beats.insert(place, {"at": bare["at"], "expect": {key: bare[key] for key in bare if key != "at"}})
    return beats


class _Teller:
    def __init__(
        self, definition: Definition, calendar: Calendar, where: str, story: Mapping[str, Any]
    ) -> None:
        self.definition, self.calendar, self.where, self.story = definition, calendar, where, story
        self.marking = engine.start(definition)
        self.acts: list[Act] = []
        self.lines: list[Line] = []
        self.now = _moment(str(story["begins"]), 0, where)

    def beat(self, beat: Mapping[str, Any]) -> None:
        at = self.moment(beat)
        expect = beat.get("expect", {})
        if "step" not in beat:
            self.now = max(self.now, at)
            self.lines.append(Line(_short(at), "", "此时", "", tuple(self.compare(expect, at, (), ()))))
            return
        act = self.act(beat, at)
        self.now = max(self.now, act.recorded_at)
        refusals, made = self.record(act)
        title = self.definition.title_of(
            f"{act.step}.{act.outcome}" if len(self.outcomes(act.step)) > 1 else act.step
        )
        if refusals:
            result = "不予办理：" + "；".join(f"{one.sentence}（{one.code}）" for one in refusals)
        elif made is not None and made.findings:
            result = "已补录，发现问题：" + "；".join(
                f"{one.sentence}（{one.code}）" for one in made.findings
            )
        else:
            result = "已办理"
        found = made.findings if made else ()
        differences = self.compare(expect, at, refusals, tuple(one.code for one in found))
        self.lines.append(Line(_short(at), act.step, title, result, tuple(differences)))

    def outcomes(self, step: str) -> Mapping[str, Any]:
        return self.definition.steps[step].outcomes

    def moment(self, beat: Mapping[str, Any]) -> dt.datetime:
        if "after" in beat:
            day = earliest(self.now.date(), Limit.parse(beat["after"]), calendar=self.calendar)
            return _moment(day.isoformat(), len(self.lines), self.where)
        if "at" not in beat:
            raise InputError("没有写何时", where=self.where, cure="写 at 或 after")
        return _moment(str(beat["at"]), len(self.lines), self.where)

    def act(self, beat: Mapping[str, Any], at: dt.datetime) -> Act:
        step = self.definition.steps.get(beat["step"])
        if step is None:
            unknown("步骤", beat["step"], self.definition.steps, self.where)
        outcome = beat.get("outcome") or (next(iter(step.outcomes)) if len(step.outcomes) == 1 else "")
        if not outcome:
            raise DefinitionError(
                f"步骤 {step.name} 有几种结果，没有写是哪一种",
                where=self.where,
                cure=f"可用：{'、'.join(step.outcomes)}",
            )
        attested = beat.get("channel", PERFORMED) == ATTESTED
        recorded = _moment(str(beat["recorded"]), len(self.lines), self.where) if "recorded" in beat else at
        if attested:
            recorded = max(recorded, self.now)
        elif at.date() < self.now.date():
            raise InputError(
                f"在线办理的时间倒退到{at.date()}",
                where=self.where,
                cure="按先后写，或写 channel = “attested”",
            )
        given = plausible.values(step, outcome, beat.get("values", {}), on=at.date())
        by = beat.get("by") or [f"经办：{step.name}"]
        performers = tuple(self.performer(key) for key in by)
        return Act(
            seq=len(self.acts) + 1,
            step=step.name,
            outcome=outcome,
            occurred_at=at,
            recorded_at=recorded,
            channel=ATTESTED if attested else PERFORMED,
            performers=performers,
            recorder=beat.get("recorder", performers[0].person),
            facts=beat.get("facts", {}),
            checks={**dict.fromkeys(step.checks, True), **beat.get("checks", {})},
            values=given,
            digests={**plausible.digests(step, given), **beat.get("digests", {})},
            targets=tuple(beat.get("targets", ())),
            children=tuple(beat.get("children", ())),
            reviewed=beat.get("reviewed", engine.text_under_review(self.definition, self.marking, step.name)),
            source="故事中的来源" if attested else "",
        )

    def performer(self, key: str) -> Performer:
        person = self.story.get("person", {}).get(key, {})
        return Performer(key, person.get("post", ""), person.get("organ", ""), person.get("role", ""))

    def record(self, act: Act) -> tuple[tuple[Refusal, ...], Act | None]:
        step = self.definition.steps[act.step]
        checked = records.validate(step, act.outcome, act.values)
        found = () if act.channel == ATTESTED else checked.refusals
        try:
            made = engine.record(
                self.definition,
                self.marking,
                act,
                at=act.recorded_at,
                calendar=self.calendar,
                history=self.acts,
            )
        except Refused as refused:
            return (*found, *refused.refusals), None
        if found:
            return found, None
        self.marking = made.marking
        self.acts.append(made.act)
        return (), made.act

    def compare(
        self,
        expect: Mapping[str, Any],
        at: dt.datetime,
        refusals: tuple[Refusal, ...],
        findings: tuple[str, ...],
    ) -> list[str]:
        said: list[str] = []
        _same_codes(said, "拒绝的理由", expect.get("refused", []), [one.code for one in refusals])
        _same_codes(said, "发现的问题", expect.get("findings", []), list(findings))
        if "basis" in expect and not any(expect["basis"] in one.basis for one in refusals):
            printed = "；".join(dict.fromkeys(one.basis for one in refusals))
            said.append(f"依据中应当有“{expect['basis']}”，实际是“{printed}”")
        moment = max(at, self.now)
        states = {
            one.step.name: one
            for one in engine.steps(self.definition, self.marking, at=moment, calendar=self.calendar)
        }
        for name in (*expect.get("available", ()), *expect.get("not_available", ())):
            if name not in states:
                unknown("步骤", name, states, self.where)
        for name in expect.get("available", ()):
            if not states[name].possible:
                said.append(
                    f"“{states[name].step.title}”应当可以办理，实际：{'；'.join(map(str, states[name].refusals))}"
                )
        said += [
            f"“{states[name].step.title}”应当不能办理，实际可以"
            for name in expect.get("not_available", ())
            if states[name].possible
        ]
        said += self.compare_duties(expect, moment)
        if "ended" in expect and expect["ended"] != engine.ended(self.definition, self.marking):
            said.append("程序应当已经终结" if expect["ended"] else "程序不应当终结")
        if "resting" in expect and expect["resting"] != engine.resting(self.definition, self.marking):
            said.append("应当没有应办未办的步骤" if expect["resting"] else "应当还有应办未办的步骤")
        return said

    def compare_duties(self, expect: Mapping[str, Any], moment: dt.datetime) -> list[str]:
        said = []
        duties = {
            one.step: one
            for one in engine.duties(self.definition, self.marking, on=moment, calendar=self.calendar)
        }
        for name, due in expect.get("owed", {}).items():
            duty = duties.get(name)
            if duty is None:
                said.append(f"“{name}”应当是应办步骤")
            elif due not in (True, "") and str(duty.due_legal or "")[: len(str(due))] != str(due):
                said.append(f"“{duty.title}”应当在{due}前完成，实际是{duty.due_legal or '没有期限'}")
        for name, until in expect.get("granted", {}).items():
            found = duties[name].granted_until if name in duties else None
            if str(found or "") != str(until):
                said.append(f"“{name}”依法保障的时间应当至{until}，实际是{found or '没有'}")
        said += [f"“{name}”不应当是应办步骤" for name in expect.get("not_owed", ()) if name in duties]
        said += self.compare_amounts(expect.get("amounts", {}), moment.date())
        if "warned" in expect:
            told = warning.warned(self.definition, self.marking, on=moment, calendar=self.calendar)
            _same_codes(said, "有提示的步骤", expect["warned"], [one.step for one in told])
        return [*said, *self.compare_indicators(expect.get("indicators", {}))]

    def compare_indicators(self, expected: Mapping[str, Any]) -> Iterator[str]:
        for name, wanted in expected.items():
            if name not in self.definition.indicators:
                unknown("指标", name, self.definition.indicators, self.where)
            indicator = self.definition.indicators[name]
            every = list(indicators.counted(indicator, self.acts, self.marking.facts))
            found = all(one.kept for one in every) if every else "none"
            if found != wanted:
                yield f"指标“{indicator.title}”应当是{wanted}，实际是{found}"

    def compare_amounts(self, expected: Mapping[str, Any], on: dt.date) -> Iterator[str]:
        if not expected:
            return
        found = dict.fromkeys(expected, Decimal(0))
        for one in accrual.amounts(self.definition, self.acts, on=on, calendar=self.calendar):
            found[one.step] = found.get(one.step, Decimal(0)) + one.grown.amount
        for name, amount in expected.items():
            if name not in self.definition.steps:
                unknown("步骤", name, self.definition.steps, self.where)
            if found[name] != Decimal(str(amount)):
                yield f"“{name}”的金额应当增长到{amount}元，实际是{found[name]}元"


def _same_codes(said: list[str], what: str, wanted: list[str], found: list[str]) -> None:
    if set(wanted) != set(found):
        said.append(
            f"{what}应当是[{'、'.join(sorted(set(wanted)))}]，实际是[{'、'.join(sorted(set(found)))}]"
        )


def _moment(text: str, index: int, where: str) -> dt.datetime:
    """A date stands for nine o'clock, a minute later for each line, so that the order written is the order told."""
    try:
        if len(text) == 10:
            day = dt.date.fromisoformat(text)
            return dt.datetime.combine(day, dt.time(9), BEIJING) + dt.timedelta(minutes=index)
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            f"“{text}”不是日期或时刻", where=where, cure="写成 2026-09-01 或 2026-09-01T09:30"
        ) from error
    return moment.replace(tzinfo=BEIJING) if moment.tzinfo is None else moment.astimezone(BEIJING)


def _short(moment: dt.datetime) -> str:
    return moment.date().isoformat()
