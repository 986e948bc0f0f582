"""How the build scripts speak: one line a step, one sentence when they must stop."""

import sys

#: Exit status when this machine lacks something and the output says what.
STATUS_MACHINE_LACKS = 3


class Stop(Exception):
    """Ends the script with one sentence for the person and an exit status."""

    def __init__(self, sentence: str, status: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status


def say(sentence: str) -> None:
    """Print one step. On the error stream, so that a command's own output stays clean."""
    print(f"· {sentence}", file=sys.stderr, flush=True)
