//! Bodies: JSON of a known shape, or a problem that names the field.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Method};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_path_to_error::Segment;
use sha2::{Digest, Sha256};

use crate::http::limits::Object;
use crate::http::problem::{Kind, Problem, shortened};
use crate::planner::event::RequestKey;

/// The longest body that is read, in bytes.
pub(crate) const BODY_MAX: usize = 64 * 1024;

/// The header that makes a repeated request harmless.
pub(crate) const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

/// A JSON body that may come with an idempotency key.
#[derive(Debug)]
pub(crate) struct Keyed<T> {
    /// The body.
    pub(crate) body: T,
    /// The key, if one came along.
    pub(crate) key: Option<RequestKey>,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = json_bytes(request, state).await?;
        parsed(&bytes).map(Self)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Keyed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let key = key_of(request.headers())?;
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let bytes = json_bytes(request, state).await?;
        let body = parsed(&bytes)?;
        let key = match key {
            Some(key) => Some(RequestKey { key, fingerprint: digest(&method, &path, &bytes)? }),
            None => None,
        };
        Ok(Self { body, key })
    }
}

async fn json_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_json = media.eq_ignore_ascii_case("application/json")
        || media.to_ascii_lowercase().ends_with("+json");
    if !is_json {
        return Err(Problem::of_status(axum::http::StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    Bytes::from_request(request, state)
        .await
        .map_err(|rejection| Problem::of_status(rejection.status()))
}

/// Reads a body, and says where it is wrong.
fn parsed<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // First whether it is JSON at all: what is said about a field should not depend on what follows.
    serde_json::from_slice::<IgnoredAny>(bytes).map_err(|error| malformed(&error))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body: Result<Object<T>, _> = serde_path_to_error::deserialize(&mut json);
    let Object(body) = body.map_err(|error| {
        let pointer = pointer(error.path());
        let detail = error.into_inner().to_string();
        // The position in the text helps nobody who has a pointer.
        let detail = detail.rsplit_once(" at line ").map_or(detail.as_str(), |(front, _)| front);
        match detail.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
            Some(field) => Problem::body(format!("{pointer}/{field}"), "this field is missing"),
            None => Problem::body(pointer, shortened_sentence(detail)),
        }
    })?;
    Ok(body)
}

fn malformed(error: &serde_json::Error) -> Problem {
    Problem::new(Kind::MALFORMED_JSON, error.to_string()).at("", error.to_string())
}

/// What serde says, without repeating long texts of the client.
fn shortened_sentence(detail: &str) -> String {
    const LIMIT: usize = 300;
    match detail.char_indices().nth(LIMIT) {
        None => detail.to_owned(),
        Some((end, _)) => format!("{}…", &detail[..end]),
    }
}

/// RFC 6901.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => shortened(key).replace('~', "~0").replace('/', "~1"),
            // An enum's variant is not a step in the document.
            Segment::Enum { .. } => continue,
            Segment::Unknown => "?".to_owned(),
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    const ALLOWED: &str = "an idempotency key is 1 to 255 visible ASCII characters";
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let is_fine = |key: &&str| {
        (1..=255).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let key = value.to_str().ok().filter(is_fine);
    match (key, values.next()) {
        (Some(key), None) => Ok(Some(key.to_owned())),
        _ => Err(Problem::new(Kind::INVALID_KEY, ALLOWED)),
    }
}

/// Tells a retry from a different request: what differs only in spaces or in the order of fields is
/// the same.
fn digest(method: &Method, path: &str, bytes: &[u8]) -> Result<u128, Problem> {
    let body: serde_json::Value = serde_json::from_slice(bytes).map_err(|e| malformed(&e))?;
    let text = format!("{method} {path}\n{body}");
    let hash = Sha256::digest(text);
    let first: [u8; 16] = std::array::from_fn(|index| hash[index]);
    Ok(u128::from_be_bytes(first))
}
