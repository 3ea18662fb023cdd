//! Replays a log: SCIM requests and logins, one after the other.

use std::collections::{HashMap, HashSet};

#[cfg(doc)]
use super::Reading;
use super::claims::{ClaimMapping, group_of};
use super::group_index::GroupIndex;
use super::waits::{Waits, wait_of};
use super::{Change, CustomAttributes, Happening, LastLogin, Login, Memberships, Remaining, Seat, State, Transition};
use crate::config::Config;
use crate::engine::{Basis, Engine};
use crate::scim::{Claims, Directory, Effect, Entry, Fact, RecordPlace, User};
use crate::source::{Problem, Severity};

/// The life of everybody whom a log tells of.
///
/// It starts with nobody. Each entry changes the state of the people whom it concerns, as [`State::after`] says; an
/// entry that cannot have happened as it is written is a problem, and is skipped.
///
/// ```
/// use vestibule::Config;
/// use vestibule::scim::{Entry, read_log};
/// use vestibule::simulate::replay;
/// use vestibule::source::{Sources, Text};
///
/// let config = Config::parse("vestibule.yaml", r#"
/// version: 1
/// provider: { name: contoso-entra }
/// organizations: [{ name: Contoso EU }, { name: Contoso Guests }]
/// organization-assignment:
///   users: [{ rule: finance, when: provider.groups includes "EU-Finance", organization: Contoso EU }]
///   fallback: Contoso Guests
/// "#)?;
/// let log = Text::new("log.ndjson", concat!(
///     r#"{"request":{"method":"POST","path":"/Users","body":{"id":"1","userName":"ada@contoso.com","active":true}}}"#, "\n",
///     r#"{"request":{"method":"POST","path":"/Groups","body":{"displayName":"EU-Finance","members":[{"value":"1"}]}}}"#, "\n",
///     r#"{"login":"ada@contoso.com"}"#, "\n",
/// ));
/// let mut entries = Vec::new();
/// read_log(Sources::default().add_text(log.clone()), &log, &mut |entry| entries.extend(entry));
/// let (replay, transitions) = replay(&config, &entries);
/// let organizations: Vec<_> =
///     transitions.iter().map(|step| step.after.as_ref().unwrap().standing.organization.name.as_deref().unwrap()).collect();
/// assert_eq!(organizations, ["Contoso Guests", "Contoso Guests", "Contoso EU"]);
/// assert!(replay.problems().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    engine: Engine,
    mapping: ClaimMapping,
    directory: Directory,
    groups: GroupIndex,
    people: HashMap<String, Resident>,
    /// Whom a Provider ID stands for: the `externalId` that SCIM sent, or what a login said of somebody without one.
    by_provider_id: HashMap<String, String>,
    problems: Vec<Problem>,
    waits: Waits,
}

/// Somebody whom the log has told of.
#[derive(Clone, Debug)]
struct Resident {
    state: State,
    /// What SCIM last sent, where a login has filled names since: what SCIM does not change stays as the login left it.
    sent: Option<User>,
    /// The Provider ID, where it is known.
    provider_id: Option<String>,
}

/// What to do about a request that is refused.
const REFUSED: &str = "see what became of it in the server's log; it is skipped here";

/// What to do about a login that fails.
const NO_LOGIN: &str = "it changes nothing here; see who that is in Entra's sign-in log";

impl Resident {
    fn new(state: State) -> Resident {
        Resident { state, sent: None, provider_id: None }
    }
}

/// A user of whom a login tells the name alone.
fn newcomer(name: &str) -> Option<User> {
    User::from_json(&serde_json::json!({ "userName": name }).to_string()).ok()
}

/// Replays a log in one go.
pub fn replay<'e>(config: &Config, entries: impl IntoIterator<Item = &'e Entry>) -> (Replay, Vec<Transition>) {
    let mut replay = Replay::new(config);
    let transitions = entries.into_iter().flat_map(|entry| replay.step(entry)).collect();
    (replay, transitions)
}

impl Replay {
    /// Before the first entry.
    pub fn new(config: &Config) -> Replay {
        Replay {
            engine: Engine::compile(config),
            mapping: ClaimMapping::new(config),
            directory: Directory::default(),
            groups: GroupIndex::default(),
            people: HashMap::new(),
            by_provider_id: HashMap::new(),
            problems: Vec::new(),
            waits: Waits::default(),
        }
    }

