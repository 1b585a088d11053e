//! Values of bodies that are within limits, or are refused where they stand.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{KnownFormat, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A whole number from `LOW` to `HIGH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Within<const LOW: i64, const HIGH: i64>(pub(crate) i64);

/// The token of an offer. Ours are below a kilobyte.
pub(crate) type Token = Text<4096>;

/// A text of 1 to `MAX` characters, none of them a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text<const MAX: usize>(pub(crate) String);

/// Something that is written as an object with named fields, never as a list of their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Object<T>(pub(crate) T);

/// A list of 1 to `MAX` things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Few<T, const MAX: usize>(pub(crate) Vec<T>);

struct WithinVisitor<const LOW: i64, const HIGH: i64>;

impl<const LOW: i64, const HIGH: i64> Visitor<'_> for WithinVisitor<LOW, HIGH> {
    type Value = Within<LOW, HIGH>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a whole number from {LOW} to {HIGH}")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        if (LOW..=HIGH).contains(&value) {
            Ok(Within(value))
        } else {
            Err(E::invalid_value(Unexpected::Signed(value), &self))
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => Err(E::invalid_value(Unexpected::Unsigned(value), &self)),
        }
    }
}

impl<'de, const LOW: i64, const HIGH: i64> Deserialize<'de> for Within<LOW, HIGH> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_i64(WithinVisitor)
    }
}

struct TextVisitor<const MAX: usize>;

impl<const MAX: usize> Visitor<'_> for TextVisitor<MAX> {
    type Value = Text<MAX>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a text of 1 to {MAX} characters without control characters")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
        let length = value.chars().take(MAX + 1).count();
        if length == 0 || MAX < length || value.chars().any(char::is_control) {
            let found = match length {
                0 => "an empty text",
                _ if MAX < length => "a longer text",
                _ => "a text with control characters",
            };
            return Err(E::invalid_value(Unexpected::Other(found), &self));
        }
        Ok(Text(value.to_owned()))
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_str(TextVisitor)
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ObjectVisitor(PhantomData))
    }
}

/// For fields that are objects; see [`Object`].
pub(crate) fn object<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Object::deserialize(from).map(|Object(value)| value)
}

/// For fields that are objects or null; see [`Object`].
pub(crate) fn optional_object<'de, D, T>(from: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::<Object<T>>::deserialize(from)?.map(|Object(value)| value))
}

impl<'de, T: Deserialize<'de>, const MAX: usize> Deserialize<'de> for Few<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let list = Vec::deserialize(from)?;
        if list.is_empty() || MAX < list.len() {
            let found = list.len();
            return Err(D::Error::custom(format_args!("{found} entries, expected 1 to {MAX}")));
        }
        Ok(Self(list))
    }
}

impl<const LOW: i64, const HIGH: i64> PartialSchema for Within<LOW, HIGH> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .minimum(Some(LOW))
            .maximum(Some(HIGH))
            .into()
    }
}

impl<const LOW: i64, const HIGH: i64> ToSchema for Within<LOW, HIGH> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("From{LOW}To{HIGH}"))
    }
}

impl<const MAX: usize> PartialSchema for Text<MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX))
            .into()
    }
}

impl<const MAX: usize> ToSchema for Text<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("TextUpTo{MAX}"))
    }
}
