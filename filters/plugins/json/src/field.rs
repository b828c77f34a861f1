//! Strict reading of a configuration document: every refusal says where and what was expected.

use crate::Json;
use std::fmt;

/// Why a configuration was refused: path, what was found, what was expected.
///
/// Never holds a value of the document, which may be a secret; only its kind and place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub String);

impl fmt::Display for Invalid {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A value together with its path in the document, such as `api_key.keys[2].sha256`.
pub struct Field<'a> {
    path: String,
    /// The value itself.
    pub value: &'a Json,
}

/// An object whose member names have been checked.
pub struct Object<'a> {
    path: String,
    members: &'a [(String, Json)],
}

impl<'a> Field<'a> {
    /// The whole document; its path is empty.
    pub fn root(value: &'a Json) -> Self {
        Field { path: String::new(), value }
    }

    /// A refusal of this value.
    pub fn invalid(&self, expected: impl fmt::Display) -> Invalid {
        let path = if self.path.is_empty() { "(document)" } else { &self.path };
        Invalid(format!("{path}: expected {expected}, found {}", self.value.kind()))
    }

    /// A refusal of this value for what it holds rather than for its kind.
    pub fn refused(&self, why: impl fmt::Display) -> Invalid {
        Invalid(format!("{}: {why}", self.path))
    }

    /// An object with no other members than the known ones.
    pub fn object(&self, known: &[&str]) -> Result<Object<'a>, Invalid> {
        let object = self.open_object()?;
        match object.members.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            None => Ok(object),
            Some((name, _)) => {
                Err(Invalid(format!("{}: unknown member (known here: {})", join(&self.path, name), known.join(", "))))
            }
        }
    }

    /// An object that may have members this reader does not know, as RFC 7517 asks for keys.
    pub fn open_object(&self) -> Result<Object<'a>, Invalid> {
        match self.value {
            Json::Object(members) => Ok(Object { path: self.path.clone(), members }),
            _ => Err(self.invalid("an object")),
        }
    }

    /// The elements of an array of `min..=max` elements.
    pub fn array(&self, min: usize, max: usize) -> Result<Vec<Field<'a>>, Invalid> {
        let Json::Array(elements) = self.value else {
            return Err(self.invalid("an array"));
        };
        if elements.len() < min || elements.len() > max {
            return Err(self.refused(format_args!("{} elements (expected: {min} to {max})", elements.len())));
        }
        let element = |(index, value)| Field { path: format!("{}[{index}]", self.path), value };
        Ok(elements.iter().enumerate().map(element).collect())
    }

    /// A string.
    pub fn text(&self) -> Result<&'a str, Invalid> {
        self.value.text().ok_or_else(|| self.invalid("a string"))
    }

    /// A string of 1 to `max` bytes.
    pub fn name(&self, max: usize) -> Result<&'a str, Invalid> {
        let text = self.text()?;
        match text.len() {
            0 => Err(self.refused("is empty")),
            length if length > max => Err(self.refused(format_args!("{length} bytes (expected: at most {max})"))),
            _ => Ok(text),
        }
    }

    /// A lower-case HTTP field name (RFC 9110 section 5.1) that a plugin may set or remove:
    /// not a pseudo-header, and none that frames or routes the message.
    pub fn header_name(&self) -> Result<&'a str, Invalid> {
        const FRAMING: [&str; 8] =
            ["connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"];
        let name = self.name(128)?;
        let token = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&b);
        if !name.bytes().all(token) {
            return Err(self.refused("is not a lower-case header name"));
        }
        if FRAMING.contains(&name) {
            return Err(self.refused("names a header that frames or routes the message"));
        }
        Ok(name)
    }

    /// A boolean.
    pub fn boolean(&self) -> Result<bool, Invalid> {
        match self.value {
            Json::Bool(value) => Ok(*value),
            _ => Err(self.invalid("true or false")),
        }
    }

    /// A whole number of `min..=max`.
    pub fn integer(&self, min: u64, max: u64) -> Result<u64, Invalid> {
        match self.value {
            Json::Integer(value) if u64::try_from(*value).is_ok_and(|v| v >= min && v <= max) => Ok(*value as u64),
            Json::Integer(value) => Err(self.refused(format_args!("{value} (expected: {min} to {max})"))),
            Json::Float(_) => Err(self.refused(format_args!("not a whole number (expected: {min} to {max})"))),
            _ => Err(self.invalid(format_args!("a whole number of {min} to {max}"))),
        }
    }
}

impl<'a> Object<'a> {
    /// The member, if it is there. A `null` counts as there, and is then refused for its kind.
    pub fn optional(&self, name: &str) -> Option<Field<'a>> {
        let (_, value) = self.members.iter().find(|(n, _)| n == name)?;
        Some(Field { path: join(&self.path, name), value })
    }

    /// The member, which must be there.
    pub fn required(&self, name: &str) -> Result<Field<'a>, Invalid> {
        self.optional(name).ok_or_else(|| Invalid(format!("{}: is missing", join(&self.path, name))))
    }

    /// A refusal of this object as a whole.
    pub fn refused(&self, why: impl fmt::Display) -> Invalid {
        let path = if self.path.is_empty() { "(document)" } else { &self.path };
        Invalid(format!("{path}: {why}"))
    }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    fn refusal<T>(document: &str, read: impl Fn(Field) -> Result<T, Invalid>) -> String {
        let json = parse(document.as_bytes()).expect("well-formed");
        read(Field::root(&json)).err().expect("refused").0
    }

    #[test]
    fn says_where_and_what_was_expected() {
        let list = |f: Field| f.object(&["list"])?.required("list")?.array(1, 2)?[0].integer(1, 9).map(drop);
        let cases = [
            ("[]", "(document): expected an object, found an array"),
            ("{\"lsit\":[]}", "lsit: unknown member (known here: list)"),
            ("{}", "list: is missing"),
            ("{\"list\":null}", "list: expected an array, found null"),
            ("{\"list\":[]}", "list: 0 elements (expected: 1 to 2)"),
            ("{\"list\":[\"a\"]}", "list[0]: expected a whole number of 1 to 9, found a string"),
            ("{\"list\":[10]}", "list[0]: 10 (expected: 1 to 9)"),
            ("{\"list\":[-1]}", "list[0]: -1 (expected: 1 to 9)"),
            ("{\"list\":[1.5]}", "list[0]: not a whole number (expected: 1 to 9)"),
        ];
        for (document, expected) in cases {
            assert_eq!(refusal(document, list), expected, "{document}");
        }
    }

    #[test]
    fn refuses_header_names_a_plugin_must_not_touch() {
        for name in ["", ":path", "X-Upper", "a b", "a\\r\\nb", "host", "content-length", "transfer-encoding", "é"] {
            refusal(&format!("\"{name}\""), |f| f.header_name().map(drop));
        }
        let json = parse(b"\"x-consumer_id\"").unwrap();
        assert_eq!(Field::root(&json).header_name(), Ok("x-consumer_id"));
    }
}
