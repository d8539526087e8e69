//! What people and things are called: with everything that names can hold.

/// A given name and how it looks in a login name.
pub(super) const FIRST: &[(&str, &str)] = &[
    ("Ada", "ada"),
    ("Bo", "bo"),
    ("José", "jose"),
    ("Zoë", "zoe"),
    ("François", "francois"),
    ("Anne-Marie", "anne-marie"),
    ("Jürgen", "jurgen"),
    ("D'Arcy", "darcy"),
    ("Łucja", "lucja"),
    ("美咲", "misaki"),
    ("Иван", "ivan"),
    ("Robert \"Bob\"", "bob"),
    ("Priya", "priya"),
    ("نور", "nour"),
    ("Kim", "kim"),
];

/// A family name and how it looks in a login name.
pub(super) const LAST: &[(&str, &str)] = &[
    ("Lee", "lee"),
    ("O'Brien", "obrien"),
    ("Müller", "muller"),
    ("Núñez", "nunez"),
    ("van der Berg", "vanderberg"),
    ("山田", "yamada"),
    ("Smith & Wesson", "smith"),
    ("Иванова", "ivanova"),
    ("Garcia-Lopez", "garcia-lopez"),
    ("Example", "example"),
    ("St. John", "st.john"),
];

/// Job titles.
pub(super) const JOBS: &[&str] = &["Engineer", "VP, Sales & Marketing", "Café manager", "Analyst"];

/// Job roles.
pub(super) const JOB_ROLES: &[&str] = &["Data Analyst", "Manager", "Developer \\ Tester"];

/// Labels of custom attributes, one with the slip of the pen that makes a column's name, and some
/// of their values.
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("Cost Center", &["2840", "0017", "R&D"]),
    ("Geo", &["EMEA", "APAC", "São Paulo"]),
    ("Employee ID", &["E-1", "00042", "77"]),
    ("Is a Manager", &["Yes", "No"]),
    ("HRBP Owner", &["Lee, Bo", "O'Brien \"Bob\""]),
    ("Divison Owner", &["North", "South"]),
    ("Languages", &["en|fr", "de", "ja|en|es"]),
];

/// Audiences.
pub(super) const AUDIENCES: &[&str] =
    &["Finance", "R&D", "North region", "Café staff", "Women's network", "東京"];

/// What items are about, and the letters of a course's code.
pub(super) const TOPICS: &[(&str, &str)] = &[
    ("Security basics", "sec"),
    ("GDPR & privacy", "gdpr"),
    ("Managing \"up\"", "mgr"),
    ("Python: closures <and> decorators", "py"),
    ("Pâtisserie für Anfänger", "pat"),
    ("Onboarding/offboarding", "onb"),
    ("情報セキュリティ", "jp"),
    ("Negotiating with O'Neill", "neg"),
];

/// Where items are filed.
pub(crate) const AREAS: &[(&str, &str)] =
    &[("Security", "Privacy"), ("Leadership", "Managing People"), ("Technology", "Python")];
