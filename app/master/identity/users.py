"""The users of the pool: making them, changing them, never losing the last admin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.common.clock import Clock
from app.common.errors import HiveMindError, Reason
from app.common.ids import IdSource
from app.common.vocabulary import Role
from app.master.identity import setup
from app.master.identity.address_limit import AddressLimit, too_many_accounts
from app.master.identity.fair_pool import STRANGERS, Line
from app.master.identity.names import checked_name, name_key
from app.master.identity.origin import Origin, neighbourhood
from app.master.identity.password_rules import checked_password
from app.master.identity.passwords import Passwords
from app.master.identity.reset_codes import ResetCodes
from app.master.identity.session_index import SessionIndex
from app.master.store import Tx
from app.master.store import sessions as session_store
from app.master.store import users as store
from app.master.store.after_commit import run_then
from app.master.store.reader import Reader
from app.master.store.users import UserRow
from app.master.store.writer import Writer


class Accounts(Protocol):
    """What a new user needs of the ledger."""

    def open_account(self, tx: Tx, user_id: str) -> int:
        """Open the user's account and pay the grant; the grant in mCPT."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """A user to be: the name is allowed, the password strong enough and hashed."""

    name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Registered:
    user: UserRow
    granted_mcpt: int


@dataclass(frozen=True, slots=True, repr=False)
class UserChange:
    """What an admin changes; None leaves it as it is."""

    role: Role | None = None
    disabled: bool | None = None
    password_hash: str | None = None


