//! PATCH (RFC 7644 section 3.5.2), in the shapes that servers are sent, Entra's among them.

use std::collections::HashSet;

use super::edit::{Action, Edit, Strictness, Work};
use super::filter;
use super::members::{Member, MemberEdit};
use super::path::{self, AttributePath, Target};
use super::refusal::{Refusal, ScimType};
use super::shape::{row_of, weight};
use crate::condition::Expr;
use crate::condition::schema::GROUP;
use crate::scim::group::id_of_member;
use crate::scim::{Json, Kind, Object};
use crate::source::quoted;

/// A resource while a request changes it. Where it is refused, the object is dropped and the members are put back.
pub(super) struct Draft<'m> {
    pub(super) object: Object,
    pub(super) kind: Kind,
    /// The members of a group; its object has none.
    pub(super) members: Option<MemberEdit<'m>>,
    pub(super) strictness: Strictness,
    pub(super) work: Work,
}

/// How an operation came to an attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// By its path.
    Path,
    /// By a key of an object: what cannot be changed is left as it is.
    Key,
}

impl Draft<'_> {
    /// Applies the operations of a PATCH body in order.
    pub(super) fn patch(&mut self, body: Option<&Json>) -> Result<(), Refusal> {
        let operations = operations(body)?;
        for (index, operation) in operations.iter().enumerate() {
            self.operation(operation).map_err(|refusal| match operations.len() {
                1 => refusal,
                _ => Refusal { detail: format!("operation {}: {}", index + 1, refusal.detail), ..refusal },
            })?;
        }
        Work::check_size(&self.object)
    }

    fn parse(&mut self, path: &str, value: Option<&Json>) -> Result<Target, Refusal> {
        let schemas = self.object.get("schemas").and_then(Json::as_array).unwrap_or_default();
        self.work.spend(self.object.len() + schemas.len() + path.len() / 64)?;
        path::parse(path, &self.object, value)
    }

    fn operation(&mut self, operation: &Json) -> Result<(), Refusal> {
        let Some(operation) = operation.as_object() else { return Err(invalid_syntax("an operation is no object")) };
        let action = action(operation)?;
        let path = match operation.get("path") {
            None | Some(Json::Null) => "",
            Some(Json::String(path)) => path.trim(),
            Some(_) => return Err(Refusal::new(ScimType::InvalidPath, "a `path` is no string")),
        };
        let value = operation.get("value");
        match (action, value) {
            (Action::Remove, _) if path.is_empty() => Err(Refusal::new(ScimType::NoTarget, "a `remove` has no `path`")),
            (Action::Add | Action::Replace, None) => {
                Err(Refusal::new(ScimType::InvalidValue, "an operation has no `value`"))
            }
            (_, Some(value)) if path.is_empty() => self.merge(action, value),
            _ => {
                let target = self.parse(path, value)?;
                self.target(action, &target, value, Way::Path)
            }
        }
    }

    /// The attributes of an object one by one. Entra's keys may be paths: dotted, behind a URN, with a filter.
    fn merge(&mut self, action: Action, value: &Json) -> Result<(), Refusal> {
        let object = match value {
            Json::Object(object) => object,
            Json::Array(items) if items.len() == 1 && items[0].as_object().is_some() => {
                return self.merge(action, &items[0]);
            }
            _ => {
                let detail = format!("a value without path is {} instead of an object", value.kind());
                return Err(Refusal::new(ScimType::InvalidValue, detail));
            }
        };
        for (key, value) in object.entries() {
            let target = match self.parse(key, Some(value)) {
                // A name that no path can have is an attribute that no schema has: kept as it is.
                Err(refusal) if refusal.scim_type == Some(ScimType::InvalidPath) && !key.contains('[') => {
                    Target::Attribute(AttributePath::plain(None, key))
                }
                target => target?,
            };
            self.target(action, &target, Some(value), Way::Key)?;
        }
        Ok(())
    }

    fn target(&mut self, action: Action, target: &Target, value: Option<&Json>, way: Way) -> Result<(), Refusal> {
        match target {
            Target::Attribute(path) => self.attribute(action, path, value, way),
            Target::Resource => match value {
                Some(Json::Object(object)) if action != Action::Remove => {
                    // Its keys are attributes of the core schema: a URN as key again is none.
                    for (name, value) in object.entries() {
                        self.attribute(action, &AttributePath::plain(None, name), Some(value), Way::Key)?;
                    }
                    Ok(())
                }
                _ => Err(Refusal::new(ScimType::InvalidPath, "a path names the resource as a whole")),
            },
            Target::Extension(urn) => self.extension(action, urn, value),
        }
    }

    fn extension(&mut self, action: Action, urn: &str, value: Option<&Json>) -> Result<(), Refusal> {
        let value = value.filter(|value| !value.is_absent());
        match (action, value) {
            (Action::Remove, _) | (_, None) => {
                self.object.remove(urn);
                Ok(())
            }
            (_, Some(Json::Object(object))) => {
                for (name, value) in object.entries() {
                    let path = match path::parse(name, &Object::default(), Some(value)) {
                        Ok(Target::Attribute(path)) if path.extension.is_none() => {
                            AttributePath { extension: Some(urn.to_owned()), ..path }
                        }
                        _ => AttributePath::plain(Some(urn), name),
                    };
                    self.attribute(action, &path, Some(value), Way::Key)?;
                }
                Ok(())
            }
            (_, Some(other)) => {
                let detail = format!("{} is {} instead of an object", quoted(urn), other.kind());
                Err(Refusal::new(ScimType::InvalidValue, detail))
            }
        }
    }

    fn attribute(
        &mut self,
        action: Action,
        path: &AttributePath,
        value: Option<&Json>,
        way: Way,
    ) -> Result<(), Refusal> {
        if self.is_fixed(path, value, way)? {
            return Ok(());
        }
        if self.kind == Kind::Groups && path.is_core("members") {
            return self.change_members(action, path, value);
        }
        let row = row_of(self.kind, path.extension.as_deref(), &path.attribute);
        let unassigns = action == Action::Remove || value.is_none_or(Json::is_absent);
        let Some(container) = container(&mut self.object, path.extension.as_deref(), !unassigns) else { return Ok(()) };
        let current = match container.get_mut(&path.attribute) {
            Some(slot) => std::mem::replace(slot, Json::Null),
            None => {
                self.work.spend(container.len())?;
                Json::Null
            }
        };
        let mut edit = Edit { action, path, row, value, strictness: self.strictness, work: &mut self.work };
        let changed = edit.apply(current)?;
        if changed.is_absent() {
            container.remove(&path.attribute);
        } else {
            container.set(&path.attribute, changed);
        }
        if let Some(urn) = &path.extension
            && container.is_empty()
        {
            self.object.remove(urn);
        }
        Ok(())
    }

    /// Whether the attribute is left as it is: the server sets it, or it is a secret that nothing here has a use for.
    ///
    /// # Errors
    /// `mutability` where it is named by its path, or the `id` would be another one.
    fn is_fixed(&self, path: &AttributePath, value: Option<&Json>, way: Way) -> Result<bool, Refusal> {
        if path.is_core("password") {
            return Ok(true);
        }
        let is_id = path.is_core("id");
        let is_derived = path.is_core("meta") || (self.kind == Kind::Users && path.is_core("groups"));
        if !is_id && !is_derived {
            return Ok(false);
        }
        let is_as_before = is_id && value.is_some() && value == self.object.get("id");
        if self.strictness == Strictness::Taken || is_as_before || (way == Way::Key && !is_id) {
            return Ok(true);
        }
        Err(Refusal::new(ScimType::Mutability, format!("{} is read-only", quoted(&path.attribute))))
    }

    fn change_members(&mut self, action: Action, path: &AttributePath, value: Option<&Json>) -> Result<(), Refusal> {
        if path.sub.as_ref().is_some_and(|sub| !sub.eq_ignore_ascii_case("value")) {
            // What else is said of a member changes no membership.
            return Ok(());
        }
        let value = value.filter(|value| **value != Json::Null);
        match &path.filter {
            Some(filter) => self.change_selected(action, filter, value),
            None => self.change_listed(action, value),
        }
    }

    /// `members`: those that are listed.
    fn change_listed(&mut self, action: Action, value: Option<&Json>) -> Result<(), Refusal> {
        let listed = value.map(|value| member_ids(value, self.strictness)).transpose()?;
        let Some(members) = &mut self.members else { return Ok(()) };
        match (action, listed) {
            (Action::Add, listed) => listed.unwrap_or_default().iter().for_each(|(id, value)| members.add(id, value)),
            (Action::Remove, None) => members.retain(|_| false),
            // Entra without its flag names those that leave, where by the RFC a removal has no value
            // (learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility).
            (Action::Remove, Some(listed)) => listed.iter().for_each(|(id, _)| members.remove(id)),
            (Action::Replace, listed) => {
                let listed = listed.unwrap_or_default();
                let wanted: HashSet<&str> = listed.iter().map(|(id, _)| *id).collect();
                members.retain(|id| wanted.contains(id));
                listed.iter().for_each(|(id, value)| members.add(id, value));
            }
        }
        Ok(())
    }

    /// `members[…]`: those of whom the filter holds.
    fn change_selected(&mut self, action: Action, filter: &Expr, value: Option<&Json>) -> Result<(), Refusal> {
        let selected = self.select_members(filter)?;
        // A value that names nobody says something else of those selected.
        let listed = value.map(|value| member_ids(value, Strictness::Taken)).transpose()?.unwrap_or_default();
        let Some(members) = &mut self.members else { return Ok(()) };
        let unassigns = action == Action::Remove || (action == Action::Replace && value.is_none());
        if unassigns || (action == Action::Replace && !listed.is_empty()) {
            selected.iter().for_each(|id| members.remove(id));
        }
        if unassigns {
            return Ok(());
        }
        listed.iter().for_each(|(id, value)| members.add(id, value));
        if !selected.is_empty() || !listed.is_empty() {
            return Ok(());
        }
        match filter::stated_value(filter) {
            Some(id) => members.add(id, &Json::Null),
            None if self.strictness == Strictness::Taken => {}
            None => return Err(Refusal::new(ScimType::NoTarget, "the filter of `members` selects nobody")),
        }
        Ok(())
    }

    fn select_members(&mut self, filter: &Expr) -> Result<Vec<String>, Refusal> {
        let Some(MemberEdit { members, .. }) = &self.members else { return Ok(Vec::new()) };
        let rows = GROUP.iter().find(|row| row.name == "members").map_or(&[][..], |row| row.subs);
        let selected = |member: &Member| filter::holds(filter, &member.value, rows);
        if let Some(id) = filter::stated_value(filter) {
            return Ok(members
                .get(id)
                .filter(|member| selected(member))
                .map(|m| m.id.to_string())
                .into_iter()
                .collect());
        }
        let held: usize = members.iter().map(|member| weight(&member.value)).sum();
        self.work.spend(held.saturating_mul(filter::weight(filter)))?;
        Ok(members.iter().filter(|member| selected(member)).map(|member| member.id.to_string()).collect())
    }
}

