"""``python -m fadu`` is the same as ``fadu``."""

from fadu.cli import main

raise SystemExit(main())
