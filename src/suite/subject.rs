//! The person that a test describes, as the engine and a simulation take one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::document::{Described, ScimAttributes, TestUser};
use super::fixture::{Fixture, Found};
use crate::config::problems::Problems;
use crate::engine::{Engine, Event, Person};
use crate::foundry::Attributes;
use crate::scim::{DefectKind, Fact, Json, Unusable, User};
use crate::simulate::{CustomAttributes, Memberships, ProviderGroup, State};
use crate::source::{At, Part, Place, Problem, Route, Step, shorten};

/// A person: everything that a test and the files say of one.
///
/// Of a person who is written in a test nothing is open: what the test does not say is not there. Of one from the
/// snapshot, what the files do not say stays undetermined.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) user: User,
    groups: Memberships,
    /// The groups that a login's claim carries, where these are others.
    login_groups: Option<Memberships>,
    internal_groups: Fact<Vec<String>>,
    /// The Foundry attributes that earlier logins left.
    held: Fact<Attributes>,
    open: BTreeSet<String>,
    /// The Foundry attributes that the test itself states.
    stated: Option<Attributes>,
}

impl Subject {
    /// The person that a test describes; a problem where there is none.
    pub(super) fn new(described: &Described, fixture: &Fixture<'_>, problems: &mut Problems) -> Option<Subject> {
        let mut subject = match &described.user {
            TestUser::Inline(attributes) => {
                Subject::written(user(attributes.attributes.clone(), attributes, problems)?)
            }
            TestUser::Snapshot { from, with } => {
                let found = fixture.user(from);
                let Some(Found::One(index)) = found else {
                    let problem = no_such_user(from, &from.at, found, fixture, problems);
                    problems.push(problem);
                    return None;
                };
                Subject::of(&fixture.person(index)?, with, problems)?
            }
        };
        if let Some(groups) = &described.groups {
            subject.groups = memberships(groups, fixture);
            subject.login_groups = None;
        }
        if let Some(names) = &described.internal_groups {
            subject.internal_groups = Fact::Known(names.iter().map(|name| name.value.clone()).collect());
        }
        if let Some(attributes) = &described.attributes {
            subject.state_attributes(&attributes.values, &fixture.engine);
        }
        Some(subject)
    }

    /// Somebody of whom nothing else is said than the user, whose own `groups` may say some (RFC 7643 section 4.1.2).
    fn written(user: User) -> Subject {
        let groups = user.object().get("groups").and_then(Json::as_array).unwrap_or_default();
        let names = groups.iter().filter_map(|group| group.as_object()?.get("display")?.as_str());
        let groups: Vec<ProviderGroup> = names.map(ProviderGroup::named).collect();
        Subject {
            user,
            groups: groups.into(),
            login_groups: None,
            internal_groups: Fact::Known(Vec::new()),
            held: Fact::Known(Attributes::new()),
            open: BTreeSet::new(),
            stated: None,
        }
    }

    /// Somebody from the snapshot.
    fn of(person: &Person<'_>, with: &ScimAttributes, problems: &mut Problems) -> Option<Subject> {
        let user = changed(person.user, with, problems)?;
        let internal = person.internal_groups.as_ref();
        Some(Subject {
            user,
            groups: Memberships::from(&person.provider_groups),
            login_groups: person.login_groups.as_ref().map(Memberships::from),
            internal_groups: internal.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            held: person.foundry_attributes.map(Clone::clone),
            open: BTreeSet::new(),
            stated: None,
        })
    }

    /// What the test states replaces what the files say, name by name.
    fn state_attributes(&mut self, stated: &Attributes, engine: &Engine) {
        match &mut self.held {
            Fact::Known(held) => held.extend(stated.clone()),
            Fact::Undetermined => {
                let unsaid = engine.claimed_attributes().filter(|name| !stated.contains_key(*name));
                self.open = unsaid.map(str::to_owned).collect();
                self.held = Fact::Known(stated.clone());
            }
        }
        self.stated = Some(stated.clone());
    }

    /// The person as the engine sees one. `claims` are those of [`Subject::claims`].
    pub(super) fn person<'s>(&'s self, claims: Option<&'s Attributes>) -> Person<'s> {
        let internal = self.internal_groups.as_ref().map(|names| names.iter().map(String::as_str).collect());
        let mut person = Person::new(&self.user)
            .provider_groups(self.groups.as_groups())
            .internal_groups(internal)
            .foundry_attributes(self.held.as_ref())
            .open_attributes(&self.open);
        if let Some(groups) = &self.login_groups {
            person = person.login_groups(groups.as_groups());
        }
        if let Some(claims) = claims {
            person = person.claims(claims);
        }
        person
    }

