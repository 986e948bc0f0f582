"""Everything that talks to a master: the channel, a node's client, the Python API, the CLI."""
