"""The four checks of the plan's words (及时、真实、完整、准确), binding as design/trace.md defines them.

Each looks at every act anew and trusts no stored verdict. They say what is wrong, in which case, at which step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fadu.city.accounts.models import Person
from fadu.city.authority.models import Appointment, Delegation, Organ, in_force
from fadu.city.cases import procedures
from fadu.city.cases.checking import inspection as cases
from fadu.city.cases.checking.inspection import History, Moment
from fadu.core.procedure import records
from fadu.core.terms import Limit, workdays_between

# How long after an act elsewhere its record may follow: a rule of the city, in working days (law/procedures/README).
ALLOWED_LAG = Limit.parse("5 workdays")


@dataclass(frozen=True)
class Wrong:
    """One thing that does not hold: case, number of the act (0: the case as a whole), and a sentence."""

    case: str
    title: str
    seq: int
    sentence: str

    def as_json(self) -> dict[str, object]:
        """For the page, the command and the stored reading."""
        return {"case": self.case, "title": self.title, "seq": self.seq, "sentence": self.sentence}


@dataclass(frozen=True)
class Check:
    """One of the four: its name, its Chinese word, what it means, and how it looks at one case."""

    name: str
    title: str
    meaning: str
    look: Callable[[History], Iterator[Wrong]]


def _wrong(history: History, moment: Moment | None, sentence: str) -> Wrong:
    return Wrong(history.key, history.title, moment.act.seq if moment else 0, sentence)


def _timely(history: History) -> Iterator[Wrong]:
    """及时: recorded within the allowed time after it happened."""
    calendar = procedures.calendar()
    for moment in history.moments:
        act = moment.act
        if act.recorded_at <= act.occurred_at:
            continue
        days = workdays_between(act.occurred_at.date(), act.recorded_at.date(), calendar, provisional_ok=True)
        if days > ALLOWED_LAG.number:
            yield _wrong(history, moment, f"“{moment.title}”发生 {days} 个工作日后才记录，超过 {ALLOWED_LAG}")


def _true(history: History) -> Iterator[Wrong]:
    """真实: who acted held the post at that moment, and every file is still what the trace committed to."""
    for moment in history.moments:
        for performer in moment.act.performers:
            if performer.organ and not _held(performer.person, performer.organ, moment):
                yield _wrong(history, moment, f"“{moment.title}”的办理人当时不在“{performer.post}”任上")
        for name, problem in moment.files():
            yield _wrong(history, moment, f"“{moment.title}”的材料“{name}”{problem}")
        for sentence in moment.against_leaf():
            yield _wrong(history, moment, f"“{moment.title}”：{sentence}")


def _held(person: str, organ: str, moment: Moment) -> bool:
    day = moment.act.occurred_at.date()
    own = Appointment.objects.filter(in_force(day), person__key=person, post__organ__code=organ)
    lent = Delegation.objects.filter(in_force(day), to__key=person, appointment__post__organ__code=organ)
    return own.exists() or lent.exists()


def _complete(history: History) -> Iterator[Wrong]:
    """完整: numbers without gap, the state follows from the acts, nothing owed is missing where a case has ended."""
    for sentence in history.differences():
        yield _wrong(history, None, sentence)
    for title in history.missing():
        yield _wrong(history, None, f"已终结，而“{title}”应办未办")


def _accurate(history: History) -> Iterator[Wrong]:
    """准确: every record keeps its field rules, and what it refers to exists. What cannot be opened 真实 has told."""
    if not history.readable:
        return
    for moment in history.moments:
        entries = moment.step.entries()
        values = {name: value for name, value in moment.values.items() if name in entries}
        for refusal in records.validate(moment.step, moment.act.outcome, values).refusals:
            yield _wrong(history, moment, f"“{moment.title}”：{refusal.sentence}")
        for entry, key in moment.named():
            organ = entry.type in ("organ", "organs")
            known = Organ.objects.filter(code=key) if organ else Person.objects.filter(key=key)
            if not known.exists():
                kind = "机构" if organ else "人员"
                yield _wrong(
                    history, moment, f"“{moment.title}”的“{entry.title}”提到了没有登记的{kind}：{key}"
                )


CHECKS = (
    Check("timely", "及时", "办理之后在规定时间内留痕", _timely),
    Check("true", "真实", "办理人当时在任，材料未被改动，与账本一致", _true),
    Check("complete", "完整", "编号连续，状态由经过推出，应办的都已办", _complete),
    Check("accurate", "准确", "记载合乎规则，所指的机构和人员存在", _accurate),
)


@dataclass(frozen=True)
class Result:
    """What one check found over all cases."""

    check: Check
    total: int
    wrong: tuple[Wrong, ...]


def run() -> list[Result]:
    """All four over every case; one pass, each case opened once."""
    found: dict[str, list[Wrong]] = {check.name: [] for check in CHECKS}
    total = 0
    for history in cases.histories():
        total += len(history.moments)
        for check in CHECKS:
            found[check.name].extend(check.look(history))
    numbers = [Wrong("", "", 0, sentence) for sentence in cases.number_gaps()]
    found["complete"].extend(numbers)
    return [Result(check, total, tuple(found[check.name])) for check in CHECKS]
