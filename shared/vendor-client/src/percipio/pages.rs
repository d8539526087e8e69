//! Pages as they are told, with what stands beside the rows.

use std::collections::BTreeMap;

use reqwest::StatusCode;
use rollcall_roster::{Course, User};

use super::dialect::{Dialect, Record};
use super::headers::{last_offset, paging_request_id, total};
use super::items::{self, Item};
use super::list::{PageEnds, rows};
use super::users;
use super::uuid::canonical_id;
use crate::answer::{Answer, Undecodable};
use crate::rows::page;
use crate::{Page, RowFault};

/// A page of accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct UserPage {
    /// The accounts.
    pub page: Page<User>,
    /// Whose rows stand at its ends.
    pub ends: PageEnds,
    /// How many there are in all, if the vendor tells.
    pub total: Option<u64>,
}

/// A page of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogPage {
    /// The courses and assessments; `received` counts content of every type.
    pub page: Page<Course>,
    /// Which items stand at its ends, whatever their type.
    pub ends: PageEnds,
    /// How much content of other types, which are known, was passed by.
    pub passed_by: u64,
    /// How much content of types that nobody knows was passed by, by the vendor's words.
    pub unknown_types: BTreeMap<String, u64>,
    /// How much content there is in all, of every type, if the vendor tells.
    pub total: Option<u64>,
    /// What names the data set that the pages are cut from: every page but the first has to be
    /// asked for with it (Percipio reference 2.3).
    pub paging_request_id: Option<String>,
    /// Where the last page begins, if the vendor tells.
    pub last_offset: Option<u64>,
}

/// A page of what a search for an id found.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchPage {
    /// The course or assessment of that id, if it is on this page.
    pub found: Option<Course>,
    /// What is wrong with the item of that id.
    pub faults: Vec<RowFault>,
    /// How much the page holds, other items included.
    pub received: u64,
    /// How much was found in all, if the vendor tells.
    pub total: Option<u64>,
}

impl UserPage {
    pub(super) fn read(answer: &Answer) -> Result<Self, Undecodable> {
        let rows = rows(answer, "externalUserId")?;
        let ends = PageEnds::of(&rows);
        let page = page(rows, Dialect, |record: &mut Record| Ok(users::user(record)));
        Ok(Self { page, ends, total: total(&answer.headers) })
    }
}

impl CatalogPage {
    /// 204 says that there is nothing (Percipio reference 2.3).
    pub(super) fn read(answer: &Answer) -> Result<Self, Undecodable> {
        let is_nothing = answer.status == StatusCode::NO_CONTENT;
        let rows = if is_nothing { Vec::new() } else { rows(answer, "contentType")? };
        let ends = PageEnds::of(&rows);
        let (mut passed_by, mut unknown_types) = (0, BTreeMap::new());
        let page = page(rows, Dialect, items::item);
        let page = courses(page, |other| match other {
            Item::Unknown(word) => *unknown_types.entry(word).or_default() += 1,
            _ => passed_by += 1,
        });
        Ok(Self {
            page,
            ends,
            passed_by,
            unknown_types,
            total: total(&answer.headers),
            paging_request_id: paging_request_id(&answer.headers),
            last_offset: last_offset(&answer.headers),
        })
    }
}

impl SearchPage {
    /// Whether the item of that id is on this page, readable or not.
    #[must_use]
    pub fn tells_of_it(&self) -> bool {
        self.found.is_some() || !self.faults.is_empty()
    }

    /// Of a search for this id, which finds more than was meant (Percipio reference 6.1).
    pub(super) fn read(answer: &Answer, id: &str) -> Result<Self, Undecodable> {
        let id = canonical_id(id);
        let page = page(rows(answer, "contentType")?, Dialect, items::item);
        let page = courses(page, drop);
        let is_meant =
            |fault: &RowFault| fault.id.as_ref().is_some_and(|of| canonical_id(of) == id);
        Ok(Self {
            found: page.rows.into_iter().find(|course| course.course_id.eq_ignore_ascii_case(&id)),
            faults: page.faults.into_iter().filter(is_meant).collect(),
            received: page.received,
            total: total(&answer.headers),
        })
    }
}

