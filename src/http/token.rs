//! Offers as tokens: all of an offer, signed, so that nothing is kept until somebody takes it.
//!
//! A token is the base64url of a version byte, the name of the key, the signature and the payload.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::http::problem::{Kind, Problem};
use crate::model::ids::OfferId;
use crate::model::order::Wish;
use crate::model::slot::Slot;
use crate::model::time::Timestamp;
use crate::model::units::MinorUnits;
use crate::planner::command::OfferTerms;
use crate::planner::event::Sequence;
use crate::runtime::offer_key::OfferKey;

/// The first byte of all tokens; another one when the payload changes its shape.
const VERSION: u8 = 2;
/// The length of a key's name, in bytes: enough that no two services share one by chance.
const KEY_NAME: usize = 8;
/// The length of a signature, in bytes.
const SIGNATURE: usize = 32;
/// The longest token that is looked at. Ours are below a kilobyte.
const TOKEN_MAX: usize = 4096;

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Payload {
    region: String,
    plan: Sequence,
    offer: OfferId,
    expires: Timestamp,
    wish: Wish,
    slot: Slot,
    fee: MinorUnits,
    session: Option<String>,
}

/// Signs offers, and knows its own again.
#[derive(Debug, Clone)]
pub(crate) struct Signer(OfferKey);

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// It is no token, or a part of one, or one of another version.
    #[error("this is not an offer, or only a part of one")]
    Malformed,
    /// It claims to be signed with our key, and is not: it was made up, or changed.
    #[error("the offer was not signed by this service, or was changed since")]
    Forged,
    /// It claims to be signed with another key.
    #[error("the offer was made by another service")]
    OtherService,
    /// It was made for another region.
    #[error("the offer was made for another region")]
    OtherRegion,
    /// It was made for another checkout session.
    #[error("the offer was made for another checkout session")]
    OtherSession,
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let kind = match error {
            TokenError::Malformed => Kind::OFFER_MALFORMED,
            TokenError::Forged => Kind::OFFER_FORGED,
            TokenError::OtherService | TokenError::OtherRegion => Kind::OFFER_FOREIGN,
            TokenError::OtherSession => Kind::OTHER_SESSION,
        };
        Self::new(kind, error.to_string()).at("/offer", error.to_string())
    }
}

impl Signer {
    /// Signs with this key.
    pub(crate) fn new(key: OfferKey) -> Self {
        Self(key)
    }

