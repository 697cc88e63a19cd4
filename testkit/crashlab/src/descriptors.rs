//! Which number stands for which open file, in each process. Threads share their process's table; a fork copies it.

use crate::call::Call;
use std::collections::BTreeMap;

/// A file opened once, whatever the numbers that stand for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Which file or folder of the disk.
    pub(crate) node: usize,
    /// Every write goes to the end.
    pub(crate) append: bool,
    /// Where the next `write` goes.
    pub(crate) position: u64,
}

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Descriptors {
    opened: Vec<Opened>,
    tables: Vec<BTreeMap<i64, usize>>,
    table_of: BTreeMap<u32, usize>,
    /// For each thread or process that a call made: its parent, and whether it shares the parent's table.
    born: BTreeMap<u32, (u32, bool)>,
}

impl Descriptors {
    /// Looks for births among the calls: a child may act before its parent's call has ended.
    pub(crate) fn new<'a>(calls: impl IntoIterator<Item = &'a Call>) -> Self {
        let mut born = BTreeMap::new();
        for call in calls {
            if matches!(call.name.as_str(), "clone" | "clone3" | "fork" | "vfork")
                && let Ok(child @ 1..) = u32::try_from(call.result)
            {
                let shares = call.args.iter().any(|arg| arg.contains("CLONE_FILES"));
                born.insert(child, (call.pid, shares));
            }
        }
        Self { born, ..Self::default() }
    }

    fn table(&mut self, pid: u32) -> usize {
        if let Some(table) = self.table_of.get(&pid) {
            return *table;
        }
        let table = match self.born.get(&pid).copied() {
            Some((parent, true)) if parent != pid => self.table(parent),
            Some((parent, false)) if parent != pid => {
                let parent = self.table(parent);
                let copy = self.tables.get(parent).cloned().unwrap_or_default();
                self.tables.push(copy);
                self.tables.len().saturating_sub(1)
            }
            _ => {
                self.tables.push(BTreeMap::new());
                self.tables.len().saturating_sub(1)
            }
        };
        self.table_of.insert(pid, table);
        table
    }

    /// A number that stands for the same in every thread of a process. A process not heard of before takes its
    /// parent's descriptors now.
    pub(crate) fn process(&mut self, pid: u32) -> usize {
        self.table(pid)
    }

    pub(crate) fn open(&mut self, pid: u32, number: i64, opened: Opened) {
        let table = self.table(pid);
        let idx = self.opened.len();
        self.opened.push(opened);
        if let Some(table) = self.tables.get_mut(table) {
            table.insert(number, idx);
        }
    }

    pub(crate) fn close(&mut self, pid: u32, from: i64, upto: i64) {
        let table = self.table(pid);
        if let Some(table) = self.tables.get_mut(table) {
            table.retain(|number, _| *number < from || *number > upto);
        }
    }

    pub(crate) fn duplicate(&mut self, pid: u32, from: i64, to: i64) {
        let table = self.table(pid);
        let Some(table) = self.tables.get_mut(table) else { return };
        match table.get(&from).copied() {
            Some(idx) => table.insert(to, idx),
            None => table.remove(&to),
        };
    }

    pub(crate) fn get(&mut self, pid: u32, number: i64) -> Option<&mut Opened> {
        let table = self.table(pid);
        let idx = self.tables.get(table)?.get(&number)?;
        self.opened.get_mut(*idx)
    }
}
