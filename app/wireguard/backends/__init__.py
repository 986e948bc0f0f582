"""The ways to run a tunnel on a machine, behind the one interface of `base.py`."""
