"""The tools say what failed, count it once, and end with a line that any CI reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import need, say, setup, suite


def test_a_failed_step_fails_the_run(capsys: pytest.CaptureFixture[str]) -> None:
    """A step without tests counts as one failure; failing tests count each; the last line is in the plain form."""
    green = suite.Result("测试", failed=False, seconds=1, passed=3, skipped=1)
    assert suite.close([green]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "total: 3 passed, 0 failed, 1 skipped"
    red = suite.Result("类型", failed=True, seconds=1)
    broken = suite.Result("测试", failed=True, seconds=1, passed=2, broken=4)
    assert suite.close([green, red, broken]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "total: 5 passed, 5 failed, 1 skipped"


def test_a_brief_step_shows_everything_when_it_fails(capsys: pytest.CaptureFixture[str]) -> None:
    """And only its last line when it does not."""
    done = suite.run("好", ["sh", "-c", "echo first; echo last"], {"PATH": "/usr/bin:/bin"}, brief=True)
    assert not done.failed
    assert "first" not in capsys.readouterr().out.splitlines()
    done = suite.run(
        "坏", ["sh", "-c", "echo first; echo why >&2; exit 3"], {"PATH": "/usr/bin:/bin"}, brief=True
    )
    assert done.failed
    assert {"first", "why"} <= set(capsys.readouterr().out.splitlines())


def test_allow_missing_knows_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commas or spaces; a name that is not in the table stops instead of allowing nothing in silence."""
    monkeypatch.setenv("ALLOW_MISSING", "go, chromium")
    assert need.allowed_missing() == {"go", "chromium"}
    monkeypatch.setenv("ALLOW_MISSING", "chromuim")
    with pytest.raises(SystemExit, match="chromuim"):
        need.allowed_missing()


def test_an_environment_is_known_by_what_it_was_made_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Other pins, other fingerprint: the next `make` brings the environment up to date."""
    before = setup.fingerprint("dev")
    assert before == setup.fingerprint("dev")
    assert before != setup.fingerprint("run")
    other = tmp_path / "constraints.txt"
    other.write_text(setup.CONSTRAINTS.read_text() + "another==1.0\n")
    monkeypatch.setattr(setup, "CONSTRAINTS", other)
    assert before != setup.fingerprint("dev")


def test_a_step_that_fails_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Its end is printed either way, with the time."""
    with pytest.raises(SystemExit), say.step("安装"):
        raise say.stop("没有网络")
    assert "✗ 安装：未完成" in capsys.readouterr().out
