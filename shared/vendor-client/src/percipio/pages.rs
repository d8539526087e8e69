//! Pages as they are told, with what stands beside the rows.

use rollcall_roster::{Course, User};

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
        let (page, passed_by) = courses(answer)?;
        Ok(Self {
            page,
            passed_by,
            total: total(&answer.headers),
            paging_request_id: paging_request_id(&answer.headers),
            last_offset: last_offset(&answer.headers),
        })
    }
}

/// Courses and assessments, and how much else there was.
pub(super) fn courses(answer: &Answer) -> Result<(Page<Course>, u64), Undecodable> {
    let Page { rows, received, faults, fault_count } = page(answer, items::course)?;
    let readable = rows.len();
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    let passed_by = (readable - rows.len()) as u64;
    Ok((Page { rows, received, faults, fault_count }, passed_by))
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
        let fault = &found.page.faults[0];
        assert_eq!((found.page.fault_count, fault.index, fault.id.as_deref()), (1, 3, Some("x")));
        assert_eq!(fault.problem, "no content type");
    }

    #[test]
    fn a_page_without_any_course_is_in_order_and_one_without_types_is_not() {
        assert_eq!(items(&[VIDEO, VIDEO]).unwrap().passed_by, 2);
        let Err(Undecodable::Unexpected(text)) = items(&[r#""id":"x""#, VIDEO, r#""id":"y""#])
        else {
            panic!()
        };
        assert_eq!(text, "2 of 3 rows are bad, the first: no content type");
    }

    #[test]
    fn nothing_beside_the_rows_has_to_be_told() {
        let found = items(&[]).unwrap();
        let expected = CatalogPage {
            page: Page::empty(),
            passed_by: 0,
            total: None,
            paging_request_id: None,
            last_offset: None,
        };
        assert_eq!(found, expected);
    }
}