    /// Takes the next entry, and tells what it changed of whom: a line for each person whom it concerned, in order.
    pub fn step(&mut self, entry: &Entry) -> Vec<Transition> {
        match entry {
            Entry::Request { time, request, answer, place } => {
                self.waits.requests += 1;
                match self.directory.apply(request, answer.as_ref()) {
                    Ok(effects) => self.follow(&effects, time.as_deref()),
                    Err(refusal) => {
                        let message = format!("a server would refuse this request: {refusal}");
                        self.skip("refused-request", place, message, REFUSED);
                        Vec::new()
                    }
                }
            }
            Entry::Login { time, user_name, claims, place } => {
                self.waits.logins += 1;
                self.log_in(user_name, claims.as_ref(), time.as_deref(), place).into_iter().collect()
            }
        }
    }

    /// Everybody who is there now, in the order of creation.
    pub fn remaining(&self) -> impl Iterator<Item = Remaining> {
        self.states().map(|(_, state)| Remaining::new(&state.person(), Seat::of(state)))
    }

    /// The state of everybody, with the `id` of each, in the order of creation.
    pub fn states(&self) -> impl Iterator<Item = (&str, &State)> {
        self.directory.users().filter_map(|(id, _)| Some((id, &self.people.get(id)?.state)))
    }

    /// The users and groups as the SCIM server has them.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// What was skipped, and why, in the order of the log.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Takes out what was skipped since the last time.
    pub fn take_problems(&mut self) -> Vec<Problem> {
        std::mem::take(&mut self.problems)
    }

    /// Who waited in the wrong place, and until what.
    pub fn waits(&self) -> &Waits {
        &self.waits
    }

    fn skip(&mut self, code: &'static str, place: &RecordPlace, message: String, help: &str) {
        self.waits.skipped += 1;
        self.problems.push(Problem::new(code, Severity::Warning, place.whole(), message).help(help));
    }

    /// From what the directory tells to what happens to people.
    fn follow(&mut self, effects: &[Effect], time: Option<&str>) -> Vec<Transition> {
        let changes = Changes::of(effects);
        for group in &changes.groups {
            self.groups.update(group, &self.directory);
        }
        let mut transitions = Vec::new();
        for id in &changes.created {
            transitions.extend(self.create(id, time));
        }
        for id in &changes.updated {
            transitions.extend(self.update(id, time));
        }
        for id in changes.concerned(&self.directory) {
            transitions.extend(self.regroup(&id, &changes, time));
        }
        for id in changes.deleted.iter().filter(|id| !changes.created.contains(*id)) {
            transitions.extend(self.delete(id, time));
        }
        transitions
    }

    fn create(&mut self, id: &str, time: Option<&str>) -> Option<Transition> {
        let user = self.directory.user(id)?.clone();
        let mut state = State::new(user.clone());
        state.provider_groups = self.direct(id);
        if let Some(former) = self.people.remove(id) {
            self.forget(id, former.provider_id);
        }
        self.go(id, Resident::new(state), &Change::Created(user), time, None)
    }

    fn update(&mut self, id: &str, time: Option<&str>) -> Option<Transition> {
        let user = self.directory.user(id)?.clone();
        let Some(resident) = self.people.get(id).cloned() else {
            // The log begins after this user was created: what came of that is not known.
            let mut state = State::new(user.clone());
            state.attributes = CustomAttributes { held: Fact::Undetermined, ..state.attributes };
            state.internal_groups = Fact::Undetermined;
            state.last_login = LastLogin::Unknown;
            state.provider_groups = Memberships { are_all: false, ..self.direct(id) };
            return self.go(id, Resident::new(state), &Change::Updated(user), time, None);
        };
        let before = Seat::of(&resident.state);
        let (change, sent) = match &resident.sent {
            None => (user, None),
            Some(sent) => (merged(&resident.state.user, sent, &user), Some(user)),
        };
        self.go(id, Resident { sent, ..resident }, &Change::Updated(change), time, Some(before))
    }

    fn regroup(&mut self, id: &str, changes: &Changes<'_>, time: Option<&str>) -> Option<Transition> {
        let resident = self.people.get(id)?.clone();
        let before = Seat::of(&resident.state);
        let memberships = changes.apply(id, &resident.state.provider_groups, &self.directory);
        if memberships == resident.state.provider_groups {
            return None;
        }
        self.go(id, resident, &Change::Membership(memberships), time, Some(before))
    }

    fn delete(&mut self, id: &str, time: Option<&str>) -> Option<Transition> {
        let resident = self.people.remove(id)?;
        self.forget(id, resident.provider_id.clone());
        self.waits.end(id, Happening::ScimDelete, time);
        Some(Transition {
            time: time.map(str::to_owned),
            id: Some(id.to_owned()),
            user_name: resident.state.user.user_name().to_owned(),
            event: Happening::ScimDelete,
            before: Some(Seat::of(&resident.state)),
            after: None,
        })
    }

