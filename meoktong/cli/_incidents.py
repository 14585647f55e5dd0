"""How the commands on incidents print a time."""

from datetime import datetime

from meoktong.models import Precision
from meoktong.times import to_kst


def moment(at: datetime | None, precision: str | None) -> str | None:
    """A time on Korea's clock as precise as it is known: 2022-10-15T15:30 or 2022-10-15."""
    if at is None:
        return None
    return f"{to_kst(at):%Y-%m-%d}" if precision == Precision.DAY else f"{to_kst(at):%Y-%m-%dT%H:%M}"
