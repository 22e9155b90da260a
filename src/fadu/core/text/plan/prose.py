"""Duties in prose: where a plan gives no numbers below its headings, each sentence that orders something is one proposed task."""

from __future__ import annotations

import re

_DUTY = re.compile(
    r"要|应当?|须|不得|必须|严禁|确保|加强|加快|加大|完善|健全|建立|建设|构建|推进|推动|推行|深化|深入|严格|落实|执行|实施|实行|开展|制定|编制|修订|出台|印发|公布|公开|梳理|清理|规范|强化|优化|提升|提高|改进|"
    r"做好|做实|抓好|压实|组织|举办|召开|培训|查处|纠正|统一|统筹|发挥|拓宽|拓展|扩大|畅通|坚持|设立|设置|明确|划清|界定|理顺|汇聚|完成|办理|征求|听取|报送|纳入|列入|接受|监督|检查|考核|评估|审查|备案|整改|督促|督查|巩固|支持|鼓励|引导|探索|创新|转变|减少|压减|精简|形成|实现|增强|持证|归档|进一步|全面|积极|切实|认真|持续|继续|定期|贯彻|用信息系统"
)
_NOT = re.compile(
    r"^(?:.{0,12}(?:是|为).{0,30}(?:之年|一年|关键年|基础|保障)|近年来|当前|为.{2,80}(?:制定本|特制定|现(?:制定|提出|就|将)|结合.{0,12}实际))"
)
_PRINCIPLES = re.compile(
    r"指导思想|总体要求|基本原则|工作原则|工作目标|总体目标|主要目标|发展目标|目标任务$|总体思路|背景|重要意义|编制依据|适用范围"
)


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph with their closing mark, divided at 。！？ outside quotation marks and brackets."""
    found, begin, depth = [], 0, 0
    for position, char in enumerate(text):
        if char in "“《（(":
            depth += 1
        elif char in "”》）)":
            depth = max(0, depth - 1)
        elif char in "。！？!?" and depth == 0:
            found.append(text[begin : position + 1].strip())
            begin = position + 1
    found.append(text[begin:].strip())
    return [sentence for sentence in found if sentence]


def is_duty(sentence: str) -> bool:
    """Whether a sentence orders something to be done."""
    return len(sentence) >= 6 and bool(_DUTY.search(sentence)) and not _NOT.match(sentence)


def is_principle(title: str) -> bool:
    """Whether a section states aims and principles, which name no task."""
    return bool(_PRINCIPLES.search(title[:16]))
