"""The parts that know people, machines and money, built once and wired to each other."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from app.common.ids import IdSource
from app.master.audit.log import AuditLog
from app.master.basis import Basis
from app.master.identity.address_limit import AddressLimit, too_many_logins
from app.master.identity.authenticator import PoolAuthenticator
from app.master.identity.authority import Authority, open_authority
from app.master.identity.endings import Endings
from app.master.identity.keys import PoolKeys, open_keys
from app.master.identity.passwords import Passwords
from app.master.identity.proving import Proving
from app.master.identity.refresh_tokens import RefreshTokens
from app.master.identity.reset_codes import ResetCodes
from app.master.identity.session_index import SessionIndex
from app.master.identity.sessions import Sessions
from app.master.identity.throttle import LoginThrottle
from app.master.identity.tokens import AccessTokens
from app.master.identity.users import Users
from app.master.ledger.audit import LedgerAudit
from app.master.ledger.requests import LedgerSettings
from app.master.ledger.service import LedgerService
from app.master.pool.enrolment import Enrolment
from app.master.pool.join_tokens import JoinTokens
from app.master.pool.registry import NodeRegistry
from app.master.pool.trust import initial_trust
from app.master.rpc.auth import AuthInterceptor
from app.master.rpc.door import Door
from app.master.rpc.idempotency import Idempotency
from app.master.store import Tx
from app.master.store.facts import Fact, get, put
from app.master.store.reader import Reader


@dataclass(slots=True)
class IdentityParts:
    """Who is who, who may what, and who has how much."""

    pool_id: str
    authority: Authority
    passwords: Passwords
    users: Users
    sessions: Sessions
    reset_codes: ResetCodes
    access_tokens: AccessTokens
    nodes: NodeRegistry
    join_tokens: JoinTokens
    enrolment: Enrolment
    endings: Endings
    ledger: LedgerService
    audit: LedgerAudit
    audit_log: AuditLog
    reader: Reader
    once: Idempotency
    door: Door
    interceptor: AuthInterceptor
    setup_code: str | None
    #: Called with the id of a node that an operator changed.
    on_node_changed: list[Callable[[str], None]] = field(default_factory=list)

    async def stop(self) -> None:
        """End the threads that hash passwords."""
        await self.passwords.stop()


@dataclass(frozen=True, slots=True)
class _People:
    """The parts that know users."""

    passwords: Passwords
    users: Users
    sessions: Sessions
    access_tokens: AccessTokens
    index: SessionIndex


async def build_identity(basis: Basis, certificate_names: list[str]) -> IdentityParts:
    """Build the parts over a migrated store, and load who is signed in."""
    clock, ids, writer, reader = basis.clock, basis.ids, basis.writer, basis.reader
    secrets_folder = basis.settings.data_dir / "secrets"
    keys = open_keys(secrets_folder, ids)
    authority = open_authority(secrets_folder, clock, ids, certificate_names)
    ledger = _build_ledger(basis)
    pool_id = await writer.run(lambda tx: _prepare(tx, ledger, ids))
    endings = Endings()
    people = _build_people(basis, keys, pool_id, ledger, endings)
    nodes = NodeRegistry()
    on_node_changed: list[Callable[[str], None]] = []

    def node_changed(node_id: str) -> None:
        for listener in on_node_changed:
            listener(node_id)

    join_tokens = JoinTokens(clock, ids, keys.join_tokens, authority.ca_pin)
    enrolment = Enrolment(
        writer, reader, clock, ids, nodes, join_tokens, pool_id, initial_trust, node_changed
    )
    authenticator = PoolAuthenticator(people.access_tokens, people.index, enrolment)
    await people.sessions.start()
    audit_log = AuditLog(writer, reader, clock)
    door = Door(authenticator, endings, ids, audit=audit_log)
    return IdentityParts(
        pool_id=pool_id,
        authority=authority,
        passwords=people.passwords,
        users=people.users,
        sessions=people.sessions,
        reset_codes=ResetCodes(clock, ids, keys.reset_codes),
        access_tokens=people.access_tokens,
        nodes=nodes,
        join_tokens=join_tokens,
        enrolment=enrolment,
        endings=endings,
        ledger=ledger,
        audit=LedgerAudit(reader),
        audit_log=audit_log,
        reader=reader,
        once=Idempotency(writer, clock, keys.requests),
        door=door,
        interceptor=AuthInterceptor(door),
        setup_code=await people.users.start(),
        on_node_changed=on_node_changed,
    )


def _build_ledger(basis: Basis) -> LedgerService:
    settings = basis.settings
    terms = LedgerSettings(fee_permille=settings.fee_permille, grant_mcpt=settings.grant_mcpt)
    return LedgerService(basis.reader, basis.clock, basis.ids, terms)


def _prepare(tx: Tx, ledger: LedgerService, ids: IdSource) -> str:
    """Make what a new store lacks; the pool's id."""
    ledger.prepare(tx)
    pool_id = get(tx, Fact.POOL_ID)
    if pool_id is None:
        pool_id = ids.new_id()
        put(tx, Fact.POOL_ID, pool_id)
    return pool_id


def _build_people(
    basis: Basis, keys: PoolKeys, pool_id: str, ledger: LedgerService, endings: Endings
) -> _People:
    clock, ids, writer, reader = basis.clock, basis.ids, basis.writer, basis.reader
    passwords = Passwords(ids, os.cpu_count() or 1)
    index = SessionIndex(clock, endings)
    users = Users(
        writer,
        reader,
        clock,
        ids,
        passwords,
        ledger,
        index,
        registration_open=basis.settings.registration_open,
    )
    access_tokens = AccessTokens(keys.access_tokens, pool_id, clock, ids)
    sessions = Sessions(
        writer,
        reader,
        clock,
        ids,
        Proving(passwords, LoginThrottle(clock), AddressLimit(clock, too_many_logins)),
        access_tokens,
        RefreshTokens(keys.refresh_tokens),
        index,
    )
    return _People(passwords, users, sessions, access_tokens, index)