/// The members that a value lists, each with its id.
///
/// # Errors
/// `invalidValue` where one has none.
pub(super) fn member_ids(value: &Json, strictness: Strictness) -> Result<Vec<(&str, &Json)>, Refusal> {
    let items = value.as_array().unwrap_or(std::slice::from_ref(value)).iter().filter(|item| **item != Json::Null);
    let mut ids = Vec::new();
    for item in items {
        let id = match item {
            Json::String(id) => Some(&**id),
            Json::Object(member) => id_of_member(member),
            _ => None,
        };
        match id {
            Some(id) => ids.push((id, item)),
            None if strictness == Strictness::Taken => {}
            None => return Err(Refusal::new(ScimType::InvalidValue, "a member has no `value`")),
        }
    }
    Ok(ids)
}

/// Where an attribute is kept: the resource, or an extension of it, which is made where something is assigned.
fn container<'o>(object: &'o mut Object, extension: Option<&str>, make: bool) -> Option<&'o mut Object> {
    let Some(urn) = extension else { return Some(object) };
    if make && object.get(urn).and_then(Json::as_object).is_none() {
        object.set(urn, Json::Object(Object::default()));
    }
    match object.get_mut(urn) {
        Some(Json::Object(extension)) => Some(extension),
        _ => None,
    }
}

fn operations(body: Option<&Json>) -> Result<&[Json], Refusal> {
    let Some(body) = body.and_then(Json::as_object) else { return Err(invalid_syntax("the body is no object")) };
    match body.get("Operations") {
        Some(Json::Array(operations)) => Ok(operations),
        Some(one @ Json::Object(_)) => Ok(std::slice::from_ref(one)),
        _ => Err(invalid_syntax("the body has no `Operations`")),
    }
}

/// Microsoft tells servers to take `Add`, `Replace` and `Remove` in any case
/// (learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups).
fn action(operation: &Object) -> Result<Action, Refusal> {
    let Some(op) = operation.get("op").and_then(Json::as_str) else {
        return Err(invalid_syntax("an operation has no `op`"));
    };
    [("add", Action::Add), ("remove", Action::Remove), ("replace", Action::Replace)]
        .into_iter()
        .find(|(name, _)| op.trim().eq_ignore_ascii_case(name))
        .map(|(_, action)| action)
        .ok_or_else(|| invalid_syntax(&format!("{} is not an operation of PATCH", quoted(op))))
}

fn invalid_syntax(detail: &str) -> Refusal {
    Refusal::new(ScimType::InvalidSyntax, detail)
}
