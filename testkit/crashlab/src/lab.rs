//! The questions: is anything promised lost, is anything half done, does the trace explain the files.

use crate::Refusal;
use crate::acks::Listener;
use crate::disk::{Disk, Durability, Image, Loss, is_volatile, write};
use crate::points::{Point, choose};
use crate::recorder::Recording;
use crate::replay::{Edge, Replay, Step, timeline};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// Which power cuts to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How many crash points.
    pub n_points: usize,
    /// The same seed tries the same points.
    pub seed: u64,
    /// When a name is durable.
    pub durability: Durability,
    /// How many checkers run at once, at least 1.
    pub lanes: usize,
}

/// What was found. Equal seeds on equal recordings give equal figures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Crash points tried.
    pub n_points: usize,
    /// Of them, with everything not synced gone; at the others it was torn.
    pub n_dropped: usize,
    /// Folders that differ, among those rebuilt.
    pub n_images: usize,
    /// Keys promised during the whole run.
    pub n_acknowledged: usize,
    /// Points at which a promised key was missing.
    pub n_losing: usize,
    /// Points at which a key was there more than once.
    pub n_doubled: usize,
    /// Points at which a key was there that nobody had asked for.
    pub n_strange: usize,
    /// Points at which the checker refused the folder.
    pub n_unsound: usize,
    /// The first few faults, one line each.
    pub faults: Vec<String>,
}

impl Figures {
    /// Points at which anything was wrong, each counted once a reason.
    pub fn n_wrong(&self) -> usize {
        self.n_losing + self.n_doubled + self.n_strange + self.n_unsound
    }

    fn add(&mut self, other: Self) {
        self.n_points += other.n_points;
        self.n_dropped += other.n_dropped;
        self.n_losing += other.n_losing;
        self.n_doubled += other.n_doubled;
        self.n_strange += other.n_strange;
        self.n_unsound += other.n_unsound;
        self.faults.extend(other.faults);
        self.faults.truncate(FAULTS_TOLD);
    }
}

/// Faults told in words.
const FAULTS_TOLD: usize = 8;

/// Longest fault told, in characters.
const FAULT_CHARS: usize = 300;

impl Recording {
    /// Cuts the power at the points of `plan`. For each, `checker` gets the folder as the disk kept it and answers with
    /// the keys it finds (one that is there twice is told twice), or with why the folder is not sound.
    ///
    /// # Errors
    /// [`Refusal`] when the model cannot conclude; a loss is no error but a figure.
    pub fn check(
        &self,
        plan: &Plan,
        checker: impl Fn(&Path) -> Result<Vec<String>, String> + Sync,
    ) -> Result<Figures, Refusal> {
        let (promises, changes, n_acknowledged) = self.moments(plan.durability)?;
        let points = choose(&promises, &changes, plan.n_points, plan.seed);
        let lanes = plan.lanes.max(1);
        let lane = |lane: usize| {
            let mine: Vec<Point> = points.iter().copied().skip(lane).step_by(lanes).collect();
            self.lane(plan.durability, &mine, &checker)
        };
        let results: Vec<Result<(Figures, BTreeSet<u64>), Refusal>> = std::thread::scope(|scope| {
            let handles: Vec<_> = (0..lanes).map(|n| scope.spawn(move || lane(n))).collect();
            let gone = || Refusal::Lab { doing: "run a checker", reason: "it panicked".to_owned() };
            handles.into_iter().map(|handle| handle.join().unwrap_or_else(|_| Err(gone()))).collect()
        });
        let mut figures = Figures { n_acknowledged, ..Figures::default() };
        let mut images = BTreeSet::new();
        for result in results {
            let (found, met) = result?;
            figures.add(found);
            images.extend(met);
        }
        figures.n_images = images.len();
        Ok(figures)
    }

    /// Keys promised after the first sync that was made to fail and which the disk did not hold when that sync began:
    /// promises that the program could not make. `None` when no sync of the folder failed.
    ///
    /// # Errors
    /// As [`Recording::check`].
    pub fn promised_in_vain(
        &self,
        checker: impl Fn(&Path) -> Result<Vec<String>, String>,
    ) -> Result<Option<Vec<String>>, Refusal> {
        let mut replay = self.replay(Durability::default());
        let mut at_fault: Option<Result<Vec<String>, String>> = None;
        let mut before = BTreeSet::new();
        for moment in timeline(&self.deeds) {
            if replay.step(moment)? == Step::Fault && at_fault.is_none() {
                at_fault = Some(self.ask(&replay.disk.image(Loss::Drop), &checker)?);
                before = replay.acknowledged.clone();
            }
        }
        let Some(at_fault) = at_fault else { return Ok(None) };
        let held: BTreeSet<String> = match at_fault {
            Ok(keys) => keys.into_iter().collect(),
            Err(reason) => return Ok(Some(vec![format!("the folder is not sound when the sync fails: {reason}")])),
        };
        Ok(Some(replay.acknowledged.into_iter().filter(|key| !before.contains(key) && !held.contains(key)).collect()))
    }

    /// Every key promised during the run.
    ///
    /// # Errors
    /// As [`Recording::check`].
    pub fn acknowledged(&self) -> Result<BTreeSet<String>, Refusal> {
        Ok(self.played()?.acknowledged)
    }