/// The courses of a page; each other item is told.
fn courses(page: Page<Item>, mut pass_by: impl FnMut(Item)) -> Page<Course> {
    let Page { rows, received, faults, fault_count, faulty_rows } = page;
    let mut courses = Vec::new();
    for item in rows {
        match item {
            Item::Course(course) => courses.push(course),
            other => pass_by(other),
        }
    }
    Page { rows: courses, received, faults, fault_count, faulty_rows }
}

#[cfg(test)]
mod tests {
    use super::super::list::tests::answer;
    use super::*;

    fn items(items: &[&str]) -> Result<CatalogPage, Undecodable> {
        let items = items.iter().map(|fields| format!("{{{fields}}}"));
        let body = format!("[{}]", items.collect::<Vec<_>>().join(","));
        CatalogPage::read(&answer(200, &body))
    }

    const COURSE: &str = r#""id":"c","contentType":{"percipioType":"COURSE"}"#;
    const VIDEO: &str = r#""id":"v","contentType":{"percipioType":"VIDEO"}"#;

    #[test]
    fn other_content_is_passed_by_and_counted_but_no_fault() {
        let new = VIDEO.replace("VIDEO", "Something New");
        let found = items(&[VIDEO, COURSE, VIDEO, r#""id":"x""#, VIDEO, &new, &new]).unwrap();
        let ids: Vec<_> = found.page.rows.iter().map(|course| course.course_id.as_str()).collect();
        assert_eq!((ids, found.page.received, found.passed_by), (vec!["c"], 7, 3));
        assert_eq!(found.unknown_types, BTreeMap::from([("Something New".to_owned(), 2)]));
        assert_eq!(
            (found.ends.first.as_deref(), found.ends.last.as_deref()),
            (Some("v"), Some("v"))
        );
        let fault = &found.page.faults[0];
        assert_eq!((found.page.fault_count, fault.index, fault.id.as_deref()), (1, 3, Some("x")));
        assert_eq!(fault.problem, "no content type");
        assert_eq!(items(&[VIDEO, VIDEO]).unwrap().passed_by, 2);
    }

    #[test]
    fn a_page_without_any_course_is_in_order_and_what_has_no_type_is_a_fault() {
        assert_eq!(items(&[VIDEO, VIDEO]).unwrap().passed_by, 2);
        let found = items(&[r#""id":"x""#, VIDEO, r#""id":"y""#]).unwrap();
        assert_eq!((found.passed_by, found.page.faulty_rows), (1, 2));
    }

    #[test]
    fn a_search_tells_of_the_item_that_is_meant() {
        let id = "6f0c1f4e-6d0b-4f0e-9d7a-2b1f6f1f0a01";
        let search = |items: &str| {
            let answer = answer(200, &format!("[{{{COURSE}}},{{{COURSE}}},{items}]"));
            SearchPage::read(&answer, &format!(" {id} ")).unwrap()
        };
        let meant = COURSE.replace(r#""c""#, &format!(r#""{}""#, id.to_uppercase()));
        let page = search(&format!("{{{meant}}}"));
        assert_eq!(page.found.map(|course| course.course_id).as_deref(), Some(id));
        assert_eq!((page.faults, page.received, page.total), (Vec::new(), 3, None));
        let page = search(&format!(r#"{{"id":"{id}","contentType":null}}"#));
        assert_eq!((page.found, page.faults.len()), (None, 1));
        assert_eq!(page.faults[0].problem, "no content type");
    }

    #[test]
    fn nothing_is_told_by_204_too() {
        let expected = items(&[]).unwrap();
        assert_eq!(CatalogPage::read(&answer(204, "")), Ok(expected));
    }

    #[test]
    fn nothing_beside_the_rows_has_to_be_told() {
        let found = items(&[]).unwrap();
        let expected = CatalogPage {
            page: Page::empty(),
            ends: PageEnds::default(),
            passed_by: 0,
            unknown_types: BTreeMap::new(),
            total: None,
            paging_request_id: None,
            last_offset: None,
        };
        assert_eq!(found, expected);
    }
}