    /// The token of an offer that `region` made from the plan as of `plan`.
    pub(crate) fn token(&self, region: &str, plan: Sequence, terms: &OfferTerms) -> String {
        let payload = Payload {
            region: region.to_owned(),
            plan,
            offer: terms.offer,
            expires: terms.expires,
            wish: terms.wish,
            slot: terms.slot,
            fee: terms.fee,
            session: terms.session.clone(),
        };
        // Plain numbers and texts: there is nothing in it that JSON cannot hold.
        let payload = serde_json::to_vec(&payload).unwrap_or_default();
        let signature = self.mac(&payload).finalize().into_bytes();
        let mut bytes = Vec::with_capacity(1 + KEY_NAME + SIGNATURE + payload.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.key_name());
        bytes.extend_from_slice(&signature);
        bytes.extend_from_slice(&payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The offer that a token of `region` is about. Whether it may still be taken is not known here.
    /// `asked_by` is the checkout session that shows it, if that is known.
    ///
    /// # Errors
    /// See [`TokenError`].
    pub(crate) fn terms(
        &self,
        region: &str,
        token: &str,
        asked_by: Option<&str>,
    ) -> Result<OfferTerms, TokenError> {
        let malformed = TokenError::Malformed;
        if TOKEN_MAX < token.len() {
            return Err(malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| malformed)?;
        let Some((&VERSION, rest)) = bytes.split_first() else { return Err(malformed) };
        let (key_name, signed) = rest.split_at_checked(KEY_NAME).ok_or(malformed)?;
        let (signature, payload) = signed.split_at_checked(SIGNATURE).ok_or(malformed)?;
        // A hint, not a proof: it only tells which refusal is the more helpful.
        if key_name != self.key_name() {
            return Err(TokenError::OtherService);
        }
        self.mac(payload).verify_slice(signature).map_err(|_| TokenError::Forged)?;
        let payload: Payload = serde_json::from_slice(payload).map_err(|_| malformed)?;
        if payload.region != region {
            return Err(TokenError::OtherRegion);
        }
        if asked_by.is_some_and(|session| payload.session.as_deref() != Some(session)) {
            return Err(TokenError::OtherSession);
        }
        let Payload { offer, expires, wish, slot, fee, session, .. } = payload;
        Ok(OfferTerms { offer, expires, wish, slot, fee, session })
    }

    /// A name for the key that tells nothing about it: a MAC of a fixed text.
    fn key_name(&self) -> [u8; KEY_NAME] {
        let mac = self.mac(b"name of the key").finalize().into_bytes();
        std::array::from_fn(|index| mac[index])
    }

    fn mac(&self, payload: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.bytes()).expect("a MAC takes keys of any length");
        mac.update(&[VERSION]);
        mac.update(payload);
        mac
    }
}

#[cfg(test)]
mod tests {
    use crate::http::token::{KEY_NAME, Signer, TokenError};
    use crate::model::basket::{Basket, Load};
    use crate::model::ids::{OfferId, StoreId};
    use crate::model::order::Wish;
    use crate::model::place::Coordinate;
    use crate::model::sale::Buyer;
    use crate::model::slot::{Slot, SlotKind};
    use crate::model::time::{TimeWindow, Timestamp};
    use crate::model::units::{MinorUnits, Seconds};
    use crate::planner::command::OfferTerms;
    use crate::planner::event::Sequence;
    use crate::runtime::offer_key::OfferKey;

    fn terms() -> OfferTerms {
        let place = Coordinate { latitude_micro: 55_750_000, longitude_micro: 37_600_000 };
        let basket = Basket {
            items: 3,
            load: Load::default(),
            picking: Some(Seconds(200)),
            ..Basket::default()
        };
        let window = TimeWindow::spanning(Timestamp(1_000), Timestamp(8_200));
        OfferTerms {
            offer: OfferId(u128::MAX - 7),
            expires: Timestamp(1_900),
            wish: Wish { place, basket, door: Seconds(120), buyer: Buyer::default(), store: None },
            slot: Slot { kind: SlotKind::Express, store: StoreId(1), window },
            fee: MinorUnits(9_900),
            session: Some("an own one".to_owned()),
        }
    }

    fn signer() -> Signer {
        Signer::new(OfferKey::random().unwrap())
    }

    #[test]
    fn an_offer_comes_back_as_it_was_made() {
        let signer = signer();
        let token = signer.token("demo", Sequence(7), &terms());
        assert_eq!(signer.terms("demo", &token, None), Ok(terms()));
        assert_eq!(signer.terms("demo", &token, Some("an own one")), Ok(terms()));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let signer = signer();
        let token = signer.token("demo", Sequence(7), &terms());
        for index in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            let refused = signer.terms("demo", &forged, None);
            // The version, the name of the key, then what is signed.
            let bytes = index * 6 / 8;
            match bytes {
                0 => assert!(refused.is_err(), "at {index}"),
                1..KEY_NAME => assert_eq!(refused, Err(TokenError::OtherService), "at {index}"),
                KEY_NAME => assert!(refused.is_err(), "at {index}"),
                _ if index + 1 < token.len() => {
                    assert_eq!(refused, Err(TokenError::Forged), "at {index}");
                }
                // The last character may be one that no encoder writes.
                _ => assert!(refused.is_err(), "at {index}"),
            }
        }
    }

    #[test]
    fn a_cut_token_is_no_token() {
        let signer = signer();
        let token = signer.token("demo", Sequence(7), &terms());
        for length in 0..token.len() {
            let cut = signer.terms("demo", &token[..length], None);
            assert!(matches!(cut, Err(TokenError::Malformed | TokenError::Forged)), "{length}");
        }
    }

    #[test]
    fn a_token_of_another_key_or_region_is_not_taken() {
        let (ours, theirs) = (signer(), signer());
        let token = theirs.token("demo", Sequence(7), &terms());
        assert_eq!(ours.terms("demo", &token, None), Err(TokenError::OtherService));
        assert_eq!(theirs.terms("oslo", &token, None), Err(TokenError::OtherRegion));
    }

    #[test]
    fn a_token_of_another_session_is_not_taken() {
        let signer = signer();
        let mut token = signer.token("demo", Sequence(7), &terms());
        assert_eq!(signer.terms("demo", &token, Some("mine")), Err(TokenError::OtherSession));
        let nobodys = OfferTerms { session: None, ..terms() };
        token = signer.token("demo", Sequence(7), &nobodys);
        assert_eq!(signer.terms("demo", &token, Some("mine")), Err(TokenError::OtherSession));
    }
}
