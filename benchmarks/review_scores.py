"""Figures of the review rules: ``python benchmarks/review_scores.py ../shared [--rows] [--write]``.

Recall over the shared normative documents counted on ``sure`` and ``likely``, with hits on what must not be flagged;
precision and recall by kind and by rule with counts, on those documents and on the labelled sentences of
``tests/core/text/review/labelled``. ``--rows`` lists every miss and every unlabelled hit; ``--write`` writes
``law/review/proof.toml``, by which a rule not proven is shown as a hint.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from fadu.core.text.compare.units import paragraphs
from fadu.core.text.library import Library
from fadu.core.text.outline import outline
from fadu.core.text.readers import read
from fadu.core.text.review import KINDS, Book, Finding, every, load
from fadu.core.text.review.loader import MEASURED
from fadu.core.text.review.match import matches
from fadu.core.text.review.scene import Scene

LAW = Path(str(files("fadu") / "law"))
LABELLED = Path(__file__).resolve().parents[1] / "tests/core/text/review/labelled"
CASES = json.loads((LABELLED.parent / "library_cases.json").read_text(encoding="utf-8"))
"""What is found only beside a library: the laws of that library, and by rule the drafts."""
READ_WHOLE = "whole text read"
COUNTED = ("sure", "likely")
UNLABELLED = ("drafting", "outdated_basis", "sanction_unchecked")
"""Kinds and rules of which the shared documents say nothing: slips, and what is still to be compared."""


@dataclass
class Score:
    """What was found and what was labelled, by kind and by rule."""

    wanted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    extra: Counter[str] = field(default_factory=Counter)
    kind_hits: Counter[str] = field(default_factory=Counter)
    kind_right: Counter[str] = field(default_factory=Counter)
    real: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    forbidden: list[str] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def measure(data: Path, book: Book) -> Score:
    """Everything: the shared documents, the labelled sentences and texts, the cases that need a library beside them."""
    score = documents(data, book)
    sentences(book, score)
    texts(data, book, score)
    compared(data, book, score)
    return score


def documents(data: Path, book: Book) -> Score:
    """The shared documents, one after the other."""
    score = Score()
    truth = json.loads((data / "normative/issues.json").read_text(encoding="utf-8"))["documents"]
    for name, document in truth.items():
        text = read(data / "normative" / document["file"]).text
        found = every(outline(text), book, level=document["level"])
        _document(score, name, document, text, found)
    return score


def _document(score: Score, name: str, document: dict[str, Any], text: str, found: list[Finding]) -> None:
    labelled = [(text.find(issue["quote"]), issue) for issue in document["issues"]]
    for place, issue in labelled:
        if issue["certainty"] in COUNTED:
            score.wanted[issue["kind"]] += 1
            hit = any(one.kind == issue["kind"] and _covers(one, place, issue["quote"]) for one in found)
            score.found[issue["kind"]] += hit
            if not hit:
                score.rows.append(f"漏 {name} {issue['kind']} {issue['location']} {issue['quote']}")
    for one in found:
        if any(_same_place(text, one, location) for location in document.get("must_not_flag", [])):
            score.forbidden.append(f"{name} {one.rule} {one.quote}")
        known = any(
            _covers(one, place, issue["quote"]) for place, issue in labelled if one.kind == issue["kind"]
        )
        if one.kind in UNLABELLED or one.rule in UNLABELLED:
            score.extra[one.rule] += 1
            score.rows.append(f"另 {name} {one.rule} {one.where} {one.quote}｜{one.reason}")
            continue
        score.hits[one.rule] += 1
        score.right[one.rule] += known
        if document["origin"] == "verbatim":
            score.real[one.rule].update(real_hits=1, real_right=int(known))
        score.kind_hits[one.kind] += 1
        score.kind_right[one.kind] += known
        if not known:
            score.rows.append(f"多 {name} {one.rule} {one.where} {one.quote}")


def _covers(one: Finding, place: int, quote: str) -> bool:
    return one.start < place + len(quote) and place < one.end


def _same_place(text: str, one: Finding, location: str) -> bool:
    """Whether the finding stands in a place named as 第十五条（一）1, 六 or 第六条."""
    start, end = 0, len(text)
    for step in re.findall(
        r"第[一二三四五六七八九十百]+[条款]|（[一二三四五六七八九十]+）|\d+|[一二三四五六七八九十]+", location
    ):
        mark = re.compile(rf"^\s*{re.escape(step)}(?:[、.．]|(?=\D))", re.MULTILINE).search(text, start, end)
        if mark is None:
            return False
        same = r"^\s*第[一二三四五六七八九十百]+条" if "条" in step else r"^\s*（[一二三四五六七八九十]+）"
        if "条" not in step and "（" not in step:
            same = (
                r"^\s*\d+[.．、]|^\s*（|^\s*第[一二三四五六七八九十百]+条"
                if step.isdigit()
                else r"^\s*[一二三四五六七八九十]+、"
            )
        after = re.compile(same, re.MULTILINE).search(text, mark.end(), end)
        start, end = mark.start(), after.start() if after else end
    return one.start < end and start < one.end


def sentences(book: Book, score: Score) -> None:
    """The labelled sentences, clauses and short drafts."""
    for path in sorted(LABELLED.glob("*.json")):
        data = json.loads(path.read_text(encoding="utf-8"))
        for row in data.get("rows", []):
            found = rules_in(row["text"], book, row.get("title", ""))
            _judged(score, row["rules"], found, row["text"], row["source"])
        for row in data.get("drafts", []):
            found = {one.rule for one in every(outline(row["draft"]), book, level="规范性文件")}
            _judged(score, row["rules"], found, row["draft"], row["source"])
        for row in data.get("clauses", []):
            _clause(score, row, data["kind"], book)


def texts(data: Path, book: Book, score: Score) -> None:
    """Real texts of the shared data, of which it is labelled what a check of structure must say of the whole."""
    for path in sorted(LABELLED.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")).get("texts", []):
            found = every(outline(read(data / row["file"]).text), book, level="规范性文件")
            _judged(score, row["rules"], {one.rule for one in found}, row["file"], row["file"])


def is_real(source: str) -> bool:
    """Whether a source names a text that stands somewhere; 自拟 marks the wording as our own."""
    return bool(source) and not source.startswith("自拟")


def _judged(score: Score, rules: dict[str, bool], found: set[str], text: str, source: str) -> None:
    """What one text says of the rules that are judged in it."""
    for rule, judged in rules.items():
        if is_real(source):
            hit = rule in found
            score.real[rule].update(
                real_found=judged, real_not=not judged, real_hits=hit, real_right=hit and judged
            )
        if rule in found:
            score.hits[rule] += 1
            score.right[rule] += judged
            if not judged:
                score.rows.append(f"误 {rule} {text}")
        if judged:
            score.wanted[f"规则 {rule}"] += 1
            score.found[f"规则 {rule}"] += rule in found
            if rule not in found:
                score.rows.append(f"未找到 {rule} {text}")


def _clause(score: Score, row: dict[str, Any], kind: str, book: Book) -> None:
    """An unlawful clause: what is found of its kind is right. A lawful one: whatever is found is wrong."""
    found = {one.rule: one.kind for one in findings_in(row["text"], book)}
    if is_real(row["source"]):
        score.real[row["rule"]].update(real_found=row["unlawful"], real_not=not row["unlawful"])
    for rule, of_kind in found.items():
        if not row["unlawful"] or of_kind == kind:
            score.hits[rule] += 1
            score.right[rule] += row["unlawful"]
            if is_real(row["source"]):
                score.real[rule].update(real_hits=1, real_right=row["unlawful"])
            if not row["unlawful"]:
                score.rows.append(f"误 {rule} {row['text']}")
    if row["unlawful"]:
        score.wanted[f"规则 {row['rule']}"] += 1
        score.found[f"规则 {row['rule']}"] += kind in found.values()
        if kind not in found.values():
            score.rows.append(f"未找到 {row['rule']} {row['text']}")


def findings_in(text: str, book: Book) -> list[Finding]:
    """What is found in a clause that stands as the second article of a short draft without a superior law named."""
    draft = (
        f"某市若干事项管理办法\n第一条 为加强管理，制定本办法。\n第二条 {text}\n"
        "第三条 本办法自2026年1月1日起施行，有效期五年。\n"
    )
    return [one for one in every(outline(draft), book, level="规范性文件") if one.where.startswith("第二条")]


def rules_in(text: str, book: Book, title: str = "") -> set[str]:
    """The rules that a sentence meets when it stands as an article of a 规范性文件 without a superior law named."""
    draft = f"{title or '某市若干事项管理办法'}\n第一条 为加强管理，制定本办法。\n第二条 {text}\n第三条 本办法自印发之日起施行。\n"
    return {rule.name for rule, _, _ in matches(Scene(outline(draft), "规范性文件"), book)}


def compared(data: Path, book: Book, score: Score) -> None:
    """The cases beside a small library of real laws."""
    laws = laws_of(data)
    with tempfile.TemporaryDirectory() as folder:
        library = small_library(laws, Path(folder))
        for rule in (rule.name for rule in book.rules if rule.name in CASES):
            for case in CASES[rule]:
                found = every(outline(case_text(case, laws)), book, level="规范性文件", library=library)
                _judged(
                    score, {rule: not case.get("good", False)}, {one.rule for one in found}, str(case), "自拟"
                )


def laws_of(data: Path) -> dict[str, Path]:
    """The texts of the corpus by the names of their files."""
    return {path.stem: path for path in sorted((data / "laws").rglob("*.md"))}


def small_library(laws: dict[str, Path], folder: Path) -> Library:
    """The laws that the cases name, copied to a folder and indexed."""
    for name in CASES["laws"]:
        shutil.copy(laws[name], folder)
    library = Library(":memory:")
    library.index(folder)
    return library


def case_text(case: dict[str, Any], laws: dict[str, Path]) -> str:
    """The draft of a case: words of its own, a paragraph of a law with other figures, or a copy with words changed."""
    if "copy" in case:
        text = read(laws[next(name for name in laws if _same_name(name, case["copy"]))]).text
        title = outline(text).title
        for old, new in case["swap"]:
            text, title = text.replace(old, new), title.replace(old, new)
        return text.replace(title, case["as"], 1)
    words = case.get("words")
    if words is None:
        law = outline(read(laws[next(name for name in CASES["laws"] if _same_name(name, case["law"]))]).text)
        words = next(
            one.words
            for one in paragraphs(law)
            if one.words.startswith(case["start"]) and case["from"] in one.words
        ).replace(case["from"], case["to"])
    state = "" if case["law"].endswith(("条例", "办法")) else "中华人民共和国"
    return (
        f"X市若干事项管理规定\n第一条 根据《{state}{case['law']}》，制定本规定。\n第二条 {words}\n"
        "第三条 本规定自2026年1月1日起施行，有效期五年。\n"
    )


def _same_name(name: str, title: str) -> bool:
    return name.split("(")[0] == title.split("(")[0]


def show(score: Score, book: Book) -> None:
    """Print the tables."""
    wanted = {kind: score.wanted[kind] for kind in KINDS}
    total, found = sum(wanted.values()), sum(score.found[kind] for kind in KINDS)
    print(
        f"召回（sure、likely）：{found}/{total} = {found / total:.3f}；碰到 must_not_flag {len(score.forbidden)} 处"
    )
    for line in score.forbidden:
        print("  ✗", line)
    print("\n类别                    标注  找到  召回    命中  正确  准确")
    for kind in KINDS:
        recall = f"{score.found[kind] / wanted[kind]:.2f}" if wanted[kind] else "—"
        hits, right = score.kind_hits[kind], score.kind_right[kind]
        precision = f"{right / hits:.2f}" if hits else "—"
        print(f"{kind:22}{wanted[kind]:6}{score.found[kind]:6}  {recall:>5}{hits:7}{right:6}  {precision:>5}")
    print("\n规则                    命中  正确  准确   应找到 找到  召回  真实：应 不应 命中 正确  显示为")
    for rule in book.rules:
        hits, right = score.hits[rule.name], score.right[rule.name]
        should, did = score.wanted[f"规则 {rule.name}"], score.found[f"规则 {rule.name}"]
        precision = f"{right / hits:.2f}" if hits else "—"
        recall = f"{did / should:.2f}" if should else "—"
        print(
            f"{rule.name:22}{hits:6}{right:6}  {precision:>5}{should:8}{did:5}  {recall:>5}  "
            + "".join(f"{score.real[rule.name][name]:5}" for name in MEASURED[4:] + MEASURED[2:4])
            + (f"  提示（未证实：{rule.doubt}）" if rule.doubt else f"  {rule.shown}")
        )


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--rows", action="store_true")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    book = load(LAW)
    score = measure(args.shared / "data", book)
    if args.write:
        write(score, book)
        load.cache_clear()
        book = load(LAW)
    show(score, book)
    if args.rows:
        print("\n".join(score.rows))


def write(score: Score, book: Book) -> None:
    """The proof of each rule that was met at all."""
    lines = [
        "# 由 benchmarks/review_scores.py --write 量得：各规则在标注文本中的命中数和正确数；real_ 只算真实文本，found、not 为例子数。"
    ]
    for rule in sorted(book.rules, key=lambda rule: rule.name):
        if score.hits[rule.name] or score.real[rule.name]:
            figures = {
                "hits": score.hits[rule.name],
                "right": score.right[rule.name],
                **score.real[rule.name],
            }
            told = ", ".join(f"{name} = {figures[name]}" for name in MEASURED if figures.get(name))
            lines.append(f"{rule.name} = {{ {told} }}")
    (LAW / "review/proof.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
