"""The options that say what a task asks for, shared by submit and quote."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, TypeVar

import typer

from app.client.cli.quantities import location, memory_mib, millicores, seconds, variable
from app.client.quantities import PARTS_PER_BILLION
from app.client.task_spec import TaskFields
from app.common.vocabulary import IsolationClass, Priority, ResultComparer, TrustLevel

_MemberT = TypeVar("_MemberT", bound=IntEnum)


def priority_named(text: str) -> Priority:
    """The priority that `text` names. Raises typer.BadParameter."""
    return _member(Priority, text)


def _trust(text: str) -> TrustLevel:
    return _member(TrustLevel, text)


def _isolation(text: str) -> IsolationClass:
    return _member(IsolationClass, text)


def _comparer(text: str) -> ResultComparer:
    return _member(ResultComparer, text)


def _member(kind: type[_MemberT], text: str) -> _MemberT:
    try:
        return kind[text.upper()]
    except KeyError as error:
        names = ", ".join(member.name.lower() for member in kind)
        raise typer.BadParameter(f"{text!r} is none of: {names}.") from error


@dataclass(frozen=True, slots=True)
class TaskOptions:
    """What a task asks for, as options."""

    name: Annotated[str, typer.Option(help="Shown in lists; default: the folder's name.")] = ""
    cpu: Annotated[
        int | None, typer.Option(parser=millicores, metavar="CORES", help="Limit; default 1.")
    ] = None
    memory: Annotated[
        int | None, typer.Option(parser=memory_mib, metavar="SIZE", help="Limit; default 512MiB.")
    ] = None
    disk: Annotated[
        int | None, typer.Option(parser=memory_mib, metavar="SIZE", help="Limit; default 1GiB.")
    ] = None
    cpu_score: Annotated[int, typer.Option(min=0, help="The node's CPU score must reach it.")] = 0
    gpu_score: Annotated[int, typer.Option(min=0, help="The GPU's score must reach it.")] = 0
    gpu_memory: Annotated[
        int | None, typer.Option(parser=memory_mib, metavar="SIZE", help="On one GPU.")
    ] = None
    gpu_name: Annotated[str, typer.Option(help="Part of the GPU's name, like 4090.")] = ""
    place: Annotated[
        str,
        typer.Option(
            "--location", parser=location, metavar="PLACE", help="Europe, Europe/DE/room 204, …"
        ),
    ] = ""
    location_required: Annotated[
        bool, typer.Option("--location-required", help="Run there or nowhere.")
    ] = False
    trust: Annotated[
        TrustLevel | None,
        typer.Option(parser=_trust, metavar="low|normal|high", help="The least trust."),
    ] = None
    isolation: Annotated[
        IsolationClass | None,
        typer.Option(parser=_isolation, metavar="sandbox|container", help="The least isolation."),
    ] = None
    priority: Annotated[
        Priority | None,
        typer.Option(
            parser=priority_named, metavar="normal|high|urgent", help="Dearer goes first."
        ),
    ] = None
    time: Annotated[
        int | None,
        typer.Option(parser=seconds, metavar="TIME", help="Limit, like 10m; default 1h."),
    ] = None
    retries: Annotated[
        int, typer.Option(min=0, help="Further attempts after the program failed.")
    ] = 0
    count: Annotated[int, typer.Option(min=1, help="An array of this many tasks.")] = 1
    env: Annotated[
        list[str], typer.Option("--env", "-e", metavar="NAME=VALUE", help="May be repeated.")
    ] = field(default_factory=list)
    image: Annotated[str, typer.Option(help="Container image; default: the node's choice.")] = ""
    compare: Annotated[
        ResultComparer | None,
        typer.Option(
            parser=_comparer,
            metavar="exact|whitespace|numbers|none",
            help="When two nodes' results are the same; none: it uses chance, do not compare.",
        ),
    ] = None
    tolerance: Annotated[
        float,
        typer.Option(min=0, max=1, help="How far numbers may lie apart; default 0.000001."),
    ] = 0.0
    network: Annotated[bool, typer.Option("--network", help="Let it use the network.")] = False

    def fields(self, command: list[str]) -> TaskFields:
        """As the Python API takes them."""
        given = TaskFields(
            name=self.name,
            command=command,
            image=self.image,
            environment=dict(variable(text) for text in self.env),
            cpu_millicores=self.cpu or 0,
            memory_mib=self.memory or 0,
            disk_mib=self.disk or 0,
            cpu_score=self.cpu_score,
            gpu_score=self.gpu_score,
            gpu_memory_mib=self.gpu_memory or 0,
            gpu_name=self.gpu_name,
            location=self.place,
            location_required=self.location_required,
            run_seconds_max=self.time or 0,
            retry_max=self.retries,
            count=self.count,
            network=self.network,
            result_tolerance_ppb=round(self.tolerance * PARTS_PER_BILLION),
        )
        if self.compare is not None:
            given["result_comparer"] = self.compare
        if self.priority is not None:
            given["priority"] = self.priority
        if self.trust is not None:
            given["trust_min"] = self.trust
        if self.isolation is not None:
            given["isolation_min"] = self.isolation
        return given
