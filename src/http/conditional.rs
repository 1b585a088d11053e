//! Answers that a client may have already.

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

/// An `ETag` from the digest of what is sent. Weak: the bytes may be sent compressed.
///
/// # Panics
/// When the digest is shorter than eight bytes.
pub(crate) fn weak_tag(digest: &[u8]) -> String {
    let first = std::array::from_fn(|index| digest[index]);
    format!("W/\"{:016x}\"", u64::from_be_bytes(first))
}

/// Whether the client says that it has this version already.
pub(crate) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known.flat_map(|value| value.split(',')).any(|known| known.trim() == tag)
}
