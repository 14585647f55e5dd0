"""The public read side: what counts, and how it is counted.

    from meoktong import queries

    with queries.connect("sqlite:///data/meoktong.db", migrate=False) as store:
        answer = queries.trend(store, queries.By.MONTH, group="service")
        table = queries.frame(answer.points)  # polars; .to_pandas() for pandas

Each answer is made of frozen dataclasses, whose docstrings say what every field means; `frame` makes a table of them.
The commands `trend`, `report weekly`, `incidents` and `search` print the same answers.
"""

from meoktong.queries.counting import By
from meoktong.queries.documents import outage_documents
from meoktong.queries.frames import frame
from meoktong.queries.freshness import Freshness, freshness
from meoktong.queries.incidents import incidents
from meoktong.queries.search import search
from meoktong.queries.trend import Measure, Point, Trend, trend
from meoktong.queries.trust import Estimate, Trust
from meoktong.queries.weekly import Summary, summary
from meoktong.queries.weeks import Week, last_complete_week, parse_week
from meoktong.store import Store, connect

__all__ = [
    "By",
    "Estimate",
    "Freshness",
    "Measure",
    "Point",
    "Store",
    "Summary",
    "Trend",
    "Trust",
    "Week",
    "connect",
    "frame",
    "freshness",
    "incidents",
    "last_complete_week",
    "outage_documents",
    "parse_week",
    "search",
    "summary",
    "trend",
]
