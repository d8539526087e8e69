//! Pages as they are told, with what stands beside the rows.

use rollcall_roster::{Course, User};

use super::dialect::Record;
use super::headers::{last_offset, paging_request_id, total};
use super::list::page;
use super::{items, users};
use crate::Page;
use crate::answer::{Answer, Undecodable};

/// A page of accounts.
#[derive(Debug, Clone, PartialEq)]
pub struct UserPage {
    /// The accounts.
    pub page: Page<User>,
    /// How many there are in all, if the vendor tells.
    pub total: Option<u64>,
}

/// A page of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogPage {
    /// The courses and assessments; `received` counts content of every type.
    pub page: Page<Course>,
    /// The id of the first item that could be read, whatever its type.
    pub first_id: Option<String>,
    /// How much content of other types was passed by.
    pub passed_by: u64,
    /// How much content there is in all, of every type, if the vendor tells.
    pub total: Option<u64>,
    /// What names the data set that the pages are cut from: every page but the first has to be
    /// asked for with it (Percipio reference 2.3).
    pub paging_request_id: Option<String>,
    /// Where the last page begins, if the vendor tells.
    pub last_offset: Option<u64>,
}

impl UserPage {
    pub(super) fn read(answer: &Answer) -> Result<Self, Undecodable> {
        let page = page(answer, |record| Ok(users::user(record)))?;
        Ok(Self { page, total: total(&answer.headers) })
    }
}

impl CatalogPage {
    pub(super) fn read(answer: &Answer) -> Result<Self, Undecodable> {
        let Items { page, first_id, passed_by } = items(answer)?;
        Ok(Self {
            page,
            first_id,
            passed_by,
            total: total(&answer.headers),
            paging_request_id: paging_request_id(&answer.headers),
            last_offset: last_offset(&answer.headers),
        })
    }
}

/// Courses and assessments.
pub(super) fn courses(answer: &Answer) -> Result<Page<Course>, Undecodable> {
    Ok(items(answer)?.page)
}

/// Courses and assessments, how everything began, and how much else there was.
struct Items {
    page: Page<Course>,
    first_id: Option<String>,
    passed_by: u64,
}

fn items(answer: &Answer) -> Result<Items, Undecodable> {
    let item = |record: &mut Record| Ok((record.id(), items::course(record)?));
    let Page { rows, received, faults, fault_count, faulty_rows } = page(answer, item)?;
    let first_id = rows.first().map(|(id, _)| id.clone());
    let readable = rows.len();
    let rows: Vec<_> = rows.into_iter().filter_map(|(_, course)| course).collect();
    let passed_by = (readable - rows.len()) as u64;
    Ok(Items {
        page: Page { rows, received, faults, fault_count, faulty_rows },
        first_id,
        passed_by,
    })
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
        let found = items(&[VIDEO, COURSE, VIDEO, r#""id":"x""#, VIDEO]).unwrap();
        let ids: Vec<_> = found.page.rows.iter().map(|course| course.course_id.as_str()).collect();
        assert_eq!((ids, found.page.received, found.passed_by), (vec!["c"], 5, 3));
        assert_eq!(found.first_id.as_deref(), Some("v"));
        let fault = &found.page.faults[0];
        assert_eq!((found.page.fault_count, fault.index, fault.id.as_deref()), (1, 3, Some("x")));
        assert_eq!(fault.problem, "no content type");
    }

    #[test]
    fn a_page_without_any_course_is_in_order_and_what_has_no_type_is_a_fault() {
        assert_eq!(items(&[VIDEO, VIDEO]).unwrap().passed_by, 2);
        let found = items(&[r#""id":"x""#, VIDEO, r#""id":"y""#]).unwrap();
        assert_eq!((found.passed_by, found.page.faulty_rows), (1, 2));
    }

    #[test]
    fn nothing_beside_the_rows_has_to_be_told() {
        let found = items(&[]).unwrap();
        let expected = CatalogPage {
            page: Page::empty(),
            first_id: None,
            passed_by: 0,
            total: None,
            paging_request_id: None,
            last_offset: None,
        };
        assert_eq!(found, expected);
    }
}
