//! In which languages an item has which title.

use super::{World, items::Item};

/// A language as items and reports name it.
type Locale = &'static str;

impl World {
    /// The titles by language. The one a person is shown, the English one or else the first that is
    /// not empty, is always the item's own.
    pub(crate) fn titles(&self, number: u32, item: &Item) -> Vec<(Locale, String)> {
        let own = || item.title.clone();
        match self.plan.dice("item", number).below("languages", 50) {
            0..3 => vec![("fr-FR", own())],
            3..5 => vec![("de-DE", format!("{} (de)", item.title)), ("en-US", own())],
            5 => vec![("en-US", String::new()), ("es-ES", own())],
            _ => vec![("en-US", own())],
        }
    }

    /// The language that a report names.
    pub(crate) fn language(&self, number: u32, item: &Item) -> Locale {
        match item.kind.percipio_type {
            "CHANNEL" => "All",
            _ => self.titles(number, item).first().map_or("en-US", |(locale, _)| locale),
        }
    }
}
