"""The worker's side of a one-time code: by text message or e-mail, to the contact as it stands when it is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from fadu.city.cases.telling import sms
from fadu.city.portal import contacts, onetime
from fadu.city.portal.models import OneTimeCode
from fadu.core.terms import legal_day

KIND = "portal.code"


def _deliver(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    """A code that is used, over or replaced by a newer one is not sent any more."""
    row = OneTimeCode.objects.select_related("case__opened_by").filter(pk=payload["code"]).first()
    if row is None or row.used_at is not None or row.until <= at or onetime.newest(row.case) != row:
        return "too_late"
    contact = contacts.of(row.case, legal_day(at))
    if contact is None or contact.digest != row.address:
        return "no_address"
    minutes = max(1, round((row.until - at).total_seconds() / 60))
    text = f"验证码 {onetime.derive(row.seed)}，{minutes} 分钟内有效，用于查看您提交的事项。请勿告诉他人；不是您本人操作的，不必理会。"
    if contact.channel == OneTimeCode.Channel.SMS:
        return _by_sms(contact.address, f"【法度】{text}", key)
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{key}@{host}>"}
    EmailMessage("法度验证码", f"{text}\n", to=[contact.address], headers=headers).send()
    return "delivered"


def _by_sms(to: str, text: str, key: str) -> str:
    gateway = sms.gateway()
    if gateway is None:
        return "no_gateway"
    gateway.send(to=to, text=text, key=key)
    return "delivered"


HANDLERS = {KIND: _deliver}
