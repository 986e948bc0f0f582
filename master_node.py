"""Starts the master node: with its window, or by `--headless` without one."""

import sys

from app.common.garbage import importing


def main() -> int:
    """Hand over to the console, or to the master alone, which needs no Qt."""
    arguments = sys.argv[1:]
    if "--headless" in arguments:
        with importing():
            from app.master.command import main as serve  # noqa: PLC0415

        return serve(arguments)
    from ui.start import main as show  # noqa: PLC0415

    return show(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
