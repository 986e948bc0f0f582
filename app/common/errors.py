"""The one exception hierarchy, and the reason codes that never change their meaning.

A `HiveMindError` is an expected refusal: it reaches the caller as a status, a
stable reason code and a sentence to act on. It is mapped once to gRPC
(`app/master/rpc/errors.py`), once to HTTP, and rebuilt on the client side.
A programmer's error is an `InvariantViolated` (`app/common/invariant.py`).
"""

from enum import Enum, StrEnum


class Category(StrEnum):
    """What kind of refusal a reason is. The names are gRPC's status codes."""

    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    ABORTED = "ABORTED"
    UNAVAILABLE = "UNAVAILABLE"
    DATA_LOSS = "DATA_LOSS"
    INTERNAL = "INTERNAL"


class Reason(Enum):
    """Every reason code with its category. Codes are added, never renamed."""

    # input
    INVALID_FIELD = Category.INVALID_ARGUMENT, "a field's value is outside what is allowed"
    MESSAGE_TOO_LARGE = Category.INVALID_ARGUMENT, "a message is larger than the wire takes"
    BAD_ID = Category.INVALID_ARGUMENT, "an id is malformed"
    BAD_PAGE_TOKEN = Category.INVALID_ARGUMENT, "a page token was not made by this pool"
    REQUEST_ID_MISSING = Category.INVALID_ARGUMENT, "a changing request carries no request_id"
    NO_SUCH_ADDRESS = Category.NOT_FOUND, "there is nothing at this address"
    NO_SUCH_METHOD = Category.INVALID_ARGUMENT, "this address does not take this method"
    HOST_UNKNOWN = Category.PERMISSION_DENIED, "the master is not known by this name"
    CROSS_SITE = Category.PERMISSION_DENIED, "the request came from another site"
    REQUEST_ID_REUSED = Category.ALREADY_EXISTS, "a request_id came again with another body"
    # identity
    UNAUTHENTICATED = Category.UNAUTHENTICATED, "no usable access token came with the call"
    TOKEN_EXPIRED = Category.UNAUTHENTICATED, "the access token's time is over"
    SESSION_ENDED = Category.UNAUTHENTICATED, "the session was signed out or revoked"
    BAD_CREDENTIALS = Category.UNAUTHENTICATED, "user name or password is wrong"
    PERMISSION_DENIED = Category.PERMISSION_DENIED, "the role does not permit this"
    LOGIN_DELAYED = Category.RESOURCE_EXHAUSTED, "too many failed logins: wait"
    OVERLOADED = Category.RESOURCE_EXHAUSTED, "too much at once: try again shortly"
    RATE_LIMITED = Category.RESOURCE_EXHAUSTED, "more calls than one caller may make: wait"
    USER_EXISTS = Category.ALREADY_EXISTS, "the user name is taken"
    USER_NOT_FOUND = Category.NOT_FOUND, "there is no such user"
    WEAK_PASSWORD = Category.INVALID_ARGUMENT, "the password is too short or too common"
    BAD_SETUP_CODE = Category.PERMISSION_DENIED, "the setup code is wrong or used"
    BAD_RESET_CODE = Category.PERMISSION_DENIED, "the reset code is wrong, used or too old"
    SESSION_NOT_FOUND = Category.NOT_FOUND, "there is no such session"
    REGISTRATION_CLOSED = Category.PERMISSION_DENIED, "this pool's admin creates the users"
    LAST_ADMIN = Category.FAILED_PRECONDITION, "the pool would be left without an admin"
    # money
    INSUFFICIENT_BALANCE = Category.FAILED_PRECONDITION, "the available balance is too small"
    AMOUNT_NOT_POSITIVE = Category.INVALID_ARGUMENT, "an amount must be above zero"
    AMOUNT_TOO_LARGE = Category.INVALID_ARGUMENT, "an amount is beyond what the ledger holds"
    TRANSFER_TO_SELF = Category.INVALID_ARGUMENT, "payer and payee are the same"
    ACCOUNT_NOT_FOUND = Category.NOT_FOUND, "there is no such account"
    HOLD_NOT_FOUND = Category.NOT_FOUND, "there is no such hold"
    HOLD_RESOLVED = Category.FAILED_PRECONDITION, "the hold was already settled or refunded"
    AMOUNT_EXCEEDS_HOLD = Category.FAILED_PRECONDITION, "a settlement exceeds its hold"
    TRANSFER_EXISTS = Category.ALREADY_EXISTS, "a transfer of this id exists with other content"
    # tasks
    TASK_NOT_FOUND = Category.NOT_FOUND, "there is no such task, or it is another user's"
    TASK_STARTED = Category.FAILED_PRECONDITION, "the task is no longer queued: it has started"
    TASK_ENDED = Category.FAILED_PRECONDITION, "the task has already ended"
    TASK_NOT_ENDED = Category.FAILED_PRECONDITION, "the task has not ended yet"
    TASK_SUCCEEDED = Category.FAILED_PRECONDITION, "the task has succeeded: nothing to run again"
    NOT_FEASIBLE = Category.FAILED_PRECONDITION, "no known node could ever run this"
    ATTEMPT_NOT_FOUND = Category.NOT_FOUND, "the task has had no such attempt"
    RESULT_NOT_FOUND = Category.NOT_FOUND, "there is no result (yet, or any more)"
    # leases
    STALE_ATTEMPT = Category.ABORTED, "the lease belongs to a newer attempt"
    NOT_LEASE_HOLDER = Category.PERMISSION_DENIED, "this node does not hold the lease"
    ALREADY_ENDED = Category.ABORTED, "this attempt's end was already accepted"
    # artifacts
    ARTIFACT_NOT_FOUND = Category.NOT_FOUND, "there are no such bytes, or they are another's"
    ARTIFACT_TOO_LARGE = Category.RESOURCE_EXHAUSTED, "larger than this pool allows"
    DIGEST_MISMATCH = Category.DATA_LOSS, "the bytes received do not have the digest named"
    OFFSET_MISMATCH = (
        Category.ABORTED,
        "a chunk does not continue what is there",
    )
    QUOTA_EXCEEDED = Category.RESOURCE_EXHAUSTED, "the user's storage is full"
    ARCHIVE_INVALID = Category.INVALID_ARGUMENT, "not a ZIP archive this pool accepts"
    ARCHIVE_TOO_MANY_ENTRIES = Category.INVALID_ARGUMENT, "more entries than allowed"
    ARCHIVE_BOMB = Category.INVALID_ARGUMENT, "unpacks to more than is allowed"
    ARCHIVE_UNSAFE_NAME = Category.INVALID_ARGUMENT, "an entry's name would leave the folder"
    ARCHIVE_UNSAFE_TYPE = Category.INVALID_ARGUMENT, "an entry is no plain file or folder"
    ARCHIVE_DUPLICATE_NAME = Category.INVALID_ARGUMENT, "two entries share a name"
    # nodes
    NODE_NOT_FOUND = Category.NOT_FOUND, "there is no such node"
    NODE_AMBIGUOUS = Category.FAILED_PRECONDITION, "several nodes are called so: name one's id"
    NODE_REVOKED = Category.PERMISSION_DENIED, "the node was revoked"
    NODE_PENDING = Category.FAILED_PRECONDITION, "the node waits for an operator's approval"
    BAD_JOIN_TOKEN = Category.PERMISSION_DENIED, "the join token is unknown or its secret is wrong"
    JOIN_TOKEN_NOT_FOUND = Category.NOT_FOUND, "there is no join token of that id"
    JOIN_TOKEN_EXPIRED = Category.PERMISSION_DENIED, "the join token's time is over"
    JOIN_TOKEN_USED = Category.PERMISSION_DENIED, "the join token has no uses left"
    JOIN_TOKEN_REVOKED = Category.PERMISSION_DENIED, "the join token was revoked"
    PIN_MISMATCH = Category.FAILED_PRECONDITION, "the master's CA is not the one the token names"
    BAD_CHALLENGE = Category.UNAUTHENTICATED, "the signature or its nonce is not good"
    FINGERPRINT_MISMATCH = Category.FAILED_PRECONDITION, "the key is not the one approved"
    NO_ISOLATION = Category.FAILED_PRECONDITION, "the machine has no container engine or sandbox"
    ENGINE_FAILED = Category.UNAVAILABLE, "the container engine or sandbox could not do it"
    STREAM_REPLACED = Category.ABORTED, "the node opened a newer stream"
    NODE_SILENT = Category.ABORTED, "the node sent no heartbeat for too long"
    # the encrypted network
    VPN_NOT_SET_UP = Category.FAILED_PRECONDITION, "this pool has no encrypted network"
    VPN_CONFIG_INVALID = Category.INVALID_ARGUMENT, "a tunnel's configuration is not usable"
    VPN_NETWORK_OVERLAPS = Category.FAILED_PRECONDITION, "the network is in use on this machine"
    VPN_ADDRESSES_EXHAUSTED = Category.RESOURCE_EXHAUSTED, "every address is leased or resting"
    VPN_PORT_IN_USE = Category.FAILED_PRECONDITION, "another program uses the tunnel's port"
    VPN_KEY_IN_USE = Category.ALREADY_EXISTS, "another peer has this public key"
    VPN_PEER_NOT_FOUND = Category.NOT_FOUND, "there is no such peer"
    VPN_TUNNEL_DOWN = Category.UNAVAILABLE, "the tunnel is down, and nothing may go past it"
    VPN_HUB_KEY_UNAVAILABLE = Category.FAILED_PRECONDITION, "another hub's key could not be fetched"
    VPN_BACKEND_FAILED = Category.FAILED_PRECONDITION, "WireGuard could not do it here"
    # the store and the process
    STORE_UNAVAILABLE = Category.UNAVAILABLE, "the store cannot write now"
    STORE_FULL = Category.RESOURCE_EXHAUSTED, "the disk is full"
    STORE_LOCKED = Category.UNAVAILABLE, "another process holds the store"
    STORE_TOO_NEW = Category.FAILED_PRECONDITION, "the store was written by a newer version"
    PORT_IN_USE = Category.UNAVAILABLE, "another program listens on the port"
    SECRET_UNREADABLE = Category.DATA_LOSS, "a secret of the pool cannot be opened"
    KEY_STORE_FAILED = Category.UNAVAILABLE, "the system's keyring does not answer"
    CONFIG_INVALID = Category.INVALID_ARGUMENT, "a setting's value is not usable"
    SHUTTING_DOWN = Category.UNAVAILABLE, "the master is stopping"
    # the client's side
    MASTER_UNREACHABLE = Category.UNAVAILABLE, "no answer from the master"
    CLOCK_WRONG = Category.UNAVAILABLE, "by this machine's clock the certificate is not good now"
    CERTIFICATE_MISMATCH = Category.UNAVAILABLE, "the server's certificate is not this pool's"
    NOT_SIGNED_IN = Category.UNAUTHENTICATED, "sign in first"
    MASTER_FAILED = Category.INTERNAL, "the master failed to answer: its log says why"
    UPDATE_UNREACHABLE = Category.UNAVAILABLE, "no answer about the newest release"
    RELEASE_UNTRUSTED = Category.FAILED_PRECONDITION, "an announcement is not its makers', or old"
    MASTER_TOO_OLD = Category.FAILED_PRECONDITION, "the master does not know this call"

    def __init__(self, category: Category, meaning: str) -> None:
        self.category = category
        self.meaning = meaning


class HiveMindError(Exception):
    """An expected refusal.

    `message` is one sentence for a person: what is wrong and what to do.
    `details` are short machine-readable facts (names and values as text).
    """

    def __init__(self, reason: Reason, message: str = "", **details: str) -> None:
        super().__init__(message or reason.meaning)
        self.reason = reason
        self.details = details

    @property
    def message(self) -> str:
        return str(self.args[0])
