//! What writes send, and how their answers are taken.

use rollcall_vendor_client::VendorError;
use rollcall_vendor_client::litmos::{Litmos, NewUser, UserLookup, UserRecord, UserRef};
use serde_json::{Value, json};

use crate::server::{Request, Server, ok, reply};

const COMMON: &str = "?source=Acme+%26+Co&format=json";
const JSON: &str = "application/json";
const XML: &str = "application/xml";

/// An account with what a careless writer would lose.
const ADA: &str = concat!(
    r#"{"Id":"Us/1","UserName":"ada@example.org","FirstName":"O&#39;H \u00e9","Active":true,"#,
    r#""LoginKey":"https:\/\/x\/?loginkey=1","Password":null,"Points":0.00,"Odd":{"b":1,"a":[]},"#,
    r#""CustomField1":"R&amp;D","ManagerId":"0","Later":null}"#,
);

/// The one request of a write.
async fn sent(write: impl AsyncFnOnce(&Litmos) -> Result<(), VendorError>) -> Request {
    let server = Server::start([reply("200 OK", "")]).await;
    let client = server.client();
    write(&client).await.expect("done");
    let requests = server.requests();
    assert_eq!((requests.len(), client.requests().sent), (1, 1));
    requests[0].clone()
}

fn assert_sent(request: &Request, line: &str, query: &str, content_type: &str, body: &str) {
    assert_eq!(request.line(), format!("{line}{COMMON}{query}"));
    assert_eq!(request.header("content-type"), [content_type]);
    assert_eq!(request.header("content-length"), [body.len().to_string()]);
    assert_eq!(request.body, body);
}

async fn ada(client: &Litmos) -> UserRecord {
    let found = client.user(&UserRef::Id("Us/1".to_owned())).await.expect("an answer");
    let UserLookup::Found(record) = found else { panic!("{found:?}") };
    *record
}

