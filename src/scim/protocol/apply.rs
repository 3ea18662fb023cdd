//! From a request to what it changes.

use super::directory::{Directory, Effect, Team, list_of};
use super::edit::{Strictness, Work};
use super::members::{MemberEdit, MemberList};
use super::patch::{Draft, member_ids};
use super::refusal::{Refusal, ScimType};
use super::request::{Answer, Intent, Request, id_text};
use super::shape::{is_primary, row_of};
use crate::condition::fold;
use crate::scim::schema::{Defect, DefectKind};
use crate::scim::{Fact, Group, Json, Kind, Object, User};
use crate::source::quoted;

/// What the server sets itself, and what nothing here has a use for: not kept from a body (RFC 7643 section 2.2). Only
/// users have the first.
const NOT_KEPT: [&str; 4] = ["groups", "id", "meta", "password"];

impl Directory {
    /// Applies a request, and tells what it changed. A request that is refused changes nothing at all.
    ///
    /// With a recorded answer the server has the last word: a status that is no success has no effect, whatever the
    /// request says; a success was taken, also against the RFC. Without one, the request is judged by the RFC.
    ///
    /// # Errors
    /// Where a server would refuse the request, or it cannot be understood.
    pub fn apply(&mut self, request: &Request, answer: Option<&Answer>) -> Result<Vec<Effect>, Refusal> {
        if answer.is_some_and(|answer| !answer.is_success()) {
            return Ok(Vec::new());
        }
        let strictness = if answer.is_some() { Strictness::Taken } else { Strictness::Rfc };
        match request.intent()? {
            Intent::Read => Ok(Vec::new()),
            Intent::Create(kind) => self.create(kind, body(request)?, answer, strictness),
            Intent::Replace(kind, id) => match self.has(kind, &id) {
                true => self.replace(kind, &id, body(request)?, strictness),
                // The log does not tell of its creation, but now the whole of it is known.
                false if answer.is_some() => self.adopt(kind, &id, body(request)?),
                false => Err(unknown(kind, &id)),
            },
            Intent::Patch(kind, id) if !self.has(kind, &id) => match answer.and_then(|answer| answer.body.as_ref()) {
                Some(Json::Object(resource)) => self.adopt(kind, &id, resource),
                _ => Err(unknown(kind, &id)),
            },
            Intent::Patch(Kind::Users, id) => self.patch_user(&id, request.body.as_ref(), strictness),
            Intent::Patch(Kind::Groups, id) => self.patch_group(&id, request.body.as_ref(), strictness),
            Intent::Delete(kind, id) if !self.has(kind, &id) => match strictness {
                Strictness::Taken => Ok(Vec::new()),
                Strictness::Rfc => Err(unknown(kind, &id)),
            },
            Intent::Delete(Kind::Users, id) => Ok(self.delete_user(&id)),
            Intent::Delete(Kind::Groups, id) => Ok(self.delete_group(&id)),
        }
    }

    fn has(&self, kind: Kind, id: &str) -> bool {
        match kind {
            Kind::Users => self.users.contains(id),
            Kind::Groups => self.groups.contains(id),
        }
    }

    fn create(
        &mut self,
        kind: Kind,
        body: &Object,
        answer: Option<&Answer>,
        strictness: Strictness,
    ) -> Result<Vec<Effect>, Refusal> {
        let own = body.get("id").and_then(id_text);
        let known =
            answer.and_then(Answer::id).or(own.filter(|id| strictness == Strictness::Taken || !self.is_known(id)));
        let id = match known {
            Some(id) => id,
            None => self.made_up_id(kind.resource().to_ascii_lowercase().as_str()),
        };
        let content = Content::of(kind, body, &id, strictness)?;
        if let Content::User(user) = &content {
            self.check_name(user, None, strictness)?;
        }
        let mut effects = Vec::new();
        if self.has(kind, &id) {
            // The server gave an id again: the log does not tell how the former resource went.
            effects = match kind {
                Kind::Users => self.delete_user(&id),
                Kind::Groups => self.delete_group(&id),
            };
        }
        self.insert(&id, content, &mut effects);
        Ok(effects)
    }

