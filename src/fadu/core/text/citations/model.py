"""What a citation is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Ref = dict[str, Any]
"""One provision or work named, with only the keys that the words themselves give:

``title`` (between 《》, or the bare name, or 本法 / 该条例 …), ``relative`` (前款, 本条 …), ``part`` ``subpart`` ``chapter``
``section`` ``article`` ``sub`` ``paragraph`` ``item`` ``point`` (numbers) each with ``…_to`` for a range, ``doc`` or
``order`` for a number in brackets behind a title. A document number is ``{"kind": "文号", "prefix", "year", "number",
"normal_form"}``, an order ``{"kind": "令", "issuer", "year"?, "number"}``, a notice ``{"kind": "公告", …}``.
"""


@dataclass(slots=True)
class Citation:
    """``text[start:end] == words`` cites ``refs``.

    ``kind``: ``title`` (a work in 《》), ``name`` (a work by its bare name), ``self`` (本法…), ``relative`` (前款 …), ``internal``
    (a provision without a work), ``number`` (文号), ``order`` (令, 公告). ``spans`` gives the stretch of each ref.
    ``works`` gives for each ref the title of the work meant as far as the text alone tells (abbreviations expanded,
    该法 and inherited titles followed): ``""`` is the text itself, ``None`` what the text alone does not tell.
    """

    start: int
    end: int
    text: str
    refs: list[Ref]
    kind: str
    spans: list[tuple[int, int]]
    works: list[str | None]

    def as_json(self) -> dict[str, Any]:
        """The citation as ``fadu text cite --json`` prints it."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "kind": self.kind,
            "refs": self.refs,
            "works": self.works,
        }
