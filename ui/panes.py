"""All panes of the window: where each is found, and where it first stands."""

from dataclasses import dataclass
from importlib import import_module

from PySide6.QtCore import Qt

from ui.docks.pane import Pane


@dataclass(frozen=True, slots=True)
class Place:
    """A pane, its class, and its place in the default layouts.

    `tabbed_with`: the pane it shares its place with, or empty.
    """

    path: str
    area: Qt.DockWidgetArea
    tabbed_with: str = ""


@dataclass(frozen=True, slots=True)
class RoleLayout:
    """What a role begins with: the pane in front, and those that are not open."""

    front: str
    closed: frozenset[str]


_LEFT = Qt.DockWidgetArea.LeftDockWidgetArea
_RIGHT = Qt.DockWidgetArea.RightDockWidgetArea
_BOTTOM = Qt.DockWidgetArea.BottomDockWidgetArea

#: By the pane's name, in the order in which they are placed.
PLACES = {
    "overview": Place("ui.docks.overview.OverviewPane", _LEFT),
    "heatmap": Place("ui.docks.heatmap.HeatmapPane", _LEFT, "overview"),
    "tasks": Place("ui.docks.tasks.TasksPane", _LEFT, "overview"),
    "nodes": Place("ui.docks.nodes.NodesPane", _LEFT, "overview"),
    "ledger": Place("ui.docks.ledger.LedgerPane", _LEFT, "overview"),
    "timeline": Place("ui.docks.timeline.TimelinePane", _LEFT, "overview"),
    "people": Place("ui.docks.people.PeoplePane", _LEFT, "overview"),
    "join_tokens": Place("ui.docks.join_tokens.JoinTokensPane", _LEFT, "overview"),
    "vpn": Place("ui.docks.vpn.VpnPane", _LEFT, "overview"),
    "task_details": Place("ui.docks.task_details.TaskDetailsPane", _RIGHT),
    "node_details": Place("ui.docks.node_details.NodeDetailsPane", _RIGHT, "task_details"),
    "task_log": Place("ui.docks.task_log.TaskLogPane", _BOTTOM),
    "audit": Place("ui.docks.audit.AuditPane", _LEFT, "overview"),
    "master_log": Place("ui.docks.master_log.MasterLogPane", _BOTTOM, "task_log"),
}

_FOR_KEEPERS = frozenset({"people", "join_tokens", "vpn"})

#: By the role's label. Panes that a role may not see are not there in any case.
_LAYOUTS = {
    "user": RoleLayout("tasks", frozenset({"heatmap", "timeline"})),
    "worker": RoleLayout("nodes", frozenset({"heatmap", "timeline"})),
    "operator": RoleLayout("overview", frozenset({"vpn"})),
    "auditor": RoleLayout("ledger", frozenset({"heatmap", "timeline", "vpn"})),
    "admin": RoleLayout("overview", _FOR_KEEPERS),
}


def layout_of(role: str) -> RoleLayout:
    """The default layout of a role, by its label; the admin's for one that is not known."""
    return _LAYOUTS.get(role, _LAYOUTS["admin"])


def pane_class(name: str) -> type[Pane]:
    """The class of a pane, imported when it is first wanted."""
    module, _, attribute = PLACES[name].path.rpartition(".")
    found: type[Pane] = getattr(import_module(module), attribute)
    return found
