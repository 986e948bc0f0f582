"""What is asked of the master's ledger."""

import datetime as dt

from proto import nodepool_pb2 as pb


def answering(message):
    """An answer that is always the same."""

    async def answer(_request):
        return message

    return answer


async def test_a_period_is_asked_for_in_any_zone(pool, fake):
    fake.answers["ListTransfers"] = answering(pb.ListTransfersResponse())
    zone = dt.timezone(dt.timedelta(hours=8))
    since = dt.datetime(2026, 11, 25, 8, tzinfo=zone)
    await pool.ledger.page(since=since)
    assert [each async for each in pool.ledger.iterate(until=since)] == []
    first, second = (asked for name, asked in fake.asked if name == "ListTransfers")
    assert first.since.ToJsonString() == "2026-11-25T00:00:00Z"
    assert not first.HasField("until")
    assert second.until == first.since
    assert not second.HasField("since")


async def test_a_grant_may_be_repeated_under_its_id(pool, fake):
    fake.answers["Grant"] = answering(pb.TransferResponse())
    for _ in range(2):
        await pool.ledger.grant("bob", 1000, "welcome", "the-same")
    await pool.ledger.grant("bob", 1000, "welcome")
    ids = [asked.request_id for name, asked in fake.asked if name == "Grant"]
    assert ids[:2] == ["the-same", "the-same"]
    assert ids[2] not in ("", "the-same")
