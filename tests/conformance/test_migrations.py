"""The models and the migrations say the same."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.conformance import source


def test_no_model_change_without_its_migration() -> None:
    """``makemigrations --check`` finds nothing to write (in a process of its own: it must not see the test database)."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "fadu.city.settings"}
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"]
    run = subprocess.run(command, cwd=source.ROOT, env=env, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
