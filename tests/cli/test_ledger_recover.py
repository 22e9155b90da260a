"""``fadu ledger recover`` by two persons with passwords, on a city whose database was restored from a backup."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.ledger import export, publishing, queries
from fadu.cli import main
from tests import factories
from tests.city.ledger.conftest import add as add
from tests.city.ledger.conftest import own_keys as own_keys
from tests.city.ledger.test_witness import rewind

pytestmark = pytest.mark.django_db


@pytest.fixture
def behind(add: Callable[..., Any], tmp_path: Path) -> list[str]:
    """The command for a city that lacks two acts which its mirror has."""
    factories.make_city()
    factories.make_person("he", "何十一")
    factories.make_post("office", "系统管理员", ["staffing"], held_by="he")
    factories.make_user("he")
    size = publishing.publish(at=clock.now(), close_day=False).size
    add("case/1")
    add("case/2")
    publishing.publish(at=clock.now(), close_day=False)
    export.export_tiles(tmp_path / "public", entries=tmp_path / "entries")
    rewind(size)
    return ["ledger", "recover", str(tmp_path / "public"), "--entries", str(tmp_path / "entries")]


def typed(monkeypatch: pytest.MonkeyPatch, *words: str) -> None:
    """What is typed at the prompts, in order."""
    waiting = iter(words)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(waiting))


def test_looked_at_then_done_by_two(
    behind: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Dry run changes nothing; one person, a wrong password, the wrong post are refused; then it is done and recorded."""
    assert main([*behind, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "缺失 2 条痕迹，涉及 2 件案件或登记" in told
    assert "第 1 项 draft，机关 市政府办公室" in told
    assert main(behind) == 1
    assert "须由两人共同办理" in capsys.readouterr().err
    both = [*behind, "--by", "he", "--together", "wang", "--reason", "磁盘损坏"]
    typed(monkeypatch, "wrong", "")
    assert main(both) == 1
    assert "口令" in capsys.readouterr().err
    typed(monkeypatch, factories.PASSWORD, "", factories.PASSWORD, "")
    assert main([*behind, "--by", "he", "--together", "sun", "--reason", "磁盘损坏"]) == 1
    assert "账号 sun 没有“监督”职能" in capsys.readouterr().err
    typed(monkeypatch, factories.PASSWORD, "", factories.PASSWORD, "")
    assert main([*both, "--json"]) == 0
    done = json.loads(capsys.readouterr().out)
    assert (done["done"], len(done["entries"]), len(done["lost"])) == (True, 2, 2)
    leaf = queries.Leaf.objects.get(pk=bytes.fromhex(done["leaf"]))
    performers = queries.record.read(bytes(leaf.body))["performers"]
    assert [one["post"] for one in performers] == ["市政府办系统管理员", "市督查室督查员"]
    publishing.publish(at=clock.now(), close_day=False)
    assert queries.check().sound
    assert main([*behind, "--dry-run"]) == 2
    assert "没有需要恢复的" in capsys.readouterr().err