    /// Every key announced during the run.
    ///
    /// # Errors
    /// As [`Recording::check`].
    pub fn tried(&self) -> Result<BTreeSet<String>, Refusal> {
        Ok(self.played()?.tried)
    }

    fn played(&self) -> Result<Replay<'_>, Refusal> {
        let mut replay = self.replay(Durability::default());
        for moment in timeline(&self.deeds) {
            replay.step(moment)?;
        }
        Ok(replay)
    }

    /// Played to its end, the trace must lead to the very files that are there: nothing has escaped it.
    pub(crate) fn explain(&self) -> Result<(), Refusal> {
        let seen = self.played()?.disk.seen();
        let there = Disk::load(&self.folder)?.seen();
        let paths: BTreeSet<_> = seen.keys().chain(there.keys()).collect();
        for path in paths {
            let file = path.display().to_string();
            let unexplained = |reason: String| Err(Refusal::Unexplained { file: file.clone(), reason });
            match (seen.get(path), there.get(path)) {
                _ if is_volatile(path, &self.recorder.volatile) => {}
                // A thread was cut short within its last call.
                _ if self.doubtful.contains(&self.folder.join(path)) => {}
                (Some(a), Some(b)) if a == b => {}
                (Some(_), None) => return unexplained("it should be there and is not".to_owned()),
                (None, _) => return unexplained("it is there and should not be".to_owned()),
                (Some(a), Some(b)) => {
                    let length = |c: &Option<Vec<u8>>| c.as_ref().map_or(0, Vec::len);
                    return unexplained(format!("{} bytes expected, {} found, or others", length(a), length(b)));
                }
            }
        }
        Ok(())
    }

    fn replay(&self, durability: Durability) -> Replay<'_> {
        let listener = Listener::new(self.recorder.acknowledgements.clone());
        let disk = self.before.clone().with(durability);
        Replay::new(&self.deeds, &self.folder, &self.recorder.volatile, listener, disk)
    }

    /// Steps at which a promise leaves and steps after which the disk has changed, and how many keys were promised.
    fn moments(&self, durability: Durability) -> Result<(Vec<usize>, Vec<usize>, usize), Refusal> {
        let mut replay = self.replay(durability);
        let (mut promises, mut changes) = (Vec::new(), Vec::new());
        for (step, moment) in timeline(&self.deeds).into_iter().enumerate() {
            debug_assert!(matches!(moment.1, Edge::Begin | Edge::End));
            match replay.step(moment)? {
                Step::Promise => promises.push(step),
                Step::Disk | Step::Fault => changes.push(step),
                Step::Nothing => {}
            }
        }
        Ok((promises, changes, replay.acknowledged.len()))
    }

    fn lane(
        &self,
        durability: Durability,
        points: &[Point],
        checker: &(impl Fn(&Path) -> Result<Vec<String>, String> + Sync),
    ) -> Result<(Figures, BTreeSet<u64>), Refusal> {
        let mut replay = self.replay(durability);
        let mut figures = Figures::default();
        let mut images = BTreeSet::new();
        let mut points = points.iter().copied().peekable();
        for (step, moment) in timeline(&self.deeds).into_iter().enumerate() {
            replay.step(moment)?;
            while let Some(point) = points.next_if(|point| point.step == step) {
                let image = replay.disk.image(point.loss);
                let mut hasher = DefaultHasher::new();
                image.hash(&mut hasher);
                images.insert(hasher.finish());
                let found = self.ask(&image, checker)?;
                figures.n_points += 1;
                figures.n_dropped += usize::from(point.loss == Loss::Drop);
                judge(&mut figures, point, found, &replay);
            }
            if points.peek().is_none() {
                break;
            }
        }
        Ok((figures, images))
    }

    /// Puts an image into a folder of its own and asks the checker.
    fn ask(
        &self,
        image: &Image,
        checker: &impl Fn(&Path) -> Result<Vec<String>, String>,
    ) -> Result<Result<Vec<String>, String>, Refusal> {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let place = place.map_err(Refusal::lab("make a folder for an image"))?;
        write(image, place.path(), &self.recorder.volatile)?;
        Ok(checker(place.path()))
    }
}

fn judge(figures: &mut Figures, point: Point, found: Result<Vec<String>, String>, replay: &Replay<'_>) {
    let mut fault = |count: &mut usize, text: String| {
        *count += 1;
        if figures.faults.len() < FAULTS_TOLD {
            let text: String = text.chars().take(FAULT_CHARS).collect();
            figures.faults.push(format!("step {}, {:?}: {text}", point.step, point.loss));
        }
    };
    let keys = match found {
        Ok(keys) => keys,
        Err(reason) => return fault(&mut figures.n_unsound, reason),
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for key in &keys {
        *counts.entry(key).or_default() += 1;
    }
    let mut lost = replay.acknowledged.iter().filter(|key| !counts.contains_key(key.as_str()));
    if let Some(first) = lost.next() {
        fault(&mut figures.n_losing, format!("`{first}` and {} others were acknowledged and are gone", lost.count()));
    }
    if let Some((key, n)) = counts.iter().find(|(_, n)| **n > 1) {
        fault(&mut figures.n_doubled, format!("`{key}` is there {n} times"));
    }
    if !replay.tried.is_empty()
        && let Some(key) = counts.keys().find(|key| !replay.tried.contains(**key))
    {
        fault(&mut figures.n_strange, format!("`{key}` is there and nobody asked for it"));
    }
}
