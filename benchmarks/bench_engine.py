"""The engine alone beside SpiffWorkflow: load a serialised instance, do one step of twelve, serialise it again.

Both run the same shape: twelve steps one after another, each done by a person who writes one text. What a city adds to a
step (rights, ledger, rows) is measured elsewhere. Both states are JSON text before and after each step; Fadu's definition,
like Spiff's script engine and serialiser, is built once, while Spiff's own serialisation carries its definition along.
"""

from __future__ import annotations

import datetime as dt
import io
import itertools
import json
import tempfile
from importlib.resources import files
from pathlib import Path
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.ratio import Ratio, alternate
from fadu.core.procedure import engine, records
from fadu.core.procedure.act import Act, Performer
from fadu.core.procedure.definition import DONE, Definition
from fadu.core.procedure.loader import Book, load_file, load_general, load_sources
from fadu.core.procedure.marking import Marking
from fadu.core.terms import BEIJING, standard

REQUIRED = 20.0
STEPS = [f"step_{number:02}" for number in range(1, 13)]
CASES = 20
BEGUN = dt.datetime(2026, 3, 2, 9, tzinfo=BEIJING)
NOTE = "已按规定办理，材料齐全，未发现问题。"
_HEAD = """\
name     = "twelve_steps"
title    = "十二步程序"
group    = "测速"
summary  = "十二步，一步接一步，每步由一名工作人员写一段意见。"
in_force = 2026-01-01
source   = "本市规则"
power    = false
opening  = "step_01"

[role.clerk]
title = "经办人"
organ = "handling"
function = "handle"
"""
_STEP = """
[step.{name}]
title = "{name}"
by = "clerk"
basis = "一"
{after}{owes}{ends}field.note = {{ title = "意见", type = "longtext", required = true, class = "internal" }}
"""
_BPMN = """\
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="fadu">
<bpmn:process id="twelve_steps" isExecutable="true"><bpmn:startEvent id="begin"/>{tasks}<bpmn:endEvent id="end"/>{flows}
</bpmn:process></bpmn:definitions>
"""


def law(folder: Path) -> Definition:
    """The twelve steps as a law file, read by the same loader as every procedure."""
    following = dict(zip(STEPS, [*STEPS[1:], ""], strict=True))
    before = {after: name for name, after in following.items()}
    text = _HEAD + "".join(
        _STEP.format(
            name=name,
            after=f'after = ["{before[name]}"]\n' if name in before else "",
            owes=f'owes = ["{after}"]\n' if after else "",
            ends="" if after else "ends = true\n",
        )
        for name, after in following.items()
    )
    path = folder / "twelve_steps.toml"
    path.write_text(text, encoding="utf-8")
    shipped = Path(str(files("fadu") / "law"))
    book = Book({}, load_sources(shipped / "sources"), load_general(shipped / "general.toml"))
    return load_file(path, book=book)


def run_ours(definition: Definition) -> None:
    """Twenty cases from the first step to the last, the state as text between any two steps."""
    calendar = standard()[0]
    for _ in range(CASES):
        state = json.dumps(engine.start(definition).to_data())
        for seq, name in enumerate(STEPS, 1):
            marking = Marking.from_data(json.loads(state))
            at = BEGUN + dt.timedelta(hours=seq)
            checked = records.validate(definition.steps[name], DONE, {"note": NOTE})
            act = Act(
                seq=seq,
                step=name,
                outcome=DONE,
                occurred_at=at,
                recorded_at=at,
                performers=(Performer("zhang", "经办人", "finance", "clerk"),),
                recorder="zhang",
                values=checked.values,
            )
            done = engine.record(definition, marking, act, at=at, calendar=calendar)
            state = json.dumps(done.marking.to_data())
        if "step_12" not in json.loads(state)["done"]:
            raise RuntimeError("the case did not reach its last step")


def spec() -> Any:
    """The twelve steps as BPMN manual tasks in a row."""
    tasks = "".join(f'<bpmn:manualTask id="{name}" name="{name}"/>' for name in STEPS)
    path = ["begin", *STEPS, "end"]
    flows = "".join(
        f'<bpmn:sequenceFlow id="f{number}" sourceRef="{one}" targetRef="{other}"/>'
        for number, (one, other) in enumerate(itertools.pairwise(path))
    )
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.parse(io.BytesIO(_BPMN.format(tasks=tasks, flows=flows).encode())))
    return parser.get_spec("twelve_steps")


def run_base(process: Any) -> None:
    """The same with SpiffWorkflow's own serialiser."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    for _ in range(CASES):
        begun = BpmnWorkflow(process)
        begun.do_engine_steps()
        state = serializer.serialize_json(begun)
        for _ in STEPS:
            workflow = serializer.deserialize_json(state)
            task = workflow.get_next_task(state=TaskState.READY, manual=True)
            task.data["note"] = NOTE
            task.run()
            workflow.do_engine_steps()
            state = serializer.serialize_json(workflow)
        if not serializer.deserialize_json(state).is_completed():
            raise RuntimeError("the workflow did not reach its end")


def run() -> list[Ratio]:
    """Steps a second, loaded and saved each time; at least twenty times SpiffWorkflow's."""
    with tempfile.TemporaryDirectory() as folder:
        definition = law(Path(folder))
    process = spec()
    ours, base = alternate(lambda: run_ours(definition), lambda: run_base(process))
    steps = CASES * len(STEPS)
    return [
        Ratio(
            what="引擎：载入、办一步、存回（十二步程序）",
            ours=steps / ours,
            base=steps / base,
            unit="步/秒",
            baseline="SpiffWorkflow 3.2.0",
            required=REQUIRED,
        )
    ]
