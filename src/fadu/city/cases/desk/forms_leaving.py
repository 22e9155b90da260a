"""What 离任交接 asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from fadu.city.accounts.models import Person
from fadu.city.authority import queries as authority
from fadu.city.authority.models import Appointment


class Leave(forms.Form):
    """The paper, who takes over, and whether he takes the post or its work only."""

    basis = forms.CharField(label="离任的文件或者事由", max_length=120)
    successor = forms.ChoiceField(
        label="继任者或者接办人", required=False, help_text="没有他人能办的工作时必须指定；单位负责人列在最前"
    )
    kind = forms.ChoiceField(label="接任性质", choices=Appointment.Kind.choices, initial="substitute")
    until = forms.DateField(
        label="代理、替岗至（不含当日）", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="不填的，接办人只接手工作，不担任该岗位",
    )  # fmt: skip

    def __init__(
        self, *args: Any, appointment: Appointment, on: date, heads: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        known = {person.key: f"{person.name}（本单位负责人）" for person in heads}
        rows = authority.appointments_in_force(on).exclude(person=appointment.person)
        near = sorted(rows, key=lambda row: row.post.organ_id != appointment.post.organ_id)
        for row in near:
            known.setdefault(row.person.key, f"{row.person.name}（{row.post}）")
        self.fields["successor"].choices = [("", "不指定"), *known.items()]
