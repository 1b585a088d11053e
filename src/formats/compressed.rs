//! The text of a file that may be compressed.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use crate::formats::benchmark::FormatError;

/// Files with more text than this are refused, however little of it they are compressed to.
pub const TEXT_MAX: u64 = 256 * 1024 * 1024;

/// What every gzip file starts with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// The text of `content`, unpacked where it is gzip, whatever the file is called.
///
/// # Errors
/// When it is damaged, is not UTF-8, or has more than [`TEXT_MAX`] bytes unpacked.
pub fn text(file: &str, content: impl Read) -> Result<String, FormatError> {
    text_within(TEXT_MAX, file, content)
}

fn text_within(most: u64, file: &str, mut content: impl Read) -> Result<String, FormatError> {
    let error = |line: usize, reason: String| FormatError {
        file: file.to_owned(),
        line,
        section: "content".to_owned(),
        reason,
    };
    let unreadable = |problem: std::io::Error| error(1, format!("cannot be read: {problem}"));
    let mut start = Vec::new();
    content.by_ref().take(2).read_to_end(&mut start).map_err(unreadable)?;
    let is_gzip = start == GZIP;
    let whole = start.chain(content);
    let mut bytes = Vec::new();
    if is_gzip {
        let unpacked = MultiGzDecoder::new(whole).take(most + 1).read_to_end(&mut bytes);
        unpacked.map_err(|problem| error(1, format!("is damaged gzip: {problem}")))?;
    } else {
        whole.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    if bytes.len() as u64 > most {
        return Err(error(
            1,
            format!("has more than {most} bytes of text, which is the most that is accepted"),
        ));
    }
    String::from_utf8(bytes).map_err(|problem| {
        let good = &problem.as_bytes()[..problem.utf8_error().valid_up_to()];
        let line = good.split(|&byte| byte == b'\n').count();
        error(line, "is not text in UTF-8".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packed_and_plain_text_read_the_same() {
        assert_eq!(text("a", &b"NAME : a\n"[..]).unwrap(), "NAME : a\n");
        assert_eq!(text("a.gz", &packed(b"NAME : a\n")[..]).unwrap(), "NAME : a\n");
        assert_eq!(text("empty", &b""[..]).unwrap(), "");
    }

    #[test]
    fn a_small_file_that_unpacks_to_too_much_is_refused() {
        let bomb = packed(" ".repeat(1_000_000).as_bytes());
        assert!(bomb.len() < 2_000);
        let error = text_within(1_000, "bomb.gz", &bomb[..]).unwrap_err();
        assert!(error.to_string().contains("bomb.gz, line 1, content: has more than 1000 bytes"));
        assert!(text_within(1_000_000, "bomb.gz", &bomb[..]).is_ok());
    }

    #[test]
    fn damage_is_told_from_foreign_text() {
        let half = &packed(b"NAME : a long enough name to be cut")[..20];
        assert!(text("a.gz", half).unwrap_err().reason.contains("damaged gzip"));
        let error = text("a", &b"one\ntwo\n\xff"[..]).unwrap_err();
        assert_eq!((error.line, error.reason.as_str()), (3, "is not text in UTF-8"));
    }
}
