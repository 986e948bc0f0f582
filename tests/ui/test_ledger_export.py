"""Files of transfers: whole or not there, and no formula in them."""

import csv
import io
import json
from pathlib import Path

import pytest

from app.common.exports import ExportKind, plain_cell
from app.common.vocabulary import TransferKind
from tests.ui.ledger_rows import transfer
from ui.models.ledger_export import HEADER, LedgerFile


def lines_of(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))


def test_csv_has_a_line_for_each_with_plain_amounts(tmp_path):
    path = tmp_path / "ledger.csv"
    with LedgerFile(path, ExportKind.CSV, "alice") as file:
        assert file.add([transfer(2, amount=12_500, balance=-500, memo='lunch, "hot"')]) == 1
        assert file.add([transfer(1, TransferKind.HOLD, task_id="01x")]) == 2
    head, first, second = lines_of(path)
    assert tuple(head) == HEADER
    row = dict(zip(HEADER, first, strict=True))
    assert (row["amount_cpt"], row["moved_cpt"], row["balance_after_cpt"]) == (
        "12.5",
        "-12.5",
        "-0.5",
    )
    assert row["memo"] == 'lunch, "hot"'
    assert dict(zip(HEADER, second, strict=True))["moved_cpt"] == "0"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_memo_is_no_formula(tmp_path, start):
    path = tmp_path / "ledger.csv"
    memo = f'{start}HYPERLINK("http://x")'
    with LedgerFile(path, ExportKind.CSV, "alice") as file:
        file.add([transfer(1, memo=memo)])
    (_, row) = lines_of(path)
    assert row[HEADER.index("memo")] == f"'{memo}"


def test_plain_text_stays_as_it_is():
    assert plain_cell("a=b") == "a=b"


def test_json_has_whole_numbers_and_is_a_list(tmp_path):
    path = tmp_path / "ledger.json"
    with LedgerFile(path, ExportKind.JSON, "alice") as file:
        file.add([transfer(2, memo="午饭"), transfer(1)])
    first, second = json.loads(path.read_text(encoding="utf-8"))
    assert (first["sequence"], second["sequence"]) == (2, 1)
    assert (first["amount_mcpt"], first["memo"], first["kind"]) == (1000, "午饭", "payment")


def test_an_empty_list_is_json_too(tmp_path):
    path = tmp_path / "ledger.json"
    with LedgerFile(path, ExportKind.JSON, ""):
        pass
    assert json.loads(path.read_text()) == []


def test_a_failure_leaves_what_was_there_before(tmp_path):
    path = tmp_path / "ledger.csv"
    path.write_text("before")
    broken = transfer(1, at=-(10**15))
    with pytest.raises(ValueError, match="range"), LedgerFile(path, ExportKind.CSV, "") as file:
        file.add([transfer(2), broken])
    assert path.read_text() == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["ledger.csv"]
