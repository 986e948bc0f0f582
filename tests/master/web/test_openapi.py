"""The API's description: a text for each field, and examples that are what they show."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from app.master.web.openapi import describe


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return describe()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            yield f"{verb} {path}", operation


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema of an object within `schema`."""
    if isinstance(schema, dict):
        if "properties" in schema:
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_every_field_and_parameter_is_described(document: dict[str, Any]) -> None:
    dumb = [
        name
        for schema in objects(document["components"]["schemas"])
        for name, field in schema["properties"].items()
        if not field.get("description")
    ]
    for where, operation in operations(document):
        dumb += [f"{where} {each['name']}" for each in operation.get("parameters", ())
                 if not each.get("description")]  # fmt: skip
        for schema in objects(operation.get("requestBody", {})):
            dumb += [f"{where} {name}" for name, field in schema["properties"].items()
                     if not field.get("description")]  # fmt: skip
    assert dumb == []


def test_the_wires_own_comments_are_told(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    task = schemas["TaskInfo"]["properties"]
    assert schemas["JoinTokenInfo"]["properties"]["uses_left"]["description"] == "Uses left."
    assert task["price_mcpt"]["description"] == "Held at submission."
    # Where the wire says nothing, the name does, with its unit.
    paid = schemas["TransferInfo"]
    assert paid["properties"]["amount_mcpt"]["description"].endswith("1000 are 1 CPT.")
    outcome = schemas["AttemptInfo"]["properties"]["outcome"]["description"]
    assert "node_lost: the node went away" in outcome
    body = document["paths"]["/api/v1/join-tokens"]["post"]["requestBody"]["content"]
    fields = body["application/json"]["schema"]["properties"]
    assert fields["ttl_seconds"]["description"] == "0 = 3600; at most 30 days."


def test_examples_are_what_they_show(document: dict[str, Any]) -> None:
    shown = 0
    for where, operation in operations(document):
        media = [operation.get("requestBody", {}).get("content", {})]
        media += [response.get("content", {}) for response in operation["responses"].values()]
        for content in media:
            found = content.get("application/json", {})
            if "example" not in found:
                continue
            shown += 1
            schema = found["schema"] | {"components": document["components"]}
            assert jsonschema_rs.is_valid(schema, found["example"]), where
    assert shown > 70
