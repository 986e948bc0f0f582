import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Priority(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRIORITY_UNSPECIFIED: _ClassVar[Priority]
    PRIORITY_NORMAL: _ClassVar[Priority]
    PRIORITY_HIGH: _ClassVar[Priority]
    PRIORITY_URGENT: _ClassVar[Priority]

class TaskState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_STATE_UNSPECIFIED: _ClassVar[TaskState]
    TASK_STATE_QUEUED: _ClassVar[TaskState]
    TASK_STATE_ASSIGNED: _ClassVar[TaskState]
    TASK_STATE_RUNNING: _ClassVar[TaskState]
    TASK_STATE_SUCCEEDED: _ClassVar[TaskState]
    TASK_STATE_FAILED: _ClassVar[TaskState]
    TASK_STATE_CANCELLED: _ClassVar[TaskState]

class AttemptOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ATTEMPT_OUTCOME_UNSPECIFIED: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_SUCCEEDED: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_EXITED_NONZERO: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_TIMED_OUT: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_OUT_OF_MEMORY: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_OUTPUT_TOO_LARGE: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_REJECTED: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_NODE_LOST: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_RELEASED: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_CANCELLED: _ClassVar[AttemptOutcome]
    ATTEMPT_OUTCOME_BAD_ARCHIVE: _ClassVar[AttemptOutcome]

class NodeState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NODE_STATE_UNSPECIFIED: _ClassVar[NodeState]
    NODE_STATE_PENDING: _ClassVar[NodeState]
    NODE_STATE_ACTIVE: _ClassVar[NodeState]
    NODE_STATE_PAUSED: _ClassVar[NodeState]
    NODE_STATE_DRAINING: _ClassVar[NodeState]
    NODE_STATE_REVOKED: _ClassVar[NodeState]

class TrustLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRUST_LEVEL_UNSPECIFIED: _ClassVar[TrustLevel]
    TRUST_LEVEL_LOW: _ClassVar[TrustLevel]
    TRUST_LEVEL_NORMAL: _ClassVar[TrustLevel]
    TRUST_LEVEL_HIGH: _ClassVar[TrustLevel]

class IsolationClass(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ISOLATION_CLASS_UNSPECIFIED: _ClassVar[IsolationClass]
    ISOLATION_CLASS_SANDBOX: _ClassVar[IsolationClass]
    ISOLATION_CLASS_CONTAINER: _ClassVar[IsolationClass]

class Continent(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONTINENT_UNSPECIFIED: _ClassVar[Continent]
    CONTINENT_AFRICA: _ClassVar[Continent]
    CONTINENT_ANTARCTICA: _ClassVar[Continent]
    CONTINENT_ASIA: _ClassVar[Continent]
    CONTINENT_EUROPE: _ClassVar[Continent]
    CONTINENT_NORTH_AMERICA: _ClassVar[Continent]
    CONTINENT_OCEANIA: _ClassVar[Continent]
    CONTINENT_SOUTH_AMERICA: _ClassVar[Continent]

class ResultComparer(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESULT_COMPARER_UNSPECIFIED: _ClassVar[ResultComparer]
    RESULT_COMPARER_EXACT: _ClassVar[ResultComparer]
    RESULT_COMPARER_WHITESPACE: _ClassVar[ResultComparer]
    RESULT_COMPARER_NUMBERS: _ClassVar[ResultComparer]
    RESULT_COMPARER_NONE: _ClassVar[ResultComparer]

class ResultCheck(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RESULT_CHECK_UNSPECIFIED: _ClassVar[ResultCheck]
    RESULT_CHECK_WAITING: _ClassVar[ResultCheck]
    RESULT_CHECK_AGREED: _ClassVar[ResultCheck]
    RESULT_CHECK_WRONG: _ClassVar[ResultCheck]
    RESULT_CHECK_UNDECIDED: _ClassVar[ResultCheck]

class LogStream(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOG_STREAM_UNSPECIFIED: _ClassVar[LogStream]
    LOG_STREAM_STDOUT: _ClassVar[LogStream]
    LOG_STREAM_STDERR: _ClassVar[LogStream]

class TransferKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSFER_KIND_UNSPECIFIED: _ClassVar[TransferKind]
    TRANSFER_KIND_GRANT: _ClassVar[TransferKind]
    TRANSFER_KIND_PAYMENT: _ClassVar[TransferKind]
    TRANSFER_KIND_HOLD: _ClassVar[TransferKind]
    TRANSFER_KIND_SETTLE: _ClassVar[TransferKind]
    TRANSFER_KIND_REFUND: _ClassVar[TransferKind]
    TRANSFER_KIND_FEE: _ClassVar[TransferKind]

class LogLevel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LOG_LEVEL_UNSPECIFIED: _ClassVar[LogLevel]
    LOG_LEVEL_DEBUG: _ClassVar[LogLevel]
    LOG_LEVEL_INFO: _ClassVar[LogLevel]
    LOG_LEVEL_WARNING: _ClassVar[LogLevel]
    LOG_LEVEL_ERROR: _ClassVar[LogLevel]
    LOG_LEVEL_CRITICAL: _ClassVar[LogLevel]

class VpnRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VPN_ROLE_UNSPECIFIED: _ClassVar[VpnRole]
    VPN_ROLE_HUB: _ClassVar[VpnRole]
    VPN_ROLE_PEER: _ClassVar[VpnRole]

class VpnState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VPN_STATE_UNSPECIFIED: _ClassVar[VpnState]
    VPN_STATE_STARTING: _ClassVar[VpnState]
    VPN_STATE_UP: _ClassVar[VpnState]
    VPN_STATE_NOT_VERIFIED: _ClassVar[VpnState]
    VPN_STATE_BROKEN: _ClassVar[VpnState]
    VPN_STATE_EXPORTED: _ClassVar[VpnState]
PRIORITY_UNSPECIFIED: Priority
PRIORITY_NORMAL: Priority
PRIORITY_HIGH: Priority
PRIORITY_URGENT: Priority
TASK_STATE_UNSPECIFIED: TaskState
TASK_STATE_QUEUED: TaskState
TASK_STATE_ASSIGNED: TaskState
TASK_STATE_RUNNING: TaskState
TASK_STATE_SUCCEEDED: TaskState
TASK_STATE_FAILED: TaskState
TASK_STATE_CANCELLED: TaskState
ATTEMPT_OUTCOME_UNSPECIFIED: AttemptOutcome
ATTEMPT_OUTCOME_SUCCEEDED: AttemptOutcome
ATTEMPT_OUTCOME_EXITED_NONZERO: AttemptOutcome
ATTEMPT_OUTCOME_TIMED_OUT: AttemptOutcome
ATTEMPT_OUTCOME_OUT_OF_MEMORY: AttemptOutcome
ATTEMPT_OUTCOME_OUTPUT_TOO_LARGE: AttemptOutcome
ATTEMPT_OUTCOME_REJECTED: AttemptOutcome
ATTEMPT_OUTCOME_NODE_LOST: AttemptOutcome
ATTEMPT_OUTCOME_RELEASED: AttemptOutcome
ATTEMPT_OUTCOME_CANCELLED: AttemptOutcome
ATTEMPT_OUTCOME_BAD_ARCHIVE: AttemptOutcome
NODE_STATE_UNSPECIFIED: NodeState
NODE_STATE_PENDING: NodeState
NODE_STATE_ACTIVE: NodeState
NODE_STATE_PAUSED: NodeState
NODE_STATE_DRAINING: NodeState
NODE_STATE_REVOKED: NodeState
TRUST_LEVEL_UNSPECIFIED: TrustLevel
TRUST_LEVEL_LOW: TrustLevel
TRUST_LEVEL_NORMAL: TrustLevel
TRUST_LEVEL_HIGH: TrustLevel
ISOLATION_CLASS_UNSPECIFIED: IsolationClass
ISOLATION_CLASS_SANDBOX: IsolationClass
ISOLATION_CLASS_CONTAINER: IsolationClass
CONTINENT_UNSPECIFIED: Continent
CONTINENT_AFRICA: Continent
CONTINENT_ANTARCTICA: Continent
CONTINENT_ASIA: Continent
CONTINENT_EUROPE: Continent
CONTINENT_NORTH_AMERICA: Continent
CONTINENT_OCEANIA: Continent
CONTINENT_SOUTH_AMERICA: Continent
RESULT_COMPARER_UNSPECIFIED: ResultComparer
RESULT_COMPARER_EXACT: ResultComparer
RESULT_COMPARER_WHITESPACE: ResultComparer
RESULT_COMPARER_NUMBERS: ResultComparer
RESULT_COMPARER_NONE: ResultComparer
RESULT_CHECK_UNSPECIFIED: ResultCheck
RESULT_CHECK_WAITING: ResultCheck
RESULT_CHECK_AGREED: ResultCheck
RESULT_CHECK_WRONG: ResultCheck
RESULT_CHECK_UNDECIDED: ResultCheck
LOG_STREAM_UNSPECIFIED: LogStream
LOG_STREAM_STDOUT: LogStream
LOG_STREAM_STDERR: LogStream
TRANSFER_KIND_UNSPECIFIED: TransferKind
TRANSFER_KIND_GRANT: TransferKind
TRANSFER_KIND_PAYMENT: TransferKind
TRANSFER_KIND_HOLD: TransferKind
TRANSFER_KIND_SETTLE: TransferKind
TRANSFER_KIND_REFUND: TransferKind
TRANSFER_KIND_FEE: TransferKind
LOG_LEVEL_UNSPECIFIED: LogLevel
LOG_LEVEL_DEBUG: LogLevel
LOG_LEVEL_INFO: LogLevel
LOG_LEVEL_WARNING: LogLevel
LOG_LEVEL_ERROR: LogLevel
LOG_LEVEL_CRITICAL: LogLevel
VPN_ROLE_UNSPECIFIED: VpnRole
VPN_ROLE_HUB: VpnRole
VPN_ROLE_PEER: VpnRole
VPN_STATE_UNSPECIFIED: VpnState
VPN_STATE_STARTING: VpnState
VPN_STATE_UP: VpnState
VPN_STATE_NOT_VERIFIED: VpnState
VPN_STATE_BROKEN: VpnState
VPN_STATE_EXPORTED: VpnState

class Location(_message.Message):
    __slots__ = ("continent", "country", "site")
    CONTINENT_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    continent: Continent
    country: str
    site: str
    def __init__(self, continent: _Optional[_Union[Continent, str]] = ..., country: _Optional[str] = ..., site: _Optional[str] = ...) -> None: ...

class Requirements(_message.Message):
    __slots__ = ("cpu_millicores", "memory_mib", "disk_mib", "cpu_score", "gpu_score", "gpu_memory_mib", "gpu_name", "location", "location_required", "trust_min", "isolation_min")
    CPU_MILLICORES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    DISK_MIB_FIELD_NUMBER: _ClassVar[int]
    CPU_SCORE_FIELD_NUMBER: _ClassVar[int]
    GPU_SCORE_FIELD_NUMBER: _ClassVar[int]
    GPU_MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    GPU_NAME_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    LOCATION_REQUIRED_FIELD_NUMBER: _ClassVar[int]
    TRUST_MIN_FIELD_NUMBER: _ClassVar[int]
    ISOLATION_MIN_FIELD_NUMBER: _ClassVar[int]
    cpu_millicores: int
    memory_mib: int
    disk_mib: int
    cpu_score: int
    gpu_score: int
    gpu_memory_mib: int
    gpu_name: str
    location: Location
    location_required: bool
    trust_min: TrustLevel
    isolation_min: IsolationClass
    def __init__(self, cpu_millicores: _Optional[int] = ..., memory_mib: _Optional[int] = ..., disk_mib: _Optional[int] = ..., cpu_score: _Optional[int] = ..., gpu_score: _Optional[int] = ..., gpu_memory_mib: _Optional[int] = ..., gpu_name: _Optional[str] = ..., location: _Optional[_Union[Location, _Mapping]] = ..., location_required: _Optional[bool] = ..., trust_min: _Optional[_Union[TrustLevel, str]] = ..., isolation_min: _Optional[_Union[IsolationClass, str]] = ...) -> None: ...

class TaskSpec(_message.Message):
    __slots__ = ("name", "archive_digest", "command", "image", "environment", "requirements", "priority", "run_seconds_max", "retry_max", "count", "network", "result_comparer", "result_tolerance_ppb")
    class EnvironmentEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    ARCHIVE_DIGEST_FIELD_NUMBER: _ClassVar[int]
    COMMAND_FIELD_NUMBER: _ClassVar[int]
    IMAGE_FIELD_NUMBER: _ClassVar[int]
    ENVIRONMENT_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    RUN_SECONDS_MAX_FIELD_NUMBER: _ClassVar[int]
    RETRY_MAX_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    NETWORK_FIELD_NUMBER: _ClassVar[int]
    RESULT_COMPARER_FIELD_NUMBER: _ClassVar[int]
    RESULT_TOLERANCE_PPB_FIELD_NUMBER: _ClassVar[int]
    name: str
    archive_digest: str
    command: _containers.RepeatedScalarFieldContainer[str]
    image: str
    environment: _containers.ScalarMap[str, str]
    requirements: Requirements
    priority: Priority
    run_seconds_max: int
    retry_max: int
    count: int
    network: bool
    result_comparer: ResultComparer
    result_tolerance_ppb: int
    def __init__(self, name: _Optional[str] = ..., archive_digest: _Optional[str] = ..., command: _Optional[_Iterable[str]] = ..., image: _Optional[str] = ..., environment: _Optional[_Mapping[str, str]] = ..., requirements: _Optional[_Union[Requirements, _Mapping]] = ..., priority: _Optional[_Union[Priority, str]] = ..., run_seconds_max: _Optional[int] = ..., retry_max: _Optional[int] = ..., count: _Optional[int] = ..., network: _Optional[bool] = ..., result_comparer: _Optional[_Union[ResultComparer, str]] = ..., result_tolerance_ppb: _Optional[int] = ...) -> None: ...

class AttemptInfo(_message.Message):
    __slots__ = ("number", "node_id", "node_name", "outcome", "exit_code", "detail", "assigned_at", "started_at", "ended_at", "cpu_milliseconds", "memory_peak_mib", "result_check")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_NAME_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    ASSIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    CPU_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_PEAK_MIB_FIELD_NUMBER: _ClassVar[int]
    RESULT_CHECK_FIELD_NUMBER: _ClassVar[int]
    number: int
    node_id: str
    node_name: str
    outcome: AttemptOutcome
    exit_code: int
    detail: str
    assigned_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    cpu_milliseconds: int
    memory_peak_mib: int
    result_check: ResultCheck
    def __init__(self, number: _Optional[int] = ..., node_id: _Optional[str] = ..., node_name: _Optional[str] = ..., outcome: _Optional[_Union[AttemptOutcome, str]] = ..., exit_code: _Optional[int] = ..., detail: _Optional[str] = ..., assigned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., cpu_milliseconds: _Optional[int] = ..., memory_peak_mib: _Optional[int] = ..., result_check: _Optional[_Union[ResultCheck, str]] = ...) -> None: ...

class TaskInfo(_message.Message):
    __slots__ = ("task_id", "array_id", "array_index", "array_count", "owner", "spec", "name", "priority", "state", "detail", "attempt", "node_id", "node_name", "submitted_at", "started_at", "ended_at", "price_mcpt", "charged_mcpt", "result_digest", "result_bytes", "exit_code", "attempts", "cancel_requested", "progress_percent", "result_kept_until")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ARRAY_ID_FIELD_NUMBER: _ClassVar[int]
    ARRAY_INDEX_FIELD_NUMBER: _ClassVar[int]
    ARRAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_NAME_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    PRICE_MCPT_FIELD_NUMBER: _ClassVar[int]
    CHARGED_MCPT_FIELD_NUMBER: _ClassVar[int]
    RESULT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RESULT_BYTES_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    CANCEL_REQUESTED_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_PERCENT_FIELD_NUMBER: _ClassVar[int]
    RESULT_KEPT_UNTIL_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    array_id: str
    array_index: int
    array_count: int
    owner: str
    spec: TaskSpec
    name: str
    priority: Priority
    state: TaskState
    detail: str
    attempt: int
    node_id: str
    node_name: str
    submitted_at: _timestamp_pb2.Timestamp
    started_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    price_mcpt: int
    charged_mcpt: int
    result_digest: str
    result_bytes: int
    exit_code: int
    attempts: _containers.RepeatedCompositeFieldContainer[AttemptInfo]
    cancel_requested: bool
    progress_percent: int
    result_kept_until: _timestamp_pb2.Timestamp
    def __init__(self, task_id: _Optional[str] = ..., array_id: _Optional[str] = ..., array_index: _Optional[int] = ..., array_count: _Optional[int] = ..., owner: _Optional[str] = ..., spec: _Optional[_Union[TaskSpec, _Mapping]] = ..., name: _Optional[str] = ..., priority: _Optional[_Union[Priority, str]] = ..., state: _Optional[_Union[TaskState, str]] = ..., detail: _Optional[str] = ..., attempt: _Optional[int] = ..., node_id: _Optional[str] = ..., node_name: _Optional[str] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., price_mcpt: _Optional[int] = ..., charged_mcpt: _Optional[int] = ..., result_digest: _Optional[str] = ..., result_bytes: _Optional[int] = ..., exit_code: _Optional[int] = ..., attempts: _Optional[_Iterable[_Union[AttemptInfo, _Mapping]]] = ..., cancel_requested: _Optional[bool] = ..., progress_percent: _Optional[int] = ..., result_kept_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LoginRequest(_message.Message):
    __slots__ = ("username", "password", "device_token")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    DEVICE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    username: str
    password: str
    device_token: str
    def __init__(self, username: _Optional[str] = ..., password: _Optional[str] = ..., device_token: _Optional[str] = ...) -> None: ...

class LoginResponse(_message.Message):
    __slots__ = ("access_token", "expires_in_seconds", "refresh_token", "user_id", "role")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    access_token: str
    expires_in_seconds: int
    refresh_token: str
    user_id: str
    role: str
    def __init__(self, access_token: _Optional[str] = ..., expires_in_seconds: _Optional[int] = ..., refresh_token: _Optional[str] = ..., user_id: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...

class RegisterRequest(_message.Message):
    __slots__ = ("request_id", "username", "password", "setup_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    SETUP_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    password: str
    setup_code: str
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ..., password: _Optional[str] = ..., setup_code: _Optional[str] = ...) -> None: ...

class RegisterResponse(_message.Message):
    __slots__ = ("user_id", "role", "granted_mcpt")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GRANTED_MCPT_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    role: str
    granted_mcpt: int
    def __init__(self, user_id: _Optional[str] = ..., role: _Optional[str] = ..., granted_mcpt: _Optional[int] = ...) -> None: ...

class TransferRequest(_message.Message):
    __slots__ = ("request_id", "to_username", "amount_mcpt", "memo")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TO_USERNAME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MCPT_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    to_username: str
    amount_mcpt: int
    memo: str
    def __init__(self, request_id: _Optional[str] = ..., to_username: _Optional[str] = ..., amount_mcpt: _Optional[int] = ..., memo: _Optional[str] = ...) -> None: ...

class TransferResponse(_message.Message):
    __slots__ = ("transfer_id", "balance_mcpt")
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    BALANCE_MCPT_FIELD_NUMBER: _ClassVar[int]
    transfer_id: str
    balance_mcpt: int
    def __init__(self, transfer_id: _Optional[str] = ..., balance_mcpt: _Optional[int] = ...) -> None: ...

class GetBalanceRequest(_message.Message):
    __slots__ = ("username",)
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    username: str
    def __init__(self, username: _Optional[str] = ...) -> None: ...

class GetBalanceResponse(_message.Message):
    __slots__ = ("balance_mcpt", "held_mcpt", "available_mcpt")
    BALANCE_MCPT_FIELD_NUMBER: _ClassVar[int]
    HELD_MCPT_FIELD_NUMBER: _ClassVar[int]
    AVAILABLE_MCPT_FIELD_NUMBER: _ClassVar[int]
    balance_mcpt: int
    held_mcpt: int
    available_mcpt: int
    def __init__(self, balance_mcpt: _Optional[int] = ..., held_mcpt: _Optional[int] = ..., available_mcpt: _Optional[int] = ...) -> None: ...

class UploadTaskRequest(_message.Message):
    __slots__ = ("request_id", "spec", "archive", "require_feasible")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ARCHIVE_FIELD_NUMBER: _ClassVar[int]
    REQUIRE_FEASIBLE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    spec: TaskSpec
    archive: bytes
    require_feasible: bool
    def __init__(self, request_id: _Optional[str] = ..., spec: _Optional[_Union[TaskSpec, _Mapping]] = ..., archive: _Optional[bytes] = ..., require_feasible: _Optional[bool] = ...) -> None: ...

class UploadTaskResponse(_message.Message):
    __slots__ = ("task_id", "price_mcpt", "count", "array_indexes")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    PRICE_MCPT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    ARRAY_INDEXES_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    price_mcpt: int
    count: int
    array_indexes: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, task_id: _Optional[str] = ..., price_mcpt: _Optional[int] = ..., count: _Optional[int] = ..., array_indexes: _Optional[_Iterable[int]] = ...) -> None: ...

class GetAllTasksRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "states", "array_id", "all_users")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    ARRAY_ID_FIELD_NUMBER: _ClassVar[int]
    ALL_USERS_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    states: _containers.RepeatedScalarFieldContainer[TaskState]
    array_id: str
    all_users: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., states: _Optional[_Iterable[_Union[TaskState, str]]] = ..., array_id: _Optional[str] = ..., all_users: _Optional[bool] = ...) -> None: ...

class GetAllTasksResponse(_message.Message):
    __slots__ = ("tasks", "next_page_token")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[TaskInfo]
    next_page_token: str
    def __init__(self, tasks: _Optional[_Iterable[_Union[TaskInfo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class TaskCancelRequest(_message.Message):
    __slots__ = ("request_id", "task_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    task_id: str
    def __init__(self, request_id: _Optional[str] = ..., task_id: _Optional[str] = ...) -> None: ...

class TaskCancelResponse(_message.Message):
    __slots__ = ("cancelled",)
    CANCELLED_FIELD_NUMBER: _ClassVar[int]
    cancelled: int
    def __init__(self, cancelled: _Optional[int] = ...) -> None: ...

class GpuInfo(_message.Message):
    __slots__ = ("name", "memory_mib", "score", "uuid")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    SCORE_FIELD_NUMBER: _ClassVar[int]
    UUID_FIELD_NUMBER: _ClassVar[int]
    name: str
    memory_mib: int
    score: int
    uuid: str
    def __init__(self, name: _Optional[str] = ..., memory_mib: _Optional[int] = ..., score: _Optional[int] = ..., uuid: _Optional[str] = ...) -> None: ...

class NodeCapabilities(_message.Message):
    __slots__ = ("cpu_millicores", "memory_mib", "disk_mib", "cpu_score", "gpus", "isolation", "engine", "isolation_features", "runs_images", "platform", "agent_version")
    CPU_MILLICORES_FIELD_NUMBER: _ClassVar[int]
    MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    DISK_MIB_FIELD_NUMBER: _ClassVar[int]
    CPU_SCORE_FIELD_NUMBER: _ClassVar[int]
    GPUS_FIELD_NUMBER: _ClassVar[int]
    ISOLATION_FIELD_NUMBER: _ClassVar[int]
    ENGINE_FIELD_NUMBER: _ClassVar[int]
    ISOLATION_FEATURES_FIELD_NUMBER: _ClassVar[int]
    RUNS_IMAGES_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    AGENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    cpu_millicores: int
    memory_mib: int
    disk_mib: int
    cpu_score: int
    gpus: _containers.RepeatedCompositeFieldContainer[GpuInfo]
    isolation: IsolationClass
    engine: str
    isolation_features: _containers.RepeatedScalarFieldContainer[str]
    runs_images: bool
    platform: str
    agent_version: str
    def __init__(self, cpu_millicores: _Optional[int] = ..., memory_mib: _Optional[int] = ..., disk_mib: _Optional[int] = ..., cpu_score: _Optional[int] = ..., gpus: _Optional[_Iterable[_Union[GpuInfo, _Mapping]]] = ..., isolation: _Optional[_Union[IsolationClass, str]] = ..., engine: _Optional[str] = ..., isolation_features: _Optional[_Iterable[str]] = ..., runs_images: _Optional[bool] = ..., platform: _Optional[str] = ..., agent_version: _Optional[str] = ...) -> None: ...

class NodeUsage(_message.Message):
    __slots__ = ("cpu_percent", "memory_percent", "gpu_percent", "gpu_memory_percent", "network_rx_bytes_per_second", "network_tx_bytes_per_second", "running_tasks", "disk_free_mib", "own_cpu_percent", "own_memory_percent", "own_gpu_percent", "own_gpu_memory_percent")
    CPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MEMORY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    GPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    GPU_MEMORY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    NETWORK_RX_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    NETWORK_TX_BYTES_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    RUNNING_TASKS_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_MIB_FIELD_NUMBER: _ClassVar[int]
    OWN_CPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    OWN_MEMORY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    OWN_GPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    OWN_GPU_MEMORY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    cpu_percent: int
    memory_percent: int
    gpu_percent: int
    gpu_memory_percent: int
    network_rx_bytes_per_second: int
    network_tx_bytes_per_second: int
    running_tasks: int
    disk_free_mib: int
    own_cpu_percent: int
    own_memory_percent: int
    own_gpu_percent: int
    own_gpu_memory_percent: int
    def __init__(self, cpu_percent: _Optional[int] = ..., memory_percent: _Optional[int] = ..., gpu_percent: _Optional[int] = ..., gpu_memory_percent: _Optional[int] = ..., network_rx_bytes_per_second: _Optional[int] = ..., network_tx_bytes_per_second: _Optional[int] = ..., running_tasks: _Optional[int] = ..., disk_free_mib: _Optional[int] = ..., own_cpu_percent: _Optional[int] = ..., own_memory_percent: _Optional[int] = ..., own_gpu_percent: _Optional[int] = ..., own_gpu_memory_percent: _Optional[int] = ...) -> None: ...

class NodeRegistrationRequest(_message.Message):
    __slots__ = ("request_id", "join_token_secret", "name", "public_key", "capabilities", "location")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    JOIN_TOKEN_SECRET_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    join_token_secret: str
    name: str
    public_key: bytes
    capabilities: NodeCapabilities
    location: Location
    def __init__(self, request_id: _Optional[str] = ..., join_token_secret: _Optional[str] = ..., name: _Optional[str] = ..., public_key: _Optional[bytes] = ..., capabilities: _Optional[_Union[NodeCapabilities, _Mapping]] = ..., location: _Optional[_Union[Location, _Mapping]] = ...) -> None: ...

class NodeRegistrationResponse(_message.Message):
    __slots__ = ("node_id", "state", "key_fingerprint")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    KEY_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    state: NodeState
    key_fingerprint: str
    def __init__(self, node_id: _Optional[str] = ..., state: _Optional[_Union[NodeState, str]] = ..., key_fingerprint: _Optional[str] = ...) -> None: ...

class HeartbeatRequest(_message.Message):
    __slots__ = ("usage",)
    USAGE_FIELD_NUMBER: _ClassVar[int]
    usage: NodeUsage
    def __init__(self, usage: _Optional[_Union[NodeUsage, _Mapping]] = ...) -> None: ...

class HeartbeatResponse(_message.Message):
    __slots__ = ("heartbeat_seconds", "state", "server_time")
    HEARTBEAT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    heartbeat_seconds: int
    state: NodeState
    server_time: _timestamp_pb2.Timestamp
    def __init__(self, heartbeat_seconds: _Optional[int] = ..., state: _Optional[_Union[NodeState, str]] = ..., server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class NodeStatusRequest(_message.Message):
    __slots__ = ("capabilities", "usage")
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    capabilities: NodeCapabilities
    usage: NodeUsage
    def __init__(self, capabilities: _Optional[_Union[NodeCapabilities, _Mapping]] = ..., usage: _Optional[_Union[NodeUsage, _Mapping]] = ...) -> None: ...

class NodeStatusResponse(_message.Message):
    __slots__ = ("state", "trust")
    STATE_FIELD_NUMBER: _ClassVar[int]
    TRUST_FIELD_NUMBER: _ClassVar[int]
    state: NodeState
    trust: TrustLevel
    def __init__(self, state: _Optional[_Union[NodeState, str]] = ..., trust: _Optional[_Union[TrustLevel, str]] = ...) -> None: ...

class GetPoolInfoRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetPoolInfoResponse(_message.Message):
    __slots__ = ("pool_name", "pool_id", "ca_certificate_pem", "version", "server_time", "registration_open", "setup_needed", "former_ca_certificate_pem")
    POOL_NAME_FIELD_NUMBER: _ClassVar[int]
    POOL_ID_FIELD_NUMBER: _ClassVar[int]
    CA_CERTIFICATE_PEM_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_OPEN_FIELD_NUMBER: _ClassVar[int]
    SETUP_NEEDED_FIELD_NUMBER: _ClassVar[int]
    FORMER_CA_CERTIFICATE_PEM_FIELD_NUMBER: _ClassVar[int]
    pool_name: str
    pool_id: str
    ca_certificate_pem: str
    version: str
    server_time: _timestamp_pb2.Timestamp
    registration_open: bool
    setup_needed: bool
    former_ca_certificate_pem: str
    def __init__(self, pool_name: _Optional[str] = ..., pool_id: _Optional[str] = ..., ca_certificate_pem: _Optional[str] = ..., version: _Optional[str] = ..., server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., registration_open: _Optional[bool] = ..., setup_needed: _Optional[bool] = ..., former_ca_certificate_pem: _Optional[str] = ...) -> None: ...

class GetChallengeRequest(_message.Message):
    __slots__ = ("node_id",)
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    def __init__(self, node_id: _Optional[str] = ...) -> None: ...

class GetChallengeResponse(_message.Message):
    __slots__ = ("nonce",)
    NONCE_FIELD_NUMBER: _ClassVar[int]
    nonce: bytes
    def __init__(self, nonce: _Optional[bytes] = ...) -> None: ...

class AuthenticateNodeRequest(_message.Message):
    __slots__ = ("node_id", "nonce", "signature")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    NONCE_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    nonce: bytes
    signature: bytes
    def __init__(self, node_id: _Optional[str] = ..., nonce: _Optional[bytes] = ..., signature: _Optional[bytes] = ...) -> None: ...

class AuthenticateNodeResponse(_message.Message):
    __slots__ = ("access_token", "expires_in_seconds", "state")
    ACCESS_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_IN_SECONDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    access_token: str
    expires_in_seconds: int
    state: NodeState
    def __init__(self, access_token: _Optional[str] = ..., expires_in_seconds: _Optional[int] = ..., state: _Optional[_Union[NodeState, str]] = ...) -> None: ...

class RefreshRequest(_message.Message):
    __slots__ = ("refresh_token",)
    REFRESH_TOKEN_FIELD_NUMBER: _ClassVar[int]
    refresh_token: str
    def __init__(self, refresh_token: _Optional[str] = ...) -> None: ...

class SignOutRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SignOutResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WhoAmIRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ChangePasswordRequest(_message.Message):
    __slots__ = ("request_id", "current_password", "new_password")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CURRENT_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    NEW_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    current_password: str
    new_password: str
    def __init__(self, request_id: _Optional[str] = ..., current_password: _Optional[str] = ..., new_password: _Optional[str] = ...) -> None: ...

class ChangePasswordResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ResetPasswordRequest(_message.Message):
    __slots__ = ("request_id", "username", "reset_code", "new_password")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    RESET_CODE_FIELD_NUMBER: _ClassVar[int]
    NEW_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    reset_code: str
    new_password: str
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ..., reset_code: _Optional[str] = ..., new_password: _Optional[str] = ...) -> None: ...

class ResetPasswordResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class SessionInfo(_message.Message):
    __slots__ = ("session_id", "signed_in_at", "used_at", "expires_at", "address", "client", "current")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    SIGNED_IN_AT_FIELD_NUMBER: _ClassVar[int]
    USED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    signed_in_at: _timestamp_pb2.Timestamp
    used_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    address: str
    client: str
    current: bool
    def __init__(self, session_id: _Optional[str] = ..., signed_in_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., used_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., address: _Optional[str] = ..., client: _Optional[str] = ..., current: _Optional[bool] = ...) -> None: ...

class ListSessionsRequest(_message.Message):
    __slots__ = ("username",)
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    username: str
    def __init__(self, username: _Optional[str] = ...) -> None: ...

class ListSessionsResponse(_message.Message):
    __slots__ = ("sessions",)
    SESSIONS_FIELD_NUMBER: _ClassVar[int]
    sessions: _containers.RepeatedCompositeFieldContainer[SessionInfo]
    def __init__(self, sessions: _Optional[_Iterable[_Union[SessionInfo, _Mapping]]] = ...) -> None: ...

class EndSessionsRequest(_message.Message):
    __slots__ = ("request_id", "username", "session_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    SESSION_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    session_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ..., session_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class EndSessionsResponse(_message.Message):
    __slots__ = ("ended",)
    ENDED_FIELD_NUMBER: _ClassVar[int]
    ended: int
    def __init__(self, ended: _Optional[int] = ...) -> None: ...

class QuoteRequest(_message.Message):
    __slots__ = ("spec",)
    SPEC_FIELD_NUMBER: _ClassVar[int]
    spec: TaskSpec
    def __init__(self, spec: _Optional[_Union[TaskSpec, _Mapping]] = ...) -> None: ...

class QuoteResponse(_message.Message):
    __slots__ = ("price_mcpt", "price_each_mcpt", "formula", "feasible_nodes")
    PRICE_MCPT_FIELD_NUMBER: _ClassVar[int]
    PRICE_EACH_MCPT_FIELD_NUMBER: _ClassVar[int]
    FORMULA_FIELD_NUMBER: _ClassVar[int]
    FEASIBLE_NODES_FIELD_NUMBER: _ClassVar[int]
    price_mcpt: int
    price_each_mcpt: int
    formula: str
    feasible_nodes: int
    def __init__(self, price_mcpt: _Optional[int] = ..., price_each_mcpt: _Optional[int] = ..., formula: _Optional[str] = ..., feasible_nodes: _Optional[int] = ...) -> None: ...

class GetTaskRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class RetryTaskRequest(_message.Message):
    __slots__ = ("request_id", "task_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    task_id: str
    def __init__(self, request_id: _Optional[str] = ..., task_id: _Optional[str] = ...) -> None: ...

class SetTaskPriorityRequest(_message.Message):
    __slots__ = ("request_id", "task_ids", "priority", "preview")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_IDS_FIELD_NUMBER: _ClassVar[int]
    PRIORITY_FIELD_NUMBER: _ClassVar[int]
    PREVIEW_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    task_ids: _containers.RepeatedScalarFieldContainer[str]
    priority: Priority
    preview: bool
    def __init__(self, request_id: _Optional[str] = ..., task_ids: _Optional[_Iterable[str]] = ..., priority: _Optional[_Union[Priority, str]] = ..., preview: _Optional[bool] = ...) -> None: ...

class SetTaskPriorityResponse(_message.Message):
    __slots__ = ("changed", "started", "ended", "users", "price_change_mcpt")
    CHANGED_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    USERS_FIELD_NUMBER: _ClassVar[int]
    PRICE_CHANGE_MCPT_FIELD_NUMBER: _ClassVar[int]
    changed: int
    started: int
    ended: int
    users: int
    price_change_mcpt: int
    def __init__(self, changed: _Optional[int] = ..., started: _Optional[int] = ..., ended: _Optional[int] = ..., users: _Optional[int] = ..., price_change_mcpt: _Optional[int] = ...) -> None: ...

class ExplainTaskRequest(_message.Message):
    __slots__ = ("task_id",)
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    def __init__(self, task_id: _Optional[str] = ...) -> None: ...

class ExplainTaskResponse(_message.Message):
    __slots__ = ("state", "summary", "nodes_known", "nodes_feasible", "nodes_free", "rules", "nearest", "ahead")
    class Rule(_message.Message):
        __slots__ = ("rule", "sentence", "nodes_passing")
        RULE_FIELD_NUMBER: _ClassVar[int]
        SENTENCE_FIELD_NUMBER: _ClassVar[int]
        NODES_PASSING_FIELD_NUMBER: _ClassVar[int]
        rule: str
        sentence: str
        nodes_passing: int
        def __init__(self, rule: _Optional[str] = ..., sentence: _Optional[str] = ..., nodes_passing: _Optional[int] = ...) -> None: ...
    class NearMiss(_message.Message):
        __slots__ = ("node_id", "node_name", "failed")
        NODE_ID_FIELD_NUMBER: _ClassVar[int]
        NODE_NAME_FIELD_NUMBER: _ClassVar[int]
        FAILED_FIELD_NUMBER: _ClassVar[int]
        node_id: str
        node_name: str
        failed: _containers.RepeatedScalarFieldContainer[str]
        def __init__(self, node_id: _Optional[str] = ..., node_name: _Optional[str] = ..., failed: _Optional[_Iterable[str]] = ...) -> None: ...
    STATE_FIELD_NUMBER: _ClassVar[int]
    SUMMARY_FIELD_NUMBER: _ClassVar[int]
    NODES_KNOWN_FIELD_NUMBER: _ClassVar[int]
    NODES_FEASIBLE_FIELD_NUMBER: _ClassVar[int]
    NODES_FREE_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    NEAREST_FIELD_NUMBER: _ClassVar[int]
    AHEAD_FIELD_NUMBER: _ClassVar[int]
    state: TaskState
    summary: str
    nodes_known: int
    nodes_feasible: int
    nodes_free: int
    rules: _containers.RepeatedCompositeFieldContainer[ExplainTaskResponse.Rule]
    nearest: _containers.RepeatedCompositeFieldContainer[ExplainTaskResponse.NearMiss]
    ahead: int
    def __init__(self, state: _Optional[_Union[TaskState, str]] = ..., summary: _Optional[str] = ..., nodes_known: _Optional[int] = ..., nodes_feasible: _Optional[int] = ..., nodes_free: _Optional[int] = ..., rules: _Optional[_Iterable[_Union[ExplainTaskResponse.Rule, _Mapping]]] = ..., nearest: _Optional[_Iterable[_Union[ExplainTaskResponse.NearMiss, _Mapping]]] = ..., ahead: _Optional[int] = ...) -> None: ...

class DeleteResultRequest(_message.Message):
    __slots__ = ("request_id", "task_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    task_id: str
    def __init__(self, request_id: _Optional[str] = ..., task_id: _Optional[str] = ...) -> None: ...

class DeleteResultResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StreamLogRequest(_message.Message):
    __slots__ = ("task_id", "stream", "attempt", "stdout_offset", "stderr_offset", "follow")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STDOUT_OFFSET_FIELD_NUMBER: _ClassVar[int]
    STDERR_OFFSET_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    stream: LogStream
    attempt: int
    stdout_offset: int
    stderr_offset: int
    follow: bool
    def __init__(self, task_id: _Optional[str] = ..., stream: _Optional[_Union[LogStream, str]] = ..., attempt: _Optional[int] = ..., stdout_offset: _Optional[int] = ..., stderr_offset: _Optional[int] = ..., follow: _Optional[bool] = ...) -> None: ...

class LogChunk(_message.Message):
    __slots__ = ("task_id", "attempt", "stream", "offset", "data", "truncated")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    TRUNCATED_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    stream: LogStream
    offset: int
    data: bytes
    truncated: bool
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., stream: _Optional[_Union[LogStream, str]] = ..., offset: _Optional[int] = ..., data: _Optional[bytes] = ..., truncated: _Optional[bool] = ...) -> None: ...

class WatchTasksRequest(_message.Message):
    __slots__ = ("task_ids", "all_users")
    TASK_IDS_FIELD_NUMBER: _ClassVar[int]
    ALL_USERS_FIELD_NUMBER: _ClassVar[int]
    task_ids: _containers.RepeatedScalarFieldContainer[str]
    all_users: bool
    def __init__(self, task_ids: _Optional[_Iterable[str]] = ..., all_users: _Optional[bool] = ...) -> None: ...

class TaskChanges(_message.Message):
    __slots__ = ("sequence", "snapshot", "tasks")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    snapshot: bool
    tasks: _containers.RepeatedCompositeFieldContainer[TaskInfo]
    def __init__(self, sequence: _Optional[int] = ..., snapshot: _Optional[bool] = ..., tasks: _Optional[_Iterable[_Union[TaskInfo, _Mapping]]] = ...) -> None: ...

class BeginUploadRequest(_message.Message):
    __slots__ = ("digest", "size_bytes", "task_id", "attempt")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    digest: str
    size_bytes: int
    task_id: str
    attempt: int
    def __init__(self, digest: _Optional[str] = ..., size_bytes: _Optional[int] = ..., task_id: _Optional[str] = ..., attempt: _Optional[int] = ...) -> None: ...

class BeginUploadResponse(_message.Message):
    __slots__ = ("offset", "complete")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    offset: int
    complete: bool
    def __init__(self, offset: _Optional[int] = ..., complete: _Optional[bool] = ...) -> None: ...

class UploadChunk(_message.Message):
    __slots__ = ("digest", "offset", "data")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    digest: str
    offset: int
    data: bytes
    def __init__(self, digest: _Optional[str] = ..., offset: _Optional[int] = ..., data: _Optional[bytes] = ...) -> None: ...

class UploadResponse(_message.Message):
    __slots__ = ("digest", "size_bytes", "complete")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_FIELD_NUMBER: _ClassVar[int]
    digest: str
    size_bytes: int
    complete: bool
    def __init__(self, digest: _Optional[str] = ..., size_bytes: _Optional[int] = ..., complete: _Optional[bool] = ...) -> None: ...

class DownloadRequest(_message.Message):
    __slots__ = ("digest", "task_id", "offset")
    DIGEST_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    digest: str
    task_id: str
    offset: int
    def __init__(self, digest: _Optional[str] = ..., task_id: _Optional[str] = ..., offset: _Optional[int] = ...) -> None: ...

class DownloadChunk(_message.Message):
    __slots__ = ("offset", "data", "size_bytes")
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    offset: int
    data: bytes
    size_bytes: int
    def __init__(self, offset: _Optional[int] = ..., data: _Optional[bytes] = ..., size_bytes: _Optional[int] = ...) -> None: ...

class WorkerMessage(_message.Message):
    __slots__ = ("hello", "usage", "updates", "logs", "capabilities", "drain", "leaving", "resume")
    HELLO_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    UPDATES_FIELD_NUMBER: _ClassVar[int]
    LOGS_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    LEAVING_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    hello: WorkerHello
    usage: NodeUsage
    updates: _containers.RepeatedCompositeFieldContainer[TaskUpdate]
    logs: _containers.RepeatedCompositeFieldContainer[LogChunk]
    capabilities: NodeCapabilities
    drain: bool
    leaving: bool
    resume: bool
    def __init__(self, hello: _Optional[_Union[WorkerHello, _Mapping]] = ..., usage: _Optional[_Union[NodeUsage, _Mapping]] = ..., updates: _Optional[_Iterable[_Union[TaskUpdate, _Mapping]]] = ..., logs: _Optional[_Iterable[_Union[LogChunk, _Mapping]]] = ..., capabilities: _Optional[_Union[NodeCapabilities, _Mapping]] = ..., drain: _Optional[bool] = ..., leaving: _Optional[bool] = ..., resume: _Optional[bool] = ...) -> None: ...

class HeldLease(_message.Message):
    __slots__ = ("task_id", "attempt", "started")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STARTED_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    started: bool
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., started: _Optional[bool] = ...) -> None: ...

class WorkerHello(_message.Message):
    __slots__ = ("capabilities", "leases")
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    LEASES_FIELD_NUMBER: _ClassVar[int]
    capabilities: NodeCapabilities
    leases: _containers.RepeatedCompositeFieldContainer[HeldLease]
    def __init__(self, capabilities: _Optional[_Union[NodeCapabilities, _Mapping]] = ..., leases: _Optional[_Iterable[_Union[HeldLease, _Mapping]]] = ...) -> None: ...

class TaskUpdate(_message.Message):
    __slots__ = ("task_id", "attempt", "kind", "outcome", "exit_code", "detail", "result_digest", "result_bytes", "cpu_milliseconds", "memory_peak_mib", "progress_percent", "at")
    class Kind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        KIND_UNSPECIFIED: _ClassVar[TaskUpdate.Kind]
        KIND_STARTED: _ClassVar[TaskUpdate.Kind]
        KIND_PROGRESS: _ClassVar[TaskUpdate.Kind]
        KIND_ENDED: _ClassVar[TaskUpdate.Kind]
    KIND_UNSPECIFIED: TaskUpdate.Kind
    KIND_STARTED: TaskUpdate.Kind
    KIND_PROGRESS: TaskUpdate.Kind
    KIND_ENDED: TaskUpdate.Kind
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    EXIT_CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    RESULT_DIGEST_FIELD_NUMBER: _ClassVar[int]
    RESULT_BYTES_FIELD_NUMBER: _ClassVar[int]
    CPU_MILLISECONDS_FIELD_NUMBER: _ClassVar[int]
    MEMORY_PEAK_MIB_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_PERCENT_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    kind: TaskUpdate.Kind
    outcome: AttemptOutcome
    exit_code: int
    detail: str
    result_digest: str
    result_bytes: int
    cpu_milliseconds: int
    memory_peak_mib: int
    progress_percent: int
    at: _timestamp_pb2.Timestamp
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., kind: _Optional[_Union[TaskUpdate.Kind, str]] = ..., outcome: _Optional[_Union[AttemptOutcome, str]] = ..., exit_code: _Optional[int] = ..., detail: _Optional[str] = ..., result_digest: _Optional[str] = ..., result_bytes: _Optional[int] = ..., cpu_milliseconds: _Optional[int] = ..., memory_peak_mib: _Optional[int] = ..., progress_percent: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class MasterMessage(_message.Message):
    __slots__ = ("welcome", "assignments", "stops", "acks", "log_acks", "state", "server_time", "heartbeat_seconds", "tunnel")
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    STOPS_FIELD_NUMBER: _ClassVar[int]
    ACKS_FIELD_NUMBER: _ClassVar[int]
    LOG_ACKS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SERVER_TIME_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    TUNNEL_FIELD_NUMBER: _ClassVar[int]
    welcome: WorkerWelcome
    assignments: _containers.RepeatedCompositeFieldContainer[Assignment]
    stops: _containers.RepeatedCompositeFieldContainer[StopLease]
    acks: _containers.RepeatedCompositeFieldContainer[UpdateAck]
    log_acks: _containers.RepeatedCompositeFieldContainer[LogAck]
    state: NodeState
    server_time: _timestamp_pb2.Timestamp
    heartbeat_seconds: int
    tunnel: TunnelNotice
    def __init__(self, welcome: _Optional[_Union[WorkerWelcome, _Mapping]] = ..., assignments: _Optional[_Iterable[_Union[Assignment, _Mapping]]] = ..., stops: _Optional[_Iterable[_Union[StopLease, _Mapping]]] = ..., acks: _Optional[_Iterable[_Union[UpdateAck, _Mapping]]] = ..., log_acks: _Optional[_Iterable[_Union[LogAck, _Mapping]]] = ..., state: _Optional[_Union[NodeState, str]] = ..., server_time: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., heartbeat_seconds: _Optional[int] = ..., tunnel: _Optional[_Union[TunnelNotice, _Mapping]] = ...) -> None: ...

class WorkerWelcome(_message.Message):
    __slots__ = ("heartbeat_seconds", "lease_grace_seconds", "log_bytes_max", "result_bytes_max", "state")
    HEARTBEAT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LEASE_GRACE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    LOG_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    RESULT_BYTES_MAX_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    heartbeat_seconds: int
    lease_grace_seconds: int
    log_bytes_max: int
    result_bytes_max: int
    state: NodeState
    def __init__(self, heartbeat_seconds: _Optional[int] = ..., lease_grace_seconds: _Optional[int] = ..., log_bytes_max: _Optional[int] = ..., result_bytes_max: _Optional[int] = ..., state: _Optional[_Union[NodeState, str]] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("task_id", "attempt", "spec", "array_index", "array_count", "gpu_uuids")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    SPEC_FIELD_NUMBER: _ClassVar[int]
    ARRAY_INDEX_FIELD_NUMBER: _ClassVar[int]
    ARRAY_COUNT_FIELD_NUMBER: _ClassVar[int]
    GPU_UUIDS_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    spec: TaskSpec
    array_index: int
    array_count: int
    gpu_uuids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., spec: _Optional[_Union[TaskSpec, _Mapping]] = ..., array_index: _Optional[int] = ..., array_count: _Optional[int] = ..., gpu_uuids: _Optional[_Iterable[str]] = ...) -> None: ...

class StopLease(_message.Message):
    __slots__ = ("task_id", "attempt", "reason")
    class Reason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        REASON_UNSPECIFIED: _ClassVar[StopLease.Reason]
        REASON_CANCELLED: _ClassVar[StopLease.Reason]
        REASON_FENCED: _ClassVar[StopLease.Reason]
        REASON_TIMED_OUT: _ClassVar[StopLease.Reason]
    REASON_UNSPECIFIED: StopLease.Reason
    REASON_CANCELLED: StopLease.Reason
    REASON_FENCED: StopLease.Reason
    REASON_TIMED_OUT: StopLease.Reason
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    reason: StopLease.Reason
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., reason: _Optional[_Union[StopLease.Reason, str]] = ...) -> None: ...

class UpdateAck(_message.Message):
    __slots__ = ("task_id", "attempt", "kind", "refused")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    kind: TaskUpdate.Kind
    refused: str
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., kind: _Optional[_Union[TaskUpdate.Kind, str]] = ..., refused: _Optional[str] = ...) -> None: ...

class LogAck(_message.Message):
    __slots__ = ("task_id", "attempt", "stdout_offset", "stderr_offset")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    STDOUT_OFFSET_FIELD_NUMBER: _ClassVar[int]
    STDERR_OFFSET_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    attempt: int
    stdout_offset: int
    stderr_offset: int
    def __init__(self, task_id: _Optional[str] = ..., attempt: _Optional[int] = ..., stdout_offset: _Optional[int] = ..., stderr_offset: _Optional[int] = ...) -> None: ...

class NodeInfo(_message.Message):
    __slots__ = ("node_id", "name", "owner", "state", "online", "capabilities", "usage", "location", "trust", "trust_reason", "key_fingerprint", "joined_at", "last_seen_at", "running_tasks", "tasks_succeeded", "tasks_failed", "drops", "earned_mcpt", "trust_history", "free_cpu_millicores", "free_memory_mib", "state_reason", "leaving", "wrong_results", "valid_streak")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ONLINE_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    TRUST_FIELD_NUMBER: _ClassVar[int]
    TRUST_REASON_FIELD_NUMBER: _ClassVar[int]
    KEY_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    JOINED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_AT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_TASKS_FIELD_NUMBER: _ClassVar[int]
    TASKS_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    TASKS_FAILED_FIELD_NUMBER: _ClassVar[int]
    DROPS_FIELD_NUMBER: _ClassVar[int]
    EARNED_MCPT_FIELD_NUMBER: _ClassVar[int]
    TRUST_HISTORY_FIELD_NUMBER: _ClassVar[int]
    FREE_CPU_MILLICORES_FIELD_NUMBER: _ClassVar[int]
    FREE_MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    STATE_REASON_FIELD_NUMBER: _ClassVar[int]
    LEAVING_FIELD_NUMBER: _ClassVar[int]
    WRONG_RESULTS_FIELD_NUMBER: _ClassVar[int]
    VALID_STREAK_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    name: str
    owner: str
    state: NodeState
    online: bool
    capabilities: NodeCapabilities
    usage: NodeUsage
    location: Location
    trust: TrustLevel
    trust_reason: str
    key_fingerprint: str
    joined_at: _timestamp_pb2.Timestamp
    last_seen_at: _timestamp_pb2.Timestamp
    running_tasks: int
    tasks_succeeded: int
    tasks_failed: int
    drops: int
    earned_mcpt: int
    trust_history: _containers.RepeatedCompositeFieldContainer[TrustChange]
    free_cpu_millicores: int
    free_memory_mib: int
    state_reason: str
    leaving: bool
    wrong_results: int
    valid_streak: int
    def __init__(self, node_id: _Optional[str] = ..., name: _Optional[str] = ..., owner: _Optional[str] = ..., state: _Optional[_Union[NodeState, str]] = ..., online: _Optional[bool] = ..., capabilities: _Optional[_Union[NodeCapabilities, _Mapping]] = ..., usage: _Optional[_Union[NodeUsage, _Mapping]] = ..., location: _Optional[_Union[Location, _Mapping]] = ..., trust: _Optional[_Union[TrustLevel, str]] = ..., trust_reason: _Optional[str] = ..., key_fingerprint: _Optional[str] = ..., joined_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_seen_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., running_tasks: _Optional[int] = ..., tasks_succeeded: _Optional[int] = ..., tasks_failed: _Optional[int] = ..., drops: _Optional[int] = ..., earned_mcpt: _Optional[int] = ..., trust_history: _Optional[_Iterable[_Union[TrustChange, _Mapping]]] = ..., free_cpu_millicores: _Optional[int] = ..., free_memory_mib: _Optional[int] = ..., state_reason: _Optional[str] = ..., leaving: _Optional[bool] = ..., wrong_results: _Optional[int] = ..., valid_streak: _Optional[int] = ...) -> None: ...

class TrustChange(_message.Message):
    __slots__ = ("at", "to", "reason")
    AT_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    to: TrustLevel
    reason: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., to: _Optional[_Union[TrustLevel, str]] = ..., reason: _Optional[str] = ..., **kwargs) -> None: ...

class ListNodesRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "include_revoked")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    INCLUDE_REVOKED_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    include_revoked: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., include_revoked: _Optional[bool] = ...) -> None: ...

class ListNodesResponse(_message.Message):
    __slots__ = ("nodes", "next_page_token")
    NODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    nodes: _containers.RepeatedCompositeFieldContainer[NodeInfo]
    next_page_token: str
    def __init__(self, nodes: _Optional[_Iterable[_Union[NodeInfo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetNodeRequest(_message.Message):
    __slots__ = ("node_id",)
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    def __init__(self, node_id: _Optional[str] = ...) -> None: ...

class SetNodeStateRequest(_message.Message):
    __slots__ = ("request_id", "node_id", "state", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_id: str
    state: NodeState
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., node_id: _Optional[str] = ..., state: _Optional[_Union[NodeState, str]] = ..., reason: _Optional[str] = ...) -> None: ...

class SetNodeLocationRequest(_message.Message):
    __slots__ = ("request_id", "node_id", "location")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    LOCATION_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_id: str
    location: Location
    def __init__(self, request_id: _Optional[str] = ..., node_id: _Optional[str] = ..., location: _Optional[_Union[Location, _Mapping]] = ...) -> None: ...

class ApproveNodeRequest(_message.Message):
    __slots__ = ("request_id", "node_id", "key_fingerprint", "owner")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    node_id: str
    key_fingerprint: str
    owner: str
    def __init__(self, request_id: _Optional[str] = ..., node_id: _Optional[str] = ..., key_fingerprint: _Optional[str] = ..., owner: _Optional[str] = ...) -> None: ...

class CreateJoinTokenRequest(_message.Message):
    __slots__ = ("request_id", "ttl_seconds", "uses_max", "owner", "note")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TTL_SECONDS_FIELD_NUMBER: _ClassVar[int]
    USES_MAX_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ttl_seconds: int
    uses_max: int
    owner: str
    note: str
    def __init__(self, request_id: _Optional[str] = ..., ttl_seconds: _Optional[int] = ..., uses_max: _Optional[int] = ..., owner: _Optional[str] = ..., note: _Optional[str] = ...) -> None: ...

class CreateJoinTokenResponse(_message.Message):
    __slots__ = ("token", "info")
    TOKEN_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    token: str
    info: JoinTokenInfo
    def __init__(self, token: _Optional[str] = ..., info: _Optional[_Union[JoinTokenInfo, _Mapping]] = ...) -> None: ...

class JoinTokenInfo(_message.Message):
    __slots__ = ("token_id", "owner", "note", "created_at", "expires_at", "uses_left", "revoked")
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    OWNER_FIELD_NUMBER: _ClassVar[int]
    NOTE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    USES_LEFT_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    token_id: str
    owner: str
    note: str
    created_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    uses_left: int
    revoked: bool
    def __init__(self, token_id: _Optional[str] = ..., owner: _Optional[str] = ..., note: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., uses_left: _Optional[int] = ..., revoked: _Optional[bool] = ...) -> None: ...

class ListJoinTokensRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListJoinTokensResponse(_message.Message):
    __slots__ = ("tokens",)
    TOKENS_FIELD_NUMBER: _ClassVar[int]
    tokens: _containers.RepeatedCompositeFieldContainer[JoinTokenInfo]
    def __init__(self, tokens: _Optional[_Iterable[_Union[JoinTokenInfo, _Mapping]]] = ...) -> None: ...

class RevokeJoinTokenRequest(_message.Message):
    __slots__ = ("request_id", "token_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TOKEN_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    token_id: str
    def __init__(self, request_id: _Optional[str] = ..., token_id: _Optional[str] = ...) -> None: ...

class RevokeJoinTokenResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class TransferInfo(_message.Message):
    __slots__ = ("sequence", "transfer_id", "kind", "to", "amount_mcpt", "task_id", "memo", "at", "pending_id", "hash", "balance_after_mcpt")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    TRANSFER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MCPT_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    MEMO_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    PENDING_ID_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    BALANCE_AFTER_MCPT_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    transfer_id: str
    kind: TransferKind
    to: str
    amount_mcpt: int
    task_id: str
    memo: str
    at: _timestamp_pb2.Timestamp
    pending_id: str
    hash: str
    balance_after_mcpt: int
    def __init__(self, sequence: _Optional[int] = ..., transfer_id: _Optional[str] = ..., kind: _Optional[_Union[TransferKind, str]] = ..., to: _Optional[str] = ..., amount_mcpt: _Optional[int] = ..., task_id: _Optional[str] = ..., memo: _Optional[str] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pending_id: _Optional[str] = ..., hash: _Optional[str] = ..., balance_after_mcpt: _Optional[int] = ..., **kwargs) -> None: ...

class ListTransfersRequest(_message.Message):
    __slots__ = ("username", "all_users", "page_size", "page_token", "task_id", "kinds", "since", "until")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    ALL_USERS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    username: str
    all_users: bool
    page_size: int
    page_token: str
    task_id: str
    kinds: _containers.RepeatedScalarFieldContainer[TransferKind]
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    def __init__(self, username: _Optional[str] = ..., all_users: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., task_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[TransferKind, str]]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListTransfersResponse(_message.Message):
    __slots__ = ("transfers", "next_page_token")
    TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    transfers: _containers.RepeatedCompositeFieldContainer[TransferInfo]
    next_page_token: str
    def __init__(self, transfers: _Optional[_Iterable[_Union[TransferInfo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class VerifyLedgerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VerifyLedgerResponse(_message.Message):
    __slots__ = ("ok", "rows", "first_bad_sequence", "fault", "head_hash")
    OK_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FIRST_BAD_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    HEAD_HASH_FIELD_NUMBER: _ClassVar[int]
    ok: bool
    rows: int
    first_bad_sequence: int
    fault: str
    head_hash: str
    def __init__(self, ok: _Optional[bool] = ..., rows: _Optional[int] = ..., first_bad_sequence: _Optional[int] = ..., fault: _Optional[str] = ..., head_hash: _Optional[str] = ...) -> None: ...

class GrantRequest(_message.Message):
    __slots__ = ("request_id", "to_username", "amount_mcpt", "reason")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TO_USERNAME_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_MCPT_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    to_username: str
    amount_mcpt: int
    reason: str
    def __init__(self, request_id: _Optional[str] = ..., to_username: _Optional[str] = ..., amount_mcpt: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class LedgerSummaryRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LedgerSummaryResponse(_message.Message):
    __slots__ = ("accounts", "total_mcpt", "held_mcpt", "transfers")
    class Account(_message.Message):
        __slots__ = ("name", "balance_mcpt", "held_mcpt")
        NAME_FIELD_NUMBER: _ClassVar[int]
        BALANCE_MCPT_FIELD_NUMBER: _ClassVar[int]
        HELD_MCPT_FIELD_NUMBER: _ClassVar[int]
        name: str
        balance_mcpt: int
        held_mcpt: int
        def __init__(self, name: _Optional[str] = ..., balance_mcpt: _Optional[int] = ..., held_mcpt: _Optional[int] = ...) -> None: ...
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MCPT_FIELD_NUMBER: _ClassVar[int]
    HELD_MCPT_FIELD_NUMBER: _ClassVar[int]
    TRANSFERS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[LedgerSummaryResponse.Account]
    total_mcpt: int
    held_mcpt: int
    transfers: int
    def __init__(self, accounts: _Optional[_Iterable[_Union[LedgerSummaryResponse.Account, _Mapping]]] = ..., total_mcpt: _Optional[int] = ..., held_mcpt: _Optional[int] = ..., transfers: _Optional[int] = ...) -> None: ...

class UserInfo(_message.Message):
    __slots__ = ("user_id", "username", "role", "disabled", "created_at", "permissions")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    user_id: str
    username: str
    role: str
    disabled: bool
    created_at: _timestamp_pb2.Timestamp
    permissions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, user_id: _Optional[str] = ..., username: _Optional[str] = ..., role: _Optional[str] = ..., disabled: _Optional[bool] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., permissions: _Optional[_Iterable[str]] = ...) -> None: ...

class ListUsersRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListUsersResponse(_message.Message):
    __slots__ = ("users", "next_page_token")
    USERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    users: _containers.RepeatedCompositeFieldContainer[UserInfo]
    next_page_token: str
    def __init__(self, users: _Optional[_Iterable[_Union[UserInfo, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CreateUserRequest(_message.Message):
    __slots__ = ("request_id", "username", "password", "role")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    password: str
    role: str
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ..., password: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...

class UpdateUserRequest(_message.Message):
    __slots__ = ("request_id", "username", "role", "disabled", "password")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DISABLED_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    role: str
    disabled: bool
    password: str
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ..., role: _Optional[str] = ..., disabled: _Optional[bool] = ..., password: _Optional[str] = ...) -> None: ...

class CreateResetCodeRequest(_message.Message):
    __slots__ = ("request_id", "username")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    username: str
    def __init__(self, request_id: _Optional[str] = ..., username: _Optional[str] = ...) -> None: ...

class ResetCodeInfo(_message.Message):
    __slots__ = ("code_id", "username", "expires_at")
    CODE_ID_FIELD_NUMBER: _ClassVar[int]
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    code_id: str
    username: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, code_id: _Optional[str] = ..., username: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreateResetCodeResponse(_message.Message):
    __slots__ = ("reset_code", "info")
    RESET_CODE_FIELD_NUMBER: _ClassVar[int]
    INFO_FIELD_NUMBER: _ClassVar[int]
    reset_code: str
    info: ResetCodeInfo
    def __init__(self, reset_code: _Optional[str] = ..., info: _Optional[_Union[ResetCodeInfo, _Mapping]] = ...) -> None: ...

class StreamServerLogRequest(_message.Message):
    __slots__ = ("level_min", "follow", "records_max")
    LEVEL_MIN_FIELD_NUMBER: _ClassVar[int]
    FOLLOW_FIELD_NUMBER: _ClassVar[int]
    RECORDS_MAX_FIELD_NUMBER: _ClassVar[int]
    level_min: LogLevel
    follow: bool
    records_max: int
    def __init__(self, level_min: _Optional[_Union[LogLevel, str]] = ..., follow: _Optional[bool] = ..., records_max: _Optional[int] = ...) -> None: ...

class ServerLogRecord(_message.Message):
    __slots__ = ("number", "at", "level", "event", "logger", "fields")
    class FieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    LOGGER_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    number: int
    at: _timestamp_pb2.Timestamp
    level: LogLevel
    event: str
    logger: str
    fields: _containers.ScalarMap[str, str]
    def __init__(self, number: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., level: _Optional[_Union[LogLevel, str]] = ..., event: _Optional[str] = ..., logger: _Optional[str] = ..., fields: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ServerLogBatch(_message.Message):
    __slots__ = ("records", "lost")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[ServerLogRecord]
    lost: int
    def __init__(self, records: _Optional[_Iterable[_Union[ServerLogRecord, _Mapping]]] = ..., lost: _Optional[int] = ...) -> None: ...

class AuditEvent(_message.Message):
    __slots__ = ("sequence", "at", "actor", "actor_name", "action", "target", "target_name", "details", "result", "peer", "times", "hash")
    class DetailsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    ACTOR_NAME_FIELD_NUMBER: _ClassVar[int]
    ACTION_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_NAME_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    HASH_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    at: _timestamp_pb2.Timestamp
    actor: str
    actor_name: str
    action: str
    target: str
    target_name: str
    details: _containers.ScalarMap[str, str]
    result: str
    peer: str
    times: int
    hash: str
    def __init__(self, sequence: _Optional[int] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., actor_name: _Optional[str] = ..., action: _Optional[str] = ..., target: _Optional[str] = ..., target_name: _Optional[str] = ..., details: _Optional[_Mapping[str, str]] = ..., result: _Optional[str] = ..., peer: _Optional[str] = ..., times: _Optional[int] = ..., hash: _Optional[str] = ...) -> None: ...

class ListAuditEventsRequest(_message.Message):
    __slots__ = ("page_size", "page_token", "since", "until", "actor", "target", "actions", "results", "refused")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    ACTIONS_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    actor: str
    target: str
    actions: _containers.RepeatedScalarFieldContainer[str]
    results: _containers.RepeatedScalarFieldContainer[str]
    refused: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., actor: _Optional[str] = ..., target: _Optional[str] = ..., actions: _Optional[_Iterable[str]] = ..., results: _Optional[_Iterable[str]] = ..., refused: _Optional[bool] = ...) -> None: ...

class ListAuditEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[AuditEvent]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[AuditEvent, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class VerifyAuditRequest(_message.Message):
    __slots__ = ("known_rows", "known_head_hash")
    KNOWN_ROWS_FIELD_NUMBER: _ClassVar[int]
    KNOWN_HEAD_HASH_FIELD_NUMBER: _ClassVar[int]
    known_rows: int
    known_head_hash: str
    def __init__(self, known_rows: _Optional[int] = ..., known_head_hash: _Optional[str] = ...) -> None: ...

class VerifyAuditResponse(_message.Message):
    __slots__ = ("ok", "rows", "first_bad_sequence", "fault", "head_hash")
    OK_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    FIRST_BAD_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FAULT_FIELD_NUMBER: _ClassVar[int]
    HEAD_HASH_FIELD_NUMBER: _ClassVar[int]
    ok: bool
    rows: int
    first_bad_sequence: int
    fault: str
    head_hash: str
    def __init__(self, ok: _Optional[bool] = ..., rows: _Optional[int] = ..., first_bad_sequence: _Optional[int] = ..., fault: _Optional[str] = ..., head_hash: _Optional[str] = ...) -> None: ...

class GetVpnRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class WatchVpnRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class VpnInfo(_message.Message):
    __slots__ = ("role", "state", "problem", "interface", "networks", "addresses", "endpoint", "port", "mtu", "keepalive_seconds", "public_key", "master_address", "backend", "missing", "found_addresses", "file", "peers", "hub_key_url", "hub_public_key", "hub")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROBLEM_FIELD_NUMBER: _ClassVar[int]
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    NETWORKS_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    MTU_FIELD_NUMBER: _ClassVar[int]
    KEEPALIVE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    MASTER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    BACKEND_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    FOUND_ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    PEERS_FIELD_NUMBER: _ClassVar[int]
    HUB_KEY_URL_FIELD_NUMBER: _ClassVar[int]
    HUB_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    HUB_FIELD_NUMBER: _ClassVar[int]
    role: VpnRole
    state: VpnState
    problem: str
    interface: str
    networks: _containers.RepeatedScalarFieldContainer[str]
    addresses: _containers.RepeatedScalarFieldContainer[str]
    endpoint: str
    port: int
    mtu: int
    keepalive_seconds: int
    public_key: str
    master_address: str
    backend: str
    missing: _containers.RepeatedCompositeFieldContainer[VpnBackend]
    found_addresses: _containers.RepeatedScalarFieldContainer[str]
    file: str
    peers: _containers.RepeatedCompositeFieldContainer[VpnPeer]
    hub_key_url: str
    hub_public_key: str
    hub: VpnPeer
    def __init__(self, role: _Optional[_Union[VpnRole, str]] = ..., state: _Optional[_Union[VpnState, str]] = ..., problem: _Optional[str] = ..., interface: _Optional[str] = ..., networks: _Optional[_Iterable[str]] = ..., addresses: _Optional[_Iterable[str]] = ..., endpoint: _Optional[str] = ..., port: _Optional[int] = ..., mtu: _Optional[int] = ..., keepalive_seconds: _Optional[int] = ..., public_key: _Optional[str] = ..., master_address: _Optional[str] = ..., backend: _Optional[str] = ..., missing: _Optional[_Iterable[_Union[VpnBackend, _Mapping]]] = ..., found_addresses: _Optional[_Iterable[str]] = ..., file: _Optional[str] = ..., peers: _Optional[_Iterable[_Union[VpnPeer, _Mapping]]] = ..., hub_key_url: _Optional[str] = ..., hub_public_key: _Optional[str] = ..., hub: _Optional[_Union[VpnPeer, _Mapping]] = ...) -> None: ...

class VpnBackend(_message.Message):
    __slots__ = ("name", "why", "remedy")
    NAME_FIELD_NUMBER: _ClassVar[int]
    WHY_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    name: str
    why: str
    remedy: str
    def __init__(self, name: _Optional[str] = ..., why: _Optional[str] = ..., remedy: _Optional[str] = ...) -> None: ...

class VpnPeer(_message.Message):
    __slots__ = ("peer_id", "name", "node_id", "public_key", "addresses", "endpoint", "last_handshake", "received_bytes", "sent_bytes", "created_at", "connected", "revoked", "past_tunnel")
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    LAST_HANDSHAKE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_BYTES_FIELD_NUMBER: _ClassVar[int]
    SENT_BYTES_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    REVOKED_FIELD_NUMBER: _ClassVar[int]
    PAST_TUNNEL_FIELD_NUMBER: _ClassVar[int]
    peer_id: str
    name: str
    node_id: str
    public_key: str
    addresses: _containers.RepeatedScalarFieldContainer[str]
    endpoint: str
    last_handshake: _timestamp_pb2.Timestamp
    received_bytes: int
    sent_bytes: int
    created_at: _timestamp_pb2.Timestamp
    connected: bool
    revoked: bool
    past_tunnel: bool
    def __init__(self, peer_id: _Optional[str] = ..., name: _Optional[str] = ..., node_id: _Optional[str] = ..., public_key: _Optional[str] = ..., addresses: _Optional[_Iterable[str]] = ..., endpoint: _Optional[str] = ..., last_handshake: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., received_bytes: _Optional[int] = ..., sent_bytes: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., connected: _Optional[bool] = ..., revoked: _Optional[bool] = ..., past_tunnel: _Optional[bool] = ...) -> None: ...

class SetUpVpnRequest(_message.Message):
    __slots__ = ("request_id", "role", "interface", "network4", "network6", "endpoint_host", "port", "mtu", "keepalive_seconds", "configuration", "check_only", "hub_key_url", "hub_key_pin", "addresses")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    NETWORK4_FIELD_NUMBER: _ClassVar[int]
    NETWORK6_FIELD_NUMBER: _ClassVar[int]
    ENDPOINT_HOST_FIELD_NUMBER: _ClassVar[int]
    PORT_FIELD_NUMBER: _ClassVar[int]
    MTU_FIELD_NUMBER: _ClassVar[int]
    KEEPALIVE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    CONFIGURATION_FIELD_NUMBER: _ClassVar[int]
    CHECK_ONLY_FIELD_NUMBER: _ClassVar[int]
    HUB_KEY_URL_FIELD_NUMBER: _ClassVar[int]
    HUB_KEY_PIN_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    role: VpnRole
    interface: str
    network4: str
    network6: str
    endpoint_host: str
    port: int
    mtu: int
    keepalive_seconds: int
    configuration: str
    check_only: bool
    hub_key_url: str
    hub_key_pin: str
    addresses: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., role: _Optional[_Union[VpnRole, str]] = ..., interface: _Optional[str] = ..., network4: _Optional[str] = ..., network6: _Optional[str] = ..., endpoint_host: _Optional[str] = ..., port: _Optional[int] = ..., mtu: _Optional[int] = ..., keepalive_seconds: _Optional[int] = ..., configuration: _Optional[str] = ..., check_only: _Optional[bool] = ..., hub_key_url: _Optional[str] = ..., hub_key_pin: _Optional[str] = ..., addresses: _Optional[_Iterable[str]] = ...) -> None: ...

class StopVpnRequest(_message.Message):
    __slots__ = ("request_id",)
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    def __init__(self, request_id: _Optional[str] = ...) -> None: ...

class AddVpnPeerRequest(_message.Message):
    __slots__ = ("request_id", "name", "public_key")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    name: str
    public_key: str
    def __init__(self, request_id: _Optional[str] = ..., name: _Optional[str] = ..., public_key: _Optional[str] = ...) -> None: ...

class RenameVpnPeerRequest(_message.Message):
    __slots__ = ("request_id", "peer", "name")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    peer: str
    name: str
    def __init__(self, request_id: _Optional[str] = ..., peer: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class RevokeVpnPeerRequest(_message.Message):
    __slots__ = ("request_id", "peer")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    peer: str
    def __init__(self, request_id: _Optional[str] = ..., peer: _Optional[str] = ...) -> None: ...

class RotateVpnKeyRequest(_message.Message):
    __slots__ = ("request_id", "peer")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    peer: str
    def __init__(self, request_id: _Optional[str] = ..., peer: _Optional[str] = ...) -> None: ...

class RotateVpnKeyResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DiagnoseVpnRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DiagnoseVpnResponse(_message.Message):
    __slots__ = ("checks",)
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    checks: _containers.RepeatedCompositeFieldContainer[VpnCheck]
    def __init__(self, checks: _Optional[_Iterable[_Union[VpnCheck, _Mapping]]] = ...) -> None: ...

class VpnCheck(_message.Message):
    __slots__ = ("name", "result", "found", "remedy")
    class Result(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        RESULT_UNSPECIFIED: _ClassVar[VpnCheck.Result]
        RESULT_GOOD: _ClassVar[VpnCheck.Result]
        RESULT_WARNING: _ClassVar[VpnCheck.Result]
        RESULT_BAD: _ClassVar[VpnCheck.Result]
        RESULT_NOT_TRIED: _ClassVar[VpnCheck.Result]
    RESULT_UNSPECIFIED: VpnCheck.Result
    RESULT_GOOD: VpnCheck.Result
    RESULT_WARNING: VpnCheck.Result
    RESULT_BAD: VpnCheck.Result
    RESULT_NOT_TRIED: VpnCheck.Result
    NAME_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    REMEDY_FIELD_NUMBER: _ClassVar[int]
    name: str
    result: VpnCheck.Result
    found: str
    remedy: str
    def __init__(self, name: _Optional[str] = ..., result: _Optional[_Union[VpnCheck.Result, str]] = ..., found: _Optional[str] = ..., remedy: _Optional[str] = ...) -> None: ...

class JoinVpnRequest(_message.Message):
    __slots__ = ("request_id", "public_key")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    public_key: str
    def __init__(self, request_id: _Optional[str] = ..., public_key: _Optional[str] = ...) -> None: ...

class VpnMembership(_message.Message):
    __slots__ = ("peer_id", "name", "addresses", "hub_public_key", "hub_endpoint", "allowed", "mtu", "keepalive_seconds", "master_address", "interface", "preshared_key")
    PEER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ADDRESSES_FIELD_NUMBER: _ClassVar[int]
    HUB_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    HUB_ENDPOINT_FIELD_NUMBER: _ClassVar[int]
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    MTU_FIELD_NUMBER: _ClassVar[int]
    KEEPALIVE_SECONDS_FIELD_NUMBER: _ClassVar[int]
    MASTER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    INTERFACE_FIELD_NUMBER: _ClassVar[int]
    PRESHARED_KEY_FIELD_NUMBER: _ClassVar[int]
    peer_id: str
    name: str
    addresses: _containers.RepeatedScalarFieldContainer[str]
    hub_public_key: str
    hub_endpoint: str
    allowed: _containers.RepeatedScalarFieldContainer[str]
    mtu: int
    keepalive_seconds: int
    master_address: str
    interface: str
    preshared_key: str
    def __init__(self, peer_id: _Optional[str] = ..., name: _Optional[str] = ..., addresses: _Optional[_Iterable[str]] = ..., hub_public_key: _Optional[str] = ..., hub_endpoint: _Optional[str] = ..., allowed: _Optional[_Iterable[str]] = ..., mtu: _Optional[int] = ..., keepalive_seconds: _Optional[int] = ..., master_address: _Optional[str] = ..., interface: _Optional[str] = ..., preshared_key: _Optional[str] = ...) -> None: ...

class TunnelNotice(_message.Message):
    __slots__ = ("offered", "master_address", "rotate_key", "hub_key_in_ms")
    OFFERED_FIELD_NUMBER: _ClassVar[int]
    MASTER_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    ROTATE_KEY_FIELD_NUMBER: _ClassVar[int]
    HUB_KEY_IN_MS_FIELD_NUMBER: _ClassVar[int]
    offered: bool
    master_address: str
    rotate_key: bool
    hub_key_in_ms: int
    def __init__(self, offered: _Optional[bool] = ..., master_address: _Optional[str] = ..., rotate_key: _Optional[bool] = ..., hub_key_in_ms: _Optional[int] = ...) -> None: ...

class WatchNodeRequest(_message.Message):
    __slots__ = ("node_id",)
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    def __init__(self, node_id: _Optional[str] = ...) -> None: ...

class WatchRequest(_message.Message):
    __slots__ = ("tasks_max", "money_alone")
    TASKS_MAX_FIELD_NUMBER: _ClassVar[int]
    MONEY_ALONE_FIELD_NUMBER: _ClassVar[int]
    tasks_max: int
    money_alone: bool
    def __init__(self, tasks_max: _Optional[int] = ..., money_alone: _Optional[bool] = ...) -> None: ...

class WatchUpdate(_message.Message):
    __slots__ = ("number", "snapshot", "snapshot_end", "at", "tasks", "nodes", "samples", "stats", "balance", "transfers_changed")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_END_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NODES_FIELD_NUMBER: _ClassVar[int]
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    STATS_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    TRANSFERS_CHANGED_FIELD_NUMBER: _ClassVar[int]
    number: int
    snapshot: bool
    snapshot_end: bool
    at: _timestamp_pb2.Timestamp
    tasks: _containers.RepeatedCompositeFieldContainer[TaskInfo]
    nodes: _containers.RepeatedCompositeFieldContainer[NodeInfo]
    samples: _containers.RepeatedCompositeFieldContainer[NodeSample]
    stats: PoolStats
    balance: GetBalanceResponse
    transfers_changed: bool
    def __init__(self, number: _Optional[int] = ..., snapshot: _Optional[bool] = ..., snapshot_end: _Optional[bool] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[TaskInfo, _Mapping]]] = ..., nodes: _Optional[_Iterable[_Union[NodeInfo, _Mapping]]] = ..., samples: _Optional[_Iterable[_Union[NodeSample, _Mapping]]] = ..., stats: _Optional[_Union[PoolStats, _Mapping]] = ..., balance: _Optional[_Union[GetBalanceResponse, _Mapping]] = ..., transfers_changed: _Optional[bool] = ...) -> None: ...

class NodeSample(_message.Message):
    __slots__ = ("node_id", "usage", "at")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    USAGE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    usage: NodeUsage
    at: _timestamp_pb2.Timestamp
    def __init__(self, node_id: _Optional[str] = ..., usage: _Optional[_Union[NodeUsage, _Mapping]] = ..., at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PoolStats(_message.Message):
    __slots__ = ("at", "nodes_online", "nodes_known", "tasks_queued", "tasks_assigned", "tasks_running", "tasks_succeeded", "tasks_failed", "tasks_cancelled", "attempts_lost", "charged_mcpt", "cpu_millicores", "cpu_millicores_held", "memory_mib", "memory_mib_held", "gpus", "gpus_held", "cpu_percent", "memory_percent", "gpu_percent")
    AT_FIELD_NUMBER: _ClassVar[int]
    NODES_ONLINE_FIELD_NUMBER: _ClassVar[int]
    NODES_KNOWN_FIELD_NUMBER: _ClassVar[int]
    TASKS_QUEUED_FIELD_NUMBER: _ClassVar[int]
    TASKS_ASSIGNED_FIELD_NUMBER: _ClassVar[int]
    TASKS_RUNNING_FIELD_NUMBER: _ClassVar[int]
    TASKS_SUCCEEDED_FIELD_NUMBER: _ClassVar[int]
    TASKS_FAILED_FIELD_NUMBER: _ClassVar[int]
    TASKS_CANCELLED_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_LOST_FIELD_NUMBER: _ClassVar[int]
    CHARGED_MCPT_FIELD_NUMBER: _ClassVar[int]
    CPU_MILLICORES_FIELD_NUMBER: _ClassVar[int]
    CPU_MILLICORES_HELD_FIELD_NUMBER: _ClassVar[int]
    MEMORY_MIB_FIELD_NUMBER: _ClassVar[int]
    MEMORY_MIB_HELD_FIELD_NUMBER: _ClassVar[int]
    GPUS_FIELD_NUMBER: _ClassVar[int]
    GPUS_HELD_FIELD_NUMBER: _ClassVar[int]
    CPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    MEMORY_PERCENT_FIELD_NUMBER: _ClassVar[int]
    GPU_PERCENT_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    nodes_online: int
    nodes_known: int
    tasks_queued: int
    tasks_assigned: int
    tasks_running: int
    tasks_succeeded: int
    tasks_failed: int
    tasks_cancelled: int
    attempts_lost: int
    charged_mcpt: int
    cpu_millicores: int
    cpu_millicores_held: int
    memory_mib: int
    memory_mib_held: int
    gpus: int
    gpus_held: int
    cpu_percent: int
    memory_percent: int
    gpu_percent: int
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., nodes_online: _Optional[int] = ..., nodes_known: _Optional[int] = ..., tasks_queued: _Optional[int] = ..., tasks_assigned: _Optional[int] = ..., tasks_running: _Optional[int] = ..., tasks_succeeded: _Optional[int] = ..., tasks_failed: _Optional[int] = ..., tasks_cancelled: _Optional[int] = ..., attempts_lost: _Optional[int] = ..., charged_mcpt: _Optional[int] = ..., cpu_millicores: _Optional[int] = ..., cpu_millicores_held: _Optional[int] = ..., memory_mib: _Optional[int] = ..., memory_mib_held: _Optional[int] = ..., gpus: _Optional[int] = ..., gpus_held: _Optional[int] = ..., cpu_percent: _Optional[int] = ..., memory_percent: _Optional[int] = ..., gpu_percent: _Optional[int] = ...) -> None: ...

class GetHistoryRequest(_message.Message):
    __slots__ = ("node_id", "since", "by_minute")
    NODE_ID_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    BY_MINUTE_FIELD_NUMBER: _ClassVar[int]
    node_id: str
    since: _timestamp_pb2.Timestamp
    by_minute: bool
    def __init__(self, node_id: _Optional[str] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., by_minute: _Optional[bool] = ...) -> None: ...

class GetHistoryResponse(_message.Message):
    __slots__ = ("samples", "stats")
    SAMPLES_FIELD_NUMBER: _ClassVar[int]
    STATS_FIELD_NUMBER: _ClassVar[int]
    samples: _containers.RepeatedCompositeFieldContainer[NodeSample]
    stats: _containers.RepeatedCompositeFieldContainer[PoolStats]
    def __init__(self, samples: _Optional[_Iterable[_Union[NodeSample, _Mapping]]] = ..., stats: _Optional[_Iterable[_Union[PoolStats, _Mapping]]] = ...) -> None: ...
