"""What is run on a machine to make it join: one line, or a link for `worker join`."""

from enum import Enum

from app.common.bundled import is_bundle

LINK_SCHEME = "hivemind://"


class System(Enum):
    """The systems that a line is offered for."""

    LINUX = "python3 build_scripts/dev.py worker", "hivemind-worker", " && "
    WINDOWS = "py build_scripts\\dev.py worker", "hivemind_master_cli worker", "; "

    def line(self, address: str, token: str) -> str:
        """One line that makes the machine a node and lets it work.

        Where this is a package, the machine is taken to have one too; else it has our folder.
        """
        source, installed, then = self.value
        command = installed if is_bundle() else source
        return f"{command} join {address} --token {token}{then}{command} run"


def link_text(address: str, token: str) -> str:
    """The link with all that a machine needs; the token is behind the "#"."""
    return f"{LINK_SCHEME}{address}/join#{token}"
