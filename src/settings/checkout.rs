//! `[checkout]`: who may call the checkout from pages of other origins.

use reqwest::Url;
use serde::Deserialize;

/// How many origins, and how many keys, a region may have: a shop has some pages, not thousands.
const ENTRIES_MAX: usize = 64;

const ORIGIN_EXPECTED: &str =
    "an origin as browsers send it, as \"https://shop.example\" or \"http://localhost:3000\"";
const KEY_EXPECTED: &str = "\"pk_\" and 8 to 64 letters, digits, \"-\" and \"_\"";

/// Pages of these origins may ask for slots and hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckoutSettings {
    /// Origins, as browsers send them: scheme, host, and the port where it is not the usual one.
    #[serde(default)]
    pub origins: Vec<String>,
    /// Publishable keys. A page must send one; without any, none is asked for.
    #[serde(default)]
    pub keys: Vec<String>,
}

/// What is wrong with a list: its name, the value, and what could stand there.
pub type Fault = (&'static str, String, &'static str);

impl CheckoutSettings {
    /// Checks what a type cannot say.
    ///
    /// # Errors
    /// The first value that makes no sense.
    pub fn check(&self) -> Result<(), Fault> {
        for (name, list) in [("origins", &self.origins), ("keys", &self.keys)] {
            if list.len() > ENTRIES_MAX {
                return Err((name, format!("{} entries", list.len()), "at most 64 entries"));
            }
        }
        if let Some(origin) = self.origins.iter().find(|origin| !is_origin(origin)) {
            return Err(("origins", origin.clone(), ORIGIN_EXPECTED));
        }
        if let Some(key) = self.keys.iter().find(|key| !is_publishable(key)) {
            return Err(("keys", key.clone(), KEY_EXPECTED));
        }
        match self.keys.first() {
            Some(key) if self.origins.is_empty() => {
                Err(("keys", key.clone(), "no key, or also the origins whose pages send it"))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a browser would send it so, to the letter.
fn is_origin(text: &str) -> bool {
    let is_as_sent = |url: Url| {
        matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == text
    };
    // A star would be the name of a host to the parser; here it could only be meant for any host.
    !text.contains('*') && Url::parse(text).is_ok_and(is_as_sent)
}

fn is_publishable(key: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let rest = key.strip_prefix("pk_").unwrap_or_default();
    (8..=64).contains(&rest.len()) && rest.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use crate::settings::checkout::CheckoutSettings;

    /// What is said about an origin and a key.
    fn said(origin: &str, key: &str) -> Option<&'static str> {
        let settings = CheckoutSettings { origins: vec![origin.into()], keys: vec![key.into()] };
        settings.check().err().map(|(name, ..)| name)
    }

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        let fine = ["https://shop.example", "http://localhost:3000", "http://[::1]:8080"];
        for origin in fine {
            assert_eq!(said(origin, "pk_marketrow1"), None, "{origin}");
        }
        let wrong = [
            "",
            "*",
            "null",
            "shop.example",
            "https://shop.example/",
            "https://shop.example:443",
            "https://Shop.example",
            "https://a@shop.example",
            "ftp://shop.example",
            "https://*.example",
        ];
        for origin in wrong {
            assert_eq!(said(origin, "pk_marketrow1"), Some("origins"), "{origin}");
        }
    }

    #[test]
    fn a_key_tells_that_it_may_be_published() {
        for key in ["pk_12345678", "pk_market-row_2026"] {
            assert_eq!(said("https://shop.example", key), None, "{key}");
        }
        for key in ["", "pk_", "pk_1234567", "sk_12345678", "pk_1234 5678", "pk_ключ1234"] {
            assert_eq!(said("https://shop.example", key), Some("keys"), "{key}");
        }
    }

    #[test]
    fn the_lists_are_bounded() {
        let origins = (0..65).map(|port| format!("http://localhost:{}", 3000 + port)).collect();
        let settings = CheckoutSettings { origins, keys: vec![] };
        let fault = ("origins", "65 entries".to_owned(), "at most 64 entries");
        assert_eq!(settings.check(), Err(fault));
    }
}
