//! The OpenAPI 3.1 document of the API, made from the table.

use super::answer::document;
use super::schemas;
use super::table::{Form, Group, OPERATIONS, Operation, Param, Place};
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
    let paths: Map<String, Value> = OPERATIONS
        .iter()
        .map(|operation| (operation.path.to_owned(), json!({ "get": described_one(operation, t) })))
        .collect();
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
    let parameters: Vec<Value> = operation.params.iter().map(|param| parameter(param, t)).collect();
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
    responses.insert("200".to_owned(), good);
    responses.insert("304".to_owned(), json!({ "description": t.say("web-api-unchanged") }));
    responses.extend(["400", "401", "404", "406", "429", "503"].map(|status| (status.to_owned(), problem())));
    json!({
        "operationId": operation.id,
        "tags": [operation.group.code()],
        "summary": (operation.told)(t),
        "parameters": parameters,
        "responses": responses,
        "security": if operation.by_session { json!([{ "token": [] }, { "session": [] }]) } else { token },
        "x-example": operation.example,
    })
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
