"""Which face of the standard a font of a PDF is, or stands in for."""

from __future__ import annotations

import functools
import re

from fadu.core.text.typeset.fonts import table

_HINTS = (
    ("小标宋", r"xiaobiao|小标宋|fzxbs"),
    ("仿宋", r"fang|仿宋"),
    ("楷体", r"kai|楷"),
    ("黑体", r"hei|sans|gothic|黑"),
    ("宋体", r"song|serif|sun|ming|宋|times|roman"),
)


def _key(name: str) -> str:
    return re.sub(r"[\s_\-,]|regular|psmt|mt$", "", name.casefold())


@functools.cache
def _licensed() -> dict[str, str]:
    return {_key(name): face for face, row in table()["faces"].items() for name in row["licensed"]}


def face_of(font: str) -> tuple[str, bool]:
    """(the face it looks like, whether it is the standard's own family). A bold 宋体 stands for 小标宋."""
    own = _licensed().get(_key(font))
    if own:
        return own, True
    for face, hint in _HINTS:
        if re.search(hint, font.casefold()):
            if face == "宋体" and re.search(r"bold|semi|heavy|black|medi", font.casefold()):
                return "小标宋", False
            return face, False
    return "", False
