"""The API's description in OpenAPI 3.1, made from the table of routes and the wire itself."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.timestamp_pb2 import Timestamp

from app import __version__
from app.common.errors import HiveMindError, Reason
from app.master.identity.permissions import RPC_PERMISSIONS, Open
from app.master.rpc.calls import method_of, path_of
from app.master.web.api import REQUEST_ID, full_path
from app.master.web.json_in import number_range
from app.master.web.json_out import member_names
from app.master.web.openapi_texts import about_field, about_message, example_of
from app.master.web.problems import MEDIA_TYPE, problem, status_of
from app.master.web.routes import PREFIX, ROUTES, SHORT_ROUTES, Kind, Route

Schema = dict[str, Any]

_PATH_TEXTS = {
    "task_id": "A task's id; of an array also the array's, where all of it is meant.",
    "task_ids": "A task's id or an array's.",
    "node_id": "A node's id, or its name where that is unique.",
    "peer": "A peer's id, or its name where that is unique.",
    "token_id": "A join token's id.",
    "username": "A user's name.",
    "digest": "SHA-256 of the bytes: sha256: and 64 hexadecimal digits.",
}
_PROBLEM_TEXTS = {
    "type": "A name of the reason, as a URI.",
    "title": "What the reason means.",
    "status": "The HTTP status.",
    "detail": "What is wrong, and what to do: a sentence for people.",
    "reason": "The reason's code, as by gRPC: for programs.",
    "details": "What else is known, like the field that is wrong.",
}

_TIMESTAMP = Timestamp.DESCRIPTOR.full_name
_ABOUT = (
    "The same calls as by gRPC, with the same permissions and reason codes. Sign in with "
    f"POST {PREFIX}/session and send the access token as a bearer token. A request that changes "
    "something may carry an Idempotency-Key: the same key with the same body gets the first "
    "answer again. Lists are paged: pass next_page_token back as page_token until it is empty. "
    "1 CPT = 1000 mCPT."
)
#: What any call may answer besides, by how its route answers.
_PROBLEMS = (400, 401, 403, 404, 409, 413, 421, 422, 429, 500, 503)


def describe() -> Schema:
    """The whole document."""
    schemas = _Schemas()
    paths: dict[str, Schema] = {}
    for route in ROUTES:
        paths.setdefault(full_path(route), {})[route.verb.lower()] = _operation(route, schemas)
    for route in SHORT_ROUTES:
        operation = _operation(route, schemas)
        operation["operationId"] += "_short"
        paths.setdefault(route.path, {})[route.verb.lower()] = operation
    paths |= _plain_paths()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "HiveMind Master",
            "version": __version__,
            "description": _ABOUT,
            "license": {"name": "GPL-3.0-or-later", "identifier": "GPL-3.0-or-later"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas.made | {"Problem": _problem_schema()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
            "responses": {
                "problem": {
                    "description": "Refused: `reason` says why.",
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
            },
        },
        "security": [{"bearer": []}],
    }


def _operation(route: Route, schemas: "_Schemas") -> Schema:
    method = method_of(route.call)
    request: Descriptor = method.input_type
    rule = RPC_PERMISSIONS[path_of(route.call)]
    operation: Schema = {
        "operationId": route.operation + ("_result" if route.path.endswith("/result") else ""),
        "summary": route.about,
        "tags": [route.tag],
        "parameters": _parameters(route, request),
        "responses": _responses(route, method.output_type, schemas),
    }
    if isinstance(rule, Open):
        operation["security"] = []
    else:
        operation["description"] = f"Needs the permission: {rule.value}."
    if route.has_body:
        operation["requestBody"] = _body(route, request, schemas)
    elif route.kind is Kind.UPLOAD:
        content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _body(route: Route, request: Descriptor, schemas: "_Schemas") -> Schema:
    hidden = {REQUEST_ID, *_path_names(route)}
    fields = [field for field in request.fields if field.name not in hidden]
    media: Schema = {"schema": schemas.request(fields)}
    if route.example:
        media["example"] = dict(route.example)
    return {"required": bool(route.example), "content": {"application/json": media}}


def _parameters(route: Route, request: Descriptor) -> list[Schema]:
    names = _path_names(route)
    found: list[Schema] = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": _PATH_TEXTS[name],
            "schema": _path_schema(name),
        }
        for name in names
    ]
    if REQUEST_ID in request.fields_by_name:
        schema: Schema = {"type": "string", "pattern": r"^[A-Za-z0-9._:-]{1,64}$"}
        text = "The same key with the same body gets the first answer again."
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": text,
                "schema": schema,
                "example": "rent-november",
            }
        )
    if route.kind is Kind.UPLOAD:
        schema = {"type": "integer", "minimum": 0, "maximum": 2**63 - 1}
        text = "Where these bytes begin in the file; 0 by default."
        found.append(
            {"name": "Upload-Offset", "in": "header", "description": text, "schema": schema}
        )
    if not route.has_body and route.kind not in (Kind.UPLOAD, Kind.BYTES):
        found += [
            {
                "name": field.name,
                "in": "query",
                "description": about_field(field),
                "schema": _query_schema(field),
            }
            for field in request.fields
            if field.name not in {REQUEST_ID, *names} and _fits_a_query(field)
        ]
    return found


def _path_schema(name: str) -> Schema:
    if name == "digest":
        return {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
    return {"type": "string", "minLength": 1}


def _path_names(route: Route) -> list[str]:
    return [part[1:-1] for part in route.path.split("/") if part.startswith("{")]


def _fits_a_query(field: FieldDescriptor) -> bool:
    return field.message_type is None or field.message_type.full_name == _TIMESTAMP


def _query_schema(field: FieldDescriptor) -> Schema:
    schema = _value_in(field)
    return {"type": "array", "items": schema} if field.is_repeated else schema


def _responses(route: Route, answer: Descriptor, schemas: "_Schemas") -> Schema:
    problem = {"$ref": "#/components/responses/problem"}
    found: Schema = {str(status): problem for status in _PROBLEMS}
    shown: Schema = {"description": "Done."}
    binary = {"schema": {"type": "string", "format": "binary"}}
    match route.kind:
        case Kind.JSON | Kind.UPLOAD:
            media = {"schema": schemas.answer(answer), "example": example_of(answer)}
            shown["content"] = {"application/json": media}
        case Kind.EVENTS:
            shown["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
        case Kind.LOG:
            text = {"schema": {"type": "string"}}
            shown["content"] = {"text/plain": text, "text/event-stream": text}
        case Kind.BYTES:
            shown["content"] = {"application/zip": binary}
            found["206"] = {"description": "A part.", "content": {"application/zip": binary}}
            found["304"] = {"description": "It is the one that If-None-Match names."}
            found["416"] = problem
    found[str(route.status)] = shown
    return dict(sorted(found.items()))


class _Schemas:
    """The schemas of answers by name; those of requests are written where they are used."""

    def __init__(self) -> None:
        self.made: dict[str, Schema] = {}

    def answer(self, descriptor: Descriptor) -> Schema:
        """A reference to the schema of a message that goes out."""
        if descriptor.name not in self.made:
            self.made[descriptor.name] = {}
            properties = {
                field.name: self._field_out(field) | {"description": about_field(field)}
                for field in descriptor.fields
            }
            self.made[descriptor.name] = {
                "type": "object",
                "properties": properties,
                "required": list(properties),
            }
            if about := about_message(descriptor):
                self.made[descriptor.name]["description"] = about
        return {"$ref": f"#/components/schemas/{descriptor.name}"}

    def request(self, fields: Iterable[FieldDescriptor]) -> Schema:
        """The schema of an object that comes in."""
        properties = {
            field.name: self._field_in(field) | {"description": about_field(field)}
            for field in fields
        }
        return {"type": "object", "properties": properties, "additionalProperties": False}

    def _field_in(self, field: FieldDescriptor) -> Schema:
        if _is_map(field):
            return {"type": "object", "additionalProperties": {"type": "string"}}
        message = field.message_type
        if message is not None and message.full_name != _TIMESTAMP:
            schema = self.request(message.fields)
        else:
            schema = _value_in(field)
        return {"type": "array", "items": schema} if field.is_repeated else schema

    def _field_out(self, field: FieldDescriptor) -> Schema:
        if _is_map(field):
            return {"type": "object", "additionalProperties": {"type": "string"}}
        schema = self._value_out(field)
        if field.is_repeated:
            return {"type": "array", "items": schema}
        if field.has_presence:
            return {"anyOf": [schema, {"type": "null"}]}
        return schema

    def _value_out(self, field: FieldDescriptor) -> Schema:
        message = field.message_type
        if message is not None and message.full_name != _TIMESTAMP:
            return self.answer(message)
        return _value_in(field)


def _value_in(field: FieldDescriptor) -> Schema:
    if field.message_type is not None:
        return {"type": "string", "format": "date-time"}
    if field.enum_type is not None:
        names = member_names(field.enum_type)
        # In a list of choices "unspecified" is none.
        return {"enum": [name for number, name in names.items() if number or not field.is_repeated]}
    numbers = number_range(field)
    if numbers is not None:
        return {"type": "integer", "minimum": numbers[0], "maximum": numbers[1]}
    if field.type == FieldDescriptor.TYPE_BOOL:
        return {"type": "boolean"}
    if field.type == FieldDescriptor.TYPE_BYTES:
        return {"type": "string", "contentEncoding": "base64"}
    return {"type": "string"}


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _problem_schema() -> Schema:
    reasons = sorted(reason.name for reason in Reason)
    statuses = sorted({status_of(reason) for reason in Reason} | {405, 416, 421})
    properties: Schema = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"enum": statuses},
        "detail": {"type": "string"},
        "reason": {"enum": reasons},
        "details": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    for name, text in _PROBLEM_TEXTS.items():
        properties[name]["description"] = text
    example = problem(HiveMindError(Reason.PERMISSION_DENIED))
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "examples": [example],
    }


def _plain_paths() -> Schema:
    problem = {"$ref": "#/components/responses/problem"}
    status: Schema = {
        "type": "object",
        "properties": {"status": {"enum": ["serving", "not serving"]}},
        "required": ["status"],
    }
    state = {"description": "How it is.", "content": {"application/json": {"schema": status}}}
    text = {"description": "In Prometheus' format.", "content": {"text/plain": {}}}
    return {
        f"{PREFIX}/health": {
            "get": {
                "operationId": "health",
                "summary": "Whether the master takes calls.",
                "tags": ["pool"],
                "security": [],
                "responses": {"200": state, "503": state},
            }
        },
        f"{PREFIX}/metrics": {
            "get": {
                "operationId": "metrics",
                "summary": "The master's metrics.",
                "description": "Programs of the master's own machine need no token.",
                "tags": ["pool"],
                "security": [{}, {"bearer": []}],
                "responses": {"200": text, "401": problem, "403": problem},
            }
        },
    }
