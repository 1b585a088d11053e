//! Stands in for an engine in tests: answers over a socket as a test wants it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

/// A request.
pub(crate) struct Asked {
    /// Behind the address, without the first slash.
    pub(crate) path: String,
    pub(crate) body: Option<String>,
}

/// What becomes of a request.
pub(crate) enum Act {
    /// It is answered with a status and a body.
    Say(u16, Vec<u8>),
    /// The connection is closed.
    HangUp,
    /// Nothing comes back, and the connection stays.
    Silence,
}

impl Act {
    pub(crate) fn say(status: u16, body: impl AsRef<[u8]>) -> Self {
        Self::Say(status, body.as_ref().to_vec())
    }
}

/// Listens on this machine until it is dropped.
pub(crate) struct Stand {
    /// As settings name it.
    pub(crate) address: String,
    asked: Arc<AtomicUsize>,
    silent: Arc<Mutex<Option<Vec<TcpStream>>>>,
}

impl Stand {
    /// Does with each request what `act` says, which is told how many came before it.
    pub(crate) fn serve(act: impl Fn(usize, &Asked) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, silent) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Some(vec![]))));
        let (count, kept, act) = (Arc::clone(&asked), Arc::clone(&silent), Arc::new(act));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if kept.lock().unwrap().is_none() {
                    return;
                }
                let (count, kept, act) = (Arc::clone(&count), Arc::clone(&kept), Arc::clone(&act));
                thread::spawn(move || serve_one(stream.unwrap(), &count, &kept, &*act));
            }
        });
        Self { address: format!("http://{address}"), asked, silent }
    }

    /// How many requests came.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Stand {
    fn drop(&mut self) {
        *self.silent.lock().unwrap() = None;
        // So that the listener notices.
        drop(TcpStream::connect(self.address.trim_start_matches("http://")));
    }
}

fn serve_one(
    mut stream: TcpStream,
    count: &AtomicUsize,
    silent: &Mutex<Option<Vec<TcpStream>>>,
    act: &dyn Fn(usize, &Asked) -> Act,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let Some(path) = line.split(' ').nth(1) else { return };
    let (path, mut length) = (path.trim_start_matches('/').to_owned(), 0);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        if header.trim().is_empty() {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = (length != 0).then(|| String::from_utf8(body).unwrap());
    match act(count.fetch_add(1, Ordering::SeqCst), &Asked { path, body }) {
        Act::Say(status, body) => {
            let head = format!(
                "HTTP/1.1 {status} Said\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            // Who asked may not want to hear all of it.
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)));
        }
        Act::HangUp => {}
        Act::Silence => {
            if let Some(streams) = silent.lock().unwrap().as_mut() {
                streams.push(stream);
            }
        }
    }
}
