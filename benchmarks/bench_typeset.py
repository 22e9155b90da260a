"""Typesetting a three-page official document beside LibreOffice converting the same from docx, both warm."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import tempfile
from pathlib import Path

from benchmarks.ratio import Ratio, alternate
from fadu.core.text.typeset import Block, OfficialDocument, typeset, typeset_docx

TIMES_FASTER = 50
PARAGRAPH = "各地区、各部门要充分认识加强行政规范性文件管理工作的重要意义，依法制定、从严审核、及时公开，切实维护法制统一和群众利益。"


def document(round_: int) -> OfficialDocument:
    """Three pages, other words every time, so that nothing finished can be reused."""
    return OfficialDocument(
        organ="临江市人民政府",
        number=f"临政发〔2026〕{round_ + 1}号",
        title="临江市人民政府关于加强行政规范性文件管理的通知",
        to="各县（区）人民政府，市政府各工作部门",
        body=tuple(Block("para", f"第{round_}次、第{index}段：{PARAGRAPH * 2}") for index in range(12)),
        date=datetime.date(2026, 8, 5),
        copies="市委办公室，市人大常委会办公室",
        printed_by="临江市人民政府办公室",
        printed_on=datetime.date(2026, 8, 6),
    )


def run() -> list[Ratio]:
    """Times as fast as LibreOffice; empty where LibreOffice is not installed."""
    office = shutil.which("soffice")
    if office is None:
        print("   未安装 LibreOffice，无从比较（apt-get install libreoffice-writer-nogui）")
        return []
    rounds = iter(range(1000))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.docx"
        path.write_bytes(typeset_docx(document(0)))
        profile = f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(path)]

        def convert() -> None:
            subprocess.run(command, check=True, capture_output=True, timeout=120)

        convert()
        typeset(document(next(rounds)))
        ours, base = alternate(lambda: typeset(document(next(rounds))), convert)
    return [
        Ratio(
            what="排成三页公文（PDF/A-2b）",
            ours=1 / ours,
            base=1 / base,
            unit="次/秒",
            baseline="LibreOffice 由 docx 转换（热启动）",
            required=TIMES_FASTER,
        )
    ]
