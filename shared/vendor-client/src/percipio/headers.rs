//! What stands beside a list: totals and places (reference 1.3, 2.3).

use reqwest::header::{HeaderMap, LINK};
use url::form_urlencoded;

/// How many records match, whatever the page.
pub(super) fn total(headers: &HeaderMap) -> Option<u64> {
    text(headers, "x-total-count")?.parse().ok()
}

/// What names the data set that the pages are cut from.
pub(super) fn paging_request_id(headers: &HeaderMap) -> Option<String> {
    text(headers, "x-paging-request-id").map(str::to_owned)
}

/// Where the last page begins, as `link` tells. Its addresses are data; they are not followed.
pub(super) fn last_offset(headers: &HeaderMap) -> Option<u64> {
    let lines = headers.get_all(LINK).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(links).find(|(_, parameters)| is_last(parameters)).and_then(|(address, _)| {
        let (_, query) = address.split_once('?')?;
        let mut members = form_urlencoded::parse(query.as_bytes());
        members.find(|(name, _)| name == "offset")?.1.parse().ok()
    })
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}

/// `<address>; parameters, <address>; parameters`
fn links(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let (address, after) = rest.split_once('<')?.1.split_once('>')?;
        let mut quoted = false;
        let end = after.find(|character| {
            quoted ^= character == '"';
            character == ',' && !quoted
        });
        let (parameters, others) = after.split_at(end.unwrap_or(after.len()));
        rest = others;
        Some((address, parameters))
    })
}

/// Whether `last` is among the relations, of which there may be several.
fn is_last(parameters: &str) -> bool {
    parameters.split(';').filter_map(|parameter| parameter.split_once('=')).any(|(name, value)| {
        let mut relations = value.trim().trim_matches('"').split_whitespace();
        name.trim().eq_ignore_ascii_case("rel")
            && relations.any(|relation| relation.eq_ignore_ascii_case("last"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        let name = HeaderName::from_static(name);
        let values = values.iter().map(|value| HeaderValue::from_str(value).unwrap());
        values.map(|value| (name.clone(), value)).collect()
    }

    #[test]
    fn a_total_is_a_number_or_not_told() {
        for (value, expected) in
            [("2417", Some(2417)), (" 0 ", Some(0)), ("", None), ("many", None), ("-1", None)]
        {
            assert_eq!(total(&headers("x-total-count", &[value])), expected, "{value}");
        }
        assert_eq!(total(&HeaderMap::new()), None);
    }

    #[test]
    fn an_empty_id_of_a_data_set_is_none() {
        for (value, expected) in [("a-1", Some("a-1")), ("", None), (" ", None)] {
            let id = paging_request_id(&headers("x-paging-request-id", &[value]));
            assert_eq!(id.as_deref(), expected);
        }
    }

    #[test]
    fn the_last_page_is_where_the_link_says() {
        // The reference's example (2.3), with shorter paths.
        let first = r#"</v2/o?offset=0&max=1000&pagingRequestId=a>; page="1"; rel="first""#;
        let last = r#"</v2/o?offset=2000&max=1000&pagingRequestId=a>; page="3"; rel="last""#;
        let both = format!("{first},{last}");
        let several = last.replace(r#"rel="last""#, r#"title="a, <b>"; REL="next Last""#);
        for (lines, expected) in [
            (&[both.as_str()][..], Some(2000)),
            (&[first, last], Some(2000)),
            (&[&several], Some(2000)),
            (&["<?max=1&offset=7>;rel=last"], Some(7)),
            (&[first], None),
            (&["<?max=1>; rel=last"], None),
            (&["<?offset=x>; rel=last"], None),
            (&["<x>; rel=\"last\""], None),
            (&["<?offset=1; rel=\"last\""], None),
            (&["", "rel=last"], None),
            (&[], None),
        ] {
            assert_eq!(last_offset(&headers("link", lines)), expected, "{lines:?}");
        }
    }

    proptest! {
        #[test]
        fn no_link_is_too_odd(line in "[<>,;=\"? a-z0-9é]{0,60}") {
            let _ = links(&line).count();
            let _ = links(&line).filter(|(_, parameters)| is_last(parameters)).count();
        }

        #[test]
        fn the_offset_reads_back(offset in any::<u64>(), before in 0_usize..4) {
            let mut links = vec!["<?offset=1>; rel=\"next\"".to_owned(); before];
            links.push(format!("</a?offset={offset}>; rel=\"last\""));
            let headers = headers("link", &[&links.join(", ")]);
            prop_assert_eq!(last_offset(&headers), Some(offset));
        }
    }
}
