//! Asks an engine over HTTP: with a time-out, some retries, and a limit on what comes back.

use std::thread::sleep;
use std::time::{Duration, Instant};

use ureq::Agent;

use crate::travel::engines::gate::Gate;
use crate::travel::engines::options::EngineOptions;

/// The largest answer. (A table of 2,500 places has 250 kB, the line of a way through a country
/// less than a megabyte.)
pub(crate) const BODY_BYTES_MAX: u64 = 4 << 20;

/// How long to wait before the first retry; before each further one twice as long. (Taste: an engine
/// that is just restarting is not there any sooner.)
const BACK_OFF: Duration = Duration::from_millis(50);

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ask {
    /// Below the engine's address.
    pub(crate) path: String,
    /// JSON to post; `None` to get.
    pub(crate) body: Option<String>,
}

/// What an engine says, in a form that its language can be read from.
#[derive(Debug)]
pub(crate) struct Reply {
    /// Whether it is the status 200; else it is 400, and says why.
    pub(crate) is_ok: bool,
    pub(crate) body: Vec<u8>,
}

/// Why an engine did not answer. Says nothing about where customers are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// No connection, or it broke.
    #[error("it cannot be reached ({0})")]
    Unreachable(String),
    /// The time-out passed.
    #[error("it did not answer in time")]
    Late,
    /// Too many requests were under way until the time-out passed.
    #[error("too many requests to it are under way")]
    Busy,
    /// Neither 200 nor 400.
    #[error("it answered with status {0}")]
    Status(u16),
    /// It does not take such questions.
    #[error("it refused the question ({0})")]
    Refused(String),
    /// An answer without end.
    #[error("its answer was larger than {BODY_BYTES_MAX} bytes")]
    TooLarge,
    /// An answer that is none.
    #[error("its answer could not be read ({0})")]
    Unreadable(String),
}

impl Fault {
    /// Whether the next moment may bring another answer.
    fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Late => true,
            Self::Status(status) => *status == 429 || 500 <= *status,
            Self::Busy | Self::Refused(_) | Self::TooLarge | Self::Unreadable(_) => false,
        }
    }
}

/// Asks one engine. Blocks: never to be called where others wait for the thread.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
    gate: Gate,
    timeout: Duration,
    retries: u32,
}

impl Client {
    pub(crate) fn new(options: &EngineOptions) -> Self {
        let agent = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .max_idle_connections_per_host(options.requests_at_once)
            .user_agent(concat!("punctual/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: agent.into(),
            gate: Gate::new(options.requests_at_once),
            timeout: options.timeout,
            retries: options.retries,
        }
    }

    /// By when everything that belongs to one question must be there: as long as one request with all
    /// its retries could take, whatever number of requests it comes to.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout * (self.retries + 1)
    }

    /// What the engine at `address` says, retries included.
    ///
    /// # Errors
    /// The last [`Fault`].
    pub(crate) fn ask(&self, address: &str, ask: &Ask, deadline: Instant) -> Result<Reply, Fault> {
        let url = format!("{}/{}", address.trim_end_matches('/'), ask.path);
        let mut retry = 0;
        loop {
            let fault = match self.try_once(&url, ask.body.as_deref(), deadline) {
                Err(fault) if retry < self.retries && fault.may_pass() => fault,
                end => return end,
            };
            let wait = BACK_OFF * 2_u32.saturating_pow(retry);
            if deadline.saturating_duration_since(Instant::now()) <= wait {
                return Err(fault);
            }
            sleep(wait);
            retry += 1;
        }
    }

    fn try_once(&self, url: &str, body: Option<&str>, deadline: Instant) -> Result<Reply, Fault> {
        let _pass = self.gate.enter(deadline).ok_or(Fault::Busy)?;
        let left = deadline.saturating_duration_since(Instant::now()).min(self.timeout);
        if left.is_zero() {
            return Err(Fault::Late);
        }
        let timeout = Some(left);
        let sent = match body {
            None => self.agent.get(url).config().timeout_global(timeout).build().call(),
            Some(body) => {
                let request = self.agent.post(url).header("content-type", "application/json");
                request.config().timeout_global(timeout).build().send(body)
            }
        };
        let mut response = sent.map_err(fault)?;
        let status = response.status().as_u16();
        if status != 200 && status != 400 {
            return Err(Fault::Status(status));
        }
        let body = response.body_mut().with_config().limit(BODY_BYTES_MAX).read_to_vec();
        Ok(Reply { is_ok: status == 200, body: body.map_err(fault)? })
    }
}

/// What went wrong, without the address asked for: customers' doors are in it.
fn fault(error: ureq::Error) -> Fault {
    match error {
        ureq::Error::Timeout(_) => Fault::Late,
        ureq::Error::BodyExceedsLimit(_) => Fault::TooLarge,
        ureq::Error::Io(error) => Fault::Unreachable(error.kind().to_string()),
        ureq::Error::HostNotFound => Fault::Unreachable("its host is not known".to_owned()),
        ureq::Error::Protocol(_) => Fault::Unreadable("not HTTP".to_owned()),
        _ => Fault::Unreachable("no connection".to_owned()),
    }
}
