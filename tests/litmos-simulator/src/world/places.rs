//! Teams and courses as records.

use jiff::Timestamp;

use super::{
    World,
    ids::Kind,
    names::{COURSES, TEAMS},
};
use crate::wire::cell::{Cell, Record};

/// A change that is no field: the number of the team above.
pub(super) const PARENT: &str = "parent";

impl World {
    pub(super) fn parent(&self, team: u32) -> Option<u32> {
        match self.teams.changed(team, PARENT) {
            Some(Cell::Int(number)) => {
                return u32::try_from(*number).ok().filter(|above| self.teams.contains(*above));
            }
            Some(_) => return None,
            None => {}
        }
        let dice = self.plan.dice("team", team);
        let above = dice.below("parent", u64::from(team.max(1))) as u32;
        (team > 0 && dice.chance("nested", 60.0) && self.teams.contains(above)).then_some(above)
    }

    /// What a team is called.
    pub(super) fn team_name(&self, team: u32) -> String {
        match self.teams.changed(team, "Name") {
            Some(cell) => cell.text().unwrap_or_default().to_owned(),
            None => format!("{} {team}", self.plan.dice("team", team).pick("name", TEAMS)),
        }
    }

    /// A team as `/teams` lists it.
    pub(crate) fn team_record(&self, team: u32) -> Record {
        let name = self.team_name(team);
        let blankless: String = name.split_whitespace().collect();
        let code = format!("{}-{blankless}", Kind::Team.original_id(team));
        let parent = self.parent(team).map(|parent| self.teams.id(parent)).unwrap_or_default();
        vec![
            ("Id", Cell::Exact(self.teams.id(team).into())),
            ("Name", Cell::Free(name.into())),
            ("TeamCodeForBulkImport", Cell::Free(code.into())),
            ("ParentTeamId", Cell::Word(parent.into())),
        ]
    }

    /// A team on its own, which has a description.
    pub(crate) fn team_details(&self, team: u32) -> Record {
        let mut record = self.team_record(team);
        let text = self.plan.dice("team", team).pick("about", &["", "Branches & more", "Offices"]);
        let begun = || Cell::Free(text.into());
        let about = self.teams.changed(team, "Description").cloned().unwrap_or_else(begun);
        record.insert(2, ("Description", about));
        record.swap(3, 4);
        record
    }

    /// A course.
    pub(crate) fn course_record(&self, course: u32) -> Record {
        let dice = self.plan.dice("course", course);
        let original = Kind::Course.original_id(course);
        let (title, letters) = dice.pick("name", COURSES);
        let code = match dice.chance("no code", 10.0) {
            true => String::new(),
            false => format!("{letters}{course}"),
        };
        let till = dice.chance("access till", 10.0).then(|| {
            let milliseconds = dice.below("access till", 100_000_000_000) as i64;
            instant(1_800_000_000_000 + milliseconds)
        });
        let days = match dice.chance("access days", 10.0) {
            true => Cell::Int(30 + dice.below("access days", 300) as i64),
            false => Cell::Null,
        };
        let about = dice.pick("about", &["", "<p>What you can't do & why</p>", "All about it"]);
        let price = dice.pick("price", &[0.0, 0.0, 49.5, 120.0, 19.99]);
        let mut record = vec![
            ("Id", Cell::Exact(self.courses.id(course).into())),
            ("Code", Cell::Word(code.clone().into())),
            ("Name", Cell::Free(format!("{title} {course}").into())),
            ("Active", Cell::Bool(!dice.chance("inactive", 10.0))),
            ("ForSale", Cell::Bool(price > 0.0)),
            ("OriginalId", Cell::Int(original)),
            ("Description", Cell::Free(about.into())),
            ("EcommerceShortDescription", Cell::Free("".into())),
            ("EcommerceLongDescription", Cell::Free("".into())),
            ("CourseCodeForBulkImport", Cell::Word(format!("{original}-{code}").into())),
            ("Price", Cell::Price(price)),
            ("AccessTillDate", Cell::instant(till)),
            ("AccessTillDays", days),
            ("CourseTeamLibrary", Cell::Bool(false)),
            ("CreatedBy", Cell::Word(dice.pick("author", &["-1", "0", "700000"]).into())),
            ("SeqId", Cell::Int(i64::from(course) + 1)),
            ("Tags", Cell::Free(dice.pick("tags", &["", "safety,fire", "law & order"]).into())),
        ];
        self.courses.apply(course, &mut record);
        record
    }
}

/// An instant in the years of the world.
pub(super) fn instant(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds)
        .expect("the world's years are within a timestamp's range")
}
