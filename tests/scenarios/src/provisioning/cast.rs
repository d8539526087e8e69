//! Who and what the tests of provisioning know at the simulated vendor.

use litmos_simulator::{Options, Simulator};
use serde_json::{Value, json};

/// An organisation that has all that the tests need, and little more.
#[must_use]
pub fn small_world() -> Options {
    Options {
        users: 30,
        teams: 6,
        members_per_team: Some(4),
        leaders_percent: 0,
        courses: 6,
        learning_paths: 4,
        ..Options::default()
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The vendor's id.
    pub id: String,
    /// The user name.
    pub name: String,
}

/// The accounts and things that the tests name.
#[derive(Debug, Clone)]
pub struct Cast {
    /// An active learner in no team, with no course and no learning path.
    pub ana: Person,
    /// Another.
    pub bo: Person,
    /// A third.
    pub cy: Person,
    /// The one account owner, active.
    pub owner: Person,
    /// An administrator, active.
    pub admin: Person,
    /// A team without teams below, with members.
    pub north: String,
    /// Another.
    pub south: String,
    /// A team with a team below.
    pub upper: String,
    /// A course in no learning path.
    pub course: String,
    /// A learning path of some courses that nobody holds.
    pub path: String,
    /// The first course of it.
    pub course_of_path: String,
}

impl Person {
    /// Who it is, by id.
    #[must_use]
    pub fn by_id(&self) -> Value {
        json!({ "user_id": self.id })
    }

    /// Who it is, by user name.
    #[must_use]
    pub fn by_name(&self) -> Value {
        json!({ "user_name": self.name })
    }

    /// Who it is, as outcomes tell it.
    #[must_use]
    pub fn found(&self) -> Value {
        json!({ "user_id": self.id, "user_name": self.name })
    }

    /// The account of that id as it is now.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn at(simulator: &Simulator, id: &str) -> Self {
        let record = simulator.truth().user_record(id).expect("an account of that id");
        let name = record["UserName"].as_str().expect("a user name").to_owned();
        Self { id: id.to_owned(), name }
    }
}

impl Cast {
    /// Adds the learners and finds the rest.
    ///
    /// # Panics
    /// If the organisation is too small.
    pub(crate) fn of(simulator: &Simulator) -> Self {
        let world = simulator.world();
        let add = |first, last| Person::at(simulator, &world.add_user(first, last));
        let (ana, bo, cy) = (add("Ana", "Diaz"), add("Bo", "Ek"), add("Cy", "Fox"));
        let users = world.user_ids();
        let teams = simulator.truth().teams();
        let is_above = |id: &str| teams.iter().any(|t| t.parent_team_id.as_deref() == Some(id));
        let (above, leaves): (Vec<_>, Vec<_>) =
            world.team_ids().into_iter().partition(|id| is_above(id));
        let paths = world.learning_path_ids();
        let courses = world.course_ids();
        // Every second path is held by nobody; the simulator's second begins at the fourth course.
        world.possess(&ana.id, litmos_simulator::Possession::LearningPath, &paths[1], true);
        let of_path = simulator.truth().courses_of(&ana.id);
        world.possess(&ana.id, litmos_simulator::Possession::LearningPath, &paths[1], false);
        Self {
            owner: Person::at(simulator, &users[0]),
            admin: Person::at(simulator, &users[7]),
            north: leaves[0].clone(),
            south: leaves[1].clone(),
            upper: above[0].clone(),
            course: courses[1].clone(),
            path: paths[1].clone(),
            course_of_path: of_path[0].0.clone(),
            ana,
            bo,
            cy,
        }
    }
}
