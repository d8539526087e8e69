//! What becomes of a request when things go wrong.

use std::time::Duration;

use hyper::Method;

use crate::{
    delivery::{Cut, Delivery},
    faults::{Effect, Fault, Loss},
    reply::Reply,
};

/// An answer and how it is sent.
pub struct Outcome {
    pub(crate) reply: Reply,
    pub(crate) delay: Duration,
    pub(crate) delivery: Delivery,
    /// Whether the reply is not even begun.
    pub(crate) silent: bool,
}

impl Outcome {
    /// Nothing but an answer.
    #[must_use]
    pub fn plain(reply: Reply) -> Self {
        Self { reply, delay: Duration::ZERO, delivery: Delivery::default(), silent: false }
    }
}

/// First what goes wrong, then the answer. `failure` is the whole answer of a fault that leaves
/// nothing of the real one; `carry_out` is not called if the request is not carried out. With the
/// outcome comes what `carry_out` has done, by default nothing.
pub fn decide<F: Fault, D: Default>(
    method: &Method,
    faults: &[F],
    failure: impl Fn(F) -> Option<Reply>,
    carry_out: impl FnOnce() -> (Reply, D),
) -> (Outcome, D) {
    let (delivery, delay, lost) = way(faults.iter().filter_map(|fault| fault.effect()));
    let (reply, done, silent) = match faults.iter().find_map(|fault| failure(*fault)) {
        Some(reply) => (reply, D::default(), false),
        // what a connection takes with it before it was read is not carried out
        None if delivery.reset && *method != Method::GET => (Reply::empty(200), D::default(), true),
        None => {
            let (reply, done) = carry_out();
            let instead = match lost {
                Some(Loss::Unavailable) => failure(F::UNAVAILABLE),
                Some(Loss::GatewayTimeout) => failure(F::GATEWAY_TIMEOUT),
                Some(Loss::Reset) | None => None,
            };
            (instead.unwrap_or(reply), done, lost == Some(Loss::Reset))
        }
    };
    (Outcome { reply, delay, delivery, silent }, done)
}

/// How the body is sent, how much later, and what comes in place of the answer.
fn way(effects: impl Iterator<Item = Effect>) -> (Delivery, Duration, Option<Loss>) {
    let (mut delivery, mut delay, mut lost) = (Delivery::default(), Duration::ZERO, None);
    for effect in effects {
        match effect {
            Effect::Reset => (delivery.reset, delivery.cut) = (true, Some(Cut::Half)),
            Effect::AnswerLost(loss) => lost = Some(loss),
            Effect::CutOff(cut) => delivery.cut = Some(cut),
            Effect::Slow(time) => delay += time,
            Effect::Stall(time) => delivery.stall += time,
        }
    }
    (delivery, delay, lost)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stall_is_in_the_middle_of_a_body_and_slowness_before_it() {
        let ms = Duration::from_millis;
        let effects = [Effect::Slow(ms(1)), Effect::Stall(ms(2)), Effect::Slow(ms(4))];
        let stalled = Delivery { stall: ms(2), ..Delivery::default() };
        assert_eq!(way(effects.into_iter()), (stalled, ms(5), None));
    }
}
