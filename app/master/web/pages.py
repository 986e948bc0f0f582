"""The pages' routes, and their static files."""

from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.common.errors import HiveMindError, Reason
from app.master.identity.permissions import ROUTE_PERMISSIONS
from app.master.rpc.places import Places
from app.master.web.account_pages import AccountPages
from app.master.web.audit_pages import AuditPages
from app.master.web.entry_pages import EntryPages
from app.master.web.join_pages import JoinPages
from app.master.web.ledger_pages import LedgerPages
from app.master.web.node_pages import NodePages
from app.master.web.page_forms import Forms
from app.master.web.page_frame import Frame, PageEndpoint, wants_page
from app.master.web.page_live import Live
from app.master.web.page_texts import FOLDER
from app.master.web.page_views import Views
from app.master.web.people_pages import PeoplePages
from app.master.web.problems import problem_response
from app.master.web.vpn_pages import VpnPages

_STATIC_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
#: The console's own.
ICON = FOLDER.parent / "icons" / "hivemind.svg"


@dataclass(frozen=True, slots=True)
class Page:
    """A route of the pages; who may use it is in the permission table under `rule`."""

    verb: str
    path: str
    endpoint: PageEndpoint

    @property
    def rule(self) -> str:
        return f"{self.verb} {self.path}"


@dataclass(frozen=True, slots=True)
class PageParts:
    """What pages are built of."""

    frame: Frame
    places: Places
    archive_bytes_max: int
    grpc_port: int


def pages(parts: PageParts) -> tuple[Page, ...]:
    """All pages."""
    frame = parts.frame
    views, live = Views(frame), Live(frame, parts.places)
    entry, account = EntryPages(frame), AccountPages(frame)
    forms, nodes = Forms(frame, parts.archive_bytes_max), NodePages(frame)
    ledger, audit = LedgerPages(frame), AuditPages(frame)
    people, vpn = PeoplePages(frame), VpnPages(frame)
    join = JoinPages(frame, parts.grpc_port)
    return (
        Page("GET", "/", views.dashboard),
        Page("GET", "/login", entry.login_page),
        Page("POST", "/login", entry.login),
        Page("POST", "/logout", entry.logout),
        Page("GET", "/register", entry.register_page),
        Page("POST", "/register", entry.register),
        Page("GET", "/reset-password", entry.reset_page),
        Page("POST", "/reset-password", entry.reset),
        Page("GET", "/account", account.show),
        Page("POST", "/account/password", account.password),
        Page("POST", "/account/sessions", account.sessions),
        Page("POST", "/preferences", forms.preferences),
        Page("GET", "/upload", forms.upload_page),
        Page("POST", "/upload", forms.upload),
        Page("GET", "/tasks/{task_id}", views.task),
        Page("POST", "/tasks/{task_id}", forms.task_action),
        Page("GET", "/nodes/{node_id}", nodes.show),
        Page("POST", "/nodes/{node_id}", nodes.change),
        Page("GET", "/ledger", ledger.show),
        Page("POST", "/ledger", ledger.pay),
        Page("POST", "/ledger/grants", ledger.grant),
        Page("GET", "/users", people.show),
        Page("POST", "/users", people.create),
        Page("POST", "/users/{username}", people.change),
        Page("GET", "/audit", audit.show),
        Page("GET", "/audit/export", audit.export),
        Page("GET", "/join-tokens", join.show),
        Page("POST", "/join-tokens", join.create),
        Page("POST", "/join-tokens/{token_id}", join.change),
        Page("GET", "/vpn", vpn.show),
        Page("POST", "/vpn/peers/{peer}", vpn.change),
        Page("GET", "/live/vpn", live.vpn),
        Page("GET", "/live/pool", live.pool),
        Page("GET", "/live/ledger", live.ledger),
        Page("GET", "/live/tasks/{task_id}", live.task),
        Page("GET", "/live/nodes/{node_id}", live.node),
    )


def add_pages(app: Starlette, parts: PageParts) -> None:
    """Serve them, and the files that they name."""
    for page in pages(parts):
        rule = page.rule
        open_page = not isinstance(ROUTE_PERMISSIONS[rule], str)
        app.add_route(
            page.path,
            parts.frame.endpoint(page.endpoint, rule="" if open_page else rule),
            [page.verb],
        )
    app.add_route("/static/{name}", _static, ["GET"])


def or_page(endpoint: Any) -> Any:
    """`endpoint` for scripts; a browser that wants a page is led to the first one."""

    async def serve(request: Request) -> Response:
        if wants_page(request) and "authorization" not in request.headers:
            return Response(status_code=303, headers={"Location": "/", "Vary": "Accept"})
        response: Response = await endpoint(request)
        return response

    return serve


async def _static(request: Request) -> Response:
    folder, name = FOLDER / "static", request.path_params["name"]
    if name == ICON.name:
        folder = ICON.parent
    path = folder / name
    kind = _STATIC_TYPES.get(path.suffix)
    if kind is None or path.parent != folder or not path.is_file():
        return problem_response(HiveMindError(Reason.NO_SUCH_ADDRESS))
    return FileResponse(path, headers={"Cache-Control": "no-cache"}, media_type=kind)
