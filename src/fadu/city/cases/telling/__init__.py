"""提醒、送信: the outbox and every way out of it."""
