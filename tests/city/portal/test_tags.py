"""办理经过: what no checkpoint holds yet, what no witness has cosigned yet, what was done without any proof, each act says of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fadu.city.authority import clock
from fadu.city.cases import acts as cases
from fadu.city.ledger import casepage, identity, witness_node
from fadu.city.ledger.models import Checkpoint, Cosignature
from tests.city.participation.conftest import Matter, browser
from tests.city.portal.conftest import main_of
from tests.city.portal.test_halted import consult, wait

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(tmp_path: Path) -> None:
    """This installation has a witness, whose key is pinned."""
    signer = witness_node.load_signer(tmp_path / "witness", "witness.example")
    folder = identity.keys_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "witness.vkey").write_text(f"{signer.key.vkey}\n")


def tags(matter: Matter) -> list[list[str]]:
    """What each act of the history says of its proof, the newest first."""
    text = main_of(browser("wu").get(f"/cases/{matter.case.key}/"))
    history = text[text.index('<ol class="history">') :]
    acts = re.split(r'<li class="act"', history)[1:]
    return [re.findall(r"(尚未见证|尚未并入检查点|当时没有存在证明)", act) for act in acts]


def cosign() -> None:
    """As the worker keeps it when the witness has answered."""
    size = Checkpoint.objects.filter(log=1).latest("size").size
    Cosignature.objects.create(log=1, size=size, witness="witness.example", line="—", at=clock.now())


def test_each_act_tells_how_far_it_is_proved(
    matter: Matter, publish: Callable[[], Any], watched: None
) -> None:
    count = matter.case.version
    assert tags(matter) == [["尚未并入检查点"]] * count
    publish()
    assert tags(matter) == [["尚未见证"]] * count
    cosign()
    assert tags(matter) == [[]] * count
    matter.open()
    assert tags(matter) == [["尚未并入检查点"], *[[]] * count]


def test_without_a_witness_nothing_waits_for_one(matter: Matter, publish: Callable[[], Any]) -> None:
    publish()
    assert tags(matter) == [[]] * matter.case.version


def test_what_was_urgent_while_no_proof_was_published_stays_marked(
    matter: Matter, publish: Callable[[], Any]
) -> None:
    wait(5)
    cases.perform(matter.city.actor("wu"), case=matter.case.key, entry=consult(matter, urgent_act="防汛需要"))
    publish()
    assert tags(matter)[0] == ["当时没有存在证明"] and tags(matter)[1] == []


def test_no_acts_no_statement() -> None:
    assert casepage.Page({}, {}, None, None, 0).proved([]).state == "waiting"
