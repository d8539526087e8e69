//! A run that readers cannot be led to any more.

use crate::RunId;

/// Readers have gone on to a run that this one does not follow.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("run {run_id} is superseded: {}; start a new run", self.why())]
pub struct Superseded {
    /// The run.
    pub run_id: RunId,
    /// The run that readers see, if there is one.
    pub latest: Option<RunId>,
    /// The run that this one follows, if it is settled which: what it is compared with.
    pub base: Option<RunId>,
}

impl Superseded {
    fn why(&self) -> String {
        let Self { run_id, latest, base } = self;
        match (latest, base) {
            (Some(latest), _) if latest >= run_id => {
                format!("readers are at {latest}, which is not earlier")
            }
            (Some(latest), Some(base)) => format!("readers are at {latest}, and it follows {base}"),
            (Some(latest), None) => {
                format!("readers are at {latest}, and it was begun before there was any run")
            }
            (None, _) => "readers are led to no run any more".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_where_readers_are() {
        let run = |hour: u8| RunId::parse(&format!("20261121T{hour:02}0000Z")).unwrap();
        for (latest, base, why) in [
            (Some(9), Some(9), "readers are at 20261121T090000Z, which is not earlier"),
            (Some(8), None, "which is not earlier"),
            (Some(7), Some(6), "at 20261121T070000Z, and it follows 20261121T060000Z"),
            (Some(7), None, "begun before there was any run"),
            (None, Some(6), "led to no run any more"),
        ] {
            let (latest, base) = (latest.map(run), base.map(run));
            let told = Superseded { run_id: run(8), latest, base }.to_string();
            assert!(told.contains(why), "{told}");
        }
    }
}