    fn log_in(
        &mut self,
        name: &str,
        claims: Option<&Claims>,
        time: Option<&str>,
        place: &RecordPlace,
    ) -> Option<Transition> {
        let provider_id = claims.and_then(|claims| self.mapping.provider_id(claims)).map(str::to_owned);
        let known = self.who_logs_in(name, provider_id.as_deref());
        let failure = known.as_deref().and_then(|id| self.failure(id, provider_id.as_deref()));
        if let Some(reason) = failure {
            self.skip("failed-login", place, reason, NO_LOGIN);
            return None;
        }
        let mut resident = match known.as_deref().and_then(|id| self.people.get(id)) {
            Some(resident) => resident.clone(),
            None => Resident::new(State::new(newcomer(name)?)),
        };
        let login = self.login(known.as_deref(), &resident.state, claims, time);
        let (_, decision) = resident.state.after(&self.engine, &Change::LoggedIn(login.clone()));
        if decision.organization.by == Basis::None {
            let message = format!("no rule takes `{name}`, and there is no fallback: Palantir refuses the login");
            self.skip("failed-login", place, message, "add a fallback, or a rule for such people");
            // Nobody new comes in that way.
            known.as_ref()?;
        }
        let before = known.as_ref().map(|_| Seat::of(&resident.state));
        // Reading::LoginCreates
        let id = known.unwrap_or_else(|| self.directory.create_user_at_login(name));
        let mut login = login;
        if before.is_none() {
            // Now the person has an id.
            resident.state.user = self.directory.user(&id)?.clone();
            login = self.login(Some(&id), &resident.state, claims, time);
        }
        if login.user.is_some() {
            resident.sent = self.directory.user(&id).cloned();
        }
        resident.provider_id = resident.provider_id.or(provider_id);
        self.go(&id, resident, &Change::LoggedIn(login), time, before)
    }

    /// Whom a login means: the one of the Provider ID, which identifies people across logins
    /// (palantir.com/docs/foundry/api/v2/admin-v2-resources), else the one of the name.
    fn who_logs_in(&self, name: &str, provider_id: Option<&str>) -> Option<String> {
        let named = self.directory.user_named(name).map(|(id, _)| id);
        let has_it = |id: &str| self.people.get(id).is_some_and(|known| known.provider_id.as_deref() == provider_id);
        if let Some(id) = named.filter(|id| has_it(id)) {
            return Some(id.to_owned());
        }
        let by_id = provider_id.and_then(|provider_id| self.by_provider_id.get(provider_id));
        by_id.cloned().or_else(|| named.map(str::to_owned))
    }

    fn login(&self, id: Option<&str>, state: &State, claims: Option<&Claims>, time: Option<&str>) -> Login {
        let mut attributes = state.remembered_claims(&self.engine);
        attributes.extend(claims.map(|claims| self.mapping.attributes(claims)).unwrap_or_default());
        let claimed = claims.and_then(|claims| self.mapping.groups(claims, &self.directory, &self.groups));
        Login {
            time: time.map(str::to_owned),
            user: claims.and_then(|claims| self.mapping.user(&state.user, claims)),
            attributes: Some(attributes),
            groups: claimed.or_else(|| id.and_then(|id| self.nested(id))),
        }
    }

    /// Why a login of this user fails; `None` where nothing says that it does.
    fn failure(&self, id: &str, provider_id: Option<&str>) -> Option<String> {
        let user = self.directory.user(id)?;
        // Reading::InactiveKeepsState
        if user.active() == Fact::Known(false) {
            return Some(format!("`{}` is not active, and cannot log in", user.user_name()));
        }
        // Reading::DifferentProviderIdFails
        let known = self.people.get(id)?.provider_id.as_deref()?;
        let provider_id = provider_id.filter(|provider_id| *provider_id != known)?;
        Some(format!(
            "the login of `{}` has the Provider ID `{provider_id}`, and the user of that name has `{known}`: the name is \
             already being used",
            user.user_name()
        ))
    }

    /// Takes a person on, and watches whether a login would change where the person stands.
    fn go(
        &mut self,
        id: &str,
        resident: Resident,
        change: &Change,
        time: Option<&str>,
        before: Option<Seat>,
    ) -> Option<Transition> {
        let (state, _) = resident.state.after(&self.engine, change);
        let happening = Happening::from(change.event());
        let transition = Transition {
            time: time.map(str::to_owned),
            id: Some(id.to_owned()),
            user_name: state.user.user_name().to_owned(),
            event: happening,
            before,
            after: Some(Seat::of(&state)),
        };
        let next = self.login(Some(id), &state, None, None);
        let wait = wait_of(&state, &self.engine, next);
        self.waits.watch(id, wait, happening, time);
        let external_id = state.user.external_id().known().flatten().map(str::to_owned);
        let provider_id = external_id.or(resident.provider_id);
        self.know(id, provider_id.as_deref());
        self.people.insert(id.to_owned(), Resident { state, sent: resident.sent, provider_id });
        Some(transition)
    }

