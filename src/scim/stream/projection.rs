//! What is kept of a user.

use crate::condition::ENTERPRISE_USER;

/// The attributes of a user that somebody will ask for. `id` and `userName` are always kept.
///
/// A user with nothing else answers every question about these attributes as the whole one does.
///
/// ```
/// use vestibule::scim::Projection;
/// let mut kept = Projection::default();
/// kept.keep(None, "emails");
/// kept.keep(Some("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"), "department");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// Names at the top of a user, in lower case.
    names: Vec<String>,
    /// The URNs of extensions, and the names under each, in lower case.
    extensions: Vec<(String, Vec<String>)>,
}

impl Default for Projection {
    fn default() -> Self {
        Projection { names: vec!["id".to_owned(), "username".to_owned()], extensions: Vec::new() }
    }
}

impl Projection {
    /// Keeps an attribute of the core schema, or of an extension.
    pub fn keep(&mut self, extension: Option<&str>, name: &str) {
        let names = match extension {
            None => &mut self.names,
            Some(urn) => self.names_under(urn),
        };
        let name = name.to_ascii_lowercase();
        if !names.contains(&name) {
            names.push(name);
        }
    }

    /// Keeps what another projection keeps, too.
    pub fn keep_all(&mut self, other: &Projection) {
        other.names.iter().for_each(|name| self.keep(None, name));
        for (urn, names) in &other.extensions {
            names.iter().for_each(|name| self.keep(Some(urn), name));
        }
    }

    fn names_under(&mut self, urn: &str) -> &mut Vec<String> {
        let known = self.extensions.iter().position(|(known, _)| known.eq_ignore_ascii_case(urn));
        let index = known.unwrap_or_else(|| {
            self.extensions.push((urn.to_ascii_lowercase(), Vec::new()));
            self.extensions.len() - 1
        });
        &mut self.extensions[index].1
    }

    pub(super) fn keeps(&self, name: &str) -> bool {
        self.names.iter().any(|kept| kept.eq_ignore_ascii_case(name))
    }

    pub(super) fn extension(&self, urn: &str) -> Option<usize> {
        self.extensions.iter().position(|(kept, _)| kept.eq_ignore_ascii_case(urn))
    }

    pub(super) fn keeps_under(&self, extension: usize, name: &str) -> bool {
        self.extensions
            .get(extension)
            .is_some_and(|(_, names)| names.iter().any(|kept| kept.eq_ignore_ascii_case(name)))
    }

    pub(super) fn is_enterprise(&self, extension: usize) -> bool {
        self.extension(ENTERPRISE_USER) == Some(extension)
    }

    /// Whether attributes of the enterprise extension are asked for: then it matters where else they stand.
    pub(super) fn keeps_enterprise(&self) -> bool {
        self.extension(ENTERPRISE_USER).is_some()
    }

    /// Whether an attribute of the enterprise extension is asked for.
    pub(super) fn keeps_of_enterprise(&self, name: &str) -> bool {
        self.extension(ENTERPRISE_USER).is_some_and(|enterprise| self.keeps_under(enterprise, name))
    }
}
