//! Mail goes out if the request says so, and never else.

use scenarios::{Provisioning, grant, request};
use serde_json::{Value, json};

/// Everything that the vendor could mail somebody about.
fn mailed(world: &Provisioning, name: &str) -> Vec<Value> {
    let cast = &world.cast;
    let account = json!({ "user_name": name, "last_name": "Ek" });
    vec![
        grant(&cast.ana, &format!("team:{}:member", cast.north)),
        grant(&cast.ana, &format!("course:{}:assigned", cast.course)),
        grant(&cast.ana, &format!("learning_path:{}:assigned", cast.path)),
        request("create_account", json!({ "account": account })),
        request(
            "set_team_members",
            json!({ "team": { "team_id": cast.south }, "members": [cast.bo.by_id()] }),
        ),
    ]
}

#[test]
fn mail_goes_out_if_the_request_says_so() {
    for (told, mails) in [(json!(true), true), (json!(false), false), (Value::Null, false)] {
        let world = Provisioning::new();
        for mut asked in mailed(&world, "dee.nomail") {
            world.vendor().reset_log();
            asked["notify"] = told.clone();
            let outcome = world.ask(&asked);
            assert_eq!(outcome["status"], "succeeded", "{outcome:#}");
            let line = &world.writes()[0].line;
            assert!(line.ends_with(&format!("?sendmessage={mails}")), "{line}");
            assert_eq!(world.vendor().writes()[0].mail, mails, "{line}");
        }
    }
}
