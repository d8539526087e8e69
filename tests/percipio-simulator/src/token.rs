//! A token that looks like the vendor's and is signed by nobody.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::json;
use simulator_kit::Dice;

/// The token of a service account: a JWT of about 1,060 characters.
pub(crate) fn token(seed: u64, organization_id: &str) -> String {
    let dice = Dice::new(seed, "token", 0);
    let word = |aspect: &str| format!("{:016x}", dice.roll(aspect));
    let account = word("account") + &word("account's end");
    let subject = word("subject") + &word("subject's middle") + &word("subject's end");
    let head = json!({ "alg": "RS256", "typ": "JWT" });
    let claims = json!({
        "service_account_id": format!(
            "{}-{}-4{}-a{}-{}",
            &account[..8], &account[8..12], &account[12..15], &account[15..18], &account[18..30],
        ),
        "organization_id": organization_id,
        "iss": "api.percipio.com",
        "iat": 1_748_736_000,
        "sub": &subject[..40],
        "policy-id": "percipio-api-standard-policy",
    });
    let signature: Vec<u8> =
        (0..512).map(|place| Dice::new(seed, "signature", place).roll("byte") as u8).collect();
    let encode = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let text = |value: serde_json::Value| encode(value.to_string().as_bytes());
    format!("{}.{}.{}", text(head), text(claims), encode(&signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_a_jwt_of_the_organisation() {
        let token = token(1, "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30");
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3);
        assert!((1000..1150).contains(&token.len()), "{}", token.len());
        let claims = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["organization_id"], "5e9d3b62-0c1f-4d57-9a6e-2f4b8c7d1e30");
        assert_eq!(claims["service_account_id"].as_str().unwrap().len(), 36);
        assert_eq!(claims["sub"].as_str().unwrap().len(), 40);
    }
}
