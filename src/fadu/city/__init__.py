"""The Django project: organs, cases, the log on disk, the portal. ``core`` knows nothing of it."""
