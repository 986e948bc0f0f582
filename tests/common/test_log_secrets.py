"""What looks like a secret is blacked out before a record is kept or printed."""

import json
import subprocess
import sys

import pytest

from app.common.log_secrets import BLACK, black_out, is_secret_name, without_secrets

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
JOIN = "HM1-" + "a" * 52 + "-abcdefgh-" + "0" * 26
REFRESH = "HMR1." + "0" * 26 + ".3." + "x" * 43


@pytest.mark.parametrize(
    "name",
    ["password", "new_password", "access_token", "token", "join_token", "Authorization", "secret",
     "setup_code", "join_token_secret", "private_key"],
)  # fmt: skip
def test_a_field_with_such_a_name_is_black(name):
    assert black_out(None, "info", {"event": "x", name: "canary"}) == {"event": "x", name: BLACK}


@pytest.mark.parametrize("name", ["tokens", "token_id", "node", "reason", "task", "key"])
def test_other_fields_are_not(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize("secret", [JWT, JOIN, JOIN.lower(), REFRESH, f"Bearer {'z' * 40}"])
def test_a_token_in_a_text_is_black(secret):
    shown = without_secrets(f"before {secret} after")
    assert secret.split()[-1] not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_a_key_is_black():
    body = "MC4CAQAwBQYDK2VwBCIEIA\n" * 3
    key = f"-----BEGIN PRIVATE KEY-----\n{body}-----END PRIVATE KEY-----"
    assert without_secrets(f"read {key}!") == f"read {BLACK}!"


def test_what_is_no_secret_stays():
    for said in ("node connected", "127.0.0.1:50051", "sha256:" + "ab" * 32, "HM1 is the prefix"):
        assert without_secrets(said) == said


PROGRAM = f"""
import logging, structlog
from app.common.clock import SystemClock
from app.common.log_output import configure_logs
from app.common.log_ring import LogRing
from app.common.vocabulary import LogLevel
ring = LogRing(SystemClock())
configure_logs("INFO", ring)
log = structlog.get_logger("app.part")
log.info("signed in", password="canary-one", header="Bearer canarycanarycanary")
log.debug("too fine to be kept")
logging.getLogger("library").warning("sent %s", "{JWT}")
try:
    raise RuntimeError("no token {JOIN}")
except RuntimeError:
    log.exception("call failed", node="n1")
for record in ring.read(1, LogLevel.DEBUG, 100).records:
    print(record.level.name, record.logger, record.event, dict(record.fields), sep="|")
"""


def test_both_what_is_printed_and_what_is_kept_are_without_secrets():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    kept = done.stdout.splitlines()
    assert kept[0] == (
        f"INFO|app.part|signed in|{{'password': '{BLACK}', 'header': 'Bearer {BLACK}'}}"
    )
    assert kept[1] == f"WARNING|library|sent {BLACK}|{{}}"
    assert kept[2].startswith("ERROR|app.part|call failed|{'node': 'n1', 'exception': ")
    assert "RuntimeError" in kept[2]
    for secret in ("canary", JWT, JOIN):
        assert secret not in done.stdout
    first, second, *_ = (json.loads(line) for line in done.stderr.splitlines())
    assert (first["event"], first["password"]) == ("signed in", BLACK)
    assert second["event"] == f"sent {BLACK}"
    for secret in ("canary", JWT, JOIN):
        assert secret not in done.stderr
