"""The parts that know people, machines and money, built once and wired to each other."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.common.clock import Clock
from app.common.ids import IdSource
from app.common.key_homes import FileHome, KeyHome, KeyringHome
from app.common.vault import KEY_FILE, Vault, open_vault
from app.master.audit.log import AuditLog
from app.master.basis import Basis
from app.master.identity.address_limit import AddressLimit, too_many_logins
from app.master.identity.authenticator import PoolAuthenticator
from app.master.identity.authority import Authority
from app.master.identity.certificates import Certificates
from app.master.identity.endings import Endings
from app.master.identity.keys import PoolKeys, open_keys
from app.master.identity.passwords import Passwords
from app.master.identity.proving import Proving
from app.master.identity.refresh_tokens import RefreshTokens
from app.master.identity.reset_codes import ResetCodes
from app.master.identity.session_index import SessionIndex
from app.master.identity.sessions import Sessions
from app.master.identity.signing_keys import SigningKeys, open_signing_keys, rotate_if_due
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
from app.master.rpc.call_limits import CallLimits
from app.master.rpc.door import Door
from app.master.rpc.idempotency import Idempotency
from app.master.rpc.stream_limits import StreamLimits
from app.master.settings import Settings
from app.master.store import Tx
from app.master.store.facts import Fact, get, put
from app.master.store.reader import Reader


@dataclass(slots=True)
class IdentityParts:
    """Who is who, who may what, and who has how much."""

    pool_id: str
    vault: Vault
    certificates: Certificates
    signing_keys: SigningKeys
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

    @property
    def authority(self) -> Authority:
        """The CA and the certificate that is shown now."""
        return self.certificates.authority

    def renew(self, clock: Clock, ids: IdSource) -> bool:
        """Renew certificates and signing keys that are due; whether there is a new certificate.

        Blocks on the disk.
        """
        rotate_if_due(self.vault, self.signing_keys, clock, ids)
        return self.certificates.renew()

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


async def build_identity(basis: Basis, certificate_names: Callable[[], list[str]]) -> IdentityParts:
    """Build the parts over a migrated store, and load who is signed in."""
    clock, ids, writer, reader = basis.clock, basis.ids, basis.writer, basis.reader
    vault = open_vault(secrets_folder(basis.settings), ids, key_home(basis.settings))
    keys = open_keys(vault, ids)
    signing_keys = open_signing_keys(vault, clock, ids)
    certificates = Certificates(vault, clock, ids, certificate_names)
    ledger = _build_ledger(basis)
    pool_id = await writer.run(lambda tx: _prepare(tx, ledger, ids))
    endings = Endings()
    access_tokens = AccessTokens(signing_keys, pool_id, clock, ids)
    people = _build_people(basis, keys, access_tokens, ledger, endings)
    nodes = NodeRegistry()
    people.users.on_role.append(nodes.owner_became)
    on_node_changed: list[Callable[[str], None]] = []

    def node_changed(node_id: str) -> None:
        for listener in on_node_changed:
            listener(node_id)

    join_tokens = JoinTokens(clock, ids, keys.join_tokens, lambda: certificates.authority.ca_pin)
    enrolment = Enrolment(
        writer, reader, clock, ids, nodes, join_tokens, pool_id, initial_trust, node_changed
    )
    authenticator = PoolAuthenticator(people.access_tokens, people.index, enrolment)
    await people.sessions.start()
    audit_log = AuditLog(writer, reader, clock)
    limits = CallLimits(clock, basis.settings.calls_per_second)
    stream_limits = StreamLimits(clock, basis.settings.stream_things_per_second)
    door = Door(
        authenticator,
        endings,
        ids,
        audit=audit_log,
        limits=limits,
        stream_limits=stream_limits,
    )
    return IdentityParts(
        pool_id=pool_id,
        vault=vault,
        certificates=certificates,
        signing_keys=signing_keys,
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


def secrets_folder(settings: Settings) -> Path:
    """Where the pool's secrets lie, sealed."""
    return settings.data_dir / "secrets"


def key_home(settings: Settings) -> KeyHome:
    """Where the key lives that seals them."""
    if settings.key_store == "keyring":
        return KeyringHome(str(settings.data_dir.resolve()))
    return FileHome(settings.key_file or secrets_folder(settings) / KEY_FILE)


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
    basis: Basis,
    keys: PoolKeys,
    access_tokens: AccessTokens,
    ledger: LedgerService,
    endings: Endings,
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
