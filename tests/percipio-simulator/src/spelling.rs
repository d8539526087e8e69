//! How lists spell ids and words, as the switches have it.

use serde_json::Value;

use crate::{
    quirks::{IdsOf, Quirks},
    world::uuid::Uuid,
};

/// Spells the records of a list.
pub(crate) fn spell(rows: &mut [Value], of: IdsOf, quirks: &Quirks) {
    for row in rows {
        if quirks.capital_ids.contains(&of) {
            put_in_capitals(row);
        }
        if quirks.title_case_types && of == IdsOf::Catalogue {
            for (holder, word) in [("contentType", "percipioType"), ("lifecycle", "status")] {
                if let Some(Value::String(word)) =
                    row.get_mut(holder).and_then(|it| it.get_mut(word))
                {
                    *word = title_case(word, " ");
                }
            }
        }
    }
}

/// UUIDs in capitals, wherever they stand.
fn put_in_capitals(value: &mut Value) {
    match value {
        Value::String(text) if Uuid::parse(text).is_some() => *text = text.to_uppercase(),
        Value::Array(items) => items.iter_mut().for_each(put_in_capitals),
        Value::Object(fields) => fields.values_mut().for_each(put_in_capitals),
        _ => {}
    }
}

/// `IN_PROGRESS` as `In Progress`, with this between the words.
pub(crate) fn title_case(word: &str, between: &str) -> String {
    let part = |part: &str| part[..1].to_owned() + &part[1..].to_lowercase();
    word.split('_').map(part).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_and_words_are_spelled_as_the_switches_have_it() {
        let id = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        let row = json!({ "id": id, "code": "a-b", "contentType": { "percipioType": "LINKED_CONTENT" },
            "lifecycle": { "status": "ACTIVE" }, "parents": [{ "id": id }] });
        let spelled = |quirks: Quirks| {
            let mut rows = [row.clone()];
            spell(&mut rows, IdsOf::Catalogue, &quirks);
            rows[0].clone()
        };
        assert_eq!(spelled(Quirks::default()), row);
        let others = Quirks { capital_ids: vec![IdsOf::Users], ..Quirks::default() };
        assert_eq!(spelled(others), row);
        let capitals = Quirks { capital_ids: vec![IdsOf::Catalogue], ..Quirks::default() };
        let capitals = spelled(capitals);
        assert_eq!(
            (&capitals["id"], &capitals["code"]),
            (&json!(id.to_uppercase()), &json!("a-b"))
        );
        assert_eq!(capitals["parents"][0]["id"], id.to_uppercase());
        let titles = spelled(Quirks { title_case_types: true, ..Quirks::default() });
        assert_eq!(titles["contentType"]["percipioType"], "Linked Content");
        assert_eq!(titles["lifecycle"]["status"], "Active");
    }
}