    /// Notes whose a Provider ID is; a former one of the same person stands for nobody any more.
    fn know(&mut self, id: &str, provider_id: Option<&str>) {
        let former = self.people.get(id).and_then(|resident| resident.provider_id.clone());
        self.forget(id, former.filter(|former| Some(former.as_str()) != provider_id));
        if let Some(provider_id) = provider_id {
            self.by_provider_id.entry(provider_id.to_owned()).or_insert_with(|| id.to_owned());
        }
    }

    fn forget(&mut self, id: &str, provider_id: Option<String>) {
        let Some(provider_id) = provider_id else { return };
        if self.by_provider_id.get(&provider_id).is_some_and(|known| known == id) {
            self.by_provider_id.remove(&provider_id);
        }
    }

    fn direct(&self, id: &str) -> Memberships {
        let groups = self.directory.direct_groups(id).map(|group| group_of(group, &self.directory));
        groups.collect::<Vec<_>>().into()
    }

    /// The groups that a login sees where its claim carries nested ones too.
    fn nested(&self, id: &str) -> Option<Memberships> {
        let sees_nested = self.engine.login_sees_nested_groups();
        sees_nested.then(|| {
            let groups = self.directory.transitive_groups(id).into_iter().map(|group| group_of(group, &self.directory));
            groups.collect::<Vec<_>>().into()
        })
    }
}

/// What a request changed.
#[derive(Default)]
struct Changes<'e> {
    created: Vec<&'e str>,
    updated: Vec<&'e str>,
    deleted: Vec<&'e str>,
    /// Users whose membership changed, each once, in order.
    moved: Vec<&'e str>,
    /// By user: the groups joined and left.
    members: HashMap<&'e str, Vec<(&'e str, bool)>>,
    /// Groups that came, went or have another name.
    groups: Vec<&'e str>,
    renamed: Vec<&'e str>,
}

impl<'e> Changes<'e> {
    fn of(effects: &'e [Effect]) -> Changes<'e> {
        let mut changes = Changes::default();
        for effect in effects {
            match effect {
                Effect::UserCreated { id } => changes.created.push(id),
                Effect::UserUpdated { id } => changes.updated.push(id),
                Effect::UserDeleted { id } => changes.deleted.push(id),
                Effect::MembershipChanged { user, group, joined } => {
                    let groups = changes.members.entry(user).or_default();
                    if groups.is_empty() {
                        changes.moved.push(user);
                    }
                    groups.push((group, *joined));
                }
                // Entra does not provision nested groups, so Foundry sees no membership through one; a login may.
                Effect::NestingChanged { .. } => {}
                Effect::GroupRenamed { id } => {
                    changes.groups.push(id);
                    changes.renamed.push(id);
                }
                Effect::GroupCreated { id } | Effect::GroupDeleted { id } => changes.groups.push(id),
            }
        }
        changes
    }

    /// The users whose groups are others now, or are called otherwise; each once. A user who is created or deleted by
    /// the same request is none of them.
    fn concerned(&self, directory: &Directory) -> Vec<String> {
        let members = self.renamed.iter().flat_map(|group| directory.members(group));
        let mut seen: HashSet<&str> = self.created.iter().chain(&self.deleted).copied().collect();
        let all = self.moved.iter().copied().chain(members);
        all.filter(|id| seen.insert(id)).map(str::to_owned).collect()
    }

    /// The memberships of a user after the request. Those that a login brought stay.
    fn apply(&self, user: &str, before: &Memberships, directory: &Directory) -> Memberships {
        let mut after = before.clone();
        let is = |id: &str| {
            let id = id.to_owned();
            move |group: &super::ProviderGroup| group.id.as_deref() == Some(&*id)
        };
        for (group, joined) in self.members.get(user).into_iter().flatten() {
            after.groups.retain(|known| !is(group)(known));
            if *joined {
                after.groups.push(group_of(group, directory));
            }
        }
        for renamed in &self.renamed {
            if let Some(known) = after.groups.iter_mut().find(|group| is(renamed)(group)) {
                *known = group_of(renamed, directory);
            }
        }
        after
    }
}

/// The user as a login left it, with what SCIM has changed since.
fn merged(left: &User, sent: &User, now: &User) -> User {
    left.edited(|object| {
        for (name, value) in now.object().entries() {
            if sent.object().get(name) != Some(value) {
                object.set(name, value.clone());
            }
        }
        for name in sent.object().names().filter(|name| now.object().get(name).is_none()) {
            object.remove(name);
        }
    })
}
