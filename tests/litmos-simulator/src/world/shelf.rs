//! One kind of thing: what was derived from the seed, and what has changed since.

use std::collections::{BTreeMap, HashMap};

use super::ids::{Kind, opaque_id};
use crate::wire::cell::{Cell, Record};

/// The fields of a thing that are no longer as derived.
pub(crate) type Patch = BTreeMap<&'static str, Cell>;

/// All things of one kind; `number` is the place in the order of insertion, never used again.
#[derive(Debug)]
pub(crate) struct Shelf {
    kind: Kind,
    seed: u64,
    /// Ascending.
    listed: Vec<u32>,
    next: u32,
    by_id: HashMap<Box<str>, u32>,
    patches: HashMap<u32, Patch>,
}

impl Shelf {
    pub(crate) fn new(kind: Kind, seed: u64, count: u32) -> Self {
        let by_id = (0..count).map(|number| (opaque_id(seed, kind, number).into(), number));
        Self {
            kind,
            seed,
            listed: (0..count).collect(),
            next: count,
            by_id: by_id.collect(),
            patches: HashMap::new(),
        }
    }

    /// The numbers of what is there, in the order of lists.
    pub(crate) fn listed(&self) -> &[u32] {
        &self.listed
    }

    /// The ids of what is there, in the order of lists.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.listed.iter().map(|number| self.id(*number)).collect()
    }

    pub(crate) fn contains(&self, number: u32) -> bool {
        // nothing removed yet: no need to search
        (number < self.next && self.listed.len() == self.next as usize)
            || self.listed.binary_search(&number).is_ok()
    }

    pub(crate) fn id(&self, number: u32) -> String {
        opaque_id(self.seed, self.kind, number)
    }

    pub(crate) fn find(&self, id: &str) -> Option<u32> {
        self.by_id.get(id).copied()
    }

    /// A changed field's value.
    pub(crate) fn changed(&self, number: u32, field: &str) -> Option<&Cell> {
        self.patches.get(&number)?.get(field)
    }

    /// Puts what has changed into a derived record.
    pub(crate) fn apply(&self, number: u32, record: &mut Record) {
        let Some(patch) = self.patches.get(&number) else { return };
        for (name, cell) in record {
            if let Some(changed) = patch.get(name) {
                *cell = changed.clone();
            }
        }
    }

    pub(crate) fn change(&mut self, number: u32, field: &'static str, cell: Cell) {
        self.patches.entry(number).or_default().insert(field, cell);
    }

    /// Adds a thing at the end and gives its number.
    pub(crate) fn add(&mut self) -> u32 {
        let number = self.next;
        self.next += 1;
        self.listed.push(number);
        self.by_id.insert(self.id(number).into(), number);
        number
    }

    pub(crate) fn remove(&mut self, number: u32) {
        self.listed.retain(|listed| *listed != number);
        self.by_id.remove(self.id(number).as_str());
        self.patches.remove(&number);
    }

    /// Keeps the first `keep` and gives the numbers of the others.
    pub(crate) fn shrink(&mut self, keep: usize) -> Vec<u32> {
        let gone = self.listed.split_off(keep.min(self.listed.len()));
        for number in &gone {
            self.by_id.remove(self.id(*number).as_str());
            self.patches.remove(number);
        }
        gone
    }
}
