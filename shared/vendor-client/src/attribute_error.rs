//! Attributes that cannot be set.

/// Why an attribute cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttributeError {
    /// The account has no such field; the vendor would drop it without a word.
    #[error("there is no attribute {0:?}")]
    Unknown(String),
    /// The field is not an attribute, or only the vendor writes it.
    #[error("{0:?} cannot be set as an attribute")]
    NotAnAttribute(String),
    /// The value is of another type than the field.
    #[error("the attribute {name:?} must be {expected}")]
    WrongType {
        /// The field.
        name: String,
        /// What is expected.
        expected: &'static str,
    },
}
