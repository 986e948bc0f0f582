"""The master's real scheduling, ledger and store code in a world made of one seed.

`run.py` lives one seed through: a phase with faults, then one without in which everything
must come to its end. `auditor.py` keeps books of its own and compares.
"""
