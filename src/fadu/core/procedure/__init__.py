"""Procedures as data: what the law demands of a case, read from ``law/``, run, explained, drawn and proved.

>>> from pathlib import Path
>>> from importlib.resources import files
>>> book = load_book(Path(str(files("fadu") / "law")))
>>> "withdraw" in book.general["step"]
True
"""

from fadu.core.procedure import engine
from fadu.core.procedure.act import ATTESTED, PERFORMED, Act, Finding, Performer
from fadu.core.procedure.build import from_data
from fadu.core.procedure.definition import Basis, Definition, Fact, Field, Outcome, Ref, Role, Step
from fadu.core.procedure.duties import Duty
from fadu.core.procedure.engine import Recorded, StepState
from fadu.core.procedure.loader import Book, load_book, load_file
from fadu.core.procedure.marking import Done, Marking, Owed
from fadu.core.procedure.names import Names

__all__ = [
    "ATTESTED",
    "PERFORMED",
    "Act",
    "Basis",
    "Book",
    "Definition",
    "Done",
    "Duty",
    "Fact",
    "Field",
    "Finding",
    "Marking",
    "Names",
    "Outcome",
    "Owed",
    "Performer",
    "Recorded",
    "Ref",
    "Role",
    "Step",
    "StepState",
    "engine",
    "from_data",
    "load_book",
    "load_file",
]
