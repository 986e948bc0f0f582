"""The whole ledger checked at once: for tests, simulations and the audit command. Pure."""

from collections.abc import Iterable, Mapping, Sequence

from app.common.invariant import invariant
from app.master.ledger.replay import Replay
from app.master.store.ledger_rows import ESCROW, AccountRow, TransferRow


def validate_ledger(
    rows: Iterable[TransferRow],
    accounts: Sequence[AccountRow],
    open_holds: Mapping[int, str] | None = None,
) -> None:
    """Raise InvariantViolated unless journal and accounts agree in every respect.

    `rows`: the whole journal, oldest first. `open_holds`: where the caller knows them,
    the tasks that are not over, by the sequence of their hold: then exactly these
    holds must be open.
    """
    replay = Replay()
    fault = replay.feed(rows) or replay.finish(accounts)
    invariant(fault is None, fault.sentence if fault else "")
    for account in accounts:
        invariant(min(account[3:]) >= 0, f"{account.name}: a total is below zero")
        invariant(
            bool(account.unlimited) or account.available_mcpt >= 0,
            f"{account.name}: more is spent or held than is there",
        )
        invariant(
            account.credits_pending == 0 or account.name == ESCROW,
            f"{account.name}: only the escrow awaits what is held",
        )
    held = {hold.sequence: hold.task_id for hold in replay.open_holds}
    pending = sum(account.debits_pending for account in accounts)
    invariant(
        pending
        == sum(hold.amount_mcpt for hold in replay.open_holds)
        == sum(account.credits_pending for account in accounts),
        "what is held is what the open holds reserve",
    )
    if open_holds is not None:
        invariant(
            held == dict(open_holds),
            "each task that is not over has its hold open, and no other hold is",
        )
