"""audit list, verify, export; server log."""

import sys
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from app.client.audit_filter import DONE, AuditFilter
from app.client.cli.exits import Exit
from app.client.cli.frame import Cli, command, noun
from app.client.cli.output import Column, json_line
from app.client.cli.quantities import moment, show_time
from app.common.exports import Export, ExportFile, ExportKind
from app.common.vocabulary import LogLevel
from proto import nodepool_pb2 as pb

app = noun("Read the record of who did what, and check it.")
server = noun("Look at the master itself.")

#: Records printed without --follow, where no number is given.
TAIL = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts a command is about."""

    user: Annotated[
        str, typer.Option("--who", metavar="NAME", help="Only what this user or node did.")
    ] = ""
    target: Annotated[
        str, typer.Option(metavar="NAME", help="Only what was done to this user, node or task.")
    ] = ""
    action: Annotated[
        list[str] | None,
        typer.Option(metavar="CALL", help="Only this, like UserService/Login; may be repeated."),
    ] = None
    result: Annotated[
        list[str] | None,
        typer.Option(metavar="RESULT", help="Only this: OK or a reason; may be repeated."),
    ] = None
    refused: Annotated[bool, typer.Option("--refused", help="Only what was not done.")] = False
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="From then on: 2h, 2026-05-31, ..."),
    ] = None
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Before then.")
    ] = None

    def filter(self) -> AuditFilter:
        """As the client has it."""
        return AuditFilter(
            actor=self.user,
            target=self.target,
            actions=self.action or (),
            results=self.result or (),
            refused=self.refused,
            since=self.since,
            until=self.until,
        )


@command(app, "list")
async def list_events(
    cli: Cli,
    wanted: Wanted,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 100,
    page_token: Annotated[str, typer.Option(help="Go on after a page: its next_page_token.")] = "",
) -> None:
    """List who did what to what, the newest first."""
    async with cli.pool() as pool:
        page = await pool.audit.page(wanted.filter(), page_token, page_size=limit)
    columns = [
        Column("AT"),
        Column("WHO", width_max=16),
        Column("ACTION", width_max=36),
        Column("TARGET", width_max=20),
        Column("RESULT", width_max=24),
        Column("FROM", width_max=16),
        Column("DETAILS", width_max=30),
    ]
    cli.output.show(page, lambda: cli.output.table(columns, [_row(each) for each in page.events]))
    if page.next_page_token:
        cli.output.note(f"there are more: add --page-token {page.next_page_token}")


def _row(event: pb.AuditEvent) -> tuple[str, ...]:
    times = f" x{event.times}" if event.times > 1 else ""
    return (
        show_time(event.at),
        event.actor_name or event.actor or "-",
        event.action,
        event.target_name or event.target.partition(":")[2],
        ("done" if event.result == DONE else event.result) + times,
        event.peer,
        " ".join(f"{name}={event.details[name]}" for name in sorted(event.details)),
    )


@command(app, "verify")
async def verify(
    cli: Cli,
    known_rows: Annotated[
        int, typer.Option(min=0, metavar="ROWS", help="Rows of an earlier answer.")
    ] = 0,
    known_head: Annotated[
        str, typer.Option(metavar="HASH", help="Head of that answer: the log must begin with it.")
    ] = "",
) -> Exit:
    """Check the chain of hashes over all acts. The exit status is 8 where it is broken."""
    async with cli.pool() as pool:
        found = await pool.audit.verify(known_rows, known_head)
    good = f"The audit log is sound: {found.rows} rows, head {found.head_hash}."
    bad = f"The audit log is damaged from row {found.first_bad_sequence} on: {found.fault}"
    cli.output.show(found, lambda: cli.output.say(good if found.ok else bad))
    return Exit.OK if found.ok else Exit.FAILED


def _kind(text: str) -> ExportKind:
    try:
        return ExportKind(text.lower())
    except ValueError as error:
        names = ", ".join(ExportKind)
        raise typer.BadParameter(f"{text!r} is none of: {names}.") from error


@command(app, "export")
async def export(
    cli: Cli,
    wanted: Wanted,
    file: Annotated[Path | None, typer.Argument(help="Where to; default: standard output.")] = None,
    kind: Annotated[
        ExportKind | None,
        typer.Option("--as", parser=_kind, metavar="csv|json|jsonl", help="In which form."),
    ] = None,
) -> None:
    """Write all these acts, the newest first, as CSV or JSON (jsonl: a document a line)."""
    from app.common.audit_export import AUDIT_SHAPE  # noqa: PLC0415 - not for --help

    async with cli.pool() as pool:
        if file is None:
            form = ExportKind.LINES if cli.output.as_json else kind or ExportKind.CSV
            printed = Export(sys.stdout, form, AUDIT_SHAPE)
            async for event in pool.audit.iterate(wanted.filter()):
                printed.add([event])
            printed.end()
            return
        count = 0
        with ExportFile(file, kind or ExportKind.CSV, AUDIT_SHAPE) as written:
            async for event in pool.audit.iterate(wanted.filter()):
                count = written.add([event])
    cli.output.say(f"{count} rows are in {file}.")


def _level(text: str) -> LogLevel:
    try:
        return LogLevel[text.upper()]
    except KeyError as error:
        names = ", ".join(level.name.lower() for level in LogLevel)
        raise typer.BadParameter(f"{text!r} is none of: {names}.") from error


@command(server, "log")
async def log(
    cli: Cli,
    level: Annotated[
        LogLevel | None,
        typer.Option(
            parser=_level,
            metavar="debug|info|warning|error|critical",
            help="Only records of this level and above.",
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with what comes.")] = False,
    lines: Annotated[
        int, typer.Option("--lines", "-n", min=0, help="Begin with so many; 0: all it has.")
    ] = TAIL,
) -> None:
    """Print what the master logged, oldest first."""
    async with cli.pool() as pool:
        stream = pool.server_log.stream(level or LogLevel.DEBUG, follow=follow, records_max=lines)
        async with aclosing(stream) as batches:
            async for batch in batches:
                if batch.lost:
                    cli.output.note(f"{batch.lost} records came too fast and are lost.")
                for record in batch.records:
                    cli.output.line(json_line(record) if cli.output.as_json else _line(record))


def _line(record: pb.ServerLogRecord) -> str:
    fields = "".join(
        f" {name}={record.fields[name]}" for name in sorted(record.fields) if name != "exception"
    )
    trace = record.fields.get("exception", "")
    level = LogLevel(record.level).name.lower()
    text = f"{show_time(record.at)} {level:<8} {record.event}{fields}"
    shown = "".join(each if each.isprintable() else " " for each in text)
    return f"{shown}\n{trace}" if trace else shown
