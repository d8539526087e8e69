//! `/catalog-content`: pages of a frozen list.

use std::sync::Arc;

use simulator_kit::Reply;

use super::Desk;
use crate::{
    data_sets::DataSet,
    paging::Page,
    quirks::{IdsOf, Link, PagingId, WithoutId},
    refusal::Refusal,
    reply::{with_text, with_total},
    wire,
};

const DEFAULT: usize = 1000;

pub(super) fn page(desk: &Desk<'_>) -> Result<Reply, Refusal> {
    if desk.call.parameter("transformName").is_some() {
        return Err(Refusal::invalid("transformName"));
    }
    let mut page = desk.page(DEFAULT)?;
    let seed = desk.world.plan.seed;
    let (data_set, mut id) = match desk.call.parameter("pagingRequestId") {
        Some(id) if !id.is_empty() => {
            let found = desk.state.data_sets.lock().find(seed, id);
            let status = desk.quirks.unknown_id_status;
            let unknown = || Refusal::service(status, "invalid_paging_request_id", id);
            (found.ok_or_else(unknown)?, id.to_owned())
        }
        given => {
            let without = match given {
                Some(_) => desk.quirks.page_with_empty_id,
                None if page.offset == 0 => WithoutId::NewDataSet,
                None => desk.quirks.page_without_id,
            };
            match without {
                WithoutId::Refused => return Err(Refusal::invalid("pagingRequestId")),
                WithoutId::FirstPage => page.offset = 0,
                WithoutId::NewDataSet => {}
            }
            let data_set = freeze(desk)?;
            let id = desk.state.data_sets.lock().keep(seed, data_set.clone());
            (data_set, id.to_string())
        }
    };
    if desk.quirks.new_id_each_page {
        id = desk.state.data_sets.lock().keep(seed, data_set.clone()).to_string();
    }
    let total = data_set.items.len();
    let cut = page.cut(&data_set.items);
    let nothing = cut.is_empty() && (total == 0 || desk.quirks.past_the_end_is_204);
    let reply = if nothing {
        Reply::empty(204)
    } else {
        let rows = cut.iter().map(|item| wire::item::listed(&data_set.world, *item));
        desk.records(rows.collect(), IdsOf::Catalogue)
    };
    let reply = match desk.quirks.paging_request_id {
        PagingId::Told => with_text(reply, "x-paging-request-id", &id),
        PagingId::Empty => with_text(reply, "x-paging-request-id", ""),
        PagingId::Absent => reply,
    };
    let reply = with_total(reply, desk.counted(total), desk.quirks.catalog_total);
    Ok(match links(desk, &page, total, &id) {
        Some(links) => with_text(reply, "link", &links),
        None => reply,
    })
}

/// The items as they are now; later pages show the same ones.
fn freeze(desk: &Desk<'_>) -> Result<DataSet, Refusal> {
    let world = Arc::clone(&desk.world);
    let mut items = world.listed_items();
    if let Some(since) = desk.call.instant("updatedSince")? {
        items.retain(|item| world.item(*item).updated >= since.as_second());
    }
    Ok(DataSet { world, items: items.into() })
}

/// The pages as the header names them: relative, without the service's prefix.
fn links(desk: &Desk<'_>, page: &Page, total: usize, id: &str) -> Option<String> {
    let max = page.max;
    let last = total.saturating_sub(1) / max * max;
    let (before, after) = (page.offset.checked_sub(max), page.offset + max);
    let after = (after <= last).then_some(after);
    let named = match desk.quirks.link {
        Link::Absent => return None,
        Link::WithoutLast => vec![("first", Some(0))],
        Link::FirstAndLast => vec![("first", Some(0)), ("last", Some(last))],
        Link::All if after == Some(last) => {
            vec![("first", Some(0)), ("prev", before), ("next last", after)]
        }
        Link::All => {
            vec![("first", Some(0)), ("prev", before), ("next", after), ("last", Some(last))]
        }
    };
    let organization_id = &desk.state.organization_id;
    let link = |(rel, offset): (&str, Option<usize>)| {
        let offset = offset?;
        Some(format!(
            "</v2/organizations/{organization_id}/catalog-content?offset={offset}&max={max}\
             &pagingRequestId={id}>; page=\"{}\"; per_page=\"{max}\"; rel=\"{rel}\"",
            offset / max + 1,
        ))
    };
    Some(named.into_iter().filter_map(link).collect::<Vec<_>>().join(", "))
}
