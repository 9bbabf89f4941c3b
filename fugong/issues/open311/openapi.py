"""The calls of Open311 in the words of OpenAPI 3: for programs that make their client from it, and for our own tests."""

from __future__ import annotations

from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
FORM = {"name": "form", "in": "path", "required": True, "schema": {"type": "string", "enum": ["json"]}}
JURISDICTION = {"name": "jurisdiction_id", "in": "query", "schema": TEXT}
MOMENT = {"type": "string", "format": "date-time"}


def description(base: str) -> dict[str, Any]:
    """The whole document, for the JSON form of every call below the address `base`."""
    return {
        "openapi": "3.0.3",
        "servers": [{"url": base}],
        "info": {"title": "Open311 GeoReport v2", "version": "2"},
        "paths": {
            "/discovery.{form}": {"get": _get("discovery", {"type": "object"})},
            "/services.{form}": {"get": _get("services", _list(SERVICE), JURISDICTION)},
            "/services/{code}.{form}": {
                "get": _get(
                    "service",
                    DEFINITION,
                    JURISDICTION,
                    _in_path("code", {"type": "string", "pattern": "^[a-z-]+$"}),
                )
            },
            "/requests.{form}": {
                "get": _get("requests", _list(REQUEST), JURISDICTION, *_filters()),
                "post": _post(),
            },
            "/requests/{pk}.{form}": {
                "get": _get(
                    "request", _list(REQUEST), JURISDICTION, _in_path("pk", {"type": "integer", "minimum": 0})
                )
            },
            "/tokens/{token}.{form}": {
                "get": _get(
                    "token",
                    _list(TOKEN),
                    _in_path("token", {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}),
                )
            },
        },
    }


def _object(required: list[str], /, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required, "properties": properties, "additionalProperties": False}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


SERVICE = _object(
    ["service_code", "service_name", "metadata", "type"],
    service_code=TEXT,
    service_name=TEXT,
    description=TEXT,
    metadata={"type": "boolean"},
    type={"type": "string", "enum": ["realtime"]},
    keywords=TEXT,
    group=TEXT,
)
ATTRIBUTE = _object(
    ["variable", "code", "datatype", "required", "order", "description"],
    variable={"type": "boolean"},
    code=TEXT,
    datatype={
        "type": "string",
        "enum": ["string", "number", "datetime", "text", "singlevaluelist", "multivaluelist"],
    },
    required={"type": "boolean"},
    datatype_description=TEXT,
    order={"type": "integer", "minimum": 1},
    description=TEXT,
    values=_list(_object(["key", "name"], key=TEXT, name=TEXT)),
)
DEFINITION = _object(["service_code", "attributes"], service_code=TEXT, attributes=_list(ATTRIBUTE))
OPTIONAL_NUMBER = {"type": "number", "nullable": True}
REQUEST = _object(
    ["service_request_id", "status", "service_code", "requested_datetime"],
    service_request_id=TEXT,
    status={"type": "string", "enum": ["open", "closed"]},
    status_notes=TEXT,
    service_name=TEXT,
    service_code=TEXT,
    description=TEXT,
    agency_responsible=TEXT,
    service_notice=TEXT,
    requested_datetime=MOMENT,
    updated_datetime=MOMENT,
    expected_datetime={**MOMENT, "nullable": True},
    address=TEXT,
    address_id=TEXT,
    zipcode=TEXT,
    lat=OPTIONAL_NUMBER,
    long=OPTIONAL_NUMBER,
    media_url=TEXT,
)
TOKEN = _object(["service_request_id", "token"], service_request_id=TEXT, token=TEXT)
FILED = _object(["service_request_id"], service_request_id=TEXT, service_notice=TEXT, account_id=TEXT)
ERRORS = _list(_object(["code", "description"], code={"type": "integer"}, description=TEXT))


def _in_path(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _filters() -> list[dict[str, Any]]:
    names = ("service_request_id", "service_code", "start_date", "end_date", "status")
    return [{"name": name, "in": "query", "schema": TEXT} for name in names]


def _answers(schema: dict[str, Any], *failures: int) -> dict[str, Any]:
    found = {"200": schema} | {str(status): ERRORS for status in (*failures, 404, 405, 429, 400)}
    return {
        status: {"description": status, "content": {"application/json": {"schema": content}}}
        for status, content in found.items()
    }


def _get(name: str, schema: dict[str, Any], *parameters: dict[str, Any]) -> dict[str, Any]:
    return {"operationId": name, "parameters": [FORM, *parameters], "responses": _answers(schema)}


def _post() -> dict[str, Any]:
    names = ("jurisdiction_id", "service_code", "api_key", "lat", "long", "address_string", "address_id")
    named = {name: TEXT for name in (*names, "description", "first_name", "last_name", "phone", "email")}
    content = {"schema": {"type": "object", "required": ["service_code", "api_key"], "properties": named}}
    return {
        "operationId": "file",
        "parameters": [FORM],
        "requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": content}},
        "responses": _answers(_list(FILED), 403),
    }
