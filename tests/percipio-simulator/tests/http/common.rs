//! Attributes, audiences and the like.

use percipio_simulator::Options;

use crate::client::{common, start, texts};

#[test]
fn attributes_are_listed_with_the_ids_that_accounts_name() {
    let simulator = start(Options::default());
    let rows = common(&simulator, "v1", "custom-attributes").rows();
    assert_eq!(texts(&rows, "name"), simulator.world().attribute_names());
    let user = crate::client::users(&simulator, "users?max=1").rows();
    assert_eq!(texts(&rows, "id"), texts(user[0]["customAttributes"].as_array().unwrap(), "id"));
}

#[test]
fn audiences_have_pages_and_other_lists_are_there() {
    let simulator = start(Options::default());
    let page = common(&simulator, "v2", "audiences?offset=1&max=3");
    assert_eq!(page.total(), Some(7));
    assert_eq!(texts(&page.rows(), "name"), simulator.world().audience_names()[1..4]);
    assert_eq!(common(&simulator, "v1", "collections").rows().len(), 1);
    assert_eq!(common(&simulator, "v1", "license-pools").rows().len(), 1);
    assert_eq!(common(&simulator, "v1", "audiences").status, 404);
}
