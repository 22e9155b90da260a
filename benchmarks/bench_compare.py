"""Comparison by provision beside difflib by characters (autojunk off) on the same pairs, reading the outline included."""

from __future__ import annotations

import difflib
import random
import re
from collections import defaultdict
from pathlib import Path

from benchmarks.ratio import Ratio, alternate
from fadu.core.text.compare import compare
from fadu.core.text.outline import outline

LAWS = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "laws"
AT_MOST = 0.5
NAMES = {
    "small": "二十处小改（约5000字）",
    "versions": "两次修改之间（真实版本）",
    "strangers": "毫无共同之处的两个文本",
}


def pairs() -> dict[str, tuple[str, str]]:
    """A text of some 5,000 characters with twenty small edits, a real pair of versions, and two unrelated texts."""
    dated: defaultdict[str, list[tuple[str, Path]]] = defaultdict(list)
    for path in sorted(LAWS.rglob("*.md")):
        if found := re.fullmatch(r"(.*)\((\d{4}-\d\d-\d\d)\)", path.stem):
            dated[found[1]].append((found[2], path))
    two = [sorted(row) for row in dated.values() if len(row) > 1]
    old, new = next(row[:2] for row in two if "保守国家秘密法(" in row[0][1].name)
    base = next(row[0][1].read_text("utf-8") for row in two if "反间谍法(" in row[0][1].name)
    base = (base * 2)[:5000]
    stranger = next(LAWS.rglob("民用航空法*.md")).read_text("utf-8")[:5000]
    edits, letters = random.Random(3), list(base)
    for _ in range(20):
        letters[edits.randrange(len(letters))] = "改"
    return {
        "small": (base, "".join(letters)),
        "versions": (old[1].read_text("utf-8"), new[1].read_text("utf-8")),
        "strangers": (base, stranger),
    }


def run() -> list[Ratio]:
    """One ratio a pair, required to be at most 0.5."""
    if not LAWS.is_dir():
        return []
    found = []
    for name, (old, new) in pairs().items():
        ours, base = alternate(
            lambda old=old, new=new: compare(outline(old), outline(new)),
            lambda old=old, new=new: difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes(),
        )
        found.append(
            Ratio(
                what=f"逐条比较：{NAMES[name]}",
                ours=ours * 1000,
                base=base * 1000,
                unit="ms",
                baseline="difflib 逐字（autojunk 关）",
                required=AT_MOST,
                at_most=True,
            )
        )
    return found
