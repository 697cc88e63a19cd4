//! The OpenAPI 3.1 document of the API, made from the table.

use super::answer::document;
use super::schemas;
use super::table::{Form, Group, OPERATIONS, Operation, Param, Place, Sends};
use crate::house::House;
use crate::problem::Problem;
use crate::reader::Reader;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use beffroi_wording::Lang;
use serde_json::{Map, Value, json};

/// `GET /api/v1/openapi.json`
pub(super) async fn show(
    State(house): State<House>,
    Extension(reader): Extension<Reader>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    document(&headers, &described(reader.t, house.version))
}

/// The whole document, worded in a language (OpenAPI Specification 3.1.0, 4.8.1).
fn described(t: Lang, version: &str) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in OPERATIONS {
        let method = operation.method().as_str().to_ascii_lowercase();
        let place = paths.entry(operation.path).or_insert_with(|| json!({}));
        if let Some(methods) = place.as_object_mut() {
            methods.insert(method, described_one(operation, t));
        }
    }
    let tags = Group::ALL.map(|group| json!({ "name": group.code(), "description": group.label(t) }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Beffroi",
            "version": version,
            "description": t.say("web-api-lead"),
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "servers": [{ "url": "/" }],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "responses": {
                "Problem": {
                    "description": t.say("web-api-problem"),
                    "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
                },
            },
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "bearerFormat": "bft_…", "description": t.say("web-api-token") },
                "session": {
                    "type": "apiKey", "in": "cookie", "name": "__Host-beffroi-session",
                    "description": t.say("web-api-session"),
                },
            },
        },
    })
}

fn described_one(operation: &Operation, t: Lang) -> Value {
    let mut parameters: Vec<Value> = operation.params.iter().map(|param| parameter(param, t)).collect();
    parameters.extend(operation.sends.iter().flat_map(|sends| headers_of(sends, t)));
    let content: Map<String, Value> = operation
        .answers
        .iter()
        .map(|(media, schema)| {
            let schema = match schema {
                Some(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
                None if media.ends_with("zip") => json!({ "type": "string", "contentEncoding": "binary" }),
                None => json!({ "type": "string" }),
            };
            ((*media).to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let token = json!([{ "token": [] }]);
    let problem = || json!({ "$ref": "#/components/responses/Problem" });
    let mut responses = Map::new();
    let good = json!({ "description": (operation.told)(t), "content": content });
    let adds = operation.sends.is_some_and(|sends| !sends.versioned);
    responses.insert(if adds { "201" } else { "200" }.to_owned(), good);
    match operation.sends {
        None => {
            responses.insert("304".to_owned(), json!({ "description": t.say("web-api-unchanged") }));
            responses.insert("406".to_owned(), problem());
        }
        Some(sends) => {
            responses.extend(["413", "415", "422"].map(|status| (status.to_owned(), problem())));
            if sends.versioned {
                responses.extend(["412", "428"].map(|status| (status.to_owned(), problem())));
            }
        }
    }
    responses.extend(["400", "401", "404", "429", "503"].map(|status| (status.to_owned(), problem())));
    let mut described = json!({
        "operationId": operation.id,
        "tags": [operation.group.code()],
        "summary": (operation.told)(t),
        "parameters": parameters,
        "responses": responses,
        "security": if operation.by_session { json!([{ "token": [] }, { "session": [] }]) } else { token },
        "x-example": operation.example,
    });
    if let (Some(sends), Some(members)) = (operation.sends, described.as_object_mut()) {
        let example: Value = serde_json::from_str(sends.example).unwrap_or_default();
        let schema = json!({ "$ref": format!("#/components/schemas/{}", sends.schema) });
        let content = json!({ "application/json": { "schema": schema, "example": example } });
        members.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    described
}

/// The headers of what writes.
fn headers_of(sends: &Sends, t: Lang) -> Vec<Value> {
    let of = |name: &str, told: String, schema: Value| json!({ "name": name, "in": "header", "required": true, "description": told, "schema": schema });
    let key = json!({ "type": "string", "format": "uuid" });
    let mut headers = vec![of("Idempotency-Key", t.say("web-api-header-key"), key)];
    if sends.versioned {
        let tag = json!({ "type": "string", "pattern": "^\"[0-9]+-.*\"$" });
        headers.push(of("If-Match", t.say("web-api-header-match"), tag));
    }
    headers
}

fn parameter(param: &Param, t: Lang) -> Value {
    let schema = match param.form {
        Form::Text | Form::List => json!({ "type": "string" }),
        Form::Whole { least } => json!({ "type": "integer", "minimum": least }),
        Form::Period => json!({ "type": "string", "pattern": "^[0-9]{4}(-(Q[1-4]|W[0-9]{2}|[0-9]{2}(-[0-9]{2})?))?$" }),
        Form::Day => json!({ "type": "string", "format": "date" }),
        Form::OneOf(codes) => json!({ "type": "string", "enum": codes }),
    };
    json!({
        "name": param.name,
        "in": match param.place { Place::Path => "path", Place::Query => "query" },
        "required": param.required,
        "description": (param.told)(t),
        "schema": schema,
    })
}
