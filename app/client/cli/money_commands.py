"""balance, transfer; ledger list, verify, summary, grant."""

from typing import Annotated

import typer

from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command, noun
from app.client.cli.output import Column
from app.client.cli.quantities import amount_mcpt, show_cpt, show_time
from app.common.money import format_cpt
from app.common.vocabulary import TransferKind
from proto import nodepool_pb2 as pb

app = typer.Typer()
ledger = noun("Read the record of all money, and check it.")

#: An amount below zero is refused as an amount: "-5" is no option.
_AMOUNTS = {"ignore_unknown_options": True}
_AMOUNT = Annotated[
    int, typer.Argument(parser=amount_mcpt, metavar="AMOUNT", help="In CPT, like 12.5.")
]


@command(app, "balance")
async def balance(
    cli: Cli,
    user: Annotated[str, typer.Argument(metavar="[USER]", help="Default: you.")] = "",
) -> None:
    """Show what an account has, what is held for open tasks, and what is left."""
    async with cli.pool() as pool:
        found = await pool.ledger.balance(user)
    cli.output.show(
        found,
        lambda: cli.output.facts(
            [
                ("Balance", format_cpt(found.balance_mcpt)),
                ("Held", format_cpt(found.held_mcpt)),
                ("Available", format_cpt(found.available_mcpt)),
            ]
        ),
    )


@command(app, "transfer", context_settings=_AMOUNTS)
async def transfer(
    cli: Cli,
    to: Annotated[str, typer.Argument(metavar="USER", help="Who gets it.")],
    amount: _AMOUNT,
    memo: Annotated[str, typer.Option(help="A note that both can read.")] = "",
) -> None:
    """Pay another user."""
    async with cli.pool() as pool:
        paid = await pool.ledger.transfer(to, amount, memo)
    said = f"Paid {format_cpt(amount)} to {to}; {format_cpt(paid.balance_mcpt)} are left."
    cli.output.show(paid, lambda: cli.output.say(said))


@command(ledger, "list")
async def list_transfers(
    cli: Cli,
    user: Annotated[str, typer.Option(metavar="USER", help="Whose; default: yours.")] = "",
    everyone: Annotated[bool, typer.Option("--all-users", help="Of all users.")] = False,
    task: Annotated[str, typer.Option(metavar="TASK", help="Only those of this task.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    page_token: Annotated[str, typer.Option(help="Go on after a page: its next_page_token.")] = "",
) -> None:
    """List transfers, the newest first."""
    async with cli.pool() as pool:
        page = await pool.ledger.page(
            page_token, page_size=limit, username=user, all_users=everyone, task_id=task
        )
    cli.output.show(
        page,
        lambda: cli.output.table(
            [
                Column("AT"),
                Column("KIND"),
                Column("FROM", width_max=10),
                Column("TO", width_max=10),
                Column("CPT", right=True),
                Column("MEMO", width_max=20),
            ],
            [_row(each) for each in page.transfers],
        ),
    )
    if page.next_page_token:
        cli.output.note(f"there are more: add --page-token {page.next_page_token}")


def _row(transfer: pb.TransferInfo) -> tuple[str, ...]:
    return (
        show_time(transfer.at),
        TransferKind(transfer.kind).name.lower(),
        getattr(transfer, "from"),
        transfer.to,
        show_cpt(transfer.amount_mcpt),
        transfer.memo or transfer.task_id,
    )


@command(ledger, "verify")
async def verify(cli: Cli) -> Exit:
    """Check the chain of hashes over all transfers. The exit status is 8 where it is broken."""
    async with cli.pool() as pool:
        found = await pool.ledger.verify()
    good = f"The ledger is sound: {found.rows} rows, head {found.head_hash[:16]}."
    bad = f"The ledger is damaged from row {found.first_bad_sequence} on: {found.fault}"
    cli.output.show(found, lambda: cli.output.say(good if found.ok else bad))
    return Exit.OK if found.ok else Exit.FAILED


@command(ledger, "summary")
async def summary(cli: Cli) -> None:
    """Show all accounts and their total, which is zero."""
    async with cli.pool() as pool:
        found = await pool.ledger.summary()
    rows = [
        (account.name, show_cpt(account.balance_mcpt), show_cpt(account.held_mcpt))
        for account in found.accounts
    ]
    rows.append(("total", show_cpt(found.total_mcpt), show_cpt(found.held_mcpt)))
    columns = [
        Column("ACCOUNT", width_max=30),
        Column("CPT", right=True),
        Column("HELD", right=True),
    ]
    cli.output.show(found, lambda: cli.output.table(columns, rows))


@command(ledger, "grant", context_settings=_AMOUNTS)
async def grant(
    cli: Cli,
    to: Annotated[str, typer.Argument(metavar="USER", help="Who gets it.")],
    amount: _AMOUNT,
    reason: Annotated[str, typer.Option(help="Recorded with the grant.")],
) -> None:
    """Give a user money from the treasury."""
    async with cli.pool() as pool:
        granted = await pool.ledger.grant(to, amount, reason)
    said = f"Granted {format_cpt(amount)} to {to}."
    cli.output.show(granted, lambda: cli.output.say(said))
