"""From files to the statute book: sources, general acts, procedures, past versions, local rules."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fadu.core.citation import Source
from fadu.core.errors import DefinitionError
from fadu.core.procedure import overlay
from fadu.core.procedure.build import Builder, source_from
from fadu.core.procedure.definition import Definition
from fadu.core.procedure.names import Names, check_city_names, unknown
from fadu.core.procedure.shape import check_table, parse_toml, read_toml
from fadu.core.procedure.vocabulary import GENERAL, PROCEDURE, SOURCE_FILE

Data = dict[str, Any]
SECRECY_CLASS = "secrecy_class"


@dataclass(frozen=True)
class Book:
    """The statute book: procedures in force by name, superseded ones by digest, the instruments they cite."""

    procedures: Mapping[str, Definition]
    sources: Mapping[str, Source]
    general: Mapping[str, Any]
    past: Mapping[str, Definition] = field(default_factory=dict)
    names: Names | None = None
    edition: str = ""

    def pinned(self, digest: str) -> Definition | None:
        """The version with this digest, in force or past; None if this book never held it."""
        return next((one for one in self.procedures.values() if one.digest == digest), None) or self.past.get(
            digest
        )


def load_book(
    law: Path,
    *,
    local: Path | None = None,
    rules: Sequence[overlay.Rule] = (),
    names: Names | None = None,
    edition: str = "",
) -> Book:
    """Read ``law`` and the local rules of one division: those in the folder ``local`` and ``rules`` kept elsewhere.
    ``edition`` is the calendar edition definitions pin.

    Raises DefinitionError at the first mistake, naming file, step, what is wrong and how to mend it.
    """
    sources = load_sources(law / "sources")
    if local and (local / "sources").is_dir():
        sources = {**sources, **load_sources(local / "sources")}
    for rule in rules:
        sources = _with_source(sources, rule)
    general = load_general(law / "general.toml")
    overlays = overlay.load(local, rules)
    empty = Book({}, sources, general, {}, names, edition)
    procedures = {}
    for path in sorted((law / "procedures").glob("*.toml")):
        made = load_file(path, book=empty, overlays=overlays)
        procedures[made.name] = made
    overlays.check_used(procedures)
    _check_across(procedures)
    past = {}
    for path in sorted((law / "procedures" / "past").glob("*.toml")):
        made = load_file(path, book=empty, past=True)
        past[made.digest] = made
    return Book(procedures, sources, general, past, names, edition)


def load_file(
    path: Path, *, book: Book, overlays: overlay.Overlays = overlay.NONE, past: bool = False
) -> Definition:
    """One procedure from one file, with the book's sources and general acts and the local rules for it."""
    data = check_table(_refined(read_toml(path), book.general), PROCEDURE, path.name)
    stem = path.stem.split(".")[0] if past else path.stem
    if data["name"] != stem:
        raise DefinitionError(
            f"name“{data['name']}”与文件名“{path.name}”不一致", where=path.name, cure=f'写 name = "{stem}"'
        )
    merged = merge_general(data, book.general, path.name)
    merged = overlays.apply(merged, book.sources, path.name)
    made = Builder(merged, book.sources, where=path.name).definition(edition=book.edition)
    if book.names:
        check_city_names(made, book.names, path.name)
    return made


def load_sources(folder: Path) -> dict[str, Source]:
    """Every instrument of the folder, by its short key."""
    sources = {}
    for path in sorted(folder.glob("*.toml")):
        data = check_table(read_toml(path), SOURCE_FILE, path.name)
        if data["key"] != path.stem:
            raise DefinitionError(
                f"key“{data['key']}”与文件名“{path.name}”不一致",
                where=path.name,
                cure=f'写 key = "{path.stem}"',
            )
        sources[data["key"]] = source_from(data)
    return sources


def _with_source(sources: Mapping[str, Source], rule: overlay.Rule) -> dict[str, Source]:
    """The instruments with the one that a local rule brings along; one that is known already cannot be rewritten so."""
    if not rule.source:
        return dict(sources)
    where = f"{rule.name}，法源"
    made = source_from(check_table(parse_toml(rule.source, where), SOURCE_FILE, where))
    known = sources.get(made.key)
    if known is not None and known != made:
        raise DefinitionError(
            f"法规库中已有简称为“{made.key}”的法源，内容不同",
            where=where,
            why="地方规定不能改写已有的法源",
            cure="换一个简称，或者不再附法源",
        )
    return {**sources, made.key: made}


