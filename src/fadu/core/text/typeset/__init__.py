"""Official layout (公文格式) after GB/T 9704-2012: PDF/A-2b and Word from the parts of a document."""

from fadu.core.text.typeset.blocks import Annex, Attendance, Block
from fadu.core.text.typeset.document import Form, OfficialDocument, Seal
from fadu.core.text.typeset.docx import typeset_docx
from fadu.core.text.typeset.fonts import find_fonts
from fadu.core.text.typeset.pdf import typeset

__all__ = [
    "Annex",
    "Attendance",
    "Block",
    "Form",
    "OfficialDocument",
    "Seal",
    "find_fonts",
    "typeset",
    "typeset_docx",
]
