"""Write a migration from what app/master/store/tables.py says and the store does not have yet.

    python -m build_scripts.migration 0002 "Remember the colour of a node"
    python -m build_scripts.migration --first     (writes 0001 anew: only before a release)

Read what it wrote before you commit it: data that must move is yours to move.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from app.master.store import migrations
from app.master.store.engine import open_engines, sqlite_url
from app.master.store.migrations.upgrade import config

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = Path(migrations.__file__).parent / "versions"
FIRST = "0001"
FIRST_MESSAGE = "The schema of the first release"
TRIGGERS_IMPORT = "from app.master.store.migrations.append_only import protect\n"
COMMENT = "    # ### end Alembic commands ###"
NEW_TABLE = "    op.create_table("


def write(connection: Connection, revision: str, message: str) -> Path:
    """Write the step from `connection`'s schema to that of the tables."""
    script = command.revision(config(connection), message, autogenerate=True, rev_id=revision)
    if script is None or isinstance(script, list):
        raise RuntimeError("Alembic wrote no single migration")
    return Path(script.path)


def shape_first(path: Path) -> None:
    """Give each table of the first step a function of its own, and protect the journal."""
    text = path.read_text(encoding="utf-8")
    head, mark, rest = text.partition("\nrevision: str")
    values, _, body = rest.partition("def upgrade()")
    chunks = body.split(NEW_TABLE)[1:]
    names = [f"_create_{chunk.split(chr(34))[1]}" for chunk in chunks]
    functions = "".join(
        f"def {name}() -> None:\n{NEW_TABLE}{chunk.replace(COMMENT, '').rstrip()}\n\n\n"
        for name, chunk in zip(names, chunks, strict=True)
    )
    upgrade = 'def upgrade() -> None:\n    """Apply this step."""\n'
    upgrade += "".join(f"    {name}()\n" for name in names) + '    protect("transfers")\n'
    path.write_text(head + TRIGGERS_IMPORT + mark + values + functions + upgrade, "utf-8")


def tidy(path: Path) -> None:
    """Bring the file into the shape that the checks ask for."""
    for action in (["format"], ["check", "--fix"], ["format"]):
        command_line = [sys.executable, "-m", "ruff", *action, "--quiet", str(path)]
        subprocess.run(command_line, cwd=ROOT, check=True)


def main() -> int:
    """Write one migration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("revision", nargs="?", help="four digits, the last one's plus one")
    parser.add_argument("message", nargs="?", help="what changes, one line")
    parser.add_argument("--first", action="store_true", help="write 0001 anew")
    arguments = parser.parse_args()
    if not arguments.first and not (arguments.revision and arguments.message):
        parser.error("name the revision and what changes")
    if arguments.first:
        for old in VERSIONS.glob(f"v{FIRST}.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        engines = open_engines(sqlite_url(Path(folder) / "empty.db"))
        if not arguments.first:
            migrations.migrate(engines)
        with engines.write.connect() as connection:
            path = write(
                connection,
                FIRST if arguments.first else arguments.revision,
                FIRST_MESSAGE if arguments.first else arguments.message,
            )
        engines.dispose()
    tidy(path)
    if arguments.first:
        shape_first(path)
        tidy(path)
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
