//! JSON as plugins need it for security decisions.
//!
//! [`parse`] refuses duplicate member names (RFC 8259 section 4 leaves them undefined, and two readers
//! that disagree about `{"sub":"a","sub":"b"}` are an attack), and [`Field`] reads a parsed document
//! strictly: an unknown member, a wrong type or a value out of range is an [`Invalid`] that names its path.

mod field;
mod value;

pub use field::{Field, Invalid, Object};
pub use value::{parse, Json};
