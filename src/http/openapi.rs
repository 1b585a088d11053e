//! What the API says about itself.

use std::collections::BTreeMap;

use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::{Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoResponses, OpenApi};

use crate::http::problem::{PROBLEM_JSON, Problem};

/// What all operations may fail with.
pub(crate) struct Failures;

impl IntoResponses for Failures {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let problem = || {
            let schema = Ref::from_schema_name("Problem");
            ContentBuilder::new().schema(Some(schema)).build()
        };
        let failure = |status: &str, description: &str| {
            let response = ResponseBuilder::new().description(description);
            (status.to_owned(), RefOr::T(response.content(PROBLEM_JSON, problem()).build()))
        };
        BTreeMap::from([
            failure("4XX", "The request cannot be done; `type` says why"),
            failure("5XX", "The service cannot do it now; 503 says when to try again"),
        ])
    }
}

/// The frame of the document; operations are added where they are routed.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Punctual",
        description = "Delivery slots that are sold only if a plan exists that keeps them.\n\n\
            Errors are `application/problem+json` (RFC 9457). Holds and bookings take an \
            `Idempotency-Key`; a repeated request is answered alike, with `Idempotent-Replayed: true`.\n\n\
            A shop's page whose origin the settings name may call region, quotes and holds, with a \
            publishable key of the region as `Authorization: Bearer` if the region has any."
    ),
    components(schemas(Problem)),
    tags(
        (name = "region", description = "What holds in a region"),
        (name = "checkout", description = "Quotes, holds and orders"),
        (name = "store", description = "Picking"),
        (name = "courier", description = "Routes, reports and positions"),
        (name = "dispatcher", description = "The plan, live"),
        (name = "planner", description = "What if"),
        (name = "operations", description = "Running the service"),
    ),
)]
pub(crate) struct Document;
