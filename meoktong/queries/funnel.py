"""How pages ended, counted from the database."""

from collections import Counter, defaultdict
from typing import Literal

from sqlalchemy import func, select

from meoktong.models import Outcome
from meoktong.store import Store
from meoktong.store.schema import CrawlRun, RunUrl, Source
from meoktong.times import to_kst

By = Literal["source", "day"]


def outcomes(store: Store, by: By) -> dict[str, Counter[Outcome]]:
    """Pages by how they ended, for each source (slug) or day of the run's start (Korea's clock), in that order.

    A page counts once in each run that met it.
    """
    statement = (
        select(Source.slug, CrawlRun.started_at, RunUrl.outcome, func.count().label("pages"))
        .join(CrawlRun, CrawlRun.id == RunUrl.run_id)
        .join(Source, Source.id == CrawlRun.source_id)
        .group_by(Source.slug, CrawlRun.id, CrawlRun.started_at, RunUrl.outcome)
    )
    counts: dict[str, Counter[Outcome]] = defaultdict(Counter)
    with store.reading() as connection:
        for row in connection.execute(statement):
            group = row.slug if by == "source" else to_kst(row.started_at).date().isoformat()
            counts[group][Outcome(row.outcome)] += row.pages
    return dict(sorted(counts.items()))
