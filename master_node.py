"""Starts the master node: `python3 master_node.py --headless`."""

from app.master.command import main

if __name__ == "__main__":
    raise SystemExit(main())
