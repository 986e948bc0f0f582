"""The tests. Folders mirror the source; `sources.py` and `parts.py` serve all of them."""
