//! One record of an answer, read tolerantly, whichever vendor wrote it.

use jiff::Timestamp;
use serde_json::{Map, Number, Value};

use crate::dates::is_no_date;

/// How a vendor writes values.
pub(crate) trait Dialect: Copy {
    /// Live credentials: they leave no trace beyond the parser.
    const SECRETS: &'static [&'static str];

    /// Text as it is meant, without outer blanks.
    fn text(self, wire: &str) -> String;

    /// An instant, to the microsecond below; `None` if it cannot be read.
    fn instant(self, text: &str) -> Option<Timestamp>;

    /// Text of an attribute, which may stand for something else.
    fn attribute(self, wire: &str) -> String {
        self.text(wire)
    }
}

/// There is a value, and it cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// A record with an id. Names are compared without regard to case; `null` and `""` are both
/// "nothing". A value that cannot be read is nothing too, and noted.
#[derive(Debug)]
pub(crate) struct Record<D> {
    id: String,
    fields: Map<String, Value>,
    dialect: D,
    unreadable: Vec<&'static str>,
}

impl<D: Dialect> Record<D> {
    /// `Err` says what is wrong with the row.
    pub(crate) fn new(value: Value, dialect: D) -> Result<Self, &'static str> {
        let Value::Object(mut fields) = value else {
            return Err("not an object");
        };
        fields.retain(|name, _| !is_secret::<D>(name));
        let id = field(&fields, &["Id"]).and_then(id_text).ok_or("no id")?;
        Ok(Self { id, fields, dialect, unreadable: Vec::new() })
    }

    pub(crate) fn id(&self) -> String {
        self.id.clone()
    }

    /// Fields whose value could not be read so far.
    pub(crate) fn unreadable(&self) -> &[&'static str] {
        &self.unreadable
    }

    /// The names of fields with a character in them that could not be decoded.
    pub(crate) fn damaged(&self) -> impl Iterator<Item = &str> {
        let damaged = self.fields.iter().filter(|(_, value)| is_damaged(value));
        damaged.map(|(name, _)| name.as_str())
    }

    /// The value as it came, if there is one.
    pub(crate) fn value(&self, names: &[&str]) -> Option<&Value> {
        field(&self.fields, names)
    }

    /// An id of another record; `"0"` is none (Litmos reference 7.3).
    pub(crate) fn reference(&self, names: &[&str]) -> Option<String> {
        self.value(names).and_then(id_text).filter(|id| id != "0")
    }

    pub(crate) fn text(&mut self, names: &[&'static str]) -> Option<String> {
        self.read(names, text)
    }

    pub(crate) fn flag(&mut self, names: &[&'static str]) -> Option<bool> {
        self.read(names, flag)
    }

    /// A percentage, 0 to 100.
    pub(crate) fn percent(&mut self, names: &[&'static str]) -> Option<f64> {
        self.read(names, |value, _| percent(value))
    }

    pub(crate) fn instant(&mut self, names: &[&'static str]) -> Option<Timestamp> {
        self.read(names, instant)
    }

    /// Notes that a field's value cannot be read.
    pub(crate) fn note(&mut self, name: &'static str) {
        self.unreadable.push(name);
    }

    /// Everything but these fields and what is empty.
    pub(crate) fn rest(&self, known: &[&str]) -> Map<String, Value> {
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let others = self.fields.iter().filter(|(name, _)| !is_known(name));
        let others = others.map(|(name, value)| (name.clone(), tidy(value, self.dialect)));
        others.filter(|(_, value)| !is_nothing(value)).collect()
    }

    /// The [`rest`](Self::rest) as JSON text.
    pub(crate) fn others(&self, known: &[&str]) -> Option<String> {
        canonical(self.rest(known))
    }

    /// Everything but these fields as JSON text; `null` says that a field holds nothing. One field has
    /// another name here than elsewhere.
    pub(crate) fn told_others(
        &self,
        known: &[&str],
        (here, there): (&str, &str),
    ) -> Option<String> {
        let is_known = |name: &str| known.iter().any(|known| known.eq_ignore_ascii_case(name));
        let others = self.fields.iter().filter(|(name, _)| !is_known(name));
        let others = others.map(|(name, value)| {
            let name = if name == here { there } else { name };
            let value = Some(tidy(value, self.dialect)).filter(|value| !is_nothing(value));
            (name.to_owned(), value.unwrap_or(Value::Null))
        });
        canonical(others.collect())
    }

    fn read<T>(
        &mut self,
        names: &[&'static str],
        read: impl Fn(&Value, D) -> Result<Option<T>, Unreadable>,
    ) -> Option<T> {
        let read = read(field(&self.fields, names)?, self.dialect);
        read.unwrap_or_else(|Unreadable| {
            self.unreadable.extend(names.first());
            None
        })
    }
}

pub(crate) fn text<D: Dialect>(value: &Value, dialect: D) -> Result<Option<String>, Unreadable> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(dialect.text(text)).filter(|text| !text.is_empty())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Bool(flag) => Ok(Some(flag.to_string())),
        Value::Array(_) | Value::Object(_) => Err(Unreadable),
    }
}

pub(crate) fn flag<D: Dialect>(value: &Value, dialect: D) -> Result<Option<bool>, Unreadable> {
    let Some(text) = text(value, dialect)? else { return Ok(None) };
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" => Ok(Some(true)),
        "false" | "0" => Ok(Some(false)),
        _ => Err(Unreadable),
    }
}

fn number(value: &Value) -> Result<Option<f64>, Unreadable> {
    let number = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.trim().is_empty() => return Ok(None),
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_f64(),
    };
    number.filter(|number: &f64| number.is_finite()).map(Some).ok_or(Unreadable)
}

