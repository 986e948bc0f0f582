"""The pane of users: who they are, what they may do, and whether they may sign in."""

from collections.abc import Awaitable, Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from app.common.errors import HiveMindError
from app.common.vocabulary import Role
from proto import nodepool_pb2 as pb
from ui.console import Console
from ui.dialogs.account import AccountDialog
from ui.dialogs.confirm import ConfirmDialog
from ui.dialogs.person import PersonDialog
from ui.dialogs.reset_code import ResetCodeDialog
from ui.docks.pane import Pane
from ui.icons import dress
from ui.models.people import people_columns, role_meaning, role_of, role_word
from ui.models.rows import RowsModel
from ui.pool_state import Delta
from ui.sentences import shown
from ui.theme import Tone
from ui.widgets.table import Table
from ui.widgets.tone_label import ToneLabel


class PeoplePane(Pane):
    """All users. The watch does not tell of them: they are asked for when it is shown."""

    name = "people"
    needs = ("USERS_READ",)

    def __init__(self, console: Console, parent: QWidget | None = None) -> None:
        super().__init__(console, parent)
        self._users: dict[str, pb.UserInfo] = {}
        self.model: RowsModel[pb.UserInfo] = RowsModel(people_columns(), self)
        self.table = Table(self.model)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setAccessibleName(self.title())
        self._filter = QLineEdit()
        self._foot = ToneLabel("", Tone.QUIET)
        self._new = QPushButton(self.tr("New user…"))
        dress(self._new, "person")
        self._role, self._disable, self._password, self._code, self._sessions = (
            QPushButton(self.tr("Role")),
            QPushButton(),
            QPushButton(self.tr("Reset password…")),
            QPushButton(self.tr("Reset code…")),
            QPushButton(self.tr("Sessions…")),
        )
        self._buttons = (
            self._new,
            self._role,
            self._disable,
            self._password,
            self._code,
            self._sessions,
        )
        self._roles = QMenu(self)
        for role in Role:
            action = self._roles.addAction(role_word(role))
            action.setToolTip(role_meaning(role))
            action.triggered.connect(lambda _checked=False, role=role: self._ask_role(role))
        self._roles.setToolTipsVisible(True)
        self._role.setMenu(self._roles)
        self._lay_out()
        self._connect()
        self._show_buttons()

    def title(self) -> str:
        return self.tr("Users")

    def take(self, delta: Delta) -> None:
        if delta.reset or not self._users:
            self.refresh()

    def refresh(self) -> None:
        """Ask for all users."""
        if self.console.connection.signed_in:
            self.operations.start(
                self.tr("List the users"), self._all(), then=self._show, otherwise=self._refuse
            )

    async def _all(self) -> dict[str, pb.UserInfo]:
        return {user.user_id: user async for user in self.console.pool.users.iterate()}

    def _show(self, users: dict[str, pb.UserInfo]) -> None:
        chosen = self.table.keys()
        self._users = users
        self.model.set_rows(users)
        self.table.select_keys(chosen)
        self._foot.say(self.tr("%n user(s)", "", len(users)), Tone.QUIET)
        self._show_buttons()

    def _refuse(self, error: HiveMindError) -> None:
        self._foot.say(f"⚠ {shown(error.message)}", Tone.BAD)

    # -- what can be done

    def _chosen(self) -> pb.UserInfo | None:
        keys = self.table.keys()
        return self._users.get(keys[0]) if len(keys) == 1 else None

    def _show_buttons(self) -> None:
        user = self._chosen()
        may = self.console.may("USERS_MANAGE")
        for button in self._buttons:
            allowed = may and (user is not None or button is self._new)
            button.setEnabled(allowed)
            if not may:
                button.setToolTip(self.tr("Only an admin may change users."))
            elif not allowed:
                button.setToolTip(self.tr("Choose one user first."))
            else:
                button.setToolTip("")
        enables = user is not None and user.disabled
        self._disable.setText(self.tr("Enable…") if enables else self.tr("Disable…"))
        for action, role in zip(self._roles.actions(), Role, strict=True):
            action.setCheckable(True)
            action.setChecked(user is not None and role_of(user.role) is role)

    def _ask_role(self, role: Role) -> None:
        self._show_buttons()
        user = self._chosen()
        if user is None or role_of(user.role) is role:
            return
        name = user.username
        self._ask(
            self.tr("Make {user} {role}").format(user=name, role=role_word(role)),
            [role_meaning(role), self.tr("It bites at once.")],
            lambda: self._change(
                self.tr("Change a role"), self.console.pool.users.set_role(name, role)
            ),
        )

    def _ask_disable(self) -> None:
        user = self._chosen()
        if user is None:
            return
        name, disabled = user.username, not user.disabled
        text = self.tr("Disable {user}") if disabled else self.tr("Enable {user}")
        reach = (
            self.tr("Their sessions end at once. Their tasks and their money stay.")
            if disabled
            else self.tr("They may sign in again.")
        )
        self._ask(
            text.format(user=name),
            [reach],
            lambda: self._change(
                text.format(user=name),
                self.console.pool.users.set_disabled(name, disabled=disabled),
            ),
        )

    def _ask(self, verb: str, sentences: list[str], act: Callable[[], None]) -> None:
        dialog = ConfirmDialog(
            verb, self.tr("{what}?").format(what=verb), sentences, act, self.window()
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _change(self, title: str, work: Awaitable[pb.UserInfo]) -> None:
        self.operations.start(title, work, then=lambda _user: self.refresh(), said=self.tr("Done"))

    def _make_one(self) -> None:
        self._open("")

    def _open(self, username: str) -> None:
        dialog = PersonDialog(self.console, self.window(), username)
        dialog.changed.connect(self.refresh)
        dialog.open()

    def _ask_password(self) -> None:
        user = self._chosen()
        if user is not None:
            self._open(user.username)

    def _ask_code(self) -> None:
        user = self._chosen()
        if user is not None:
            ResetCodeDialog(self.console, user.username, self.window()).open()

    def _ask_sessions(self) -> None:
        user = self._chosen()
        if user is not None:
            AccountDialog(self.console, self.window(), user.username).open()

    # -- making

    def _lay_out(self) -> None:
        self._filter.setPlaceholderText(self.tr("Filter"))
        self._filter.setAccessibleName(self.tr("Filter"))
        self._filter.setClearButtonEnabled(True)
        row = QHBoxLayout()
        for button in self._buttons:
            row.addWidget(button)
        row.addWidget(self._filter, 1)
        self.column.addLayout(row)
        self.column.addWidget(self.table, 1)
        self.column.addWidget(self._foot)

    def _connect(self) -> None:
        self._filter.textChanged.connect(self.model.set_filter)
        self.table.chosen.connect(self._show_buttons)
        self._new.clicked.connect(self._make_one)
        self._disable.clicked.connect(self._ask_disable)
        self._password.clicked.connect(self._ask_password)
        self._code.clicked.connect(self._ask_code)
        self._sessions.clicked.connect(self._ask_sessions)
        again = QAction(self.tr("Refresh"), self)
        dress(again, "refresh")
        again.setShortcut(QKeySequence(QKeySequence.StandardKey.Refresh))
        again.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        again.triggered.connect(self.refresh)
        self.addAction(again)
