"""A ledger on a real store in memory, driven step by step: for tests that decide each step."""

import sqlite3
from collections.abc import Callable
from functools import cache
from typing import TypeVar

from sqlalchemy import text

from app.master.ledger.requests import Balance, LedgerSettings
from app.master.ledger.service import LedgerService
from app.master.ledger.validate import validate_ledger
from app.master.store import Tx
from app.master.store import ledger as statements
from app.master.store.engine import begin, open_engines
from app.master.store.ledger_rows import AccountRow, TransferRow
from app.master.store.migrations import migrate
from app.master.store.reader import InlineReader
from tests.sources import ManualClock, SeededIds

T = TypeVar("T")


@cache
def _empty_store() -> bytes:
    """A migrated store as SQLite's own bytes: migrating takes longer than most tests."""
    engines = open_engines("sqlite://")
    migrate(engines)
    with engines.write.connect() as connection:
        image = _sqlite(connection).serialize()
    engines.dispose()
    return image


def _sqlite(connection: Tx) -> sqlite3.Connection:
    return connection.connection.driver_connection


class Books:
    """A ledger of its own, with an account for each of `users`, empty but for the grant."""

    def __init__(self, *users: str, grant_mcpt: int = 0, fee_permille: int = 0) -> None:
        self._engines = open_engines("sqlite://")
        self.connection = self._engines.write.connect()
        _sqlite(self.connection).deserialize(_empty_store())
        self.clock = ManualClock()
        settings = LedgerSettings(fee_permille=fee_permille, grant_mcpt=grant_mcpt)
        self.reader = InlineReader(self._engines)
        self.ledger = LedgerService(self.reader, self.clock, SeededIds(), settings)
        self.unit(self.ledger.prepare)
        for user in users:
            self.unit(lambda tx, user=user: self.ledger.open_account(tx, user))

    def unit(self, part: Callable[[Tx], T]) -> T:
        """Run `part` as the writer would: committed if it returns, undone if it raises."""
        begin(self.connection)
        try:
            result = part(self.connection)
        except BaseException:
            self.connection.exec_driver_sql("ROLLBACK")
            raise
        self.connection.exec_driver_sql("COMMIT")
        return result

    def balance(self, user_id: str) -> Balance:
        return self.ledger.balance_in(self.connection, user_id)

    def rows(self) -> list[TransferRow]:
        return statements.transfers_after(self.connection, 0, 2**62, 2**31)

    def accounts(self) -> dict[str, AccountRow]:
        return {row.name: row for row in statements.all_accounts(self.connection)}

    def tamper(self, *sql: str) -> None:
        """Do to the store what no code of ours does: the triggers are off for it."""
        for name in ("transfers_no_update", "transfers_no_delete"):
            self.connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        self.connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        for statement in sql:
            self.connection.execute(text(statement))

    def validate(self, open_holds: dict[int, str] | None = None) -> None:
        """Check the whole ledger; see `validate_ledger`."""
        validate_ledger(self.rows(), list(self.accounts().values()), open_holds)

    def close(self) -> None:
        self.connection.close()
        self._engines.dispose()
