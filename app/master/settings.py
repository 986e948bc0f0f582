"""The master's settings: defaults, then a TOML file, then the environment, then arguments.

`GRPC_SERVER_ADDRESS`, `UI_PORT`, `UI_HOST` and `LOG_LEVEL` are read under these names; every other
setting is read from `HIVEMIND_<NAME>`. The docstring of a field is its documentation.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.common.errors import HiveMindError, Reason
from app.common.files import atomic_write, private_folder

#: In the data folder: what was chosen in the console.
KEPT_FILE = "settings.toml"


def default_data_dir() -> Path:
    """Where this platform keeps a user's application data."""
    return Path(platformdirs.user_data_dir("hivemind-master", appauthor=False))


class Settings(BaseSettings):
    """All settings of a master."""

    model_config = SettingsConfigDict(
        env_prefix="HIVEMIND_", extra="forbid", populate_by_name=True, frozen=True
    )

    grpc_server_address: str = Field(
        "0.0.0.0:50051",
        validation_alias=AliasChoices("GRPC_SERVER_ADDRESS", "grpc_server_address"),
        description="Address and port where workers and users connect (gRPC over TLS).",
    )
    ui_port: int = Field(
        5001,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("UI_PORT", "ui_port"),
        description="Port of the web page and the HTTP API.",
    )
    ui_host: str = Field(
        "127.0.0.1",
        validation_alias=AliasChoices("UI_HOST", "ui_host"),
        description="Address of the web page and the HTTP API. On the loopback address it speaks "
        "HTTP; on any other (0.0.0.0: on all) it speaks HTTPS with the master's certificate.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO",
        validation_alias=AliasChoices("LOG_LEVEL", "log_level"),
        description="The least severe log records that are written.",
    )
    data_dir: Path = Field(
        default_factory=default_data_dir,
        description="Folder of the database, keys, artifacts and logs; private to its user.",
    )
    key_store: Literal["file", "keyring"] = Field(
        "file",
        description="Where the key lives that seals the pool's secrets: a file, or the keyring "
        "of the user who runs the master (Secret Service, Windows' credentials).",
    )
    key_file: Path | None = Field(
        None,
        description="That file, if not secrets/master.key in the data folder: on another disk, a "
        "copy of the data folder opens nothing.",
    )
    database_url: str = Field(
        "",
        description="A postgresql:// address; empty: a SQLite file in the data folder.",
    )
    pool_name: str = Field("My pool", max_length=100, description="What people call this pool.")
    server_names: tuple[str, ...] = Field(
        (), description="Further names and addresses for the server's certificate."
    )
    announce: bool = Field(default=True, description="Announce this master on the local network.")
    registration_open: bool = Field(
        default=True, description="Whether people may register themselves."
    )
    calls_per_second: int = Field(
        500,
        ge=10,
        description="Calls that one user, node or unknown address may make a second, in the long "
        "run; four times as many at once.",
    )
    stream_things_per_second: int = Field(
        5000,
        ge=10,
        description="Messages, and things bundled in them, that one caller may send a second in "
        "streams, in the long run; four times as many at once. A node sends two for each task.",
    )
    grant_mcpt: int = Field(100_000, ge=0, description="mCPT that a new user gets.")
    fee_permille: int = Field(
        0, ge=0, le=1000, description="Thousandths of each settlement that the pool keeps."
    )
    check_results: Literal["off", "low", "normal"] = Field(
        "low",
        description="Results of which nodes are checked by running the task again on a node of "
        "another owner: of none, of those that confine tasks in a sandbox or fell to low trust, or "
        "of all. Nodes of the task's owner, of operators and of admins are believed.",
    )
    canary_tasks: tuple[str, ...] = Field(
        (),
        description="Ids of tasks of operators or admins that succeeded, and whose results are "
        "right: nodes whose results are checked get one of them now and then, and do not know it.",
    )
    canary_minutes: int = Field(
        60, ge=1, description="Minutes from one canary task to the next, for each such node."
    )
    heartbeat_seconds: int = Field(30, ge=1, le=600, description="How often a node reports.")
    heartbeat_timeout_seconds: float = Field(
        75.0, ge=1, description="Silence after which a node is taken for lost."
    )
    lease_grace_seconds: float = Field(
        0.5, ge=0, description="How long leases outlive a node's broken stream."
    )
    recovery_grace_seconds: float = Field(
        30.0, ge=0, description="How long leases wait for their nodes after the master's restart."
    )
    cpu_percent_max: int = Field(
        95,
        ge=1,
        le=100,
        description="No placement on nodes that are busier with what is not the pool's; 100: off.",
    )
    memory_percent_max: int = Field(95, ge=1, le=100, description="As above, for memory.")
    gpu_percent_max: int = Field(95, ge=1, le=100, description="As above, for the GPU.")
    vpn_key_days: int = Field(
        90,
        ge=0,
        description="Days after which a node's key in the encrypted network is changed, and the "
        "hub's while no phone or laptop depends on it; 0: never.",
    )
    artifact_bytes_max: int = Field(
        2 * 1024**3, ge=1024, description="Largest task archive or result."
    )
    user_quota_bytes: int = Field(
        20 * 1024**3, ge=1024, description="Archives and results that one user may keep."
    )
    result_days: int = Field(30, ge=1, description="Days for which results are kept.")
    log_bytes_max: int = Field(
        64 * 1024**2, ge=1024, description="Kept of each of a task's stdout and stderr."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - not read
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    @property
    def grpc_host(self) -> str:
        return self.grpc_server_address.rpartition(":")[0].strip("[]")

    @property
    def grpc_port(self) -> int:
        return int(self.grpc_server_address.rpartition(":")[2])


def load_settings(toml_file: Path | None = None, **arguments: Any) -> Settings:
    """The settings in force; `arguments` win over everything.

    Without `toml_file` the file that `keep_settings` wrote in the data folder is read, if
    there is one. Raises HiveMindError(CONFIG_INVALID) naming the setting and what is wrong with it.
    """

    if toml_file is not None and not toml_file.is_file():
        raise HiveMindError(Reason.CONFIG_INVALID, f"There is no settings file {toml_file}.")
    try:
        if toml_file is None:
            toml_file = Settings(**arguments).data_dir / KEPT_FILE

        class FromFile(Settings):
            model_config = SettingsConfigDict(toml_file=toml_file)

        settings = FromFile(**arguments)
        _check_address(settings)
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(str(part) for part in problem["loc"]) or "settings"
        raise HiveMindError(
            Reason.CONFIG_INVALID,
            f"The setting {name} is not usable: {problem['msg']}.",
            field=name,
        ) from error
    except ValueError as error:
        raise HiveMindError(
            Reason.CONFIG_INVALID, f"The settings cannot be read: {error}"
        ) from error
    return settings


def keep_settings(data_dir: Path, values: Mapping[str, str | int]) -> None:
    """Keep `values` by their names for later starts with this data folder. Raises OSError."""
    private_folder(data_dir)
    # A JSON string or number is one of TOML as well.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    atomic_write(data_dir / KEPT_FILE, ("\n".join(lines) + "\n").encode())


def _check_address(settings: Settings) -> None:
    host, _, port = settings.grpc_server_address.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ValueError(
            f"grpc_server_address must be HOST:PORT, not {settings.grpc_server_address!r}"
        )
