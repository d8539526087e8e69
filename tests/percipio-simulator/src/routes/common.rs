//! `/common`, of whose answers only little is known.

use serde_json::{Value, json};
use simulator_kit::Reply;

use super::Desk;
use crate::{
    quirks::Total,
    refusal::Refusal,
    reply::with_total,
    world::uuid::{Kind, Uuid},
};

const DEFAULT: usize = 1000;

pub(super) fn read(desk: &Desk<'_>, version: &str, rest: &[&str]) -> Result<Reply, Refusal> {
    let named = |id: Uuid, name: &str| json!({ "id": id.to_string(), "name": name });
    let pool = |number| Uuid::of(desk.world.plan.seed, Kind::Pool, number);
    let rows: Vec<Value> = match (version, rest) {
        ("v1", ["custom-attributes"]) => {
            desk.world.labels.by_name().map(|(_, label)| named(label.id, &label.name)).collect()
        }
        ("v1", ["collections"]) => vec![named(pool(u32::MAX), "DemoCollection")],
        ("v1", ["license-pools"]) => vec![named(pool(u32::MAX - 1), "All employees")],
        ("v2", ["audiences"]) => {
            let page = desk.page(DEFAULT)?;
            let audiences = desk.world.audiences();
            let rows = page.cut(&audiences).iter().map(|(id, name)| named(*id, name));
            return Ok(with_total(desk.list(rows.collect()), audiences.len(), Total::Exact));
        }
        _ => return Err(Refusal::no_route()),
    };
    Ok(desk.list(rows))
}
