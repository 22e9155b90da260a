"""The settings of the product with the bench's statute book; nothing that is measured is switched off."""

from __future__ import annotations

import os
from pathlib import Path

from fadu.city.settings import *  # noqa: F403 - a settings module is read by its names

FADU_LAW = Path(os.environ["FADU_LAW"])
