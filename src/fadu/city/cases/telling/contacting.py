"""The worker's side of a code that proves an address: sent to the address that was claimed, and to no other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage

from fadu.city.accounts import claims
from fadu.city.accounts.models import ContactClaim
from fadu.city.cases.telling import sms


def deliver(payload: Mapping[str, Any], key: str, at: datetime) -> str:
    """A code that is over, taken or replaced by a newer one is not sent any more."""
    row = ContactClaim.objects.select_related("user").filter(pk=payload["claim"]).first()
    if row is None or row.until <= at or claims.newest(row.user, row.channel) != row:
        return "too_late"
    minutes = max(1, round((row.until - at).total_seconds() / 60))
    text = (
        f"验证码 {claims.code_of(row)}，{minutes} 分钟内有效，用于核验您的联系方式。"
        "请勿告诉他人；不是您本人操作的，不必理会。"
    )
    if row.channel == ContactClaim.Channel.MOBILE:
        gateway = sms.gateway()
        if gateway is None:
            return "no_gateway"
        gateway.send(to=row.address, text=f"【法度】{text}", key=key)
        return "delivered"
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{key}@{host}>"}
    EmailMessage("法度验证码", f"{text}\n", to=[row.address], headers=headers).send()
    return "delivered"
