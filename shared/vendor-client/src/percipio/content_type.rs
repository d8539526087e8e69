//! Types of content. The catalogue, a report's rows and a report's request spell them differently
//! (Percipio reference 6.2, 7.3, 7.4): `LINKED_CONTENT`, `Linked Content`, `AudioBook`.

/// Types that are neither courses nor assessments, in capitals and without what stands between words
/// (Percipio reference 6.1, 6.2, 7.4).
const OTHERS: [&str; 14] = [
    "AUDIOBOOK",
    "AUDIOBOOKSUMMARY",
    "AUDIOSUMMARY",
    "BOOK",
    "BOOKSUMMARY",
    "CERTIFICATIONPATH",
    "CHANNEL",
    "COMPLIANCE",
    "CUSTOMCHANNEL",
    "DYNAMICCONTENT",
    "JOURNEY",
    "LINKEDCONTENT",
    "SCHEDULEDCONTENT",
    "VIDEO",
];

/// The type of some content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContentType {
    /// A course.
    Course,
    /// An assessment.
    Assessment,
    /// A type that is known, and neither of these.
    Other,
    /// What the vendor says, and nobody here knows; its first 60 characters.
    Unknown(String),
}

impl ContentType {
    /// What is shown of a word that nobody knows.
    const SHOWN: usize = 60;

    pub(super) fn new(text: &str) -> Self {
        let letters = text.chars().filter(|character| character.is_alphanumeric());
        let word = letters.collect::<String>().to_ascii_uppercase();
        match word.as_str() {
            "COURSE" => Self::Course,
            "ASSESSMENT" => Self::Assessment,
            other if OTHERS.contains(&other) => Self::Other,
            _ => Self::Unknown(text.chars().take(Self::SHOWN).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_known_in_every_spelling_or_kept() {
        for (spellings, expected) in [
            (&["COURSE", "Course", "course", " Course "][..], ContentType::Course),
            (&["ASSESSMENT", "Assessment"], ContentType::Assessment),
            (&["LINKED_CONTENT", "Linked Content", "linked-content"], ContentType::Other),
            (&["AUDIOBOOK", "AudioBook", "Audio Summary", "Video"], ContentType::Other),
        ] {
            for spelling in spellings {
                assert_eq!(ContentType::new(spelling), expected, "{spelling}");
            }
        }
        for unknown in ["SKILL_BENCHMARK", "COURSES", "Kurs", ""] {
            assert_eq!(ContentType::new(unknown), ContentType::Unknown(unknown.to_owned()));
        }
        let long = ContentType::new(&"é".repeat(61));
        assert_eq!(long, ContentType::Unknown("é".repeat(60)));
    }
}
