"""One call for each of many: all are tried, and what was refused is told."""

import pytest

from app.common.errors import HiveMindError, Reason
from ui.bulk import for_each


async def test_each_is_called_once():
    called = []

    async def call(each):
        called.append(each)

    assert await for_each([str(number) for number in range(20)], call) == 20
    assert sorted(map(int, called)) == list(range(20))


async def test_the_rest_goes_on_when_one_is_refused():
    called = []

    async def call(each):
        called.append(each)
        if each == "b":
            raise HiveMindError(Reason.NODE_REVOKED, "It is revoked.", node="b")

    with pytest.raises(HiveMindError, match=r"1 of 3 .* It is revoked\.") as refused:
        await for_each(["a", "b", "c"], call)
    assert called == ["a", "b", "c"]
    assert refused.value.reason is Reason.NODE_REVOKED
    assert refused.value.details == {"node": "b", "first": "It is revoked."}


async def test_one_alone_is_refused_in_its_own_words():
    async def call(_each):
        raise HiveMindError(Reason.NODE_REVOKED, "It is revoked.")

    with pytest.raises(HiveMindError, match=r"^It is revoked\.$"):
        await for_each(["a"], call)
