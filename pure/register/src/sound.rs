//! What was forgotten in a declaration: a test asks it of each register of the house.

use crate::{FieldKind, From, Of, On, Register, Stage, Starts, Values, When, canonical, words};
use beffroi_wording::Lang;
use std::collections::BTreeSet;

/// What is done to a record whatever its register: a move of one of these names would be taken for it.
const WRITES: [&str; 3] = ["add", "set", "mark"];

impl Register {
    /// Everything wrong with the declaration by itself; nothing for a sound one.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Faults { of: self, found: Vec::new() };
        faults.names();
        faults.states();
        faults.clocks();
        faults.loops();
        faults.sheets();
        faults.example();
        for t in Lang::ALL {
            faults
                .found
                .extend(words::missing(self, t).into_iter().map(|key| format!("no `{key}` in {}.ftl", t.code())));
        }
        faults.found
    }

    /// Everything wrong between registers: names and prefixes given twice, references and loops that lead nowhere.
    pub fn faults_between(all: &[&Register]) -> Vec<String> {
        let mut found = Vec::new();
        let (mut names, mut prefixes) = (BTreeSet::new(), BTreeSet::new());
        for register in all {
            if !names.insert(register.name) {
                found.push(format!("two registers are named `{}`", register.name));
            }
            if !prefixes.insert(register.prefix) {
                found.push(format!("two registers number their records `{}-…`", register.prefix));
            }
            let known = |name: &str| all.iter().find(|other| other.name == name);
            for link in register.links() {
                if known(link.to).is_none() {
                    found.push(format!("{}.{}: there is no register `{}`", register.name, link.field, link.to));
                }
            }
            for (sheet, read) in
                register.sheets.iter().flat_map(|sheet| sheet.reads.iter().map(move |read| (sheet, read)))
            {
                if known(read).is_none() {
                    found.push(format!("{}, sheet `{}`: there is no register `{read}`", register.name, sheet.name));
                }
            }
            for rule in register.loops {
                let Starts::Record { register: to, back, copy, set } = rule.starts else { continue };
                let place = format!("{}, loop `{}`", register.name, rule.name);
                let Some(to) = known(to) else {
                    found.push(format!("{place}: there is no register `{to}`"));
                    continue;
                };
                if to.field(back).is_none_or(|field| field.kind != FieldKind::Reference(register.name)) {
                    found.push(format!("{place}: `{}.{back}` does not refer to `{}`", to.name, register.name));
                }
                for field in copy.iter().map(|(_, field)| field).chain(set.iter().map(|(field, _)| field)) {
                    if to.field(field).is_none() {
                        found.push(format!("{place}: `{}` has no field `{field}`", to.name));
                    }
                }
                for (from, _) in copy {
                    if register.field(from).is_none() {
                        found.push(format!("{place}: no field `{from}`"));
                    }
                }
            }
        }
        found
    }
}

struct Faults<'a> {
    of: &'a Register,
    found: Vec<String>,
}