    fn is_known(&self, id: &str) -> bool {
        self.users.contains(id) || self.groups.contains(id)
    }

    fn insert(&mut self, id: &str, content: Content, effects: &mut Vec<Effect>) {
        match content {
            Content::User(user) => {
                self.insert_user(id, user, false);
                effects.push(Effect::UserCreated { id: id.to_owned() });
            }
            Content::Group(group, members) => {
                let joined: Vec<_> = members.ids().cloned().collect();
                self.insert_group(id, group, members);
                effects.push(Effect::GroupCreated { id: id.to_owned() });
                joined.iter().for_each(|member| self.tell(member, id, true, effects));
            }
        }
    }

    /// Takes in a resource that a server turns out to have.
    fn adopt(&mut self, kind: Kind, id: &str, resource: &Object) -> Result<Vec<Effect>, Refusal> {
        let content = Content::of(kind, resource, id, Strictness::Taken)?;
        let mut effects = Vec::new();
        self.insert(id, content, &mut effects);
        for effect in &mut effects {
            if let Effect::UserCreated { id } = effect {
                *effect = Effect::UserUpdated { id: std::mem::take(id) };
            }
        }
        Ok(effects)
    }

    fn replace(&mut self, kind: Kind, id: &str, body: &Object, strictness: Strictness) -> Result<Vec<Effect>, Refusal> {
        let content = Content::of(kind, body, id, strictness)?;
        match content {
            Content::User(user) => {
                self.check_name(&user, Some(id), strictness)?;
                self.replace_user(id, user);
                Ok(vec![Effect::UserUpdated { id: id.to_owned() }])
            }
            Content::Group(group, wanted) => {
                let Some(team) = self.groups.get_mut(id) else { return Err(unknown(kind, id)) };
                let mut edit = MemberEdit::new(&mut team.members);
                edit.retain(|member| wanted.contains(member));
                wanted.iter().for_each(|member| edit.add(&member.id, &member.value));
                let changes = edit.finish();
                let mut effects = renamed(id, &team.group, &group);
                team.group = group;
                self.index(id, changes, &mut effects);
                Ok(effects)
            }
        }
    }

    fn patch_user(&mut self, id: &str, body: Option<&Json>, strictness: Strictness) -> Result<Vec<Effect>, Refusal> {
        let Some(user) = self.user(id) else { return Err(unknown(Kind::Users, id)) };
        let object = user.object().clone();
        let mut draft = Draft { object, kind: Kind::Users, members: None, strictness, work: Work::new() };
        draft.patch(body)?;
        let (after, _) = user_of(draft.object)?;
        self.check_name(&after, Some(id), strictness)?;
        self.replace_user(id, after);
        Ok(vec![Effect::UserUpdated { id: id.to_owned() }])
    }

    fn patch_group(&mut self, id: &str, body: Option<&Json>, strictness: Strictness) -> Result<Vec<Effect>, Refusal> {
        let Some(Team { group, members }) = self.groups.get_mut(id) else { return Err(unknown(Kind::Groups, id)) };
        let object = group.object().clone();
        // Members are changed where they are and put back on a refusal: ten thousand must not be copied for each that
        // comes or goes.
        let members = Some(MemberEdit::new(members));
        let mut draft = Draft { object, kind: Kind::Groups, members, strictness, work: Work::new() };
        let after = draft.patch(body).and_then(|()| group_of(draft.object, strictness));
        let Some(members) = draft.members else { return Ok(Vec::new()) };
        let after = match after {
            Ok(after) => after,
            Err(refusal) => {
                members.undo();
                return Err(refusal);
            }
        };
        let changes = members.finish();
        let mut effects = renamed(id, group, &after);
        *group = after;
        self.index(id, changes, &mut effects);
        Ok(effects)
    }

    /// `userName` is unique without case (RFC 7643 section 4.1); nothing else has to be. A user who has shared a name so
    /// far may keep it.
    fn check_name(&self, user: &User, id: Option<&str>, strictness: Strictness) -> Result<(), Refusal> {
        let name = user.user_name();
        let keeps = || id.and_then(|id| self.user(id)).is_some_and(|before| fold(before.user_name()) == fold(name));
        if strictness == Strictness::Taken || !self.has_other_named(name, id) || keeps() {
            return Ok(());
        }
        Err(Refusal::new(ScimType::Uniqueness, format!("another user has the `userName` {}", quoted(name))))
    }
}

