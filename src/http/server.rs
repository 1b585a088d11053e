//! Listens, serves, and stops cleanly.

use std::future::Future;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::http::app::App;
use crate::http::router::router;

/// How long requests that are under way may take once the service is told to stop.
const FAREWELL: Duration = Duration::from_secs(10);

/// Serves until `stop` is over; then finishes what is under way, ends event streams and returns.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let router: Router = router(app.clone());
    let (stopped, has_stopped) = tokio::sync::oneshot::channel();
    let stop = async move {
        stop.await;
        app.end_streams();
        // The other end waits as long as this future lives.
        stopped.send(()).unwrap_or_default();
    };
    let serving = axum::serve(listener, router).with_graceful_shutdown(stop).into_future();
    let too_long = async {
        match has_stopped.await {
            Ok(()) => tokio::time::sleep(FAREWELL).await,
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        served = serving => served,
        () = too_long => {
            tracing::warn!("some requests were cut off");
            Ok(())
        }
    }
}

/// Over when somebody presses Ctrl-C or the process is told to end.
pub async fn interrupted() {
    let terminated = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        result = tokio::signal::ctrl_c() => drop(result),
        () = terminated => {}
    }
}
