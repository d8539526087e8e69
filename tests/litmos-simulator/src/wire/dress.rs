//! The known oddness of text: HTML entities, blanks at the end, null and "" for the same thing.

use std::fmt::Write as _;

use simulator_kit::Dice;

use super::cell::{Cell, Record, Text};
use crate::options::Quirks;

/// Dresses a record, whose first field must be its id, for the wire.
pub(crate) fn dress(seed: u64, quirks: &Quirks, record: &mut Record) {
    let Some(id) = record.first().and_then(|(_, cell)| cell.text()) else { return };
    let dice = Dice::new(seed, id, 0);
    let entities = quirks.entities && dice.chance("entities", 50.0);
    for (name, cell) in record.iter_mut() {
        match cell {
            Cell::Free(text) | Cell::Word(text)
                if text.is_empty() && quirks.nulls && dice.chance(name, 50.0) =>
            {
                *cell = Cell::Null;
            }
            Cell::Free(text) if !text.is_empty() => free_text(text, name, entities, quirks, dice),
            Cell::Instant(at) if quirks.wall_clock_dates => *cell = Cell::WallClock(*at),
            Cell::Exact(text) if *name == "ManagerId" && text.is_empty() => {
                *text = dice.pick(name, &["0", ""]).into();
            }
            _ => {}
        }
    }
}

fn free_text(text: &mut Text, name: &str, entities: bool, quirks: &Quirks, dice: Dice) {
    // Text that looks like an entity itself would otherwise be read as something else.
    if entities || (text.contains('&') && text.contains(';')) {
        encode(text);
    }
    let login = matches!(name, "UserName" | "Email");
    if quirks.trailing_blanks && !login && dice.chance(name, 5.0) {
        text.to_mut().push_str(dice.pick(name, &[" ", "  "]));
    }
}

/// Entities as the vendor's own pages leave them in the database.
fn encode(text: &mut Text) {
    if !text.chars().any(|letter| entity(letter).is_some()) {
        return;
    }
    let mut encoded = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match entity(letter) {
            Some(name) => {
                let _ = write!(encoded, "&{name};");
            }
            None => encoded.push(letter),
        }
    }
    *text = encoded.into();
}

fn entity(letter: char) -> Option<&'static str> {
    Some(match letter {
        '&' => "amp",
        '\'' => "#39",
        '"' => "quot",
        '<' => "lt",
        '>' => "gt",
        'é' => "eacute",
        'ü' => "uuml",
        'ñ' => "ntilde",
        'ç' => "#231",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dressed(name: &'static str, cell: &Cell, quirks: &Quirks) -> Vec<Cell> {
        (0..200)
            .map(|n| {
                let mut record =
                    vec![("Id", Cell::Exact(format!("id{n}").into())), (name, cell.clone())];
                dress(1, quirks, &mut record);
                record.swap_remove(1).1
            })
            .collect()
    }

    #[test]
    fn names_come_plain_with_entities_and_with_blanks_and_always_mean_the_same() {
        let meant = "Zoé O'Brien & \"Co\"";
        let seen = dressed("Name", &Cell::Free(meant.into()), &Quirks::default());
        let texts: Vec<_> = seen
            .iter()
            .map(|cell| match cell {
                Cell::Free(text) => text.as_ref(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert!(texts.contains(&meant));
        assert!(texts.contains(&"Zo&eacute; O&#39;Brien &amp; &quot;Co&quot;"));
        assert!(texts.iter().any(|text| text.ends_with(' ')));
        let decoded = |text: &&str| html_escape::decode_html_entities(text).trim() == meant;
        assert!(texts.iter().all(decoded));
    }

    #[test]
    fn no_value_is_null_or_empty_and_no_manager_is_zero_or_empty() {
        let seen = dressed("City", &Cell::Free("".into()), &Quirks::default());
        assert!(seen.contains(&Cell::Null) && seen.contains(&Cell::Free("".into())));
        let seen = dressed("ManagerId", &Cell::Exact("".into()), &Quirks::default());
        assert!(seen.contains(&Cell::Exact("0".into())) && seen.contains(&Cell::Exact("".into())));
    }

    #[test]
    fn a_user_name_never_has_blanks_and_quirks_can_be_off() {
        let off =
            Quirks { entities: false, trailing_blanks: false, nulls: false, ..Quirks::default() };
        let name = Cell::Free("o'b".into());
        assert!(dressed("Name", &name, &off).iter().all(|cell| *cell == name));
        let seen = dressed("UserName", &name, &Quirks::default());
        assert!(
            seen.iter().all(|cell| cell.text() == Some("o'b") || cell.text() == Some("o&#39;b"))
        );
    }

    #[test]
    fn text_that_looks_like_an_entity_is_always_encoded() {
        let off = Quirks { entities: false, trailing_blanks: false, ..Quirks::default() };
        let seen = dressed("Name", &Cell::Free("a &amp; b".into()), &off);
        assert!(seen.iter().all(|cell| cell.text() == Some("a &amp;amp; b")));
    }
}
