"""Documents generated from the code are those of this code."""

import pytest

from build_scripts import wire_comments
from build_scripts.reference import DOCUMENTS, FOLDER


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_generated_document_is_current(name):
    kept = (FOLDER / name).read_text(encoding="utf-8")
    assert kept == DOCUMENTS[name](), "run python3 build_scripts/dev.py docs"


def test_the_comments_of_the_wire_are_current():
    kept = wire_comments.TARGET.read_text(encoding="utf-8")
    assert kept == wire_comments.comments(), "run python3 build_scripts/dev.py docs"