def load_general(path: Path) -> Data:
    """The acts that every procedure knows (撤回、中止、更正 …)."""
    data = check_table(read_toml(path), GENERAL, path.name)
    for name, step in data["step"].items():
        step["general"] = True
        step.setdefault("source", data["source"])
        if "act" not in step and not step.get("office"):
            step["act"] = "note"
        for part in ("limit", "wait"):
            if part in step:
                raise DefinitionError(f"一般动作“{name}”不能写 {part}", where=path.name, cure="删去")
    return data


def merge_general(data: Data, general: Mapping[str, Any], where: str) -> Data:
    """Add the general acts; a step of the same name in the procedure refines the general one word by word.

    A general act names steps that only some procedures have (归档 …): names that this procedure lacks are left out.
    """
    merged = copy.deepcopy(data)
    own_steps, steps = merged["step"], {}
    left_out = merged.get("without_general", [])
    for name in left_out:
        if name not in general.get("step", {}):
            unknown("一般动作", name, general.get("step", {}), f"{where}，without_general")
    known = {*own_steps, *general.get("step", {})} - set(left_out)
    for name, step in general.get("step", {}).items():
        if name in left_out:
            continue
        steps[name] = {**_only_known(copy.deepcopy(step), known), **own_steps.pop(name, {})}
    merged["step"] = {**own_steps, **steps}
    opening = merged["step"].get(merged["opening"])
    if opening is not None and "secrecy" in general:
        secrecy = {"source": general["source"], **copy.deepcopy(general["secrecy"])}
        opening["field"] = {**opening.get("field", {}), SECRECY_CLASS: secrecy}
    merged["role"] = {**copy.deepcopy(general.get("role", {})), **merged.get("role", {})}
    pauses = {
        name: pause
        for name, pause in copy.deepcopy(general.get("pause", {})).items()
        if not set(left_out) & {ref.partition(".")[0] for ref in (*pause["from"], *pause["until"])}
    }
    for pause in pauses.values():
        pause.setdefault("source", general["source"])
        _only_known(pause, known)
    merged["pause"] = {**pauses, **merged.get("pause", {})}
    return merged


def _refined(raw: Data, general: Mapping[str, Any]) -> Data:
    """Complete the steps that refine a general act: what they do not say, the general act says."""
    steps = raw.get("step")
    for name, step in steps.items() if isinstance(steps, dict) else ():
        base = general.get("step", {}).get(name)
        if base is None or not isinstance(step, dict):
            continue
        for word in ("title", "by"):
            step.setdefault(word, base[word])
        if "basis" not in step:
            step["basis"], step["source"] = base["basis"], base["source"]
        elif "source" not in step and "source" in raw:
            step["source"] = raw["source"]
    return raw


_LENIENT = ("owes", "ends", "supersedes", "discharges", "not_while_owed", "not_after", "not_same_person_as", "after",
            "ends_by")  # fmt: skip


def _only_known(table: Data, known: set[str]) -> Data:
    for word in _LENIENT:
        if isinstance(table.get(word), list):
            table[word] = [ref for ref in table[word] if ref.partition(".")[0] in known]
    for outcome in table.get("outcome", {}).values():
        _only_known(outcome, known)
    return table


def _check_across(procedures: Mapping[str, Definition]) -> None:
    """Child and linked cases name procedures and steps that exist."""
    for definition in procedures.values():
        for step, named, on, carried in _named_procedures(definition):
            where = f"{definition.name}.toml，步骤 {step}"
            if named not in procedures:
                unknown("程序", named, procedures, where)
            for ref in on:
                name, _, outcome = ref.partition(".")
                other = procedures[named]
                if name not in other.steps or (outcome and outcome not in other.steps[name].outcomes):
                    unknown(f"“{other.title}”的步骤", ref, other.steps, f"{where}，links，on")
                entries = other.steps[name].entries()
                for entry in carried:
                    if entry not in entries:
                        title = f"“{other.steps[name].title}”的字段"
                        unknown(title, entry, entries, f"{where}，links，carries")


def _named_procedures(
    definition: Definition,
) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, str]]]:
    for step in definition.steps.values():
        if step.opens:
            yield step.name, step.opens.procedure, {}, {}
        for link in step.links:
            yield step.name, link.procedure, link.on, link.carries
