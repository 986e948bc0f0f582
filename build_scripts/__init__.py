"""What a developer and CI start. `dev.py` and what it imports use the standard library alone."""
