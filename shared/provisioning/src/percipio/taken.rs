//! What was taken away is looked at once more: a yes of the vendor is not what it shows.

use super::{PercipioVendor, RULES};
use crate::{
    Effect, Principal,
    vendor::{AccountLookup, ExecuteError, Vendor},
};

impl PercipioVendor {
    /// All of it is in one account's record.
    pub(super) async fn look_whether_gone(&mut self, done: &[Effect]) -> Result<(), ExecuteError> {
        let taken: Vec<_> = done.iter().filter(|effect| effect.takes(&RULES.roles)).collect();
        let Some(user_id) = taken.first().and_then(|effect| effect.user_id()) else {
            return Ok(());
        };
        match self.account(&Principal::UserId(user_id.to_owned())).await? {
            AccountLookup::Found(account) => {
                match taken.iter().find(|effect| effect.is_held_by(&account)) {
                    Some(effect) => {
                        let note = effect.note();
                        let told = format!("{} {}", note.action, note.detail);
                        Err(ExecuteError::StillThere(told))
                    }
                    None => Ok(()),
                }
            }
            AccountLookup::Missing => Ok(()),
            AccountLookup::Ambiguous { .. } => {
                Err(ExecuteError::StillThere(format!("{user_id} cannot be looked at")))
            }
        }
    }
}
