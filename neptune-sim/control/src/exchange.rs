//! What an operation takes and what it answers, as a part of the OpenAPI document.

use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::spelling;

pub(crate) const JSON: &str = "application/json";
/// The media type of a stream of events.
pub const EVENT_STREAM: &str = "text/event-stream";

/// Writes the schemas of requests and answers, and collects those that they refer to.
pub(crate) struct Writer {
    pub(crate) schemas: SchemaGenerator,
}

impl Writer {
    pub(crate) fn schema<T: JsonSchema>(&mut self) -> Value {
        self.schemas.subschema_for::<T>().into()
    }

    pub(crate) fn answers<T: JsonSchema>(&mut self) -> Exchange {
        let answer = Some(self.schema::<T>());
        Exchange { query: Vec::new(), request: None, status: "200", other_status: None, media_type: JSON, answer }
    }

    /// A JSON body. Its examples are values of the type, so they cannot be wrong.
    pub(crate) fn request<T: JsonSchema + Serialize>(&mut self, examples: &[(&str, T)]) -> Value {
        let examples: Map<String, Value> =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({"value": value}))).collect();
        json!({"application/json": {"schema": self.schema::<T>(), "examples": examples}})
    }

    /// The fields of a type as parameters of a query.
    pub(crate) fn query<T: JsonSchema>(&mut self) -> Vec<Value> {
        let schema = T::json_schema(&mut self.schemas).to_value();
        let fields = schema["properties"].as_object().cloned().unwrap_or_default();
        let parameter = |(name, mut schema): (String, Value)| {
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            // What a query leaves out is not null.
            if let Some(Value::Array(kinds)) = schema.get("type") {
                schema["type"] = kinds[0].clone();
            }
            if let Some(fields) = schema.as_object_mut() {
                fields.remove("default");
            }
            spelling::bound_numbers(&mut schema);
            json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
        };
        fields.into_iter().map(parameter).collect()
    }
}

/// The schema of an event of a stream, whose data is JSON of another schema. Tools that know streams hold each event against it.
pub(crate) fn event(data: &Value) -> Value {
    json!({
        "type": "object",
        "description": "An event of the stream.",
        "properties": {
            "event": {"type": "string", "enum": ["snapshot", "change"], "description": "Whether the data is all of it, or what has changed."},
            "data": {"type": "string", "contentMediaType": "application/json", "contentSchema": data, "description": "A snapshot as JSON."},
        },
        "required": ["event", "data"],
    })
}

/// What an operation takes and what it answers.
pub(crate) struct Exchange {
    pub(crate) query: Vec<Value>,
    /// The content of the request's body, by media type.
    pub(crate) request: Option<Value>,
    /// The status of success.
    pub(crate) status: &'static str,
    /// Another status of success.
    pub(crate) other_status: Option<&'static str>,
    /// The media type of the answer.
    pub(crate) media_type: &'static str,
    /// The schema of the answer.
    pub(crate) answer: Option<Value>,
}

impl Exchange {
    pub(crate) fn to(self, request: Value) -> Self {
        Self { request: Some(request), ..self }
    }

    pub(crate) fn or(self, status: &'static str) -> Self {
        Self { other_status: Some(status), ..self }
    }
}
