"""The option `--version`, as every command line of this product has it."""

from typing import Any

import typer

from app import __version__


def version_option(program: str) -> Any:
    """What to annotate a command's flag with: shows the version of `program`, and ends."""

    def tell(wanted: bool) -> None:
        if wanted:
            typer.echo(f"{program} {__version__}")
            raise typer.Exit

    return typer.Option(
        "--version",
        callback=tell,
        is_eager=True,
        help="Show the version and end.",
        show_default=False,
    )
