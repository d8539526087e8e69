//! When something goes wrong: rules that can be added and cleared while the simulator runs.

use serde::{Deserialize, Serialize};

use crate::{faults::Fault, world::dice::Dice};

/// When something goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    /// What.
    #[serde(flatten)]
    pub fault: Fault,
    /// Only requests of this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose path and query (`/user-management/v1/…/users?max=5`) have this in them,
    /// in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// Not the first so many of them.
    #[serde(default)]
    pub skip: u64,
    /// Then only so many; not given, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// Of those, so many in a hundred, by chance and the seed.
    #[serde(default = "always")]
    pub percent: f64,
}

fn always() -> f64 {
    100.0
}

impl Rule {
    /// A fault that always happens.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        Self { fault, method: None, on: None, skip: 0, times: None, percent: always() }
    }

    /// Only for requests of this method.
    #[must_use]
    pub fn method(self, method: impl Into<String>) -> Self {
        Self { method: Some(method.into()), ..self }
    }

    /// Only for requests whose path and query have this in them.
    #[must_use]
    pub fn on(self, part: impl Into<String>) -> Self {
        Self { on: Some(part.into()), ..self }
    }

    /// Not for the first so many of them.
    #[must_use]
    pub fn skip(self, skip: u64) -> Self {
        Self { skip, ..self }
    }

    /// Only for so many of them.
    #[must_use]
    pub fn times(self, times: u64) -> Self {
        Self { times: Some(times), ..self }
    }

    /// Only in so many cases of a hundred.
    #[must_use]
    pub fn percent(self, percent: f64) -> Self {
        Self { percent, ..self }
    }

    fn concerns(&self, method: &str, subject: &str) -> bool {
        // a read has no effect whose answer could be lost
        let meant = !(matches!(self.fault, Fault::AnswerLost { .. }) && method == "GET");
        meant
            && self.method.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(method))
            && self.on.as_ref().is_none_or(|part| subject.contains(&part.to_lowercase()))
    }
}

/// The rules in force, and how often each has matched.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    seed: u64,
    rules: Vec<(Rule, u64)>,
}

impl Faults {
    pub(crate) fn new(seed: u64, rules: Vec<Rule>) -> Self {
        Self { seed, rules: rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    pub(crate) fn add(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What goes wrong with a request: anything that mixes, and at most one that does not.
    pub(crate) fn strike(&mut self, method: &str, path_and_query: &str) -> Vec<Fault> {
        let subject = path_and_query.to_lowercase();
        let mut faults = Vec::new();
        for (place, (rule, seen)) in self.rules.iter_mut().enumerate() {
            if !rule.concerns(method, &subject) {
                continue;
            }
            let turn = *seen;
            *seen += 1;
            let last = rule.times.map_or(u64::MAX, |times| rule.skip.saturating_add(times));
            let chance = Dice::new(self.seed ^ place as u64, "fault", turn);
            let due = (rule.skip..last).contains(&turn) && chance.chance("strike", rule.percent);
            if due && (rule.fault.mixes() || faults.iter().all(|fault: &Fault| fault.mixes())) {
                faults.push(rule.fault);
            }
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::{BadRow, Loss};

    #[test]
    fn a_rule_strikes_where_and_as_often_as_it_says() {
        let rule = Rule::new(Fault::Reset).on("/USERS").skip(1).times(2);
        let mut faults = Faults::new(1, vec![rule]);
        let hits: Vec<bool> = ["/users", "/audiences", "/users?offset=0", "/users", "/users"]
            .map(|path| !faults.strike("GET", path).is_empty())
            .to_vec();
        assert_eq!(hits, [false, false, true, true, false]);
        faults.clear();
        faults.add(Rule::new(Fault::Html).on("offset=0"));
        assert_eq!(faults.strike("GET", "/users?offset=0"), [Fault::Html]);
    }

    #[test]
    fn a_rule_can_be_about_one_method() {
        let mut faults = Faults::new(1, vec![Rule::new(Fault::Html).method("post").on("/users")]);
        let mut hit = |method, path| !faults.strike(method, path).is_empty();
        assert!(hit("POST", "/users") && !hit("GET", "/users") && !hit("POST", "/other"));
        let lost = Fault::AnswerLost { with: Loss::Reset };
        let mut faults = Faults::new(1, vec![Rule::new(lost).times(1)]);
        assert!(faults.strike("GET", "/users").is_empty(), "a read does not use it up");
        assert_eq!(faults.strike("PATCH", "/users"), [lost]);
    }

    #[test]
    fn chance_follows_the_seed() {
        let hits = |seed| {
            let rules = vec![Rule::new(Fault::Unavailable).percent(10.0)];
            let mut faults = Faults::new(seed, rules);
            (0..1000).map(|_| faults.strike("GET", "/users").len()).collect::<Vec<_>>()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        assert!((60..140).contains(&hits(1).iter().sum::<usize>()));
    }

    #[test]
    fn one_failure_is_enough_but_slowness_goes_with_it() {
        let slow = Fault::Slow { ms: 1 };
        let rules = [Fault::Reset, slow, Fault::Html].map(Rule::new).to_vec();
        assert_eq!(Faults::new(1, rules).strike("GET", "/"), [Fault::Reset, slow]);
    }

    #[test]
    fn a_rule_is_short_in_json() {
        let rule = |text: &str| serde_json::from_str::<Rule>(text).unwrap();
        let bad = rule(r#"{"fault":"bad_row","kind":"no_id","times":1}"#);
        assert_eq!(bad.fault, Fault::BadRow { kind: BadRow::NoId, row: 0 });
        assert_eq!((bad.times, bad.percent), (Some(1), 100.0));
        let limited = rule(r#"{"fault":"rate_limited"}"#);
        assert_eq!(limited.fault, Fault::RateLimited { retry_after: None });
        let limited = rule(r#"{"fault":"rate_limited","retry_after":7}"#);
        assert_eq!(limited.fault, Fault::RateLimited { retry_after: Some(7) });
    }
}
