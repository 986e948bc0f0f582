"""The console: everything that needs Qt. It reaches the master as a client, like anybody."""
