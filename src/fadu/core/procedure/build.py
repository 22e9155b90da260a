"""From shaped data to a Definition: one function a table. Names are checked afterwards (``names.check``)."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from fadu.core import citation
from fadu.core.citation import Source
from fadu.core.errors import DefinitionError, InputError
from fadu.core.procedure import check, names
from fadu.core.procedure import definition as d
from fadu.core.procedure.build_parts import consequences, guard_of, ref, refs, step_parts
from fadu.core.terms.limits import Limit

Data = Mapping[str, Any]
T = TypeVar("T")


def digest_of(data: Data) -> str:
    """SHA-256 (hex) over canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def from_data(data: Data) -> d.Definition:
    """The definition that a case pinned, from its own data: sources included, no statute book needed."""
    sources = {key: source_from(one) for key, one in data["sources"].items()}
    return Builder(data["procedure"], sources, where=data["procedure"]["name"]).definition(data)


def source_from(data: Data) -> Source:
    """One instrument out of its JSON form."""
    dates = {
        name: dt.date.fromisoformat(data[name]) for name in ("issued", "in_force", "repealed") if name in data
    }
    return Source(**{**data, **dates})


class Builder:
    """Builds one definition; ``where`` starts every message."""

    def __init__(self, data: Data, sources: Mapping[str, Source], *, where: str) -> None:
        self.data, self.sources, self.where = data, sources, where
        self.cited: set[str] = set()

    def definition(self, pinned: Data | None = None, *, edition: str = "") -> d.Definition:
        """The whole; the digest covers the procedure, the instruments it cites and the calendar edition."""
        data, place = self.data, self.where
        citation.check((citation.Citation(data["source"]),), self.sources, where=f"{place}，source")
        settings = self._each("setting", self.setting)
        self.settings = settings
        parts: dict[str, Any] = {
            "settings": settings,
            "roles": self._each("role", self.role),
            "facts": self._each("fact", self.fact),
            "either": self._each("either", self.either),
            "steps": self._each("step", self.step),
            "pauses": self._each("pause", self.pause),
            "stages": self._each(
                "stage", lambda name, one, _: d.Stage(name, one["title"], tuple(one["steps"]))
            ),
            "indicators": self._each("indicator", self.indicator),
            "guarantees": tuple(
                self.guarantee(one, f"{place}，第{index}个保证")
                for index, one in enumerate(data.get("guarantee", ()), 1)
            ),
        }
        self.cited.add(data["source"])
        pinned = pinned or self._pin(edition)
        made = d.Definition(
            name=data["name"],
            title=data["title"],
            in_force=dt.date.fromisoformat(data["in_force"]),
            source=data["source"],
            opening=data["opening"],
            digest=digest_of(pinned),
            data=pinned,
            sources=self.sources,
            levels=tuple(data.get("levels", ())),
            number=d.Number(**data["number"]) if "number" in data else None,
            starts=self.starts(data.get("starts"), f"{place}，starts"),
            transition=data.get("transition", ""),
            summary=data.get("summary", ""),
            group=data.get("group", ""),
            sealed=data.get("sealed", False),
            power=data.get("power", True),
            **parts,
        )
        check.check(made, place)
        return made

    def _pin(self, edition: str) -> dict[str, Any]:
        pinned = {
            "procedure": self.data,
            "sources": {key: _source_data(self.sources[key]) for key in sorted(self.cited)},
        }
        return pinned | ({"calendar": edition} if edition else {})

    def _each(self, word: str, make: Callable[[str, Data, str], T]) -> Mapping[str, T]:
        from_word = self.data.get(word, {})
        title = {
            "step": "步骤",
            "fact": "事实",
            "role": "角色",
            "setting": "参数",
            "pause": "暂停",
            "indicator": "指标",
        }.get(word, word)
        return MappingProxyType(
            {name: make(name, one, f"{self.where}，{title} {name}") for name, one in from_word.items()}
        )

    def basis(self, data: Data, where: str) -> d.Basis:
        """Resolve the ``basis`` of a table against its ``source`` or the file's."""
        text = data.get("basis", "")
        if not text:
            return d.NO_BASIS
        default = data.get("source") or self.data["source"]
        try:
            citations = citation.parse(text, default)
            citation.check(citations, self.sources)
        except citation.CitationError as error:
            raise DefinitionError(error.what, where=where, why=error.why, cure=error.cure) from error
        self.cited.update(one.source for one in citations)
        return d.Basis(
            text,
            citations,
            citation.print_all(citations, self.sources),
            citation.print_short(citations),
            citation.status(citations, self.sources),
        )

    def _time(self, data: Data, where: str, *, needed: bool = True) -> Limit | None:
        if "time" in data and "setting" in data:
            raise DefinitionError("time 与 setting 只能写一个", where=where, cure="删去其中一个")
        if "time" in data:
            return Limit.parse(data["time"])
        if "setting" in data:
            setting = self.settings.get(data["setting"])
            if setting is None:
                names.unknown("参数", data["setting"], self.settings, where)
            try:
                return Limit.parse(str(setting.value))
            except InputError as error:
                raise DefinitionError(error.what, where=where, why=error.why, cure=error.cure) from error
        if needed:
            raise DefinitionError(
                "没有写多长时间", where=where, cure='写 time = "20 workdays" 或 setting = "…"'
            )
        return None

    def role(self, name: str, one: Data, where: str) -> d.Role:
        rest = {key: one[key] for key in ("kind", "organ", "function", "register", "real_name") if key in one}
        return d.Role(name, one["title"], basis=self.basis(one, where), **rest)

    def starts(self, one: Data | None, where: str) -> d.Starts | None:
        """A day that comes round every time: no 29 February, no 29th to 31st of the month."""
        if one is None:
            return None
        yearly = one["every"] == "year"
        try:
            # The shortest year and its shortest month: what they have, every one has.
            dt.date.fromisoformat(f"2023-{one['on']}" if yearly else f"2023-02-{one['on']}")
        except ValueError:
            raise DefinitionError(
                f"“{one['on']}”不是{'每年' if yearly else '每月'}都有的日期",
                where=f"{where}，on",
                cure="按 MM-DD 写，如 10-08" if yearly else "按 DD 写，如 08",
            ) from None
        return d.Starts(one["every"], one["on"], self.basis(one, where))

    def setting(self, name: str, one: Data, where: str) -> d.Setting:
        return d.Setting(
            name, one["title"], one["value"], self.basis(one, where), one.get("status", "verified")
        )

    def fact(self, name: str, one: Data, where: str) -> d.Fact:
        switches_off = any(name in guard_of(step).names for step in self.data["step"].values())
        return d.Fact(
            name,
            one["title"],
            tuple(one["asked"]),
            self.basis(one, where),
            one.get("help", ""),
            one.get("checklist", switches_off),
            one.get("check", ""),
        )

    def either(self, name: str, one: Data, where: str) -> d.Either:
        return d.Either(name, refs(one["any"]), one.get("title", ""), self.basis(one, where))

    def wait(self, one: Data, where: str) -> d.Wait:
        if one["kind"] in ("before", "reached") and "planned" not in one:
            raise DefinitionError("没有写相对于哪个计划日期", where=where, cure='写 planned = "日期字段"')
        return d.Wait(
            kind=one["kind"],
            time=self._time(one, where, needed=one["kind"] != "reached"),
            start=refs(one.get("from", ())),
            planned=one.get("planned", ""),
            force=one.get("force", "hard"),
            law=one.get("law", ""),
            guard=guard_of(one),
            warn=one.get("warn", ""),
            basis=self.basis(one, where),
        )

    def term(self, one: Data, where: str) -> d.Term:
        extension = one.get("extension")
        until = tuple(one.get("until", ()))
        if until and set(one) & {"time", "setting", "from", "extension", "paused_while", "roll"}:
            raise DefinitionError(
                "固定日期（until）不能再写多长、延期或者暂停", where=where, cure="只写 until 和 basis"
            )
        time = Limit.parse("1 day") if until else self._time(one, where)
        assert time is not None
        return d.Term(
            time=time,
            start=one.get("from", ""),
            law=one.get("law", ""),
            extension=extension
            and d.Extension(
                Limit.parse(extension["time"]),
                tuple(extension["by"]),
                extension.get("times", 1),
                extension.get("notice", False),
                self.basis(extension, where),
            ),
            paused_while=tuple(one.get("paused_while", ())),
            on_expiry=ref(one["on_expiry"]) if "on_expiry" in one else None,
            replaces=one.get("replaces", ""),
            roll=False if until else one.get("roll"),
            until=until,
            keeps=one.get("keeps", False),
            warn=Limit.parse(one["warn"]) if "warn" in one else None,
            basis=self.basis(one, where),
        )

    def field(self, name: str, one: Data, where: str) -> d.Field:
        required = one.get("required", False)
        where = f"{where}，字段 {name}"
        columns = {key: self.field(key, column, where) for key, column in one.get("columns", {}).items()}
        return d.Field(
            name,
            one["title"],
            one.get("type", "file"),
            required if isinstance(required, bool) else tuple(required),
            one.get("class", "personal"),
            tuple((key, title) for key, title in one.get("choices", ())),
            MappingProxyType(columns),
            one.get("min"),
            one.get("max"),
            one.get("max_length"),
            one.get("register", ""),
            one.get("help", ""),
            self.basis(one, where),
        )

    def outcome(self, name: str, one: Data, where: str) -> d.Outcome:
        return d.Outcome(
            name,
            one["title"],
            tuple(one.get("requires", ())),
            guard_of(one),
            consequences(one),
            self.basis(one, f"{where}，结果 {name}"),
        )

    def step(self, name: str, one: Data, where: str) -> d.Step:
        outcomes = {key: self.outcome(key, value, where) for key, value in one.get("outcome", {}).items()}
        basis = self.basis(one, where)
        flags = ("help", "force", "escape", "repeatable", "max", "required", "panel", "amount_limit", "silence", "several",
                 "general", "office", "act")  # fmt: skip
        lists = ("by", "not_while_owed", "reviews", "not_same_person_as", "channels", "checks", "targets")
        facts = self.data.get("fact", {})
        given: dict[str, Any] = {key: one[key] for key in flags if key in one}
        given |= {key: tuple(one[key]) for key in lists if key in one}
        return d.Step(
            name=name,
            title=one["title"],
            basis=basis,
            outcomes=MappingProxyType(outcomes or {d.DONE: d.Outcome(d.DONE, one["title"])}),
            then=consequences(one),
            guard=guard_of(one),
            after=refs(one.get("after", ())),
            after_any=refs(one.get("after_any", ())),
            not_after=refs(one.get("not_after", ())),
            waits=tuple(self.wait(wait, f"{where}，等待期") for wait in one.get("wait", ())),
            limit=self.term(one["limit"], f"{where}，期限") if "limit" in one else None,
            fields=MappingProxyType(
                {key: self.field(key, value, where) for key, value in one.get("field", {}).items()}
            ),
            documents=MappingProxyType(
                {key: self.field(key, value, where) for key, value in one.get("document", {}).items()}
            ),
            asks=tuple(fact for fact, value in facts.items() if name in value["asked"]),
            readers=MappingProxyType({key: tuple(value) for key, value in one.get("readers", {}).items()}),
            **given,
            **step_parts(one, lambda part: self.basis(part, where)),
        )

    def pause(self, name: str, one: Data, where: str) -> d.Pause:
        return d.Pause(
            name,
            one.get("title", name),
            refs(one["from"]),
            refs(one["until"]),
            tuple(one.get("blocks", ())),
            refs(one.get("ends_by", ())),
            self.basis(one, where),
        )

    def indicator(self, name: str, one: Data, where: str) -> d.Indicator:
        return d.Indicator(
            name=name,
            title=one["title"],
            of=refs(one["of"]),
            first=refs(one.get("first", ())),
            having=refs(one.get("having", ())),
            unless=tuple(one.get("unless", ())),
            only_when=tuple(one.get("only_when", ())),
            help=one.get("help", ""),
            basis=self.basis(one, where),
        )

    def guarantee(self, one: Data, where: str) -> d.Guarantee:
        lists = ("never", "without", "voided_by", "armed_by", "after", "cannot_rest_without", "lifted_by")
        return d.Guarantee(
            basis=self.basis(one, where),
            title=one.get("title", ""),
            unless=tuple(one.get("unless", ())),
            only_when=tuple(one.get("only_when", ())),
            **{key: refs(one[key]) for key in lists if key in one},
        )


def _source_data(source: Source) -> dict[str, Any]:
    shown = {key: value for key, value in vars(source).items() if value}
    return {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in shown.items()}