impl Faults<'_> {
    fn say(&mut self, what: impl std::fmt::Display) {
        self.found.push(format!("{}: {what}", self.of.name));
    }

    fn names(&mut self) {
        let register = self.of;
        let fields = register.fields.iter().map(|field| field.name);
        let states = register.states.iter().map(|state| state.name);
        let moves = register.moves.iter().map(|known| known.name);
        let mut seen = BTreeSet::new();
        for (list, name) in
            fields.map(|n| ("field", n)).chain(states.map(|n| ("state", n))).chain(moves.map(|n| ("move", n)))
        {
            if !seen.insert((list, name)) {
                self.say(format!("the {list} `{name}` stands twice"));
            }
            if !is_name(name) {
                self.say(format!("the {list} `{name}` is no name: lower-case letters, digits and underscores"));
            }
        }
        if !is_name(register.name) {
            self.say("its name has other signs than lower-case letters, digits and underscores");
        }
        if !(2..=6).contains(&register.prefix.len()) || !register.prefix.bytes().all(|b| b.is_ascii_uppercase()) {
            self.say("its prefix is not two to six capitals");
        }
        if register.basis.is_empty() || register.desk.is_empty() {
            self.say("it names no desk or no text it rests on");
        }
        if register.field(register.title).is_none() {
            self.say(format!("its title `{}` is no field", register.title));
        }
        let ground = beffroi_retention::Bases::house().is_ok_and(|bases| bases.get(register.retention).is_some());
        if !ground {
            self.say(format!("`{}` is no ground of keeping (bases.csv)", register.retention));
        }
        for field in register.fields {
            if let FieldKind::Code(list) = field.kind
                && beffroi_codes::list(list).is_none()
            {
                self.say(format!("`{}`: there is no code list `{list}`", field.name));
            }
            self.when(field.required_when);
        }
    }

    fn field(&mut self, name: &str) {
        if self.of.field(name).is_none() {
            self.say(format!("there is no field `{name}`"));
        }
    }

    fn state(&mut self, name: &str) {
        if self.of.state(name).is_none() {
            self.say(format!("there is no state `{name}`"));
        }
    }

    fn when(&mut self, when: Option<When>) {
        if let Some(when) = when {
            self.field(when.field);
        }
    }

    fn states(&mut self) {
        let register = self.of;
        for name in register.states.iter().flat_map(|state| state.needs) {
            self.field(name);
        }
        for known in register.moves {
            known.from.iter().chain([&known.to]).for_each(|state| self.state(state));
            known.asks.iter().chain(known.takes).for_each(|field| self.field(field));
            if WRITES.contains(&known.name) {
                self.say(format!("the move `{}` has the name of what is done to any record", known.name));
            }
            if known.by.is_empty() {
                self.say(format!("nobody makes the move `{}`", known.name));
            }
        }
        let Some(first) = register.states.first() else { return self.say("it has no state") };
        let mut reached = BTreeSet::from([first.name]);
        while register.moves.iter().any(|m| m.from.iter().any(|s| reached.contains(s)) && reached.insert(m.to)) {}
        for state in register.states.iter().filter(|state| !reached.contains(state.name)) {
            self.say(format!("no move leads to the state `{}`", state.name));
        }
        if !register.states.iter().any(|state| state.stage == Stage::Closed) {
            self.say("no state closes a record, so that its term of keeping never starts");
        }
        for field in register.fields.iter().filter(|field| field.by_move) {
            if !register.moves.iter().any(|m| m.asks.contains(&field.name) || m.takes.contains(&field.name)) {
                self.say(format!("no move writes `{}`", field.name));
            }
        }
    }

    fn clocks(&mut self) {
        for clock in self.of.clocks {
            match clock.from {
                From::Added => {}
                From::Entered(state) => self.state(state),
                From::Field(name) => {
                    if self.of.field(name).is_none_or(|field| !field.is_time()) {
                        self.say(format!("the clock `{}` counts from `{name}`, which holds no day", clock.name));
                    }
                }
            }
            self.when(clock.when);
            clock.until.iter().chain(clock.pauses).for_each(|state| self.state(state));
            if let Some((by, ..)) = clock.extension
                && self.of.move_named(by).is_none()
            {
                self.say(format!("the clock `{}` is prolonged by no move `{by}`", clock.name));
            }
        }
    }

    fn loops(&mut self) {
        for rule in self.of.loops {
            if let On::Move(by) = rule.on
                && self.of.move_named(by).is_none()
            {
                self.say(format!("the loop `{}` waits for no move `{by}`", rule.name));
            }
            self.when(rule.when);
            if let Some(each) = rule.each {
                self.field(each);
            }
            if let Starts::Task { to: crate::Assignee::Field(name), .. } = rule.starts {
                self.field(name);
            }
        }
        for name in self.of.outlives {
            let task = |rule: &&crate::Loop| rule.name == *name && matches!(rule.starts, Starts::Task { .. });
            if !self.of.loops.iter().any(|rule| task(&rule)) {
                self.say(format!("no loop `{name}` opens a task that could outlive a record"));
            }
        }
        for name in self.of.machines {
            if self.of.move_named(name).is_none_or(|known| known.act != beffroi_rights::Act::Change) {
                self.say(format!("`{name}` is no change, and a machine makes nothing else"));
            }
        }
    }

    fn sheets(&mut self) {
        let mut seen = BTreeSet::new();
        for sheet in self.of.sheets {
            if !is_name(sheet.name) || !seen.insert(sheet.name) {
                self.say(format!("the sheet `{}` stands twice or its name is none", sheet.name));
            }
        }
        for known in self.of.moves {
            if let Some(kept) = known.keeps
                && self.of.sheet(kept).is_none_or(|sheet| sheet.of != Of::Record)
            {
                self.say(format!("the move `{}` keeps `{kept}`, which is no sheet of a record", known.name));
            }
        }
        if let Some(name) = self.of.owned_by
            && self.of.field(name).is_none_or(|field| field.kind != FieldKind::Unit || field.many)
        {
            self.say(format!("`{name}` owns its records and is no field of one service"));
        }
        for name in self.of.alike {
            self.field(name);
        }
        let filtered = |name: &&str| self.of.field(name).is_some_and(|field| field.filtered);
        if !self.of.alike.is_empty() && !self.of.alike.iter().any(filtered) {
            self.say("records may be alike, and lists are filtered by none of those fields");
        }
        let told = self.of.field("distinct").is_some_and(|field| field.kind == FieldKind::Flag);
        if !self.of.alike.is_empty() && !told {
            self.say("records may be alike, and no field `distinct` (yes or no) lets say that they are not the same");
        }
    }

    fn example(&mut self) {
        if self.of.example.is_empty() {
            self.say("it has no example");
        }
        for (name, text) in self.of.example {
            match self.of.field(name).map(|field| canonical(field, text)) {
                Some(Ok(same)) if same == *text => {}
                Some(_) => self.say(format!("its example does not fit `{name}`")),
                None => self.field(name),
            }
        }
        for field in self.of.fields.iter().filter(|field| field.required && !field.by_move) {
            if !self.of.example.iter().any(|(name, _)| *name == field.name) {
                self.say(format!("its example leaves `{}` out", field.name));
            }
        }
    }
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl Register {
    /// The values of the worked example.
    pub fn example_values(&self) -> Values {
        self.example.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    }
}
