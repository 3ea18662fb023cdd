//! Which build service runs the program, as the environment says.

use std::env;

/// Whether this is a job of GitHub Actions.
pub(super) fn is_github() -> bool {
    is_set("GITHUB_ACTIONS")
}

/// Whether this is a job of any build service.
pub(super) fn is_ci() -> bool {
    is_set("CI") || is_github() || is_set("GITLAB_CI")
}

/// The services write `true`; others that follow them write `1`.
fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|value| matches!(value.as_str(), "true" | "True" | "TRUE" | "1"))
}

/// The working folder, and the folder that reports name files from: the checkout of the build service where it has one
/// around the working folder, else the working folder.
pub(super) struct Folders {
    working: String,
    root: String,
}

impl Folders {
    pub(super) fn of_this_run() -> Self {
        let working = env::current_dir().map(|folder| folder.display().to_string()).unwrap_or_default();
        let checkout = if is_github() {
            env::var("GITHUB_WORKSPACE").ok()
        } else if is_set("GITLAB_CI") {
            env::var("CI_PROJECT_DIR").ok()
        } else {
            None
        };
        let is_around = |checkout: &String| std::path::Path::new(&working).starts_with(checkout);
        let root = checkout.filter(is_around).unwrap_or_else(|| working.clone());
        Folders { working, root }
    }

    pub(super) fn paths(&self) -> crate::report::Paths<'_> {
        crate::report::Paths { working: &self.working, root: &self.root }
    }
}
