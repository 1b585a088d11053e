//! A client of the public HTTP API that does not give up at the first hiccup.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::cli::demo::wire::ProblemReply;

/// How often a call is tried when the service is busy or does not answer.
const TRIES_MAX: u32 = 6;
/// The pause after the first vain try; it doubles with each further one.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
/// A service on the same machine that has not answered by then will not.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Why a call led to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CallError {
    /// The service said no.
    #[error("{status} {kind}: {detail}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The problem's type, as in `/problems/slot-gone`.
        kind: String,
        /// What is wrong this time.
        detail: String,
    },
    /// The service did not answer, or not in the words agreed on.
    #[error("no answer: {0}")]
    Unanswered(#[from] reqwest::Error),
}

/// One region of one service.
#[derive(Debug, Clone)]
pub(crate) struct Api {
    http: reqwest::Client,
    root: String,
}

impl Api {
    /// The region `region` of the service at `root`, as in `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the machine gives no client.
    pub(crate) fn new(root: &str, region: &str) -> Result<Self, reqwest::Error> {
        // A proxy for the outside world must not come between two ends of one process.
        let http = reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?;
        Ok(Self { http, root: format!("{root}/v1/regions/{region}") })
    }

    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        Ok(self.call(Method::GET, path, None::<&()>, None).await?.json().await?)
    }

    pub(crate) async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CallError> {
        Ok(self.call(Method::POST, path, Some(body), None).await?.json().await?)
    }

    /// A call that promises something: a retry with the same key changes nothing.
    pub(crate) async fn post_once<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, CallError> {
        let key = uuid::Uuid::now_v7().to_string();
        Ok(self.call(Method::POST, path, Some(body), Some(&key)).await?.json().await?)
    }

    /// A call whose answer does not matter, only that it was accepted.
    pub(crate) async fn tell(&self, path: &str, body: &impl Serialize) -> Result<(), CallError> {
        self.call(Method::POST, path, Some(body), None).await.map(drop)
    }

    pub(crate) async fn delete(&self, path: &str) -> Result<(), CallError> {
        self.call(Method::DELETE, path, None::<&()>, None).await.map(drop)
    }

    async fn call(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
        key: Option<&str>,
    ) -> Result<reqwest::Response, CallError> {
        let mut pause = FIRST_PAUSE;
        let mut tries = 1;
        loop {
            let answer = self.call_once(&method, path, body, key).await;
            let Err(error) = &answer else { return answer };
            if tries == TRIES_MAX || !error.may_pass() {
                return answer;
            }
            tracing::debug!(%method, path, %error, tries, "trying again");
            tokio::time::sleep(pause).await;
            pause *= 2;
            tries += 1;
        }
    }

    async fn call_once(
        &self,
        method: &Method,
        path: &str,
        body: Option<&impl Serialize>,
        key: Option<&str>,
    ) -> Result<reqwest::Response, CallError> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.root));
        if let Some(body) = body {
            request = request.json(body);
        }
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        let response = request.send().await?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let problem = response.json::<ProblemReply>().await.unwrap_or_default();
        Err(CallError::Refused { status, kind: problem.kind, detail: problem.detail })
    }
}

impl CallError {
    /// Whether the same call may succeed a moment later.
    fn may_pass(&self) -> bool {
        match self {
            Self::Refused { status, .. } => {
                status.is_server_error() || *status == StatusCode::TOO_MANY_REQUESTS
            }
            Self::Unanswered(error) => !error.is_decode(),
        }
    }
}
