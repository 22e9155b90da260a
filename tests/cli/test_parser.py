"""What the program says about a command line that it cannot read: in Chinese, with the way to the help, exit code 2."""

import pytest

from fadu.cli import main


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "缺少 命令"),
        (["term"], "缺少 --from, --limit"),
        (["term", "--from"], "--from 后面缺少一个值"),
        (["term", "--from", "2026-09-24", "--limit", "5日", "--bogus"], "不认识 --bogus"),
        (["text", "typeset", "x.txt", "-o", "x.pdf", "--form", "memo"], "可用的有"),
        (["nothing"], "可用的有"),
        (["text", "outline"], "缺少 文件"),
    ],
)
def test_wrong_command_line(args: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(args)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert words in said and "--help" in said and "用法：" in said
    assert "usage" not in said and "argument" not in said


def test_help_speaks_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["term", "--help"])
    page = capsys.readouterr().out
    assert ended.value.code == 0
    assert "用法：" in page and "选项：" in page and "options" not in page
