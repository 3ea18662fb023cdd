//! What the files say, and what they do not.

/// What the files at hand say about something: a value, or that they do not say.
///
/// *Absent* is a known value (`Known(None)`, `Known(vec![])`). *Undetermined* is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact<T> {
    /// The files say it.
    Known(T),
    /// The files do not say it, or what they say cannot be read.
    Undetermined,
}

impl<T> Fact<T> {
    /// The value, where the files say it.
    pub fn known(self) -> Option<T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::Undetermined => None,
        }
    }

    /// Whether the files say it.
    pub fn is_known(&self) -> bool {
        matches!(self, Fact::Known(_))
    }

    /// The fact that follows from this one.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Fact<U> {
        self.and_then(|value| Fact::Known(f(value)))
    }

    /// The fact that follows from this one, if it does.
    pub fn and_then<U>(self, f: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Fact::Known(value) => f(value),
            Fact::Undetermined => Fact::Undetermined,
        }
    }

    /// The fact about what is inside.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Fact::Known(value) => Fact::Known(value),
            Fact::Undetermined => Fact::Undetermined,
        }
    }
}