#[tokio::test]
async fn a_record_goes_back_as_it_came_but_for_what_was_changed() {
    let server = Server::start([ok(ADA), reply("200 OK", "")]).await;
    let client = server.client();
    let mut record = ada(&client).await;
    record.set_active(false);
    client.put_user(&record).await.unwrap();
    let expected = ADA
        .replace("true", "false")
        .replace(r#""https:\/\/x\/?loginkey=1","Password":null"#, r#""","Password":"""#);
    assert_sent(&server.requests()[1], "PUT /users/Us%2F1", "", JSON, &expected);
}

/// Half a surrogate pair is no reason not to disable an account, nor to lose what it stands beside.
#[tokio::test]
async fn half_an_emoji_goes_back_to_the_letter() {
    let emoji = r#"{"Id":"Us/1","UserName":"ada","JobTitle":"Fun \ud83d","Active":true}"#;
    let server = Server::start([ok(emoji), reply("200 OK", "")]).await;
    let client = server.client();
    let mut record = ada(&client).await;
    record.set_active(false);
    client.put_user(&record).await.unwrap();
    let requests = server.requests();
    assert_sent(&requests[1], "PUT /users/Us%2F1", "", JSON, &emoji.replace("true", "false"));
    let north = r#"{"Id":"Tm1","Name":"North","Description":"\ude00"}"#;
    let server = Server::start([reply("200 OK", &format!("\u{feff}{north}")), ok("")]).await;
    let client = server.client();
    let mut team = client.team_record("Tm1").await.unwrap();
    team.set_name("South");
    client.put_team(&team).await.unwrap();
    assert_eq!(server.requests()[1].body, north.replace("North", "South"));
}

#[tokio::test]
async fn a_new_user_is_sent_whole_and_comes_back_with_an_id() {
    for (notify, query) in [(false, "&sendmessage=false"), (true, "&sendmessage=true")] {
        let server = Server::start([reply("201 Created", ADA)]).await;
        let mut user = NewUser::new("ada@example.org", "Learner");
        user.set_attribute("CustomField1", &json!("R&D")).unwrap();
        let record = server.client().create_user(&user, notify).await.unwrap();
        assert_eq!(record.user().user_id, "Us/1");
        let request = &server.requests()[0];
        assert_sent(request, "POST /users", query, JSON, &request.body);
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(
            (&body["UserName"], &body["AccessLevel"]),
            (&json!("ada@example.org"), &json!("Learner"))
        );
        assert_eq!((&body["CustomField1"], &body["Id"]), (&json!("R&D"), &json!("")));
    }
}

#[tokio::test]
async fn a_team_is_created_at_the_top_or_below_another() {
    for (parent, line) in [(None, "POST /teams"), (Some("Tm 0"), "POST /teams/Tm%200/teams")] {
        let server = Server::start([reply("201 Created", r#"{"Id":"Tm1","Name":"N"}"#)]).await;
        let team = server.client().create_team("N & \"M\"", parent).await.unwrap();
        assert_eq!(team.team_id, "Tm1");
        let body = r#"{"Description":"","Id":"","Name":"N & \"M\""}"#;
        assert_sent(&server.requests()[0], line, "", JSON, body);
    }
}

#[tokio::test]
async fn a_team_keeps_its_description_when_it_is_renamed() {
    let north = r#"{"Id":"Tm1","Name":"North","Description":"d &amp; e","New":1.0}"#;
    let server = Server::start([ok(north), ok(north)]).await;
    let client = server.client();
    let mut team = client.team_record("Tm1").await.unwrap();
    team.set_name("South");
    client.put_team(&team).await.unwrap();
    let expected = north.replace("North", "South");
    assert_sent(&server.requests()[1], "PUT /teams/Tm1", "", JSON, &expected);
}

#[tokio::test]
async fn members_are_added_as_json_and_the_mail_switch_is_always_sent() {
    for (notify, query) in [(false, "&sendmessage=false"), (true, "&sendmessage=true")] {
        let add =
            async |client: &Litmos| client.add_team_members("Tm1", &["a", "-b"], notify).await;
        let body = r#"[{"Id":"a"},{"Id":"-b"}]"#;
        assert_sent(&sent(add).await, "POST /teams/Tm1/users", query, JSON, body);
    }
}

#[tokio::test]
async fn assignments_are_xml_and_the_mail_switch_is_always_sent() {
    for (notify, query) in [(false, "&sendmessage=false"), (true, "&sendmessage=true")] {
        let ids = ["a".to_owned(), "<&".to_owned()];
        let request = sent(async |client| client.assign_courses("u", &ids, notify).await).await;
        let body =
            "<Courses><Course><Id>a</Id></Course><Course><Id>&lt;&amp;</Id></Course></Courses>";
        assert_sent(&request, "POST /users/u/courses", query, XML, body);
        let assign =
            async |client: &Litmos| client.assign_learning_paths("u", &["a"], notify).await;
        let body = "<LearningPaths><LearningPath><Id>a</Id></LearningPath></LearningPaths>";
        assert_sent(&sent(assign).await, "POST /users/u/learningpaths", query, XML, body);
    }
}

#[tokio::test]
async fn writes_without_a_body_say_so() {
    macro_rules! check {
        ($line:literal, $name:ident, $($argument:literal),+) => {
            let request = sent(async |client| client.$name($($argument),+).await).await;
            assert_sent(&request, $line, "", JSON, "");
        };
    }
    check!("DELETE /teams/Tm1", delete_team, "Tm1");
    check!("DELETE /teams/Tm1/users/u%2F", remove_team_member, "Tm1", "u/");
    check!("PUT /teams/Tm1/leaders/u", promote_leader, "Tm1", "u");
    check!("DELETE /teams/Tm1/leaders/u", demote_leader, "Tm1", "u");
    check!("PUT /teams/Tm1/admins/u", promote_admin, "Tm1", "u");
    check!("DELETE /teams/Tm1/admins/u", demote_admin, "Tm1", "u");
    check!("DELETE /users/u/courses/c", unassign_course, "u", "c");
    check!("DELETE /users/u/learningpaths/p", unassign_learning_path, "u", "p");
}

#[tokio::test]
async fn nothing_is_sent_for_nobody_or_for_what_cannot_be_an_id() {
    let server = Server::start([ok("")]).await;
    let client = server.client();
    client.add_team_members("Tm1", &[""; 0], false).await.unwrap();
    client.assign_courses("u", &[""; 0], false).await.unwrap();
    let refused = [
        client.add_team_members("Tm1", &["a", ""], false).await,
        client.assign_courses("u", &["a\0"], false).await,
        client.assign_learning_paths("..", &["a"], false).await,
        client.delete_team("").await,
    ];
    for result in refused {
        assert!(matches!(result, Err(VendorError::NotFound { .. })), "{result:?}");
    }
    assert_eq!((server.requests().len(), client.requests().sent), (0, 0));
}

#[tokio::test]
async fn refusals_say_what_the_vendor_said() {
    macro_rules! check {
        ($status:literal, $variant:ident) => {
            let server = Server::start([reply($status, r#"{"Detail":"because"}"#)]).await;
            let client = server.client();
            let error = client.unassign_course("u", "c").await.unwrap_err();
            let VendorError::$variant { call, detail } = &error else { panic!("{error:?}") };
            assert_eq!((call.as_str(), detail.as_str()), ("DELETE /users/u/courses/c", "because"));
            assert_eq!(client.requests().sent, 1);
        };
    }
    check!("403 X", Forbidden);
    check!("404 X", NotFound);
    check!("406 X", Refused);
    check!("409 X", Conflict);
}

#[tokio::test]
async fn a_body_that_the_vendor_cannot_read_is_unexpected() {
    let server = Server::start([reply("400 X", r#"{"Detail":"Invalid Phone Number."}"#)]).await;
    let error = server.client().promote_leader("Tm1", "u").await.unwrap_err();
    let VendorError::Unexpected { status: 400, detail, .. } = error else { panic!("{error:?}") };
    assert_eq!(detail, "Invalid Phone Number.");
}
