//! Query parameters: the ones that are known, each at most once.

use axum::extract::Query;
use axum::http::Uri;

use crate::http::problem::{Kind, Problem, shortened};

/// The parameters of a query, all of them among `known`.
///
/// # Errors
/// A problem that names the parameter that is not known, or comes twice.
pub(crate) fn parameters(
    query: Option<&str>,
    known: &[&str],
) -> Result<Vec<(String, String)>, Problem> {
    let wrong = |detail: String| Problem::new(Kind::INVALID_QUERY, detail);
    let uri: Uri = format!("/?{}", query.unwrap_or_default())
        .parse()
        .map_err(|_| wrong("the query cannot be read".to_owned()))?;
    let Query(found): Query<Vec<(String, String)>> =
        Query::try_from_uri(&uri).map_err(|_| wrong("the query cannot be read".to_owned()))?;
    for (index, (name, _)) in found.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let known = known.join("`, `");
            let name = shortened(name);
            return Err(wrong(format!("there is no parameter `{name}`, only `{known}`")));
        }
        if found[..index].iter().any(|(other, _)| other == name) {
            return Err(wrong(format!("the parameter `{name}` comes twice")));
        }
    }
    Ok(found)
}
