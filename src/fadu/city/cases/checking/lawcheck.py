"""核对地方规定: merge it with the procedure it extends as the law would stand from its day, compare, prove."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from django.conf import settings

from fadu.city.cases import names, procedures
from fadu.city.registries import queries as registers
from fadu.city.registries.lawbook import MOST_BYTES, Checked, digest
from fadu.core.errors import InputError
from fadu.core.procedure import Definition, overlay
from fadu.core.procedure.compare import compare
from fadu.core.procedure.loader import Book, load_book
from fadu.core.procedure.verify import verify

MOST_TOLD = 4
_NAME = re.compile(r"[a-z][a-z0-9_]{1,58}")


def check(name: str, text: str, source: str, *, on: date) -> Checked:
    """What this local rule makes of the law in force on its day. Raises DefinitionError or InputError: a mistake in the
    file, nothing changed, or a guarantee or the way out that no longer holds, told as a story."""
    rule = _rule(name, text, source)
    head = overlay.head(rule)
    start = date.fromisoformat(head["in_force"])
    others = [
        one
        for one in registers.overlay_rules(procedures.loaded_on(max(start, on)).overlays)
        if one.name != name
    ]
    replaced = [one for one in registers.overlay_rules(procedures.loaded_on(on).overlays) if one.name == name]
    before, after = _book([*others, *replaced]), _book([*others, rule])
    old, new = before.procedures[head["extends"]], after.procedures[head["extends"]]
    differences = tuple(one.sentence() for one in compare(old, new))
    if not differences:
        raise InputError("与现行程序没有任何差别", where=name, cure="核对文本，或者不必载入")
    return Checked(
        kind="overlay",
        name=name,
        title=f"{after.sources[head['source']].print()}对“{new.title}”的补充",
        start=start,
        sha256=digest(name, text, source),
        differences=differences,
        proved=_proved(new, name),
        result=new.digest,
        more={"extends": new.name, "source": head["source"], "status": after.sources[head["source"]].status},
    )


def _rule(name: str, text: str, source: str) -> overlay.Rule:
    if not _NAME.fullmatch(name):
        raise InputError(
            f"名称“{name}”不合要求", cure="用小写英文字母、数字和下划线，以字母开头，2 至 59 个字符"
        )
    if not text.strip():
        raise InputError("没有地方规定的文本", cure="请选择文件或者粘贴文本")
    if len(text.encode()) + len(source.encode()) > MOST_BYTES:
        raise InputError(f"文本超过 {MOST_BYTES // 1000} 千字节", cure="请分为几份地方规定")
    return overlay.Rule(name, text, source)


def _book(rules: list[overlay.Rule]) -> Book:
    """Without a calendar edition: a new year's table does not change what a rule makes of a procedure."""
    return load_book(settings.FADU_LAW, local=settings.FADU_LAW_LOCAL, rules=rules, names=names.known())


def _proved(definition: Definition, name: str) -> tuple[str, ...]:
    """What holds, by title; the verdict is kept by digest, so that a confirmation need not prove again."""
    report = verify(definition, cache=Path(settings.FADU_VAR) / "proofs")
    if not report.ok:
        told = "\n".join(fault.told() for fault in report.faults[:MOST_TOLD])
        if (left := len(report.faults) - MOST_TOLD) > 0:
            told += f"\n另有 {left} 处，多由以上各处引起。"
        raise InputError(
            f"与“{definition.title}”合并以后，有 {len(report.faults)} 处不能成立：\n{told}",
            where=name,
            cure="按反例修改地方规定后重新核对",
        )
    return report.proved
