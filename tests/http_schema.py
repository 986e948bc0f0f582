"""schemathesis against a whole master, by the description that it gives of itself.

    python -m tests.http_schema [EXAMPLES]

Also what schemathesis itself loads, to sign in and stay so: see `run`.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import httpx
import schemathesis

from bench.pool import ADMIN, PASSWORD, ROOT, running_master

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "ignored_auth",
    "unsupported_method",
    "negative_data_rejection",
)
#: They never end, end the session that asks, or change the machine.
LEFT_OUT = (
    "TaskService_StreamLog",
    "SessionService_SignOut",
    "SessionService_ChangePassword",
    "VpnService_SetUpVpn",
)
EXAMPLES = 100
PHASES = "examples,coverage,fuzzing,stateful"
#: A token's time is a quarter of an hour.
REFRESH_SECONDS = 600
_ADDRESS = "HIVEMIND_TRIED_ADDRESS"


@schemathesis.auth(refresh_interval=REFRESH_SECONDS)
class Session:
    """Signs in once, and gets another token before the time of one is over.

    To sign in again would be refused: so many guesses come from here that the address waits.
    """

    refresh_token = ""

    def get(self, _case: object, _context: object) -> str:
        with httpx.Client(base_url=f"{os.environ[_ADDRESS]}/api/v1", timeout=30) as http:
            if Session.refresh_token:
                answer = http.post(
                    "/session/refresh", json={"refresh_token": Session.refresh_token}
                )
            else:
                answer = http.post("/session", json={"username": ADMIN, "password": PASSWORD})
        tokens = answer.raise_for_status().json()
        Session.refresh_token = tokens["refresh_token"]
        return str(tokens["access_token"])

    def set(self, case: schemathesis.Case, data: str, _context: object) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


async def run(folder: Path, examples: int, phases: str = PHASES) -> tuple[int, str]:
    """The exit status of schemathesis and what it said; 0: nothing found, the master alive."""
    async with running_master(folder) as master:
        address = master.ready["web_address"]
        command = ["-m", "schemathesis.cli", "run", f"{address}/api/v1/openapi.json"]
        command += ["--max-examples", str(examples), "--checks", ",".join(CHECKS)]
        command += ["--phases", phases, "--no-color"]
        command += ["--exclude-path-regex", "/events$", "--request-timeout", "20"]
        command += ["--generation-database", "none", "--seed", "1", "--warnings", "off"]
        for operation in LEFT_OUT:
            command += ["--exclude-operation-id", operation]
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *command,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {_ADDRESS: address, "SCHEMATHESIS_HOOKS": "tests.http_schema"},
        )
        said, _ = await process.communicate()
        alive = master.process is not None and master.process.poll() is None
        status = process.returncode or 0
        return (status if alive else 1), said.decode()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        wanted = int(sys.argv[1]) if len(sys.argv) > 1 else EXAMPLES
        status, said = asyncio.run(run(Path(folder), wanted))
    print(said)  # noqa: T201 - a command
    sys.exit(status)
