//! What people, teams, courses and places are called: with everything that names can hold.

/// A given name and how it looks in a user name.
pub(super) const FIRST: &[(&str, &str)] = &[
    ("Ada", "ada"),
    ("Bo", "bo"),
    ("José", "jose"),
    ("Zoë", "zoe"),
    ("François", "francois"),
    ("Anne-Marie", "anne-marie"),
    ("Ólafur", "olafur"),
    ("Jürgen", "jurgen"),
    ("D'Arcy", "d'arcy"),
    ("Łucja", "lucja"),
    ("美咲", "misaki"),
    ("Иван", "ivan"),
    ("Robert \"Bob\"", "bob"),
    ("Priya", "priya"),
    ("نور", "nour"),
    ("Kim", "kim"),
];

/// A family name and how it looks in a user name.
pub(super) const LAST: &[(&str, &str)] = &[
    ("Lee", "lee"),
    ("O'Brien", "o'brien"),
    ("Müller", "muller"),
    ("Núñez", "nunez"),
    ("van der Berg", "vanderberg"),
    ("山田", "yamada"),
    ("Smith & Wesson", "smith"),
    ("Иванова", "ivanova"),
    ("Þórsdóttir", "thorsdottir"),
    ("Garcia-Lopez", "garcia-lopez"),
    ("Example", "example"),
    ("D'Angelo", "dangelo"),
    ("St. John", "stjohn"),
];

/// What teams are about.
pub(super) const TEAMS: &[&str] = &[
    "North region",
    "R&D",
    "Sales \"East\"",
    "Café staff",
    "Women's network",
    "Zürich office",
    "Support",
    "東京",
    "Q/A",
];

/// What courses are about, and the letters of their codes.
pub(super) const COURSES: &[(&str, &str)] = &[
    ("Security basics", "SEC"),
    ("GDPR & privacy", "GDPR"),
    ("Manual handling", "MH"),
    ("Manager's toolkit", "MGR"),
    ("Pâtisserie für Anfänger", "PAT"),
    ("The \"why\" of safety", "SAFE"),
    ("Onboarding/offboarding", "ON/OFF"),
    ("情報セキュリティ", "JP"),
];

/// Cities and their countries.
pub(super) const CITIES: &[(&str, &str)] = &[
    ("", ""),
    ("Auckland", "New Zealand"),
    ("São Paulo", "Brazil"),
    ("Zürich", "Switzerland"),
    ("St. John's", "Canada"),
];

/// Departments, in the first custom field.
pub(super) const DEPARTMENTS: &[&str] = &["Sales", "R&D", "Operations", "People's office", ""];

/// Job titles.
pub(super) const JOBS: &[&str] = &["", "Engineer", "VP, Sales & Marketing", "Caf\u{e9} manager"];

/// Windows zone names, as the vendor has them.
pub(super) const ZONES: &[&str] =
    &["UTC", "GMT Standard Time", "Pacific Standard Time", "New Zealand Standard Time", ""];
