"""The API is what it says of itself: tried with what its description allows, and what not.

`python -m tests.http_schema` tries a hundred examples an operation, and the edges of each field.
"""

from pathlib import Path

import pytest

from tests.http_schema import run

#: A few a run: the whole takes many minutes.
EXAMPLES = 3
PHASES = "examples,fuzzing,stateful"


@pytest.mark.timeout(280)
async def test_the_api_keeps_to_its_description(tmp_path: Path) -> None:
    status, said = await run(tmp_path, EXAMPLES, PHASES)
    assert status == 0, said[-8000:]
    assert "No issues found" in said
