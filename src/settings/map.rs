//! `[map]`: what the pages' maps are drawn from.

use reqwest::Url;
use serde::Deserialize;

/// The longest address of a style, in bytes. (Taste.)
const ADDRESS_BYTES_MAX: usize = 2048;

/// What could stand there.
pub const STYLE_EXPECTED: &str = "the address of a style as \"https://maps.example/style.json\", without a user, at most 2048 bytes";

/// The map's ground.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MapSettings {
    /// The address of a style of somebody else, instead of the region's own tiles. What it names in
    /// turn must be at the same origin: pages load nothing from others.
    pub style: Option<String>,
}

impl MapSettings {
    /// Checks what a type cannot say.
    ///
    /// # Errors
    /// The address that is none.
    pub fn check(&self) -> Result<(), String> {
        let wrong = self.style.as_ref().filter(|style| !is_style(style));
        wrong.map_or(Ok(()), |style| Err(style.clone()))
    }
}

fn is_style(text: &str) -> bool {
    let is_plain = |url: Url| {
        let is_web = matches!(url.scheme(), "http" | "https");
        is_web && url.has_host() && url.username().is_empty() && url.password().is_none()
    };
    // A policy for browsers is made of the origin: what would mean something else there is no host.
    let has_marks = text.contains(['*', ';', ',', '\'', '"']) || text.contains(char::is_whitespace);
    text.len() <= ADDRESS_BYTES_MAX && !has_marks && Url::parse(text).is_ok_and(is_plain)
}

#[cfg(test)]
mod tests {
    use crate::settings::map::MapSettings;

    #[test]
    fn a_style_is_an_address_on_the_web() {
        let is_fine = |style: &str| MapSettings { style: Some(style.to_owned()) }.check().is_ok();
        assert!(MapSettings::default().check().is_ok());
        for style in ["https://maps.example/style.json", "http://localhost:8081/s.json?key=a1"] {
            assert!(is_fine(style), "{style}");
        }
        let wrong = [
            "",
            "style.json",
            "/style.json",
            "ftp://maps.example/style.json",
            "https://a:b@maps.example/style.json",
            "https://*.example/style.json",
            "https://maps.example/style.json; script-src *",
            "javascript:alert(1)",
        ];
        for style in wrong {
            assert!(!is_fine(style), "{style}");
        }
        assert!(!is_fine(&format!("https://maps.example/{}", "a".repeat(2048))));
    }
}
