"""What a machine can run tasks with, and what it lacks for more: for people and for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from app.worker.executors.choice import Executors


def report(executors: Executors) -> str:
    """A line for each way to run tasks, found or missing, with how to get what is missing."""
    lines = [
        f"found    {one.engine}: {one.isolation.name.lower()}, {', '.join(one.features)}"
        for one in executors.all
    ]
    for one in executors.missing:
        lines += [f"missing  {one.what}: {one.why}", f"         {one.remedy}"]
    if not executors.all:
        lines.append("NO_ISOLATION: this machine cannot shut a task in, so it takes none.")
    return "\n".join(lines)


def report_json(executors: Executors, tunnel: Sequence[Mapping[str, str]] = ()) -> str:
    """The same as one JSON document, with what was found of the tunnel."""
    found = [
        {
            "engine": one.engine,
            "isolation": one.isolation.name.lower(),
            "features": list(one.features),
        }
        for one in executors.all
    ]
    missing = [asdict(one) for one in executors.missing]
    body = {"found": found, "missing": missing, "tunnel": list(tunnel)}
    return json.dumps(body, ensure_ascii=False)
