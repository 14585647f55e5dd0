"""Exit statuses; docs/exit-statuses.md explains them."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended, for cron and scripts."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOTHING_NEW = 3
    PARTLY_FAILED = 4
    ALL_FAILED = 5
    BUSY = 75
    INTERRUPTED = 130
