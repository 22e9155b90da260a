"""Tables that a web page's text gives cell by cell, each bar on a line of its own: put back into rows.

Merged cells leave rows of unequal length, so a row is known by its end: the cell that fits the last column (a deadline,
or a list of units), and is filled from the right.
"""

from __future__ import annotations

from fadu.core.text.plan import deadlines, names
from fadu.core.text.plan.numbering import mark_of
from fadu.core.text.plan.table import header_of, role_of

_BAR = "|"
_UNITS = ("lead", "resp", "support", "guide")


def restack(text: str) -> str:
    """The text with stacked tables as lines of ``a | b | c |``; unchanged where there is none."""
    lines = text.split("\n")
    bars = [position for position, line in enumerate(lines) if line.strip() == _BAR]
    if len(bars) < 6:
        return text
    first = _begin(lines, bars[0])
    cells = _cells(lines[first : bars[-1] + 1])
    width = _header_width(cells)
    if not width:
        return text
    rows = _rows(cells[width:], [role_of(cell) for cell in cells[:width]])
    head = [" | ".join(["序号", *cells[:width]]) + " |"] + [" | ".join(row) + " |" for row in rows]
    return "\n".join([*lines[:first], *head, *lines[bars[-1] + 1 :]])


def _begin(lines: list[str], bar: int) -> int:
    """The line of the first cell: the nearest one above the first bar that holds text."""
    while bar > 0 and not lines[bar - 1].strip():
        bar -= 1
    return max(0, bar - 1)


def _cells(lines: list[str]) -> list[str]:
    cells, words = [], ""
    for line in lines:
        if line.strip() == _BAR:
            cells.append(words.strip())
            words = ""
        else:
            words += line.strip()
    return cells


def _header_width(cells: list[str]) -> int:
    """How many of the first cells make a heading."""
    width = 0
    while width < len(cells) and cells[width] and role_of(cells[width]) != "other":
        width += 1
    return width if header_of(" | ".join(cells[:width]) + " |") else 0


def _rows(cells: list[str], roles: list[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    row: list[str] = []
    for cell in cells:
        if not row and (mark := mark_of(cell)) and mark.rank <= 2 and len(cell) < 40 and "。" not in cell:
            rows.append([cell, *[""] * len(roles)])
            continue
        row.append(cell)
        if len(row) >= 2 and _ends(row, roles):
            rows.append(_fill(row, roles))
            row = []
    if any(row):
        rows.append(_fill(row, roles))
    return rows


def _ends(row: list[str], roles: list[str]) -> bool:
    """Whether the last cells of a row fit the last columns."""
    wanted = [role for role in roles if role in (*_UNITS, "deadline")]
    if len(row) <= len(wanted):
        return False
    return all(_fits(cell, role) for cell, role in zip(row[-len(wanted) :], wanted, strict=True))


def _fits(cell: str, role: str) -> bool:
    if role == "deadline":
        return deadlines.is_deadline_clause(cell)
    listed = names.split(cell)[0]
    return not cell or (bool(listed) and all(names.is_unit(name) for name in listed))


def _fill(row: list[str], roles: list[str]) -> list[str]:
    """The cells under their columns: number first, then what is left, filled from the right."""
    number = next((cell for cell in row[:2] if cell.rstrip(".、").isdigit()), "")
    rest = list(row)
    if number:
        rest.remove(number)
    rest = rest[-len(roles) :]
    return [number, *[""] * (len(roles) - len(rest)), *rest]
