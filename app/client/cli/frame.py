"""What every command has in common: --json, --master, the connection, errors, exit status."""

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, get_type_hints

import typer

from app.client.cli.exits import Exit, exit_status
from app.client.cli.output import Output
from app.client.profiles import Profiles
from app.common.errors import HiveMindError, Reason

if TYPE_CHECKING:
    from app.client.api import HiveMind

#: How long a person waits for a master that does not answer.
PATIENCE_SECONDS = 8.0

Work: TypeAlias = Callable[..., Coroutine[Any, Any, Exit | None]]

_JSON = Annotated[
    bool, typer.Option("--json", help="Print JSON, one document a line.", show_default=False)
]
_MASTER = Annotated[
    str | None,
    typer.Option("--master", metavar="HOST:PORT", help="The master; default: the last login's."),
]


@dataclass(frozen=True, slots=True)
class Cli:
    """What a command works with."""

    output: Output
    master: str | None
    profiles: Profiles

    def pool(self) -> AbstractAsyncContextManager["HiveMind"]:
        """The pool of the profile that is meant."""
        from app.client.api import HiveMind  # noqa: PLC0415  (gRPC: not for --help)

        return HiveMind.from_profile(
            self.master, profiles=self.profiles, patience_seconds=PATIENCE_SECONDS
        )


def noun(help_text: str) -> typer.Typer:
    """The group of commands of one noun."""
    return typer.Typer(help=help_text, no_args_is_help=True)


def command(app: typer.Typer, name: str, **settings: Any) -> Callable[[Work], Work]:
    """Make an async function `work(cli, …)` the command `name` of `app`.

    Its parameters after the first are the command's; one whose type is a dataclass stands
    for all its fields. --json and --master are added. It returns an exit status where that
    is not 0. A HiveMindError becomes one line on standard error and the status of its kind.
    """

    def decorate(work: Work) -> Work:
        taken = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
        groups: dict[str, Any] = {
            each.name: each.annotation for each in taken if is_dataclass(each.annotation)
        }

        @functools.wraps(work)
        def run(*, json_output: bool, master: str | None, **given: Any) -> None:
            for parameter, group in groups.items():
                names = [field.name for field in fields(group)]
                given[parameter] = group(**{key: given.pop(key) for key in names})
            cli = Cli(Output(as_json=json_output), master, Profiles())
            raise typer.Exit(_execute(cli, work, given))

        parameters = [*_expanded(taken), *_SHARED]
        for parameter in parameters:
            # Zero and "" mean the pool's default, which the help names in words.
            for info in getattr(parameter.annotation, "__metadata__", ()):
                info.show_default = False
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in parameters}
        app.command(name, **settings)(run)
        return work

    return decorate


def _expanded(parameters: Iterable[inspect.Parameter]) -> Iterator[inspect.Parameter]:
    """`parameters`, keyword-only, with each dataclass replaced by its fields."""
    for parameter in parameters:
        group = parameter.annotation
        if not is_dataclass(group):
            yield parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
            continue
        hints = get_type_hints(group, include_extras=True)
        for field in fields(group):
            yield _keyword(field.name, hints[field.name], _default(field))


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    kind = inspect.Parameter.KEYWORD_ONLY
    return inspect.Parameter(name, kind, default=default, annotation=annotation)


_SHARED = (_keyword("json_output", _JSON, default=False), _keyword("master", _MASTER, default=None))


def _execute(cli: Cli, work: Work, arguments: dict[str, Any]) -> Exit:
    try:
        return asyncio.run(work(cli, **arguments)) or Exit.OK
    except HiveMindError as error:
        cli.output.fail(error)
        return exit_status(error)
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        raise
    except OSError as error:
        subject = f"{error.filename}: " if error.filename else ""
        sentence = f"{subject}{error.strerror or error}"
        cli.output.fail(HiveMindError(Reason.INVALID_FIELD, sentence))
        return Exit.USAGE
