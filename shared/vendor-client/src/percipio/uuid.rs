//! UUIDs, as the vendor's ids are.

/// Whether a text is one. What is none must not stand in the address of a write: an id like
/// `external-user-id/E1` may be decoded on its way and lead to a write that creates (Percipio
/// reference 4.1).
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_uuid_is_one() {
        for uuid in ["6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01", "6F0C1F4E-6D0B-4F0E-9D7A-2B1F6F1F0A01"]
        {
            assert!(is_uuid(uuid));
        }
        for other in [
            "",
            "E1001",
            "external-user-id",
            "external-user-id/6f0c1f4e-6d0b-4f0e",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a0g",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01 ",
            "6f0c1f4e06d0b-4f0e-9d7a-2b1f6f1f0a01",
            "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0é1",
        ] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
