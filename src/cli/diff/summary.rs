//! What a diff comes to, and the words for it.

use crate::analysis::Side;
use crate::cli::Exit;
use crate::diff::{ChangedRule, Effect, Example, Moved, MovedGroup, Moves, Proof};
use crate::report::text::counted;
use crate::simulate::Place;

/// Everything but the people one by one.
pub(super) struct Summary<'e> {
    /// How the two configurations are called.
    pub(super) names: [String; 2],
    pub(super) proof: &'e Proof,
    /// `None` where there is no snapshot.
    pub(super) people: Option<&'e Moves>,
    pub(super) moved_groups: &'e [MovedGroup],
    /// How many people and examples are listed.
    pub(super) most: usize,
}

/// Several moves of one person that are the same but for the event.
pub(super) struct Step<'m> {
    pub(super) moved: &'m Moved,
    events: Vec<&'static str>,
}

impl Summary<'_> {
    /// How the command ends: with 1 where as many people move as `--fail-on-moves` says.
    pub(super) fn exit(&self, fail_on_moves: Option<u64>) -> Exit {
        let moved = self.people.map_or(0, |people| people.moved);
        let fails = match fail_on_moves {
            None => false,
            Some(0) => moved > 0 || !self.proof.equivalent,
            Some(least) => moved >= least,
        };
        if fails { Exit::Findings } else { Exit::Clean }
    }

    /// Who moves, in a sentence without its stop.
    pub(super) fn headline(&self) -> String {
        let Some(people) = self.people else {
            return "There is no snapshot, so nobody was looked at".to_owned();
        };
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let users = counted(count(people.users), "person", "people");
        match people.moved {
            0 => format!("Of {users} in the snapshot nobody moves"),
            1 => format!("Of {users} in the snapshot 1 moves"),
            moved => format!("Of {users} in the snapshot {moved} move"),
        }
    }

    /// What the files leave open about the people.
    pub(super) fn undetermined(&self) -> Option<String> {
        let open = self.people.map_or(0, |people| people.undetermined);
        (open > 0).then(|| {
            let are = if open == 1 { "1 other".to_owned() } else { format!("{open} others") };
            format!("The files at hand do not say of {are} whether they move; `vestibule explain` says what is missing")
        })
    }

    /// What is proved, in a sentence without its stop.
    pub(super) fn verdict(&self) -> String {
        let unknown = usize::try_from(self.proof.unknown).unwrap_or(usize::MAX);
        let questions = counted(unknown, "question has", "questions have");
        match (self.proof.differences.len(), unknown) {
            (0, 0) => {
                "Equivalent: it is proved that nobody at all is treated differently, in the snapshot or not".to_owned()
            }
            (0, _) => format!("Unknown: {questions} no answer, so it is not proved that nobody is treated differently"),
            (found, 0) => format!(
                "Not equivalent: {} of who is treated differently, a rule each",
                counted(found, "example", "examples")
            ),
            (found, _) => format!(
                "Not equivalent: {} of who is treated differently, a rule each; {questions} no answer",
                counted(found, "example", "examples")
            ),
        }
    }

    /// The rules whose change has an effect like this.
    pub(super) fn changed(&self, effect: Effect) -> impl Iterator<Item = &ChangedRule> {
        self.proof.rules.iter().filter(move |rule| rule.effect == effect)
    }
}

/// What is said of changed rules, by their effect.
pub(super) const EFFECTS: [(Effect, &str); 3] = [
    (Effect::Some, "Changed in effect"),
    (Effect::None, "Changed without effect on anybody"),
    (Effect::Unknown, "Changed, and it is not known whether that has an effect"),
];

/// What has changed about a rule.
pub(super) fn changes(rule: &ChangedRule) -> String {
    let words = rule.changes.iter().map(|change| match (change, &rule.was) {
        (crate::diff::Change::Renamed, Some(was)) => format!("renamed from {was}"),
        (change, _) => change.as_str().to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Which rule an example is of.
pub(super) fn subject(example: &Example) -> (String, &'static str) {
    let side = if example.side == Side::Old { "old" } else { "new" };
    let rule = match &example.rule {
        Some(rule) => format!("rule {rule}"),
        None => "where no rule holds".to_owned(),
    };
    (rule, side)
}

/// Whether the snapshot knows an example, after `such as`.
pub(super) fn whether_in_snapshot(example: &Example) -> &'static str {
    match example.in_snapshot {
        Some(true) => " (the snapshot has the name)",
        Some(false) => " (not in the snapshot)",
        None => "",
    }
}

/// What becomes of an example: from what, to what.
pub(super) fn outcome(example: &Example) -> [String; 2] {
    use crate::diff::Treated;
    let words = |treated: &Treated| match (treated, &example.group) {
        (Treated::User(standing), Some(group)) => {
            let has = standing.groups.iter().any(|grant| grant.name == *group);
            if has { format!("in {group}") } else { format!("not in {group}") }
        }
        (Treated::User(standing), None) if example.set == crate::condition::RuleSet::UserIntake => {
            let intake = standing.intake.decision.as_str();
            if intake == "admit" { "admitted".to_owned() } else { "refused".to_owned() }
        }
        (Treated::User(standing), None) => Place::of(standing).words().to_owned(),
        (Treated::Group { organizations }, _) => names(organizations),
    };
    [words(&example.before), words(&example.after)]
}

/// Names in a row.
pub(super) fn names(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// What happens to one person, the same at several events told once.
pub(super) fn steps(moved: &[Moved]) -> Vec<Step<'_>> {
    let mut steps: Vec<Step<'_>> = Vec::new();
    for moved in moved {
        let event = moved.event.as_str();
        match steps.iter_mut().find(|step| step.is_like(moved)) {
            Some(step) => step.events.push(event),
            None => steps.push(Step { moved, events: vec![event] }),
        }
    }
    steps
}

impl Step<'_> {
    fn is_like(&self, other: &Moved) -> bool {
        let places = |moved: &Moved| [Place::of(&moved.before), Place::of(&moved.after)];
        places(self.moved) == places(other) && self.groups() == groups(other)
    }

    pub(super) fn events(&self) -> String {
        self.events.join(", ")
    }

    /// From which place to which; only one where it stays.
    pub(super) fn places(&self) -> (String, Option<String>) {
        let [before, after] = [&self.moved.before, &self.moved.after].map(Place::of);
        let to = (before != after).then(|| after.words().to_owned());
        (before.words().to_owned(), to)
    }

    /// Groups that are joined, and groups that are left.
    pub(super) fn groups(&self) -> Vec<String> {
        groups(self.moved)
    }
}

/// Whom intake decides about the other way is told of once, and not again for every group.
fn groups(moved: &Moved) -> Vec<String> {
    if moved.differs.contains(&crate::diff::Aspect::Intake) {
        return Vec::new();
    }
    let [joined, left] = moved.groups();
    let joined = joined.into_iter().map(|name| format!("+{name}"));
    joined.chain(left.into_iter().map(|name| format!("-{name}"))).collect()
}
