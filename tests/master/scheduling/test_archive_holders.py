"""Tasks go where their archive is, if the nodes are about as good."""

from app.master.scheduling.archives import DIGESTS_MAX, NODES_MAX, ArchiveHolders


def test_the_nodes_that_got_an_archive_last_are_known():
    holders = ArchiveHolders()
    for number in range(NODES_MAX + 2):
        holders.sent("digest", f"node-{number}")
    holders.sent("digest", "node-3")
    assert list(holders.nodes("digest"))[-1] == "node-3"
    assert set(holders.nodes("digest")) == {f"node-{number}" for number in range(2, NODES_MAX + 2)}
    assert list(holders.nodes("another")) == []


def test_archives_used_long_ago_are_forgotten():
    holders = ArchiveHolders()
    holders.sent("first", "node")
    for number in range(DIGESTS_MAX - 1):
        holders.sent(f"digest-{number}", "node")
    holders.sent("first", "node")
    holders.sent("one more", "node")
    assert list(holders.nodes("first")) == ["node"]
    assert list(holders.nodes("digest-0")) == []