    /// What the claims of a login fill attributes with, where the test states any.
    pub(super) fn claims(&self, engine: &Engine) -> Option<Attributes> {
        self.stated.as_ref().map(|stated| claims(engine, &self.person(None), stated))
    }

    /// Where a sequence starts: nothing has happened yet to whom SCIM creates first; anybody else is in Foundry already,
    /// and no rule has run.
    pub(super) fn before(&self, first: Event, engine: &Engine) -> State {
        let mut state = State::new(self.user.clone());
        state.internal_groups = self.internal_groups.clone();
        if first == Event::ScimCreate {
            // An intake form may have been answered before; claims have filled nothing.
            if let Fact::Known(held) = &self.held {
                let mut held = held.clone();
                engine.claimed_attributes().for_each(|name| drop(held.remove(name)));
                state.attributes.held = Fact::Known(held);
            }
            return state;
        }
        state.provider_groups = self.groups.clone();
        state.attributes =
            CustomAttributes { held: self.held.clone(), open: self.open.clone(), origins: Default::default() };
        state
    }

    /// The groups that the identity provider has: what a change of membership brings.
    pub(super) fn groups(&self) -> &Memberships {
        &self.groups
    }

    /// The groups that the claim of a login carries.
    pub(super) fn login_groups(&self) -> &Memberships {
        self.login_groups.as_ref().unwrap_or(&self.groups)
    }

    /// The Foundry attributes that the test states for every login.
    pub(super) fn stated(&self) -> Option<&Attributes> {
        self.stated.as_ref()
    }
}

/// What claims carry: what is stated, and for the other mapped attributes what the mapping tells of the SCIM user.
pub(super) fn claims(engine: &Engine, person: &Person<'_>, stated: &Attributes) -> Attributes {
    let (mut claims, untold) = engine.attributes_after_login(person);
    // Of what no mapping tells, a test that states some attributes says that there is nothing.
    claims.extend(untold.into_iter().map(|name| (name, Vec::new())));
    claims.extend(stated.clone());
    claims
}

pub(super) fn memberships(groups: &[ProviderGroup], fixture: &Fixture<'_>) -> Memberships {
    groups.iter().map(|group| fixture.resolved(group)).collect::<Vec<_>>().into()
}

/// The user with other attributes; a problem where no user is left.
pub(super) fn changed(base: &User, with: &ScimAttributes, problems: &mut Problems) -> Option<User> {
    if with.attributes.is_empty() {
        return Some(base.clone());
    }
    // An object of SCIM is an object of JSON.
    let Ok(Value::Object(mut attributes)) = serde_json::to_value(base.object()) else { return None };
    merge(&mut attributes, &with.attributes);
    user(attributes, with, problems)
}

/// Replaces attributes as a PATCH does: `null` removes, of an object only what is given is replaced
/// (RFC 7644 section 3.5.2.3). Names have no case.
fn merge(target: &mut Map<String, Value>, with: &Map<String, Value>) {
    for (name, value) in with {
        let held = target.keys().find(|held| held.eq_ignore_ascii_case(name)).cloned();
        match (held, value) {
            (Some(held), Value::Null) => drop(target.remove(&held)),
            (None, Value::Null) => {}
            (Some(held), Value::Object(parts)) if target.get(&held).is_some_and(Value::is_object) => {
                if let Some(Value::Object(whole)) = target.get_mut(&held) {
                    merge(whole, parts);
                }
            }
            (held, value) => drop(target.insert(held.unwrap_or_else(|| name.clone()), value.clone())),
        }
    }
}

/// The SCIM user of these attributes. What departs from the schema is reported where the test has written it.
fn user(attributes: Map<String, Value>, written: &ScimAttributes, problems: &mut Problems) -> Option<User> {
    match User::read(&Value::Object(attributes).to_string()) {
        Ok((user, defects)) => {
            for defect in defects {
                let DefectKind::ValueType { expected, found } = defect.kind else { continue };
                let Some(route) = starts_in(&written.attributes, &defect.route) else { continue };
                let place = Place::Node(written.at.file, written.at.route.join(&route), Part::Value);
                let (expected, found) = (in_yaml(expected), in_yaml(found));
                let message = format!("`{}` is {found} instead of {expected}", shorten(&defect.attribute));
                let help = match expected {
                    "a string" => "put it in quotes to make it a string".to_owned(),
                    "a boolean" => "write `true` or `false`".to_owned(),
                    expected => format!("write {expected}"),
                };
                problems.push(Problem::error("type-mismatch", place, message).label(found).help(help));
            }
            Some(user)
        }
        // What is misspelt is reported, and may well be the name.
        Err(Unusable::NoUserName) if written.misspelt => None,
        Err(error) => {
            problems.push(no_user(&error, &written.at));
            None
        }
    }
}

