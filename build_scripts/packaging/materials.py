"""The bill of materials (CycloneDX 1.6) and the licences of all that a bundle has in it."""

import json
import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from build_scripts.packaging.origins import Component


def bill(components: Iterable[Component], made: int) -> str:
    """The bill, as JSON. `made`: seconds since 1970."""
    return json.dumps(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {
                "timestamp": datetime.fromtimestamp(made, UTC).isoformat(),
                "component": {
                    "type": "application",
                    "bom-ref": "hivemind-master",
                    "name": "hivemind-master",
                    "version": __version__,
                    "licenses": [{"license": {"id": "GPL-3.0-or-later"}}],
                },
            },
            "components": [_entry(component) for component in components],
        },
        indent=1,
    )


def _entry(component: Component) -> dict[str, object]:
    entry: dict[str, object] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
    }
    if component.licence:
        entry["licenses"] = [{"license": {"name": component.licence}}]
    return entry


def lay_licences(components: Iterable[Component], folder: Path) -> None:
    """Write every licence's text below `folder`, and a list of them."""
    lines = ["What is in this bundle, whose it is, and under which terms.", ""]
    for component in components:
        place = folder / f"{component.name}-{component.version.replace(':', '_')}"
        for text in component.texts:
            inside = text.parts[-2:] if text.parent.name == "licenses" else text.parts[-1:]
            target = place.joinpath(*inside)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(text, target)
        licence = component.licence or "see the texts"
        lines.append(f"{component.name} {component.version}: {licence}")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "README.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
