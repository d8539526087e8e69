//! The data sets that catalogue pages are cut from.

use std::sync::Arc;

use crate::world::{
    World,
    uuid::{Kind, Uuid},
};

/// A frozen list of items.
#[derive(Debug, Clone)]
pub(crate) struct DataSet {
    pub(crate) world: Arc<World>,
    pub(crate) items: Arc<[u32]>,
}

/// The data sets by the ids that were given for them.
#[derive(Debug, Default)]
pub(crate) struct DataSets {
    /// By the number of the id; nothing for what was forgotten.
    given: Vec<Option<DataSet>>,
}

impl DataSets {
    /// Keeps a data set under a new id.
    pub(crate) fn keep(&mut self, seed: u64, data_set: DataSet) -> Uuid {
        self.given.push(Some(data_set));
        Uuid::of(seed, Kind::DataSet, self.given.len() as u32 - 1)
    }

    pub(crate) fn find(&self, seed: u64, id: &str) -> Option<DataSet> {
        let number = Uuid::parse(id)?.number(seed, Kind::DataSet)?;
        self.given.get(number as usize)?.clone()
    }

    pub(crate) fn forget(&mut self) {
        self.given.fill(None);
    }
}