/// The route as it is written, where the attribute that it starts with is. Names have no case.
fn starts_in(written: &Map<String, Value>, route: &Route) -> Option<Route> {
    let (first, rest) = route.steps().split_first()?;
    let Step::Key(name) = first else { return None };
    let spelled = written.keys().find(|key| key.eq_ignore_ascii_case(name))?;
    Some(Route::root().key(spelled).join(&Route::from(rest.to_vec())))
}

/// What a kind of JSON value is called in YAML.
fn in_yaml(kind: &'static str) -> &'static str {
    match kind {
        "an array" => "a list",
        "an object" => "a mapping",
        other => other,
    }
}

fn no_user(error: &Unusable, at: &At) -> Problem {
    let (code, help) = match error {
        Unusable::NoUserName => ("missing-key", "add `userName:`, a string that every SCIM user has"),
        Unusable::DuplicateName { .. } => ("duplicate-key", "remove one of them"),
        _ => ("invalid-value", "write the attributes that a SCIM server would hold"),
    };
    Problem::error(code, at.value(), error.to_string()).help(help)
}

fn no_such_user(name: &str, at: &At, found: Option<Found>, fixture: &Fixture<'_>, problems: &mut Problems) -> Problem {
    let shown = shorten(name);
    if found == Some(Found::Several) {
        let message = format!("several users of the snapshot are named `{shown}`");
        return Problem::error("ambiguous-user", at.value(), message)
            .label("which of them?")
            .help("name the user by `id`");
    }
    if !fixture.has_people() {
        let message = format!("there is no user `{shown}`, as there is no snapshot");
        return Problem::error("unknown-user", at.value(), message)
            .label("from nowhere")
            .help("write the attributes of the user here, or name the files of a snapshot under `snapshot`");
    }
    let help = match problems.closest(name, fixture.user_names()) {
        Some(known) => format!("did you mean `{}`?", shorten(known)),
        None => "name the `id`, `userName` or `externalId` of a user of the snapshot".to_owned(),
    };
    Problem::error("unknown-user", at.value(), format!("there is no user `{shown}` in the snapshot"))
        .label("in no record")
        .help(help)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check_merge(base: Value, with: Value, expected: Value) {
        let (Value::Object(mut target), Value::Object(with)) = (base, with) else { panic!("objects") };
        merge(&mut target, &with);
        assert_eq!(Value::Object(target), expected);
    }

    #[test]
    fn what_departs_from_the_schema_is_told_where_the_test_has_written_it() {
        let text = "version: 1\ntests:\n- { name: a, user: { userName: u, active: no, Name: { givenName: [] }, emails: 7 }, expect: { groups: [] } }\n";
        let mut sources = crate::source::Sources::default();
        let (file, _) = sources.add_document("a.test.yaml", text.as_bytes());
        let reading = super::super::read(&sources, file);
        let [test] = reading.tests.as_slice() else { panic!("{:?}", reading.problems) };
        let TestUser::Inline(attributes) = &test.person.user else { panic!("written here") };
        let mut problems = Problems::default();
        user(attributes.attributes.clone(), attributes, &mut problems);
        let shown = |problem: &Problem| {
            let (file, span) = sources.locate(&problem.primary.place);
            format!("{}: {}", sources.text(file).slice(span), problem.message)
        };
        let mut told: Vec<String> = problems.into_vec().iter().map(shown).collect();
        told.sort();
        let expected = ["7: `emails` is a number instead of a list", "no: `active` is a string instead of a boolean"];
        assert_eq!(told, expected);
    }

    #[test]
    fn attributes_are_replaced_as_a_patch_replaces_them() {
        check_merge(json!({ "title": "A" }), json!({ "TITLE": "B", "x": 1 }), json!({ "title": "B", "x": 1 }));
        check_merge(
            json!({ "title": "A", "active": true }),
            json!({ "title": null, "y": null }),
            json!({ "active": true }),
        );
        let name = json!({ "name": { "givenName": "Ada", "familyName": "King" } });
        check_merge(name, json!({ "Name": { "familyname": null } }), json!({ "name": { "givenName": "Ada" } }));
        check_merge(json!({ "emails": [{ "value": "a" }] }), json!({ "emails": [] }), json!({ "emails": [] }));
        check_merge(json!({ "name": "text" }), json!({ "name": { "x": 1 } }), json!({ "name": { "x": 1 } }));
    }
}
