"""A pool as an older version left it, for whoever tries what an upgrade makes of it.

`older_pool.sql` is the store of a demonstration, dumped: made by the version whose schema was the
second step of `app/master/store/migrations`, and stopped with one task in its queue. It has the
store alone: artifacts and secrets did not come along.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

#: Who submitted its tasks.
USER = "demo"
PASSWORD = "violet lamp over nine rivers"  # noqa: S105 - of a demonstration that is over
ENDED_TASKS = 19
QUEUED_TASK = "01m8c996g7hfhvsms7s2an15yh"
TRANSFERS = 42
BALANCE_MCPT = 82_000
HELD_MCPT = 1_000
_DUMP = Path(__file__).with_suffix(".sql")


def make_older_pool(folder: Path) -> None:
    """Make `folder` the data folder of that pool."""
    folder.mkdir(mode=0o700, parents=True)
    with closing(sqlite3.connect(folder / "pool.sqlite3")) as store:
        store.executescript(_DUMP.read_text(encoding="utf-8"))
