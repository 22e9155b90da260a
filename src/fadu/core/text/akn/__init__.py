"""Akoma Ntoso 3.0, the international form of legal texts: out of an outline and back, losing nothing."""

from fadu.core.text.akn.read import import_akn
from fadu.core.text.akn.write import export_akn

__all__ = ["export_akn", "import_akn"]
