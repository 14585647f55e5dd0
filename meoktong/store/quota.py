"""Calls of search APIs, counted by day in Korea and shared by all runs on a database."""

from sqlalchemy import select

from meoktong.store.connection import Store
from meoktong.store.schema import ApiCalls
from meoktong.times import now, to_kst


def reserve(store: Store, api: str, daily: int) -> bool:
    """Count one more call of `api` today; False, counting nothing, when `daily` calls are counted already."""
    day = to_kst(now()).date()
    statement = (
        store.insert(ApiCalls)
        .values(api=api, day=day, calls=1)
        .on_conflict_do_update(
            index_elements=[ApiCalls.api, ApiCalls.day],
            set_={"calls": ApiCalls.calls + 1},
            where=ApiCalls.calls < daily,
        )
        .returning(ApiCalls.calls)
    )
    with store.writing() as connection:
        return connection.scalar(statement) is not None


def calls_today(store: Store) -> dict[str, int]:
    """The calls counted today of each API that was called."""
    statement = select(ApiCalls.api, ApiCalls.calls).where(ApiCalls.day == to_kst(now()).date())
    with store.reading() as connection:
        return {row.api: row.calls for row in connection.execute(statement)}
