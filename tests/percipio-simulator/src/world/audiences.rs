//! Who belongs to which audience.

use super::{
    World,
    names::AUDIENCES,
    uuid::{Kind, Uuid},
};

impl World {
    /// Every audience with its id, "All Users" first.
    pub(crate) fn audiences(&self) -> Vec<(Uuid, String)> {
        let id = |number| Uuid::of(self.plan.seed, Kind::Audience, number);
        (0..=self.plan.audiences).map(|number| (id(number), name(number))).collect()
    }

    /// The names of a user's audiences, "All Users" first.
    pub(crate) fn audiences_of(&self, user: u32) -> Vec<String> {
        let dice = self.plan.dice("audiences", user);
        let chosen = dice.roll("which");
        let member = |number: &u32| *number == 0 || (chosen >> (number % 64)) & 3 == 3;
        (0..=self.plan.audiences).filter(member).map(name).collect()
    }
}

fn name(number: u32) -> String {
    match (number, AUDIENCES.get((number as usize).wrapping_sub(1))) {
        (0, _) => "All Users".to_owned(),
        (_, Some(known)) => (*known).to_owned(),
        _ => format!("Audience {number}"),
    }
}
