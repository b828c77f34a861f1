//! The parsed document.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A JSON value. Members keep the order of the document.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number written without fraction and exponent, within the range of `i64`.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// A string.
    Text(String),
    /// An array.
    Array(Vec<Json>),
    /// An object; member names are unique.
    Object(Vec<(String, Json)>),
}

/// Reads exactly one JSON document. Nesting is limited to 128 levels.
pub fn parse(bytes: &[u8]) -> Result<Json, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

impl Json {
    /// The member of this object, if this is an object that has it.
    pub fn member(&self, name: &str) -> Option<&Json> {
        match self {
            Json::Object(members) => members.iter().find(|(n, _)| n == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number as a float (exact up to 2^53), if this is a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Json::Integer(number) => Some(*number as f64),
            Json::Float(number) => Some(*number),
            _ => None,
        }
    }

    /// What this value is, for an error message.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Integer(_) | Json::Float(_) => "a number",
            Json::Text(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(i64::try_from(value).map_or(Json::Float(value as f64), Json::Integer))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element()? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, value)) = entries.next_entry::<String, Json>()? {
            members.push((name, value));
        }
        refuse_duplicates(&members)?;
        Ok(Json::Object(members))
    }
}

// Sorts references, so that a hostile object of many members costs n log n and not n squared.
fn refuse_duplicates<E: Error>(members: &[(String, Json)]) -> Result<(), E> {
    let mut names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(E::custom(format_args!("duplicate member {:?}", pair[0]))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_value() {
        let parsed = parse(br#" {"a":null,"b":true,"c":-3,"d":1.5,"e":"x\n","f":[1],"g":{}} "#);
        let expected = Json::Object(vec![
            ("a".into(), Json::Null),
            ("b".into(), Json::Bool(true)),
            ("c".into(), Json::Integer(-3)),
            ("d".into(), Json::Float(1.5)),
            ("e".into(), Json::Text("x\n".into())),
            ("f".into(), Json::Array(vec![Json::Integer(1)])),
            ("g".into(), Json::Object(vec![])),
        ]);
        assert_eq!(parsed, Ok(expected));
        assert_eq!(parse(b"18446744073709551615"), Ok(Json::Float(18446744073709551615.0)));
    }

    #[test]
    fn refuses_what_two_readers_could_read_differently() {
        for document in [
            "",
            "{",
            "{} {}",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\":1,\"a\":2}",
            "[{\"k\":{\"x\":1,\"y\":2,\"x\":1}}]",
            "NaN",
            "01",
            "\"\u{1}\"",
            "// c\n1",
        ] {
            assert!(parse(document.as_bytes()).is_err(), "{document}");
        }
        assert!(parse(b"\"\xff\"").is_err(), "not UTF-8");
        assert!(parse("[".repeat(200).as_bytes()).unwrap_err().contains("recursion"));
    }

    #[test]
    fn names_the_duplicate_and_its_place() {
        assert_eq!(
            parse(b"{\"sub\":\"a\",\n \"sub\":\"b\"}").unwrap_err(),
            "duplicate member \"sub\" at line 2 column 11"
        );
    }
}
