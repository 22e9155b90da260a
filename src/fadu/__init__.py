"""法度 Fadu: public power exercised as the law prescribes, on time, in the open, with a trace nobody can alter.

Three things live here and their names tell the rule: ``fadu.law`` is data and holds no Python,
``fadu.core`` is plain Python and knows no Django, ``fadu.city`` is the Django project.
"""

__version__ = "0.1.0"