class Users:
    """Methods that take a `tx` are parts of a unit; `committed` follows the unit's commit."""

    def __init__(
        self,
        writer: Writer,
        reader: Reader,
        clock: Clock,
        ids: IdSource,
        passwords: Passwords,
        accounts: Accounts,
        index: SessionIndex,
        *,
        registration_open: bool = True,
    ) -> None:
        self._writer = writer
        self._reader = reader
        self._clock = clock
        self._ids = ids
        self._passwords = passwords
        self._accounts = accounts
        self._index = index
        self._registration_open = registration_open
        self._setup_needed = False
        self._addresses = AddressLimit(clock, too_many_accounts)
        #: Told which role a user has now.
        self.on_role: list[Callable[[str, Role], None]] = []

    @property
    def registration_open(self) -> bool:
        """Whether people may register themselves."""
        return self._registration_open

    @property
    def setup_needed(self) -> bool:
        """Whether there is no admin yet."""
        return self._setup_needed

    async def start(self) -> str | None:
        """The setup code to show to whoever starts the master; None if there is an admin."""
        code = await self._writer.run(lambda tx: setup.offer(tx, self._ids))
        self._setup_needed = code is not None
        return code

    async def candidate(self, name: str, password: str, line: Line = STRANGERS) -> Candidate:
        """Check name and password, and hash, in its turn in `line`.

        Raises HiveMindError(INVALID_FIELD | USER_EXISTS | WEAK_PASSWORD | OVERLOADED).
        """
        checked = checked_name(name)
        return Candidate(checked, await self.new_password_hash(checked, password, line))

    async def applicant(self, name: str, password: str, origin: Origin) -> Candidate:
        """As `candidate`, for somebody whom nobody knows yet.

        Raises as that, and HiveMindError(OVERLOADED) if the address makes one user after
        the other.
        """
        self._addresses.begin(origin.address)
        return await self.candidate(name, password, Line(neighbourhood(origin.address)))

    async def new_password_hash(self, name: str, password: str, line: Line = STRANGERS) -> str:
        """The hash of a new password for the user called `name`.

        Raises HiveMindError(WEAK_PASSWORD | OVERLOADED).
        """
        return await self._passwords.hash(checked_password(password, name), line)

    def may_register(self, setup_code: str) -> None:
        """Raise HiveMindError(REGISTRATION_CLOSED) unless anybody may, or a code is given."""
        if not self._registration_open and not setup_code:
            raise HiveMindError(
                Reason.REGISTRATION_CLOSED,
                "This pool's admin creates the users: ask for an account.",
            )

    def register(self, tx: Tx, candidate: Candidate, setup_code: str = "") -> Registered:
        """Make a user, or with the setup code the first admin.

        Raises HiveMindError(USER_EXISTS | BAD_SETUP_CODE | REGISTRATION_CLOSED).
        """
        self.may_register(setup_code)
        if not setup_code:
            return self.create(tx, candidate, Role.USER)
        setup.claim(tx, setup_code)
        return self.create(tx, candidate, Role.ADMIN)

    def create(self, tx: Tx, candidate: Candidate, role: Role) -> Registered:
        """Make a user with an account. Raises HiveMindError(USER_EXISTS)."""
        key = name_key(candidate.name)
        if store.by_name_key(tx, key) is not None:
            raise HiveMindError(Reason.USER_EXISTS, "That user name is taken.")
        user = UserRow(
            id=self._ids.new_id(),
            name=candidate.name,
            name_key=key,
            password_hash=candidate.password_hash,
            role=role,
            disabled=False,
            created_us=self._clock.now_us(),
        )
        store.add(tx, user)
        return Registered(user, self._accounts.open_account(tx, user.id))

    def created(self, role: Role) -> None:
        """A user of `role` was committed."""
        if role is Role.ADMIN:
            self._setup_needed = False

    async def create_admin(self, name: str, password: str) -> UserRow:
        """Make an admin, as whoever owns the master's files may.

        Raises HiveMindError(INVALID_FIELD | USER_EXISTS | WEAK_PASSWORD).
        """
        candidate = await self.candidate(name, password)
        made = await run_then(
            self._writer,
            lambda tx: self.create(tx, candidate, Role.ADMIN),
            lambda registered: self.created(registered.user.role),
        )
        return made.user

    def update(self, tx: Tx, user: UserRow, change: UserChange) -> UserRow:
        """Change what a user may do, or their password; both end what they had open.

        Raises HiveMindError(LAST_ADMIN) if the pool would be left without an admin.
        """
        role = user.role if change.role is None else change.role
        disabled = user.disabled if change.disabled is None else change.disabled
        store.set_access(tx, user.id, role, disabled=disabled)
        _require_admin(tx, user, role, disabled=disabled)
        if change.password_hash is not None:
            store.set_password(tx, user.id, change.password_hash)
        if disabled or change.password_hash is not None:
            session_store.revoke_all_of(tx, user.id, self._clock.now_us())
        return required(store.by_id(tx, user.id))

    def updated(self, user_id: str, change: UserChange, role: Role, *, disabled: bool) -> None:
        """An update was committed: `role` and `disabled` are what the user has now."""
        if disabled or change.password_hash is not None:
            self._index.end_all_of(user_id)
        self._index.set_role(user_id, role)
        for listener in self.on_role:
            listener(user_id, role)
        if not disabled:
            self.created(role)

    async def by_id(self, user_id: str) -> UserRow:
        """Raises HiveMindError(USER_NOT_FOUND)."""
        return required(await self._reader.run(lambda tx: store.by_id(tx, user_id)))

    async def by_name(self, name: str) -> UserRow:
        """The user called `name`, in any case. Raises HiveMindError(USER_NOT_FOUND)."""
        key = name_key(name)
        return required(await self._reader.run(lambda tx: store.by_name_key(tx, key)))

    async def with_reset_code(self, codes: ResetCodes, name: str, code: str) -> UserRow:
        """The user whose code for a new password this is. Raises HiveMindError(BAD_RESET_CODE)."""
        key = name_key(name)
        return await self._reader.run(lambda tx: codes.check(tx, store.by_name_key(tx, key), code))

    async def page(self, offset: int, limit: int) -> list[UserRow]:
        """At most `limit` users by age, without the first `offset`."""
        return await self._reader.run(lambda tx: store.page(tx, offset, limit))


def named(tx: Tx, name: str) -> UserRow:
    """The user called `name`, in any case. Raises HiveMindError(USER_NOT_FOUND)."""
    return required(store.by_name_key(tx, name_key(name)))


def required(user: UserRow | None) -> UserRow:
    """`user`, or HiveMindError(USER_NOT_FOUND)."""
    if user is None:
        raise HiveMindError(Reason.USER_NOT_FOUND, "There is no user of that name.")
    return user


def _require_admin(tx: Tx, before: UserRow, role: Role, *, disabled: bool) -> None:
    was = before.role is Role.ADMIN and not before.disabled
    stays = role is Role.ADMIN and not disabled
    if was and not stays and store.count_enabled(tx, Role.ADMIN) == 0:
        raise HiveMindError(
            Reason.LAST_ADMIN,
            f"{before.name} is the last admin: make another user an admin first.",
        )
