//! Offers as tokens: all of an offer, signed, so that nothing is kept until somebody takes it.
//!
//! A token is the base64url of a version byte, the signature and the payload.

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
const VERSION: u8 = 1;
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
    /// It was not made here, or was changed.
    #[error("the offer was not made by this service, or was changed on the way")]
    Invalid,
    /// It was made for another region.
    #[error("the offer was made for another region")]
    Foreign,
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let kind = match error {
            TokenError::Invalid => Kind::OFFER_INVALID,
            TokenError::Foreign => Kind::OFFER_FOREIGN,
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
        let mut bytes = Vec::with_capacity(1 + SIGNATURE + payload.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&signature);
        bytes.extend_from_slice(&payload);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The offer that a token of `region` is about. Whether it may still be taken is not known here.
    ///
    /// # Errors
    /// [`TokenError::Invalid`] when the signature is not ours; [`TokenError::Foreign`] when it is,
    /// but the offer was made for another region.
    pub(crate) fn terms(&self, region: &str, token: &str) -> Result<OfferTerms, TokenError> {
        if TOKEN_MAX < token.len() {
            return Err(TokenError::Invalid);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenError::Invalid)?;
        let Some((&VERSION, signed)) = bytes.split_first() else { return Err(TokenError::Invalid) };
        let (signature, payload) = signed.split_at_checked(SIGNATURE).ok_or(TokenError::Invalid)?;
        self.mac(payload).verify_slice(signature).map_err(|_| TokenError::Invalid)?;
        let payload: Payload = serde_json::from_slice(payload).map_err(|_| TokenError::Invalid)?;
        if payload.region != region {
            return Err(TokenError::Foreign);
        }
        let Payload { offer, expires, wish, slot, fee, session, .. } = payload;
        Ok(OfferTerms { offer, expires, wish, slot, fee, session })
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
    use crate::http::token::{Signer, TokenError};
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
            wish: Wish { place, basket, door: Seconds(120), buyer: Buyer::default() },
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
        assert_eq!(signer.terms("demo", &token), Ok(terms()));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let signer = signer();
        let token = signer.token("demo", Sequence(7), &terms());
        for index in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[index] = if forged[index] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).unwrap();
            assert_eq!(signer.terms("demo", &forged), Err(TokenError::Invalid), "at {index}");
        }
    }

    #[test]
    fn a_cut_token_is_no_token() {
        let signer = signer();
        let token = signer.token("demo", Sequence(7), &terms());
        for length in 0..token.len() {
            assert_eq!(signer.terms("demo", &token[..length]), Err(TokenError::Invalid));
        }
    }

    #[test]
    fn a_token_of_another_key_or_region_is_not_taken() {
        let (ours, theirs) = (signer(), signer());
        let token = theirs.token("demo", Sequence(7), &terms());
        assert_eq!(ours.terms("demo", &token), Err(TokenError::Invalid));
        assert_eq!(theirs.terms("oslo", &token), Err(TokenError::Foreign));
    }
}
