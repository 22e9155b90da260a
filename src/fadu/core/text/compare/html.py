"""The redline as a page that a lawyer can print: one self-contained HTML file, old beside new.

What is taken out is struck through and what is put in is underlined and bold, so that the page also speaks without
colour; nothing is fetched from anywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from html import escape

from fadu.core.text.compare.model import NAMES, Change, Comparison, Piece, Unit
from fadu.core.text.compare.restate import Restated

_STYLE = """
@page { size: A4; margin: 22mm 18mm 20mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem; color: #111; background: #fff; line-height: 1.75;
  font-family: "FangSong_GB2312", "FangSong", "Source Han Serif SC", "Noto Serif CJK SC", "Songti SC", SimSun, serif; }
h1, th, .kind, .label { font-family: "SimHei", "Source Han Sans SC", "Noto Sans CJK SC", "PingFang SC", sans-serif; }
h1 { font-size: 1.35rem; text-align: center; margin: 0 0 .5rem; text-wrap: balance; }
p { margin: 0; }
.sources, .counts, .legend { text-align: center; margin: 0 0 .4rem; font-size: .95rem; }
table { width: calc(100% - 1px); border-collapse: collapse; table-layout: fixed; margin-top: 1rem; }
thead { display: table-header-group; }
tr { break-inside: avoid-page; }
tr.long { break-inside: auto; }
th, td { border: 1px solid #444; padding: .35rem .55rem; vertical-align: top; text-align: justify;
  overflow-wrap: anywhere; }
th { text-align: center; background: #f0f0f0; print-color-adjust: exact; }
th:last-child, td:last-child { width: 5.6rem; text-align: center; }
td p { text-indent: 2em; }
.label { font-weight: 700; }
.same td { color: #444; }
.empty { text-align: center; color: #666; }
del { color: #a40000; text-decoration: line-through; }
ins { color: #003c9e; font-weight: 700; text-decoration: underline; text-underline-offset: .18em; }
.kind { font-size: .9rem; }
.also { display: block; font-size: .82rem; color: #333; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } }
"""


def comparison_html(
    comparison: Comparison, *, old_name: str = "", new_name: str = "", everything: bool = True
) -> str:
    """The page of a comparison; ``everything`` also prints the provisions that stayed the same."""
    rows = [_row(change) for change in comparison.changes if everything or change.kind != "same"]
    counts = "，".join(f"{NAMES[kind]} {count} 处" for kind, count in comparison.counts().items() if count)
    title = f"{comparison.new_title or new_name or '文本'}修改对照表"
    sources = f"原文本：{old_name or comparison.old_title}　新文本：{new_name or comparison.new_title}"
    return _page(title, sources, counts, ("原文本", "新文本", "变动"), rows)


def restated_html(found: list[Restated], *, draft_title: str, law_title: str, everything: bool = True) -> str:
    """The page of a draft beside the superior law it restates."""
    names = {"same": "照录", "changed": "改动", "new": "自行规定"}
    rows = []
    for one in found:
        if one.kind == "same" and not everything:
            continue
        law = _cell([one.law], one.pieces, "-") if one.law else '<td class="empty">（上位法无相近条款）</td>'
        rows.append(
            _tr(
                one.kind, law + _cell([one.draft], one.pieces, "+"), names[one.kind], (), len(one.draft.words)
            )
        )
    counts = "，".join(f"{name} {sum(one.kind == kind for one in found)} 款" for kind, name in names.items())
    sources = f"上位法：{law_title}　草案：{draft_title}"
    return _page(f"{draft_title or '草案'}与上位法对照表", sources, counts, ("上位法", "草案", "关系"), rows)


def _row(change: Change) -> str:
    old = _cell(change.old, change.pieces, "-") if change.old else '<td class="empty">—</td>'
    new = _cell(change.new, change.pieces, "+") if change.new else '<td class="empty">—</td>'
    length = sum(len(unit.words) for unit in (*change.old, *change.new))
    return _tr(change.kind, old + new, NAMES[change.kind], change.also, length)


def _tr(kind: str, cells: str, name: str, also: Iterable[str], length: int) -> str:
    more = "".join(f'<span class="also">{escape(NAMES[other])}</span>' for other in also)
    long = " long" if length > 600 else ""
    return f'<tr class="{kind}{long}">{cells}<td class="kind">{escape(name)}{more}</td></tr>'


def _cell(units: Iterable[Unit | None], pieces: tuple[Piece, ...], side: str) -> str:
    """One side: all words of its provisions, those of the redline marked."""
    held = [unit for unit in units if unit is not None]
    words = "\n".join(unit.words for unit in held)
    shown = [piece for piece in pieces if piece.op in {"=", side}] or [Piece("=", words)]
    starts = {0: held[0].label}
    for before, unit in itertools.pairwise(held):
        starts[max(starts) + len(before.words) + 1] = unit.label
    return f"<td>{_paragraphs(shown, starts)}</td>"


def _paragraphs(pieces: list[Piece], labels: dict[int, str]) -> str:
    """The pieces broken into paragraphs at their line breaks; a label stands before the words where its unit begins."""
    lines: list[list[str]] = [[_label(labels.get(0, ""))]]
    position = 0
    for piece in pieces:
        tag = {"=": "{}", "-": "<del>{}</del>", "+": "<ins>{}</ins>"}[piece.op]
        for number, part in enumerate(piece.text.split("\n")):
            if number:
                position += 1
                lines.append([_label(labels.get(position, ""))])
            if part:
                lines[-1].append(tag.format(escape(part)))
                position += len(part)
    return "".join(f"<p>{''.join(line)}</p>" for line in lines)


def _label(label: str) -> str:
    return f'<span class="label">{escape(label)}</span>\u3000' if label else ""


def _page(title: str, sources: str, counts: str, heads: tuple[str, str, str], rows: list[str]) -> str:
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    body = "\n".join(rows) or '<tr><td colspan="3" class="empty">没有变动</td></tr>'
    return (
        '<!DOCTYPE html>\n<html lang="zh-Hans">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{escape(title)}</h1>\n"
        f'<p class="sources">{escape(sources)}</p>\n<p class="counts">{escape(counts)}</p>\n'
        '<p class="legend">图例：<del>删去的文字</del>　<ins>增加的文字</ins></p>\n'
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</body>\n</html>\n"
    )
