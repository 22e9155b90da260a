"""The report of the four archival checks, item by item under the numbers of DA/T 70-2018 (归档环节)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

FOUR = {"1": "真实", "2": "完整", "3": "可用", "4": "安全"}
ITEMS = {
    "1-1": "固化信息：每一步的痕迹、签名和存在证明成立",
    "1-10": "电子属性：文件与清单、痕迹中的摘要和元数据一致",
    "1-11": "元数据与办理经过、文件相符",
    "1-13": "信息包的目录结构合乎 BagIt 1.0",
    "1-14": "归档前后一致：整包的摘要记入账本、盖有时间戳",
    "2-2": "文件总数和字节数",
    "2-4": "元数据必填项",
    "2-5": "过程信息：各步的痕迹首尾相接",
    "2-6": "办理序号连续",
    "2-8": "材料和文书齐全",
    "3-1": "元数据可读",
    "3-3": "格式适于长期保存",
    "3-4": "内容可以打开",
    "3-8": "没有加密",
    "4-2": "没有宏、脚本和可执行内容",
    "4-3": "没有多余的文件、越界的路径",
}
NOT_DONE = ("4-1、4-4 至 4-7：病毒扫描软件、载体和归档过程的安全，须在归档环境中另行检测",)


@dataclass
class Report:
    """The four checks: for each, how much was looked at and everything wrong; and the same by item."""

    title: str = ""
    acts: int = 0
    looked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FOUR.values(), 0))
    wrong: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in FOUR.values()})
    items: dict[str, list[int]] = field(default_factory=lambda: {code: [0, 0] for code in ITEMS})
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong."""
        return not any(self.wrong.values())

    def as_json(self) -> dict[str, Any]:
        """The report as data."""
        return {
            "title": self.title,
            "acts": self.acts,
            "sound": self.sound,
            "looked": self.looked,
            "wrong": self.wrong,
            "items": [
                {"item": code, "title": ITEMS[code], "looked": looked, "wrong": wrong}
                for code, (looked, wrong) in self.items.items()
            ],
            "notes": self.notes,
            "not_done": list(NOT_DONE),
        }

    def look(self, item: str, problems: Iterable[str]) -> None:
        """Count one look under an item and keep what it found."""
        check, found = FOUR[item[0]], [f"{sentence}（{item}）" for sentence in problems]
        self.looked[check] += 1
        self.wrong[check].extend(found)
        self.items[item][0] += 1
        self.items[item][1] += len(found)
