//! The kinds of items, and what each is called where.

/// A kind of item.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ItemKind {
    /// `contentType.percipioType`.
    pub(crate) percipio_type: &'static str,
    /// `contentType.category`.
    pub(crate) category: Option<&'static str>,
    /// `contentType.displayLabel`.
    pub(crate) labels: &'static [&'static str],
    /// `contentType` in reports, one for each label.
    pub(crate) in_reports: &'static [&'static str],
    /// The word in xAPI ids.
    pub(crate) xapi: &'static str,
    /// `modalities`.
    pub(crate) modalities: &'static [&'static str],
    /// What some rows say instead of `Completed`, if they can be completed at all.
    pub(crate) done: Option<&'static str>,
    /// Whether a report's rows have a `contentId`.
    pub(crate) content_id: bool,
}

const PLAIN: ItemKind = ItemKind {
    percipio_type: "",
    category: None,
    labels: &[],
    in_reports: &[],
    xapi: "",
    modalities: &[],
    done: Some("Completed"),
    content_id: true,
};

/// A course.
pub(crate) static COURSE: ItemKind = ItemKind {
    percipio_type: "COURSE",
    category: Some("COURSE"),
    labels: &["Course"],
    in_reports: &["Course"],
    xapi: "course",
    modalities: &["WATCH"],
    done: Some("Achieved"),
    ..PLAIN
};

/// An assessment.
pub(crate) static ASSESSMENT: ItemKind = ItemKind {
    percipio_type: "ASSESSMENT",
    category: Some("ASSESSMENT"),
    labels: &["Skill Benchmark", "Assessment"],
    in_reports: &["Assessment", "Assessment"],
    xapi: "assessment",
    modalities: &["ASSESS"],
    done: Some("Achieved"),
    ..PLAIN
};

/// Everything else, with one kind that no document names.
pub(crate) static OTHERS: [ItemKind; 11] = [
    ItemKind {
        percipio_type: "VIDEO",
        category: Some("VIDEO"),
        labels: &["Video"],
        in_reports: &["Video"],
        xapi: "video",
        modalities: &["WATCH"],
        done: Some("Watched"),
        ..PLAIN
    },
    ItemKind {
        percipio_type: "BOOK",
        category: Some("BOOK"),
        labels: &["Book", "Book Summary"],
        in_reports: &["Book", "Book Summary"],
        xapi: "book",
        modalities: &["READ"],
        done: Some("Read"),
        ..PLAIN
    },
    ItemKind {
        percipio_type: "AUDIOBOOK",
        category: Some("AUDIOBOOK"),
        labels: &["Audiobook", "Audiobook Summary"],
        in_reports: &["AudioBook", "Audio Summary"],
        xapi: "audiobook",
        modalities: &["LISTEN"],
        done: Some("Listened"),
        ..PLAIN
    },
    ItemKind {
        percipio_type: "CHANNEL",
        category: Some("CHANNEL"),
        labels: &["Channel", "Channel"],
        in_reports: &["Channel", "Custom Channel"],
        xapi: "channel",
        done: None,
        content_id: false,
        ..PLAIN
    },
    ItemKind {
        percipio_type: "JOURNEY",
        category: Some("CURRICULUM"),
        labels: &["Journey"],
        in_reports: &["Journey"],
        xapi: "journey",
        ..PLAIN
    },
    ItemKind {
        percipio_type: "LINKED_CONTENT",
        labels: &["Lab", "TestPrep", "Article"],
        in_reports: &["Linked Content", "Linked Content", "Linked Content"],
        xapi: "lc",
        modalities: &["PRACTICE"],
        content_id: false,
        ..PLAIN
    },
    ItemKind {
        percipio_type: "SCHEDULED_CONTENT",
        labels: &["Bootcamp"],
        in_reports: &["Scheduled Content"],
        xapi: "scheduled",
        modalities: &["ATTEND"],
        ..PLAIN
    },
    ItemKind {
        percipio_type: "DYNAMIC_CONTENT",
        labels: &["Dynamic Content"],
        in_reports: &["Dynamic Content"],
        xapi: "dynamic",
        ..PLAIN
    },
    ItemKind {
        percipio_type: "CERTIFICATION_PATH",
        labels: &["Certification Path"],
        in_reports: &["Certification Path"],
        xapi: "certification",
        ..PLAIN
    },
    ItemKind {
        percipio_type: "COMPLIANCE",
        labels: &["Compliance"],
        in_reports: &["Compliance"],
        xapi: "compliance",
        ..PLAIN
    },
    ItemKind {
        percipio_type: "MICRO_LESSON",
        labels: &["Micro Lesson"],
        in_reports: &["Micro Lesson"],
        xapi: "microlesson",
        ..PLAIN
    },
];

/// The kind of that `percipioType`.
pub(crate) fn kind_named(percipio_type: &str) -> Option<&'static ItemKind> {
    let known = [&COURSE, &ASSESSMENT].into_iter().chain(&OTHERS);
    known.into_iter().find(|kind| kind.percipio_type == percipio_type)
}

impl ItemKind {
    /// Whether it is a course or an assessment.
    pub(crate) fn is_course(&self) -> bool {
        self == &COURSE || self == &ASSESSMENT
    }
}
