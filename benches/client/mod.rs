//! A client of one connection that sends what was written before: it shares the processor with the
//! service, so it does as little as it can.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Whoever waits longer for an answer gives up.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request as it is sent.
pub(crate) fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "{method} /v1/regions/bench/{path} HTTP/1.1\r\nhost: bench\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

/// A connection that is kept, and opened anew after it failed.
pub(crate) struct Connection {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
    line: String,
    body: Vec<u8>,
}

impl Connection {
    /// A connection that opens with its first request.
    pub(crate) fn to(address: SocketAddr) -> Self {
        Self { address, stream: None, line: String::new(), body: Vec::new() }
    }

    /// Sends a request and reads the answer: its status and body.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<(u16, &[u8])> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.open()?,
        };
        stream.get_mut().write_all(request)?;
        let (status, length) = self.read_head(&mut stream)?;
        self.body.resize(length, 0);
        stream.read_exact(&mut self.body)?;
        self.stream = Some(stream);
        Ok((status, &self.body))
    }

    fn open(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(BufReader::with_capacity(64 * 1024, stream))
    }

    /// The status and how long the body is.
    fn read_head(&mut self, stream: &mut impl BufRead) -> io::Result<(u16, usize)> {
        let broken = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what);
        let (mut status, mut length) = (None, None);
        loop {
            self.line.clear();
            if stream.read_line(&mut self.line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = self.line.trim_end();
            if status.is_none() {
                let number = line.split(' ').nth(1).and_then(|number| number.parse().ok());
                status = Some(number.ok_or_else(|| broken("no status"))?);
            } else if line.is_empty() {
                break;
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().ok();
            }
        }
        let status = status.ok_or_else(|| broken("no status"))?;
        let length = if status == 204 { Some(0) } else { length };
        Ok((status, length.ok_or_else(|| broken("no length"))?))
    }
}
