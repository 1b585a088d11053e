//! The secret that offers are signed with, kept beside the journal.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Length of the key, in bytes: that of the hash it is used with.
const LENGTH: usize = 32;

/// The secret that offers are signed with. Who has it can make up offers.
#[derive(Clone)]
pub struct OfferKey([u8; LENGTH]);

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum OfferKeyError {
    /// The file cannot be read or made.
    #[error("the offer key {} cannot be read or made: {source}", .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is something else.
    #[error(
        "{} is not an offer key: it has {found} bytes, not {LENGTH}; \
         remove it to have a new one made, which invalidates offers not yet taken",
        .path.display()
    )]
    Length {
        /// Which file.
        path: PathBuf,
        /// Its length, in bytes.
        found: usize,
    },
    /// The machine has no randomness.
    #[error("the machine gives no randomness for the offer key: {0}")]
    Randomness(getrandom::Error),
}

impl OfferKey {
    /// The key in the file at `path`, made of fresh randomness when the file is missing.
    ///
    /// # Errors
    /// When the file is no key, or cannot be read or made.
    pub fn load_or_create(path: &Path) -> Result<Self, OfferKeyError> {
        let failed = |source| OfferKeyError::File { path: path.to_owned(), source };
        let bytes = match fs::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create(path, Self::random()?.bytes()).map_err(failed)?;
                // Read again: another process may have been first.
                fs::read(path).map_err(failed)?
            }
            read => read.map_err(failed)?,
        };
        let found = bytes.len();
        let key = <[u8; LENGTH]>::try_from(bytes);
        key.map(Self).map_err(|_| OfferKeyError::Length { path: path.to_owned(), found })
    }

    /// A key that lives as long as the process.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn random() -> Result<Self, OfferKeyError> {
        let mut key = [0; LENGTH];
        getrandom::fill(&mut key).map_err(OfferKeyError::Randomness)?;
        Ok(Self(key))
    }

    /// The key itself.
    pub fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

impl std::fmt::Debug for OfferKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("OfferKey(secret)")
    }
}

/// Makes the file whole or not at all, readable by its owner only, and never over another.
fn create(path: &Path, key: &[u8; LENGTH]) -> io::Result<()> {
    let draft = path.with_extension(format!("draft-{}", std::process::id()));
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(key)?;
    file.sync_all()?;
    // A link, not a rename: it fails when another process made the file meanwhile.
    match fs::hard_link(&draft, path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        _ => fs::remove_file(&draft)?,
    }
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use crate::runtime::offer_key::OfferKey;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_may_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offer.key");
        let made = OfferKey::load_or_create(&path).unwrap();
        let loaded = OfferKey::load_or_create(&path).unwrap();
        assert_eq!(made.bytes(), loaded.bytes());
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
    }

    #[test]
    fn two_keys_differ() {
        let (one, other) = (OfferKey::random().unwrap(), OfferKey::random().unwrap());
        assert_ne!(one.bytes(), other.bytes());
    }

    #[test]
    fn a_damaged_key_is_refused_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("offer.key");
        fs::write(&path, "short").unwrap();
        let error = OfferKey::load_or_create(&path).unwrap_err().to_string();
        insta::assert_snapshot!(
            error.replace(folder.path().to_str().unwrap(), "FOLDER"),
            @"FOLDER/offer.key is not an offer key: it has 5 bytes, not 32; remove it to have a new one made, which invalidates offers not yet taken"
        );
        assert_eq!(fs::read(&path).unwrap(), b"short");
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", OfferKey::random().unwrap()), "OfferKey(secret)");
    }
}
