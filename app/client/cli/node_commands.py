"""node list, show, drain, pause, resume, revoke, approve, locate; token create, list, revoke."""

import sys
from typing import Annotated

import typer

from app.client.cli.frame import Cli, command, noun
from app.client.cli.node_tables import show_node, show_nodes
from app.client.cli.output import Column
from app.client.cli.quantities import location, seconds, show_time
from app.common.errors import HiveMindError, Reason
from app.common.vocabulary import NodeState
from proto import nodepool_pb2 as pb

app = noun("See the machines that run tasks, and steer them.")
tokens = noun("Make and revoke the tokens that let machines join.")

_NODE = Annotated[
    str,
    typer.Argument(metavar="NODE", help="Its name, its id, or the end of the id that is listed."),
]
_REASON = Annotated[str, typer.Option(help="Recorded with the change.")]


@command(app, "list")
async def list_nodes(
    cli: Cli,
    revoked: Annotated[bool, typer.Option("--revoked", help="Also those cut off.")] = False,
) -> None:
    """List the nodes."""
    async with cli.pool() as pool:
        nodes = [node async for node in pool.nodes.iterate(include_revoked=revoked)]
    answer = pb.ListNodesResponse(nodes=nodes)
    cli.output.show(answer, lambda: show_nodes(cli.output, nodes))


@command(app, "show")
async def show(cli: Cli, node: _NODE) -> None:
    """Show all about one node."""
    async with cli.pool() as pool:
        info = await pool.nodes.get(node)
    cli.output.show(info, lambda: show_node(cli.output, info))


@command(app, "drain")
async def drain(cli: Cli, node: _NODE, reason: _REASON = "") -> None:
    """Take no new tasks, give back or finish the running ones, then pause."""
    await _set_state(cli, node, NodeState.DRAINING, reason)


@command(app, "pause")
async def pause(cli: Cli, node: _NODE, reason: _REASON = "") -> None:
    """Take no new tasks; the running ones go on."""
    await _set_state(cli, node, NodeState.PAUSED, reason)


@command(app, "resume")
async def resume(cli: Cli, node: _NODE, reason: _REASON = "") -> None:
    """Take tasks again."""
    await _set_state(cli, node, NodeState.ACTIVE, reason)


@command(app, "revoke")
async def revoke(
    cli: Cli,
    node: _NODE,
    reason: _REASON = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Cut a node off for good; its tasks go back to the queue."""
    if not yes:
        if not sys.stdin.isatty():
            raise HiveMindError(Reason.INVALID_FIELD, "This cannot be undone: add --yes.")
        typer.confirm(f"Cut {node} off for good?", abort=True, err=True)
    await _set_state(cli, node, NodeState.REVOKED, reason)


@command(app, "approve")
async def approve(
    cli: Cli,
    node: _NODE,
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="SHA256:… as the machine itself shows it.")
    ],
    owner: Annotated[str, typer.Option(metavar="USER", help="Who earns; default: you.")] = "",
) -> None:
    """Let a machine that asked to join take part, once its key was compared."""
    async with cli.pool() as pool:
        info = await pool.nodes.approve(node, fingerprint, owner)
    cli.output.show(info, lambda: show_nodes(cli.output, [info]))


@command(app, "locate")
async def locate(
    cli: Cli,
    node: _NODE,
    place: Annotated[
        str, typer.Argument(parser=location, metavar="PLACE", help="Europe/DE/room 204")
    ],
) -> None:
    """Say where a node stands."""
    async with cli.pool() as pool:
        info = await pool.nodes.set_location(node, place)
    cli.output.show(info, lambda: show_nodes(cli.output, [info]))


async def _set_state(cli: Cli, node: str, state: NodeState, reason: str) -> None:
    async with cli.pool() as pool:
        info = await pool.nodes.set_state(node, state, reason)
    cli.output.show(info, lambda: show_nodes(cli.output, [info]))


@command(tokens, "create")
async def create_token(
    cli: Cli,
    ttl: Annotated[
        int | None,
        typer.Option(parser=seconds, metavar="TIME", help="Good for, like 2h; default 1h."),
    ] = None,
    uses: Annotated[int, typer.Option(min=1, help="For so many machines.")] = 1,
    owner: Annotated[str, typer.Option(metavar="USER", help="Who earns; default: you.")] = "",
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
) -> None:
    """Make a join token. It is shown this once."""
    async with cli.pool() as pool:
        made = await pool.join_tokens.create(
            ttl_seconds=ttl or 0, uses_max=uses, owner=owner, note=note
        )
    cli.output.show(made, lambda: cli.output.line(made.token))
    cli.output.note(f"good until {show_time(made.info.expires_at)}, shown this once.")


@command(tokens, "list")
async def list_tokens(cli: Cli) -> None:
    """List join tokens, without their secrets."""
    async with cli.pool() as pool:
        found = await pool.join_tokens.all()
    cli.output.show(
        pb.ListJoinTokensResponse(tokens=found),
        lambda: cli.output.table(
            [
                Column("TOKEN"),
                Column("OWNER", width_max=12),
                Column("EXPIRES"),
                Column("USES LEFT", right=True),
                Column("NOTE", width_max=24),
            ],
            [
                (
                    token.token_id,
                    token.owner,
                    "revoked" if token.revoked else show_time(token.expires_at),
                    str(token.uses_left),
                    token.note,
                )
                for token in found
            ],
        ),
    )


@command(tokens, "revoke")
async def revoke_token(
    cli: Cli, token_id: Annotated[str, typer.Argument(metavar="TOKEN", help="The token's id.")]
) -> None:
    """Make a join token worthless; nodes that joined with it stay."""
    async with cli.pool() as pool:
        await pool.join_tokens.revoke(token_id)
    answer = pb.RevokeJoinTokenResponse()
    cli.output.show(answer, lambda: cli.output.say(f"Token {token_id} is revoked."))
