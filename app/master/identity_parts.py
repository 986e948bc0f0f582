"""The parts that know people, machines and money, built once and wired to each other."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from app.common.clock import Clock
from app.common.ids import IdSource
from app.master.identity.authenticator import PoolAuthenticator
from app.master.identity.authority import Authority, open_authority
from app.master.identity.endings import Endings
from app.master.identity.keys import open_keys
from app.master.identity.passwords import Passwords
from app.master.identity.refresh_tokens import RefreshTokens
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
from app.master.rpc.idempotency import Idempotency
from app.master.settings import Settings
from app.master.store import Tx
from app.master.store.facts import Fact, get, put
from app.master.store.reader import Reader
from app.master.store.writer import Writer


@dataclass(slots=True)
class IdentityParts:
    """Who is who, who may what, and who has how much."""

    pool_id: str
    authority: Authority
    passwords: Passwords
    users: Users
    sessions: Sessions
    access_tokens: AccessTokens
    nodes: NodeRegistry
    join_tokens: JoinTokens
    enrolment: Enrolment
    endings: Endings
    ledger: LedgerService
    audit: LedgerAudit
    reader: Reader
    once: Idempotency
    interceptor: AuthInterceptor
    setup_code: str | None
    #: Called with the id of a node that an operator changed.
    on_node_changed: list[Callable[[str], None]] = field(default_factory=list)

    async def stop(self) -> None:
        """End the threads that hash passwords."""
        await self.passwords.stop()


async def build_identity(
    settings: Settings,
    clock: Clock,
    ids: IdSource,
    writer: Writer,
    reader: Reader,
    certificate_names: list[str],
) -> IdentityParts:
    """Build the parts over a migrated store, and load who is signed in."""
    secrets_folder = settings.data_dir / "secrets"
    keys = open_keys(secrets_folder, ids)
    authority = open_authority(secrets_folder, clock, ids, certificate_names)
    ledger = LedgerService(
        reader,
        clock,
        ids,
        LedgerSettings(fee_permille=settings.fee_permille, grant_mcpt=settings.grant_mcpt),
    )

    def prepare(tx: Tx) -> str:
        ledger.prepare(tx)
        pool_id = get(tx, Fact.POOL_ID)
        if pool_id is None:
            pool_id = ids.new_id()
            put(tx, Fact.POOL_ID, pool_id)
        return pool_id

    pool_id = await writer.run(prepare)
    endings = Endings()
    index = SessionIndex(clock, endings)
    passwords = Passwords(ids, os.cpu_count() or 1)
    users = Users(
        writer,
        reader,
        clock,
        ids,
        passwords,
        ledger,
        index,
        registration_open=settings.registration_open,
    )
    access_tokens = AccessTokens(keys.access_tokens, pool_id, clock, ids)
    sessions = Sessions(
        writer,
        reader,
        clock,
        ids,
        passwords,
        LoginThrottle(clock),
        access_tokens,
        RefreshTokens(keys.refresh_tokens),
        index,
    )
    nodes = NodeRegistry()
    on_node_changed: list[Callable[[str], None]] = []

    def node_changed(node_id: str) -> None:
        for listener in on_node_changed:
            listener(node_id)

    join_tokens = JoinTokens(clock, ids, keys.join_tokens, authority.ca_pin)
    enrolment = Enrolment(
        writer, reader, clock, ids, nodes, join_tokens, pool_id, initial_trust, node_changed
    )
    authenticator = PoolAuthenticator(access_tokens, index, enrolment)
    await sessions.start()
    return IdentityParts(
        pool_id=pool_id,
        authority=authority,
        passwords=passwords,
        users=users,
        sessions=sessions,
        access_tokens=access_tokens,
        nodes=nodes,
        join_tokens=join_tokens,
        enrolment=enrolment,
        endings=endings,
        ledger=ledger,
        audit=LedgerAudit(reader),
        reader=reader,
        once=Idempotency(writer, clock, keys.requests),
        interceptor=AuthInterceptor(authenticator, endings, ids),
        setup_code=await users.start(),
        on_node_changed=on_node_changed,
    )
