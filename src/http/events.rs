//! `GET …/events`: what happens, while it happens.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::StreamExt;
use futures::stream::{self, Stream};
use tokio_stream::wrappers::BroadcastStream;

use crate::http::app::App;
use crate::http::event_hub::{Message, Subscription};
use crate::http::openapi::Failures;
use crate::http::problem::{Kind, Problem};

/// How often a comment is sent on a silent line, so that nobody in between closes it.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Streams what happens, as server-sent events.
///
/// Events: `plan` (fetch the plan again), `order`, `courier`, `position`, `clock`. Who comes back with
/// `Last-Event-ID` gets what was missed, or a `plan` when that is too long ago.
#[utoipa::path(
    get, path = "/v1/regions/{region}/events", tag = "dispatcher",
    params(
        ("region" = String, Path, description = "Key of the region"),
        ("last-event-id" = Option<u64>, Header, description = "The last `id` that was received"),
    ),
    responses(
        (status = 200, description = "A stream that does not end", content_type = "text/event-stream", body = String),
        Failures,
    ),
)]
pub(crate) async fn stream_events(
    State(app): State<App>,
    Path(region): Path<String>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Problem> {
    let service = app.region(&region)?.clone();
    let live = service.live()?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let full = || Problem::new(Kind::BUSY, "too many event streams are open");
    let Subscription { missed, messages, mut end, seat } =
        service.hub.subscribe(last).ok_or_else(full)?;
    let mut first = vec![Message::clock(&live, service.setup().clock.speed())];
    first.extend(missed.unwrap_or_else(|| vec![Message::plan(&live)]));
    let later = BroadcastStream::new(messages).filter_map(move |message| {
        // The seat is free again when the stream is dropped.
        let _taken = &seat;
        let message = message.ok().or_else(|| Some(Message::plan(&service.live().ok()?)));
        std::future::ready(message)
    });
    let ended = async move {
        // An error says that the service is gone, which is an end, too.
        drop(end.wait_for(|ended| *ended).await);
    };
    let all = stream::iter(first).chain(later).map(|message| Ok(event(&message)));
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(all.take_until(Box::pin(ended))).keep_alive(keep_alive))
}

fn event(message: &Message) -> Event {
    let event = Event::default().event(message.event).data(&message.data);
    match message.id {
        Some(id) => event.id(id.to_string()),
        None => event,
    }
}
