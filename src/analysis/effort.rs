//! What a question may cost. It is counted in steps and not in time, so that the same question has the same answer
//! everywhere.

use std::cell::Cell;

/// Steps that are left for one question, and for all that follow.
///
/// A step is about as much work as one comparison of a value.
#[derive(Debug)]
pub(super) struct Effort {
    question: Cell<u64>,
    all: Cell<u64>,
}

impl Effort {
    /// What one question may take at most: about a tenth of a second.
    pub(super) const A_QUESTION: u64 = 1_000_000;

    /// What all questions about a configuration may take together: a few seconds.
    pub(super) const ALL: u64 = 60_000_000;

    pub(super) fn new() -> Effort {
        Effort { question: Cell::new(Effort::A_QUESTION), all: Cell::new(Effort::ALL) }
    }

    /// A new question starts.
    pub(super) fn start(&self) {
        self.start_with(Effort::A_QUESTION);
    }

    /// A new question starts, which may take so much.
    pub(super) fn start_with(&self, steps: u64) {
        self.question.set(steps.min(self.all.get()));
    }

    /// Takes steps; `false` where none are left.
    pub(super) fn spend(&self, steps: u64) -> bool {
        let (question, all) = (self.question.get(), self.all.get());
        self.question.set(question.saturating_sub(steps));
        self.all.set(all.saturating_sub(steps));
        question > steps && all > steps
    }

    /// How many steps are left for the question.
    pub(super) fn left(&self) -> u64 {
        self.question.get().min(self.all.get())
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.left() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_ends_before_all_do() {
        let effort = Effort::new();
        assert!(effort.spend(Effort::A_QUESTION - 1) && !effort.is_spent());
        assert!(!effort.spend(1) && effort.is_spent());
        effort.start();
        assert!(effort.spend(1));
        for _ in 0..Effort::ALL / Effort::A_QUESTION {
            effort.start();
            effort.spend(Effort::A_QUESTION);
        }
        effort.start();
        assert!(effort.is_spent());
    }
}
