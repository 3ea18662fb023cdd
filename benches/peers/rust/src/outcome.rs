//! What an engine decided, and how long it took.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::data::{Failure, Person};

/// An engine's run over all users.
pub struct Outcome {
    engine: &'static str,
    /// In which state the users are before the clock runs.
    input: &'static str,
    /// The rule that decided for each user, by its place; `None`: no rule.
    pub decisions: Vec<Option<usize>>,
    /// Rules that the engine's language cannot say. They were left out.
    pub cannot_say: Vec<usize>,
    /// From texts to programs.
    pub compile: Duration,
    evaluate: Duration,
    evaluate_wall: Duration,
}

/// How long this thread has had a processor; `None` where the system does not say.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

impl Outcome {
    /// Of an engine that takes one user at a time.
    pub fn new(engine: &'static str) -> Outcome {
        Outcome {
            engine,
            input: "ready",
            decisions: Vec::new(),
            cannot_say: Vec::new(),
            compile: Duration::ZERO,
            evaluate: Duration::ZERO,
            evaluate_wall: Duration::ZERO,
        }
    }

    /// Of an engine that has all users in tables of its own.
    pub fn prepared(engine: &'static str) -> Outcome {
        Outcome { input: "prepared", ..Outcome::new(engine) }
    }

    /// Decides for every user on this thread, the inputs being ready; again and again for a second, since the system
    /// counts processor time in steps of milliseconds.
    pub fn measure<I>(&mut self, inputs: &[I], mut decide: impl FnMut(&I) -> Option<usize>) {
        let (wall, processor) = (Instant::now(), processor_time());
        let mut rounds = 0;
        while rounds == 0 || wall.elapsed() < Duration::from_secs(1) {
            self.decisions.clear();
            self.decisions.extend(inputs.iter().map(&mut decide));
            rounds += 1;
        }
        self.evaluate_wall = wall.elapsed() / rounds;
        let processor = processor.zip(processor_time()).map(|(before, after)| (after - before) / rounds);
        self.evaluate = processor.unwrap_or(self.evaluate_wall);
    }

    /// Writes `ID<tab>RULE` for each user, the rule empty where none decided.
    pub fn write(&self, people: &[Person], path: &Path) -> Result<(), Failure> {
        let mut out = BufWriter::new(File::create(path)?);
        for (person, decision) in people.iter().zip(&self.decisions) {
            let decision = decision.map(|index| index.to_string()).unwrap_or_default();
            writeln!(out, "{}\t{decision}", person.id)?;
        }
        Ok(out.flush()?)
    }

    /// The run as one line of JSON.
    pub fn report(&self, rules: usize) -> String {
        let users = self.decisions.len();
        let per_user = |duration: Duration| duration.as_nanos() as f64 / users.max(1) as f64;
        serde_json::json!({
            "engine": self.engine,
            "input": self.input,
            "users": users,
            "rules": rules,
            "nsPerUser": per_user(self.evaluate),
            "wallNsPerUser": per_user(self.evaluate_wall),
            "compileSeconds": self.compile.as_secs_f64(),
            "cannotSay": self.cannot_say,
        })
        .to_string()
    }
}
