"""Keeps resources/translations true to the texts of the console.

    python -m build_scripts.translations [--check]

The .ts files are written by Qt's lupdate from the sources and translated by hand (in a
text editor, or Qt Linguist); the .qm files are made of them by lrelease.
"""

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import PySide6

from build_scripts.environment import ROOT

FOLDER = ROOT / "resources" / "translations"
LOCALES = ("en", "zh_CN")
TOOLS = Path(PySide6.__path__[0])


def sources() -> list[str]:
    """The files with texts for people."""
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "ui").rglob("*.py"))


def update(target: Path, locale: str) -> None:
    """Bring `target` up to the sources: new texts come in, and vanished ones go."""
    options = ["-locations", "none", "-no-obsolete", "-silent", "-target-language", locale]
    if locale == "en":
        # English is the source: only what has a number in it needs its forms.
        options.append("-pluralonly")
    command = [_tool("lupdate"), *options, *sources(), "-ts", str(target)]
    subprocess.run(command, cwd=ROOT, check=True)


def release(source: Path, target: Path) -> None:
    """Make the binary file that the program loads."""
    subprocess.run([_tool("lrelease"), "-silent", str(source), "-qm", str(target)], check=True)


def untranslated(source: Path) -> list[str]:
    """The texts of a .ts file that have no translation yet."""
    found = []
    for message in ET.parse(source).iter("message"):  # noqa: S314 - our own file
        translation = message.find("translation")
        forms = [] if translation is None else (translation.findall("numerusform") or [translation])
        done = translation is not None and translation.get("type") != "unfinished"
        if not done or not all(form.text for form in forms):
            found.append(message.findtext("source") or "")
    return found


def outdated(locale: str) -> list[str]:
    """What is wrong with the files of `locale`, a sentence each."""
    kept = FOLDER / f"hivemind_{locale}.ts"
    if not kept.exists():
        return [f"{kept.name} is missing"]
    problems = [f"{kept.name}: not translated: {text!r}" for text in untranslated(kept)]
    with TemporaryDirectory() as folder:
        fresh = Path(folder) / kept.name
        fresh.write_bytes(kept.read_bytes())
        update(fresh, locale)
        if _texts(fresh) != _texts(kept):
            problems.append(f"{kept.name} is not what the sources say: dev.py translations")
        binary = Path(folder) / f"{kept.stem}.qm"
        release(kept, binary)
        made = FOLDER / binary.name
        if not made.exists() or made.read_bytes() != binary.read_bytes():
            problems.append(f"{binary.name} is not made of {kept.name}: dev.py translations")
    return problems


def _texts(source: Path) -> set[tuple[str, str]]:
    tree = ET.parse(source)  # noqa: S314 - our own file
    return {
        (context.findtext("name") or "", message.findtext("source") or "")
        for context in tree.iter("context")
        for message in context.iter("message")
    }


def _tool(name: str) -> str:
    suffix = ".exe" if sys.platform == "win32" else ""
    return str(TOOLS / f"{name}{suffix}")


def main(arguments: list[str]) -> int:
    """Update or, with --check, only look; status 1 if something is wrong or missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if "--check" not in arguments:
        for locale in LOCALES:
            source = FOLDER / f"hivemind_{locale}.ts"
            update(source, locale)
            release(source, source.with_suffix(".qm"))
    problems = [problem for locale in LOCALES for problem in outdated(locale)]
    print("\n".join(problems) if problems else "All texts are translated.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
