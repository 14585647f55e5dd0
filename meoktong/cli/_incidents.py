"""How the commands on incidents print times and incidents."""

from datetime import datetime
from typing import Any

from meoktong.models import Precision
from meoktong.queries.incidents import Agreed, Part, Told
from meoktong.times import to_kst


def moment(at: datetime | None, precision: str | None) -> str | None:
    """A time on Korea's clock as precise as it is known: 2022-10-15T15:30 or 2022-10-15."""
    if at is None:
        return None
    return f"{to_kst(at):%Y-%m-%d}" if precision == Precision.DAY else f"{to_kst(at):%Y-%m-%dT%H:%M}"


def row_of(told: Told) -> dict[str, Any]:
    """An incident as JSON has it; `meoktong incidents --help` names the keys."""
    return {
        "id": told.id,
        "provider": told.provider,
        "state": told.state,
        "confirmed_by": told.confirmed_by,
        "provisional": told.provisional,
        "severity": told.severity,
        "services": list(told.labels["services_affected"]),
        **{f"{part}_services": list(told.services[part]) for part in Part},
        **_times("start", told.start),
        **_times("end", told.end),
        "end_derived": told.end_derived,
        "duration_minutes": told.duration_minutes,
        "duration_basis": told.length and told.length.basis,
        "duration_sources": told.length.sources if told.length else 0,
        "duration_conflicts": [minutes for minutes, _ in told.length.against] if told.length else [],
        "causes": list(told.labels["causes"]),
        "damages": list(told.labels["damages"]),
        "industries": list(told.labels["industries"]),
        **_totals(told),
        "first_report": moment(told.first_report_at, told.first_report_precision),
        "detection_delay_minutes": told.detection_delay_minutes,
        "documents": list(told.documents),
        "background_documents": list(told.background),
        "stories": told.count.stories,
        "authors": told.count.authors,
        "sources": told.sources,
    }


def _times(name: str, agreed: Agreed | None) -> dict[str, Any]:
    return {
        name: agreed and moment(agreed.at, agreed.precision),
        f"{name}_precision": agreed and agreed.precision,
        f"{name}_sources": agreed.sources if agreed else 0,
        f"{name}_conflicts": [str(moment(at, how)) for at, how, _ in agreed.against] if agreed else [],
    }


def _totals(told: Told) -> dict[str, Any]:
    from meoktong.queries.stated import DURATION, UNITS

    return {
        f"{field}_{unit}" if unit == "won" else field: round(told.totals[field].value) if field in told.totals else None
        for field, unit in UNITS.items()
        if field != DURATION
    }
