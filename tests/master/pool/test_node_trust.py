"""How trust follows from isolation and record."""

import pytest

from app.common.vocabulary import IsolationClass, TrustLevel
from app.master.pool.trust import NodeHistory, initial_trust, judge

# isolation, results in a row, results, drops -> level
TABLE = """
CONTAINER   0    0  0  NORMAL
CONTAINER  49   49  0  NORMAL
CONTAINER  50   50  0  HIGH
CONTAINER  50  500  3  HIGH
CONTAINER   0    9  3  LOW
CONTAINER   2    2  2  NORMAL
SANDBOX     0    0  0  LOW
SANDBOX     9    9  0  LOW
SANDBOX    10   10  0  NORMAL
SANDBOX   500  500  0  NORMAL
SANDBOX    10   10  3  LOW
NONE        0    0  0  LOW
"""


@pytest.mark.parametrize("line", TABLE.strip().splitlines())
def test_table(line: str) -> None:
    isolation, streak, succeeded, drops, level = line.split()
    judged, reason = judge(
        NodeHistory(IsolationClass[isolation], int(streak), int(succeeded), int(drops))
    )
    assert judged is TrustLevel[level]
    assert reason


@pytest.mark.parametrize("isolation", IsolationClass)
def test_a_node_without_a_record_stands_where_it_begins(isolation: IsolationClass) -> None:
    assert judge(NodeHistory(isolation, 0, 0, 0)) == initial_trust(isolation)
