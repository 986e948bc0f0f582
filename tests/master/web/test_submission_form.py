"""What the form of a submission asks for, on the wire."""

import pytest

from app.common.errors import HiveMindError, Reason
from app.master.web.submission_form import spec_of
from proto import nodepool_pb2 as pb


def test_when_results_are_the_same() -> None:
    spec = spec_of({"result_comparer": "numbers", "tolerance": "0.0025"}, "job.zip")
    assert spec.result_comparer == pb.RESULT_COMPARER_NUMBERS
    assert spec.result_tolerance_ppb == 2_500_000
    usual = spec_of({"result_comparer": "exact", "tolerance": ""}, "job.zip")
    assert (usual.result_comparer, usual.result_tolerance_ppb) == (pb.RESULT_COMPARER_EXACT, 0)


@pytest.mark.parametrize(
    "given", [{"result_comparer": "mostly"}, {"tolerance": "little"}, {"tolerance": "-1"}]
)
def test_what_is_no_rule_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(HiveMindError) as refused:
        spec_of(given, "job.zip")
    assert refused.value.reason is Reason.INVALID_FIELD
