//! When something goes wrong: rules that can be added and cleared while the simulator runs.

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::{
    dice::Dice,
    faults::{Effect, Fault},
};

/// When something goes wrong.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule<F> {
    /// What.
    #[serde(flatten)]
    pub fault: F,
    /// Only requests of this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only requests whose path and query (`/v1.svc/users?limit=5`) have this in them, in any
    /// case.
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

impl<F: Fault> Rule<F> {
    /// A fault that always happens.
    #[must_use]
    pub fn new(fault: F) -> Self {
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
        let lost = matches!(self.fault.effect(), Some(Effect::AnswerLost(_)));
        !(lost && method == "GET")
            && self.method.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(method))
            && self.on.as_ref().is_none_or(|part| subject.contains(&part.to_lowercase()))
    }
}

/// The rules in force, and how often each has matched.
#[derive(Debug)]
pub(crate) struct Faults<F> {
    seed: u64,
    rules: Vec<(Rule<F>, u64)>,
}

impl<F: Fault> Faults<F> {
    pub(crate) fn new(seed: u64, rules: Vec<Rule<F>>) -> Self {
        Self { seed, rules: rules.into_iter().map(|rule| (rule, 0)).collect() }
    }

    pub(crate) fn add(&mut self, rule: Rule<F>) {
        self.rules.push((rule, 0));
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// What goes wrong with a request: anything that mixes, and at most one that does not.
    pub(crate) fn strike(&mut self, method: &str, path_and_query: &str) -> Vec<F> {
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
            if due && (rule.fault.mixes() || faults.iter().all(|fault: &F| fault.mixes())) {
                faults.push(rule.fault);
            }
        }
        faults
    }
}

/// The rules of what goes wrong in a running simulator.
#[derive(Debug)]
pub struct FaultRules<'a, F>(pub(crate) &'a Mutex<Faults<F>>);

impl<F: Fault> FaultRules<'_, F> {
    /// Adds a rule; it counts requests from now on.
    pub fn add(&self, rule: Rule<F>) {
        self.0.lock().add(rule);
    }

    /// Lets everything go well from now on.
    pub fn clear(&self) {
        self.0.lock().clear();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::faults::Loss;

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "fault", rename_all = "snake_case")]
    enum Trouble {
        Unavailable,
        GatewayTimeout,
        AnswerLost,
        Slow { ms: u64 },
    }

    impl Fault for Trouble {
        const UNAVAILABLE: Self = Self::Unavailable;
        const GATEWAY_TIMEOUT: Self = Self::GatewayTimeout;

        fn name(self) -> &'static str {
            "trouble"
        }

        fn mixes(self) -> bool {
            matches!(self, Self::Slow { .. })
        }

        fn effect(self) -> Option<Effect> {
            match self {
                Self::AnswerLost => Some(Effect::AnswerLost(Loss::Reset)),
                Self::Slow { ms } => Some(Effect::Slow(Duration::from_millis(ms))),
                _ => None,
            }
        }
    }

    use Trouble::{AnswerLost, GatewayTimeout, Slow, Unavailable};

    #[test]
    fn a_rule_strikes_where_and_as_often_as_it_says() {
        let rule = Rule::new(Unavailable).on("/USERS").skip(1).times(2);
        let mut faults = Faults::new(1, vec![rule]);
        let hits: Vec<bool> = ["/users", "/audiences", "/users?offset=0", "/users", "/users"]
            .map(|path| !faults.strike("GET", path).is_empty())
            .to_vec();
        assert_eq!(hits, [false, false, true, true, false]);
        faults.clear();
        faults.add(Rule::new(GatewayTimeout).on("offset=0"));
        assert_eq!(faults.strike("GET", "/users?offset=0"), [GatewayTimeout]);
    }

    #[test]
    fn a_rule_can_be_about_one_method() {
        let mut faults =
            Faults::new(1, vec![Rule::new(GatewayTimeout).method("post").on("/users")]);
        let mut hit = |method, path| !faults.strike(method, path).is_empty();
        assert!(hit("POST", "/users") && !hit("GET", "/users") && !hit("POST", "/other"));
        let mut faults = Faults::new(1, vec![Rule::new(AnswerLost).times(1)]);
        assert!(faults.strike("GET", "/users").is_empty(), "a read does not use it up");
        assert_eq!(faults.strike("PATCH", "/users"), [AnswerLost]);
    }

    #[test]
    fn chance_follows_the_seed() {
        let hits = |seed| {
            let rules = vec![Rule::new(Unavailable).percent(10.0)];
            let mut faults = Faults::new(seed, rules);
            (0..1000).map(|_| faults.strike("GET", "/users").len()).collect::<Vec<_>>()
        };
        assert_eq!(hits(1), hits(1));
        assert_ne!(hits(1), hits(2));
        assert!((60..140).contains(&hits(1).iter().sum::<usize>()));
    }

    #[test]
    fn one_failure_is_enough_but_slowness_goes_with_it() {
        let slow = Slow { ms: 1 };
        let rules = [Unavailable, slow, GatewayTimeout].map(Rule::new).to_vec();
        assert_eq!(Faults::new(1, rules).strike("GET", "/"), [Unavailable, slow]);
    }

    #[test]
    fn a_rule_is_short_in_json() {
        let rule: Rule<Trouble> =
            serde_json::from_str(r#"{"fault":"slow","ms":2,"times":1}"#).unwrap();
        assert_eq!((rule.fault, rule.skip), (Slow { ms: 2 }, 0));
        assert_eq!((rule.times, rule.percent), (Some(1), 100.0));
    }
}