/// A resource as a body describes it.
enum Content {
    User(User),
    Group(Group, MemberList),
}

impl Content {
    fn of(kind: Kind, body: &Object, id: &str, strictness: Strictness) -> Result<Content, Refusal> {
        let mut object = body.clone();
        let not_kept = match kind {
            Kind::Users => &NOT_KEPT[..],
            Kind::Groups => &NOT_KEPT[1..],
        };
        let is_kept = |name: &str| !not_kept.iter().any(|other| name.eq_ignore_ascii_case(other));
        object.retain(|name, value| is_kept(name) && !value.is_absent());
        let members = if kind == Kind::Groups { object.remove("members") } else { None };
        Work::check_size(&object)?;
        object.set("id", Json::String(id.into()));
        match kind {
            Kind::Users => {
                if strictness == Strictness::Rfc {
                    check_primaries(&object)?;
                }
                let (user, defects) = user_of(object)?;
                check_types(&defects, strictness)?;
                Ok(Content::User(user))
            }
            Kind::Groups => {
                if let Some(members) = &members {
                    member_ids(members, strictness)?;
                }
                let members = list_of(members.as_ref());
                group_of(object, strictness).map(|group| Content::Group(group, members))
            }
        }
    }
}

fn user_of(object: Object) -> Result<(User, Vec<Defect>), Refusal> {
    User::from_object(object).map_err(|error| invalid_value(&error.to_string()))
}

fn group_of(object: Object, strictness: Strictness) -> Result<Group, Refusal> {
    let (group, _) = Group::from_object(object).map_err(|error| invalid_value(&error.to_string()))?;
    match group.display_name() {
        Fact::Known(Some(_)) => Ok(group),
        _ if strictness == Strictness::Taken => Ok(group),
        _ => Err(invalid_value("the group has no `displayName`")),
    }
}

/// At most one value of an attribute is primary (RFC 7643 section 2.4).
fn check_primaries(object: &Object) -> Result<(), Refusal> {
    let multi_valued = |name: &str| row_of(Kind::Users, None, name).is_some_and(|row| row.multi_valued);
    for (name, value) in object.entries().filter(|(name, _)| multi_valued(name)) {
        if value.as_array().unwrap_or_default().iter().filter(|item| is_primary(item)).count() > 1 {
            return Err(invalid_value(&format!("several values of {} are primary", quoted(name))));
        }
    }
    Ok(())
}

fn check_types(defects: &[Defect], strictness: Strictness) -> Result<(), Refusal> {
    let mistyped = defects.iter().find_map(|defect| match &defect.kind {
        DefectKind::ValueType { expected, found } => Some((&defect.attribute, expected, found)),
        _ => None,
    });
    match mistyped {
        Some((attribute, expected, found)) if strictness == Strictness::Rfc => {
            Err(invalid_value(&format!("{} is {found} instead of {expected}", quoted(attribute))))
        }
        _ => Ok(()),
    }
}

fn renamed(id: &str, before: &Group, after: &Group) -> Vec<Effect> {
    let is_same = before.display_name() == after.display_name() && before.external_id() == after.external_id();
    if is_same { Vec::new() } else { vec![Effect::GroupRenamed { id: id.to_owned() }] }
}

fn body(request: &Request) -> Result<&Object, Refusal> {
    let object = request.body.as_ref().and_then(Json::as_object);
    object.ok_or_else(|| Refusal::new(ScimType::InvalidSyntax, "the body is no object"))
}

fn unknown(kind: Kind, id: &str) -> Refusal {
    let kind = kind.resource().to_ascii_lowercase();
    Refusal::status(404, format!("there is no {kind} with the id {}", quoted(id)))
}

fn invalid_value(detail: &str) -> Refusal {
    Refusal::new(ScimType::InvalidValue, detail)
}
