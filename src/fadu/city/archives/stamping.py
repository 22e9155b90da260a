"""Time-stamps of packages, asked for after the act that filed them: no transaction waits for an authority."""

from __future__ import annotations

from fadu.city.archives import packages
from fadu.city.archives.models import Package
from fadu.city.ledger import timestamping
from fadu.core.log import timestamp

AT_ONCE = 20


def stamp_waiting() -> int:
    """Stamp packages that have no time-stamp, some in each round; how many. Nothing where no authority is set.

    Raises what `timestamping.obtain` raises; what was stamped before stays stamped.
    """
    done = 0
    if not timestamping.wanted():
        return done
    for package in Package.objects.filter(stamp=None).select_related("case").order_by("pk")[:AT_ONCE]:
        path = packages.path_of(package.case, package.acts)
        if not path.exists():
            continue
        response = timestamping.obtain(path.read_bytes())
        package.stamp, package.stamped_at = response, timestamp.read(response).at
        package.save(update_fields=["stamp", "stamped_at"])
        done += 1
    return done
