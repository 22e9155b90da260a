"""Figures of reading legal text, against the shared truths: ``python benchmarks/text_scores.py ../shared``.

Prints outline and citations by kind, precision on the labelled spans, what reading the whole collection reports as odd,
and the speed as a ratio to one compiled citation expression in the same run. ``--odd`` lists every oddity,
``--quick`` leaves the collection out.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from pathlib import Path

from fadu.core.text.citations import cite
from fadu.core.text.outline import outline
from fadu.core.text.readers import read

LABELLED = Path(__file__).resolve().parents[1] / "tests/core/text/citations/labelled.json"
ONE_EXPRESSION = re.compile(
    r"《[^》]{1,80}》(?:第[零一二三四五六七八九十百千0-9]+条(?:第[一二三四五六七八九十]+款)?(?:第[（(]?[一二三四五六七八九十]+[）)]?项)?)?"
    r"|第[零一二三四五六七八九十百千0-9]+条(?:第[一二三四五六七八九十]+款)?(?:第[（(]?[一二三四五六七八九十]+[）)]?项)?"
)


def outline_score(data: Path) -> None:
    """Articles whose label, 款, 项 and 目 are exactly those of the truth; divisions by kind."""
    truth = json.loads((data / "structure/structure.json").read_text(encoding="utf-8"))["laws"]
    right = total = 0
    divisions: Counter[str] = Counter()
    wrong_divisions: Counter[str] = Counter()
    for law in truth:
        found = outline(read(data / "structure" / law["file"]).text)
        wanted = [tuple(row) for row in law["per_article_款项目"]]
        rows = Counter(found.per_article())
        total += len(wanted)
        for row in wanted:
            if rows[row]:
                rows[row] -= 1
                right += 1
            else:
                print("  条不一致", law["title"], row)
        counts = found.counts()
        for kind, count in law["true_counts"].items():
            divisions[kind] += count
            wrong_divisions[kind] += abs(count - counts[kind])
    print(f"结构：条完全一致 {right}/{total} = {right / total:.4f}")
    print(
        "  " + "　".join(f"{kind} {count}（差 {wrong_divisions[kind]}）" for kind, count in divisions.items())
    )


def citation_score(data: Path) -> None:
    """Refs equal with the given string as span; the string found in its sentence (within one citation, and as exactly
    one)."""
    items = json.loads((data / "citations.json").read_text(encoding="utf-8"))["items"]
    right, exact, within, total = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for item in items:
        kind, string, context = item["cls"], item["citation"], item["context"]
        total[kind] += 1
        refs = next((citation.refs for citation in cite(string) if citation.text == string), [])
        wanted = [
            {key: value for key, value in ref.items() if key != "issuer_in_context"} for ref in item["refs"]
        ]
        right[kind] += refs == wanted
        if refs != wanted:
            print("  引用不一致", item["id"], string, refs)
        found = cite(context)
        places = [match.start() for match in re.finditer(re.escape(string), context)]
        exact[kind] += any(citation.text == string for citation in found)
        hit = any(c.start <= place and place + len(string) <= c.end for c in found for place in places)
        within[kind] += hit
        if not hit:
            print("  未找到", item["id"], string)
    count = sum(total.values())
    print(f"引用：解析一致 {sum(right.values())}/{count} = {sum(right.values()) / count:.4f}")
    print(
        f"  句中找到 {sum(within.values()) / count:.4f}；其中起止完全相同 {sum(exact.values()) / count:.4f}（其余在更长的引用之内）"
    )
    print("  " + "　".join(f"{kind} {right[kind]}/{total[kind]}" for kind in sorted(total)))


def labelled_score() -> None:
    """Precision and recall of spans on the labelled clippings."""
    good = extra = missed = 0
    for row in json.loads(LABELLED.read_text(encoding="utf-8"))["rows"]:
        wanted = {tuple(span) for span in row["spans"]}
        found = {(citation.start, citation.end) for citation in cite(row["context"])}
        good, extra, missed = (
            good + len(wanted & found),
            extra + len(found - wanted),
            missed + len(wanted - found),
        )
    print(
        f"标注：{good + missed} 处，准确率 {good / (good + extra):.4f}，召回率 {good / (good + missed):.4f}"
    )


def collection(data: Path, odd: bool) -> None:
    """Every text read; what is odd, by kind."""
    files = sorted((data / "laws").rglob("*.md"))
    kinds: Counter[str] = Counter()
    texts, lines, citations = [], [], 0
    for file in files:
        document = read(file)
        texts.append(document.text)
        found = outline(document.text)
        citations += len(cite(document.text, found))
        problems = [(issue.code, issue.sentence) for issue in found.issues] + [
            (c.code, c.sentence) for c in document.warnings
        ]
        if not found.articles():
            problems.append(("no_articles", "没有条文"))
        if not found.title:
            problems.append(("no_title", "没有标题"))
        kinds.update(code for code, _ in problems)
        lines += [f"{file.relative_to(data)}\t{code}\t{sentence}" for code, sentence in problems]
    print(
        f"全库：读入 {len(files)} 部，无异常中断；引用 {citations} 处；报告异常 {sum(kinds.values())} 处：{dict(kinds)}"
    )
    if odd:
        print("\n".join(lines))
    speed(texts)


def speed(texts: list[str]) -> None:
    """Outline and citations together against one expression, three times, the middle one."""
    ratios = []
    for _ in range(3):
        start = time.perf_counter()
        for text in texts:
            ONE_EXPRESSION.findall(text)
        once = time.perf_counter() - start
        start = time.perf_counter()
        for text in texts:
            cite(text, outline(text))
        both = time.perf_counter() - start
        ratios.append((both / once, both, once))
    ratio, both, once = sorted(ratios)[1]
    print(f"速度：结构与引用 {both:.2f} 秒，一个正则 {once:.3f} 秒，比 {ratio:.1f}（限 15）")


def main() -> None:
    """Read the arguments and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--odd", action="store_true")
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    data = args.shared / "data"
    outline_score(data)
    citation_score(data)
    labelled_score()
    if not args.quick:
        collection(data, args.odd)


if __name__ == "__main__":
    main()
