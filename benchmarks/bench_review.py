"""Review of drafts cut to 5,000 characters beside their outline alone; precision and recall of the rules are printed."""

from __future__ import annotations

from pathlib import Path

from benchmarks import review_scores
from benchmarks.ratio import Ratio, alternate
from fadu.core.text.outline import outline
from fadu.core.text.review import load, review

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared"
LENGTH, LEAST, AT_MOST = 5000, 3000, 5.0


def run() -> list[Ratio]:
    """One ratio over all drafts, required to be at most 5."""
    drafts = [
        text[:LENGTH]
        for path in sorted((SHARED / "data/normative/texts").glob("*.txt"))
        if len(text := path.read_text("utf-8")) >= LEAST
    ]
    if not drafts:
        return []
    book = load(review_scores.LAW)
    review_scores.show(review_scores.measure(SHARED / "data", book), book)
    ours, base = alternate(
        lambda: [review(outline(text), book, level="规范性文件") for text in drafts],
        lambda: [outline(text) for text in drafts],
        rounds=15,
    )
    return [
        Ratio(
            what=f"合法性审查（{len(drafts)} 个约5000字的草案）",
            ours=ours * 1000 / len(drafts),
            base=base * 1000 / len(drafts),
            unit="ms",
            baseline="同一草案的结构",
            required=AT_MOST,
            at_most=True,
        )
    ]