/// A number from 0 to 100, also with a percent sign or a decimal comma. `1,234` is none: the comma may
/// stand between thousands.
fn percent(value: &Value) -> Result<Option<f64>, Unreadable> {
    let read = match value {
        Value::String(text) => {
            let text = text.trim();
            let text = text.strip_suffix('%').unwrap_or(text).trim_end();
            let text = match text.split_once(',') {
                Some((_, decimals)) if decimals.len() == 3 || text.contains('.') => {
                    return Err(Unreadable);
                }
                Some((whole, decimals)) => format!("{whole}.{decimals}"),
                None => text.to_owned(),
            };
            number(&Value::String(text))?
        }
        value => number(value)?,
    };
    // Not -0, which is written in another way than 0.
    let percent = read.map(|percent| percent + 0.0);
    let is_one = percent.is_none_or(|percent| (0.0..=100.0).contains(&percent));
    if is_one { Ok(percent) } else { Err(Unreadable) }
}

/// An instant; nothing where the text stands for "no date".
pub(crate) fn instant<D: Dialect>(
    value: &Value,
    dialect: D,
) -> Result<Option<Timestamp>, Unreadable> {
    let text = match value {
        Value::Null => return Ok(None),
        Value::String(text) => dialect.text(text),
        _ => return Err(Unreadable),
    };
    if text.is_empty() {
        return Ok(None);
    }
    let instant = dialect.instant(&text).ok_or(Unreadable)?;
    Ok(Some(instant).filter(|instant| !is_no_date(*instant)))
}

/// An id as it stands; a number in full, never by way of a float.
pub(crate) fn id_text(value: &Value) -> Option<String> {
    match value {
        Value::String(id) => Some(id.trim().to_owned()).filter(|id| !id.is_empty()),
        Value::Number(id) if !id.is_f64() => Some(id.to_string()),
        _ => None,
    }
}

/// Attributes as JSON text with sorted names; `None` if there are none.
pub(crate) fn canonical(attributes: Map<String, Value>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut attributes = Value::Object(attributes);
    // Sorted anyway, unless some crate of the build asks serde_json to keep the wire's order.
    attributes.sort_all_objects();
    Some(attributes.to_string())
}

/// Whether a field holds a live credential.
pub(crate) fn is_secret<D: Dialect>(name: &str) -> bool {
    D::SECRETS.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

/// The first of these fields that holds something.
pub(crate) fn field<'a>(fields: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|wanted| {
        let mut same = fields.iter().filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        same.find_map(|(_, value)| (!is_nothing(value)).then_some(value))
    })
}

/// A value with its strings as they are meant, and without secrets.
fn tidy<D: Dialect>(value: &Value, dialect: D) -> Value {
    match value {
        Value::String(text) => Value::String(dialect.attribute(text)),
        Value::Array(items) => items.iter().map(|item| tidy(item, dialect)).collect(),
        Value::Object(fields) => {
            let open = fields.iter().filter(|(name, _)| !is_secret::<D>(name));
            open.map(|(name, value)| (name.clone(), tidy(value, dialect))).collect()
        }
        Value::Number(number) => whole(number).map_or_else(|| value.clone(), Value::from),
        Value::Null | Value::Bool(_) => value.clone(),
    }
}

/// `0` for `0.0`: a vendor prints the same number now one way, now the other (Litmos reference
/// 5.1.2, `Points`), and that is no change.
fn whole(number: &Number) -> Option<i64> {
    let float = number.as_f64().filter(|_| number.is_f64())?;
    // Up to here every whole float is exactly one integer.
    let exact = float.fract() == 0.0 && float.abs() < 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
    exact.then_some(float as i64)
}

fn is_damaged(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains(char::REPLACEMENT_CHARACTER),
        Value::Array(items) => items.iter().any(is_damaged),
        Value::Object(fields) => fields.values().any(is_damaged),
        _ => false,
    }
}

/// `null`, `""`, and what a gateway makes of XML's `<Skype i:nil="true"/>`: `{"@i:nil": "true"}`.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Object(fields) => {
            !fields.is_empty() && fields.keys().all(|name| name.ends_with(":nil"))
        }
        _ => false,
    }
}
