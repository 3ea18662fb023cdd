//! Routes: where something stands in a document, by keys and indices instead of bytes.

use std::fmt;

/// One step of a [`Route`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The value under this key of a mapping.
    Key(Box<str>),
    /// The item at this index of a sequence, from 0.
    Index(usize),
}

/// A path of keys and indices from the root of a document.
///
/// A route survives reformatting, which a byte range does not; it becomes bytes only when it is shown.
///
/// ```
/// use vestibule::source::Route;
/// let route = Route::root().key("organization-assignment").key("users").index(0).key("when");
/// assert_eq!(route.to_string(), "organization-assignment.users[0].when");
/// assert_eq!(Route::root().key("attributes").key("a.b").to_string(), "attributes.\"a.b\"");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Route(Vec<Step>);

impl Route {
    /// The root of the document.
    pub fn root() -> Self {
        Route::default()
    }

    /// This route and one key more.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.with(Step::Key(key.into()))
    }

    /// This route and one index more.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.with(Step::Index(index))
    }

    /// This route followed by all of `tail`.
    #[must_use]
    pub fn join(&self, tail: &Route) -> Self {
        let mut steps = self.0.clone();
        steps.extend(tail.0.iter().cloned());
        Route(steps)
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The route without its last step; `None` at the root.
    pub fn parent(&self) -> Option<Route> {
        let (_, rest) = self.0.split_last()?;
        Some(Route(rest.to_vec()))
    }

    fn with(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.0.len() + 1);
        steps.extend_from_slice(&self.0);
        steps.push(step);
        Route(steps)
    }
}

impl From<Vec<Step>> for Route {
    fn from(steps: Vec<Step>) -> Self {
        Route(steps)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    if is_plain(key) {
                        f.write_str(key)?;
                    } else {
                        // A JSON string: quotes, dots and control characters of the key stay readable.
                        f.write_str(&serde_json::Value::from(&**key).to_string())?;
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '$' | ':' | '/'))
}
