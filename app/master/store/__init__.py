"""The store: the only room that speaks SQL.

`engine` opens SQLite or PostgreSQL, `tables` is the one schema, `writer` commits
units in groups, `reader` answers queries off the loop, and one module a noun holds
its statements. Everybody else passes the `Connection` it gets through, unseen.
"""

from typing import TypeAlias

from sqlalchemy import Connection

#: What a unit of work or a query receives. Only modules of this room look inside.
Tx: TypeAlias = Connection
