"""Files that nobody should hand in: a clear sentence, exit code 2, the others read all the same, memory and time bounded."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pikepdf
import pytest

from fadu.cli import main

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def _word(body: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", body)
    return held.getvalue()


def _pdf(pages: int, password: str = "") -> bytes:
    held, made = io.BytesIO(), pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    made.save(held, encryption=pikepdf.Encryption(owner="a", user=password) if password else False)
    return held.getvalue()


BAD: dict[str, tuple[bytes, str]] = {
    "空.txt": (b"", "文件是空的"),
    "空.docx": (b"", "文件是空的"),
    "空白.txt": (b" \n\n\t ", "文件没有文字"),
    "乱.txt": (bytes(range(256)) * 40, "不是文本文件"),
    "图.txt": (b"\x89PNG\r\n\x1a\n" + bytes(40), "不是文本文件"),
    "四字节.txt": ("第一条 甲".encode("utf-32"), "UTF-32"),
    "繁体.txt": (
        "第一條 為了規範行政處罰的設定和實施，保障和監督行政機關有效實施行政管理".encode("big5"),
        "编码无法判定",
    ),
    "大.txt": (b"a" * (20 * 2**20), "上限"),
    "长.txt": ("甲".encode() * 750_001, "上限"),
    "名.pdf": ("第一条 甲".encode(), "不是 pdf 文件"),
    "名.docx": ("第一条 甲".encode(), "不是 docx 文件"),
    "旧.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版"),
    "锁.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "加密"),
    "锁.pdf": (_pdf(1, "b"), "加密"),
    "扫描.pdf": (_pdf(2), "没有文字层"),
    "断.pdf": (_pdf(1)[:200], "损坏"),
    "炸弹.docx": (
        _word(f"<w:document {WORD}><w:body>{'<w:p/>' * 3_000_000}</w:body></w:document>"),
        "压缩炸弹",
    ),
    "实体.docx": (
        _word(f'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><w:document {WORD}>&e;</w:document>'),
        "实体",
    ),
    "断.docx": (_word("<w:document")[:-30], "损坏"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_said_and_the_good_one_read(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, sentence = BAD[name]
    (tmp_path / name).write_bytes(data)
    (tmp_path / "好.txt").write_text("某办法\n第一条 甲。\n", encoding="utf-8")
    for command in ("outline", "cite"):
        assert main(["text", command, "--json", str(tmp_path / name), str(tmp_path / "好.txt")]) == 2
        printed = capsys.readouterr()
        bad, good = map(json.loads, printed.out.splitlines())
        said = " ".join(bad["error"].values())
        assert sentence in said and bad["error"]["cure"] + bad["error"]["why"]
        assert good["file"].endswith("好.txt") and "error" not in good
        assert sentence in printed.err


def test_missing_files_and_empty_folders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["text", "outline", str(tmp_path / "没有.txt")]) == 2
    assert "找不到文件" in capsys.readouterr().err
    (tmp_path / "空").mkdir()
    assert main(["text", "outline", str(tmp_path / "空")]) == 2
    assert "没有可读的文件" in capsys.readouterr().err


def test_a_package_under_a_wrong_name_is_read_by_its_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = "<w:p><w:r><w:t>第一条 甲。</w:t></w:r></w:p>"
    (tmp_path / "名.txt").write_bytes(_word(f"<w:document {WORD}><w:body>{words}</w:body></w:document>"))
    (tmp_path / "宽.txt").write_bytes("第一条 甲。\n".encode("utf-16"))
    assert main(["text", "outline", "--json", str(tmp_path / "名.txt"), str(tmp_path / "宽.txt")]) == 0
    assert [json.loads(line)["counts"]["条"] for line in capsys.readouterr().out.splitlines()] == [1, 1]


LARGE = {
    "articles": "某办法\n" + "第一条 甲。\n" * 94_000,
    "items": "某办法\n第一条 甲：\n" + "（一）甲；\n" * 105_000,
    "citations": "第一条" * 249_000,
    "chains": "某办法\n第一条 " + "根据《甲法》第一条、" * 68_000,
    "marks": "《" * 740_000,
    "numerals": "一" * 740_000 + "、",
    "brackets": "（" * 740_000,
    "signs": "号" * 740_000,
    "quotes": "某办法修改为：\n" + "第一条 “" * 140_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LARGE)
def test_the_largest_text_stays_within_memory(kind: str, tmp_path: Path) -> None:
    """Below 500 MB and, apart from starting the program, within a few seconds."""
    path = tmp_path / "大.txt"
    path.write_text(LARGE[kind], encoding="utf-8")
    # The high water mark of this program alone: what getrusage tells begins with the size of whoever started it.
    code = (
        "import sys, fadu.cli as cli; status = cli.main(['text', sys.argv[1], '--json', sys.argv[2]]);"
        "peak = [line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0];"
        "print(int(peak) // 1024, file=sys.stderr); sys.exit(status)"
    )
    for command in ("outline", "cite"):
        ran = subprocess.run(
            [sys.executable, "-c", code, command, str(path)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONUTF8": "1"},
            timeout=120,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr.decode()[-400:]
        assert int(ran.stderr.split()[-1]) < 500
