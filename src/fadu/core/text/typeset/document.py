"""An official document (公文) as its parts (要素), in the words of GB/T 9704-2012, before any layout."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from fadu.core.errors import InputError
from fadu.core.text.typeset.blocks import Annex, Attendance, Block
from fadu.core.text.typeset.parse import read_parts

Form = Literal["document", "letter", "order", "minutes"]
"""通用公文、信函、命令（令）、纪要: the forms of clauses 7 and 10."""

Seal = Literal["stamp", "none", "personal"]
"""加盖印章、不加盖印章、加盖签发人签名章 (7.3.5.1–7.3.5.3)."""

_NUMBER = re.compile(
    r"[\u4e00-\u9fff（）]{1,20}〔(?:19|20)\d{2}〕[1-9]\d*号"
    r"|第[1-9]\d*[号期]"  # an order (10.2), an issue of minutes (10.3)
    r"|〔(?:19|20)\d{2}〕[1-9]\d*[号期]"
)


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """The parts of one official document. Every form needs ``organ`` and ``body``; what is empty is not set.

    ``title`` may hold line breaks, which are then kept; ``to`` is 主送机关. ``mark`` overrides 发文机关标志, which
    otherwise is the organ with 文件 or 令; ``co_organs`` are the other organs of a joint document, the first being
    ``organ``. ``signers`` are 签发人 (upward documents only); ``signature`` is 署名, by default the organs;
    ``personal`` is (post, name) of the signature stamp. ``copies`` is 抄送 without its label; ``note`` is 附注
    without parentheses. ``banner`` is set small above the type area of every page (演示时间).
    """

    organ: str
    body: tuple[Block, ...]
    title: str = ""
    number: str = ""
    to: str = ""
    mark: str = ""
    co_organs: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    attendance: tuple[Attendance, ...] = ()
    signers: tuple[str, ...] = ()
    signature: tuple[str, ...] = ()
    personal: tuple[str, str] | None = None
    date: datetime.date | None = None
    seal: Seal = "stamp"
    note: str = ""
    copies: str = ""
    printed_by: str = ""
    printed_on: datetime.date | None = None
    serial: str = ""
    secrecy: str = ""
    urgency: str = ""
    banner: str = ""

    def __post_init__(self) -> None:
        if not self.organ.strip():
            raise InputError(
                "缺少发文机关",
                why="GB/T 9704-2012 第7.2.4条要求发文机关标志",
                cure="写明发文机关全称或者规范化简称",
            )
        if not self.body:
            raise InputError(
                "公文没有正文", why="GB/T 9704-2012 第7.3.3条：公文首页必须显示正文", cure="补上正文"
            )
        if self.number and not _NUMBER.fullmatch(self.number):
            raise InputError(
                f"发文字号“{self.number}”不合格式",
                why="GB/T 9704-2012 第7.2.5条：年份标全称并用六角括号〔〕括入，序号不编虚位、不加“第”字",
                cure="写成如“临政发〔2026〕8号”；命令（令）、纪要可写“第8号”“第3期”",
            )
        if self.serial and not re.fullmatch(r"\d{6}", self.serial):
            raise InputError(
                f"份号“{self.serial}”不是6位阿拉伯数字", why="GB/T 9704-2012 第7.2.1条", cure="写成如“000001”"
            )
        if self.seal not in get_args(Seal):
            raise InputError(f"没有名为“{self.seal}”的用印方式", cure="可用：stamp、none、personal")
        if self.seal == "personal" and self.personal is None:
            raise InputError(
                "用签名章而未写签发人职务和姓名", why="GB/T 9704-2012 第7.3.5.3条", cure="写明职务和姓名"
            )

    @property
    def organs(self) -> tuple[str, ...]:
        """Every issuing organ, the leading one first."""
        return (self.organ, *self.co_organs)

    @property
    def signed_as(self) -> tuple[str, ...]:
        """署名: as given, otherwise every issuing organ in order."""
        return self.signature or self.organs

    @classmethod
    def from_text(cls, text: str, **known: Any) -> OfficialDocument:
        """Read a draft in plain text or Markdown; parts given by name win over what the text says.

        Raises ``InputError`` for a part that is there and wrong (a number, a date). A part that is not there stays
        empty, save the organ: without a mark, a signature or ``organ=`` the draft is refused.
        """
        parts = read_parts(text)
        parts.update({name: value for name, value in known.items() if value})
        if not parts.get("organ"):
            raise InputError(
                "文稿中看不出发文机关",
                why="既无“××文件”的发文机关标志，也无落款",
                cure="以 --organ 写明发文机关",
            )
        parts.setdefault("body", ())
        return cls(**parts)
