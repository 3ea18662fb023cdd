//! Users and groups of a provider, in any number.

use std::io::{self, Write};

use crate::json::{object, write_text};
use crate::random::Stream;
use crate::user::{self, User};
use crate::vocabulary::{DEPARTMENTS, PLACES, department, team};

/// The users and groups that a seed and two numbers give. Nothing of it is kept: each user is made when asked for, and
/// the first users of a large population differ from those of a small one in their groups only.
///
/// ```
/// let population = vestibule_generate::Population::new(7, 1000, 50);
/// let user = population.user(3);
/// let groups: Vec<String> = population.memberships(&user).into_iter().map(|group| population.group_name(group)).collect();
/// assert_eq!(population.user(3), user);
/// assert!(groups.len() < 100);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Population {
    seed: u64,
    users: usize,
    groups: usize,
}

impl Population {
    /// A population of so many users and groups.
    pub fn new(seed: u64, users: usize, groups: usize) -> Population {
        Population { seed, users, groups }
    }

    /// How many users there are.
    pub fn users(&self) -> usize {
        self.users
    }

    /// How many groups there are.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// A user, by its place.
    pub fn user(&self, index: usize) -> User {
        User::generate(self.seed, index)
    }

    fn country_groups(&self) -> usize {
        PLACES.len().min(self.groups / 10)
    }

    fn department_groups(&self) -> usize {
        DEPARTMENTS.min(self.groups / 5)
    }

    /// The number of groups that stand before those of teams: a group for a country, a group for a department.
    pub(crate) fn first_team(&self) -> usize {
        self.country_groups() + self.department_groups()
    }

    /// The display name of a group, by its place. Names differ without case, also beyond the number of groups.
    pub fn group_name(&self, group: usize) -> String {
        if let Some(index) = group.checked_sub(self.first_team()) {
            return team(index);
        }
        match group.checked_sub(self.country_groups()) {
            Some(index) => format!("Dept-{}", department(index)),
            None => format!("Country-{}", PLACES[group].0),
        }
    }

    /// The groups that a user is in, by their places, in order, each once: about ten, many in none or in dozens.
    pub fn memberships(&self, user: &User) -> Vec<usize> {
        let stream = &mut Stream::new(self.seed, "memberships", user.index as u64);
        let (teams, first_team) = (self.groups.saturating_sub(self.first_team()), self.first_team());
        let count = match stream.below(100) {
            0..4 => return Vec::new(),
            4..70 => 2 + stream.below(7),
            70..95 => 10 + stream.below(11),
            95..99 => 20 + stream.below(21),
            _ => 40 + stream.below(61),
        };
        let mut groups: Vec<usize> = match teams {
            0 => Vec::new(),
            teams => (0..count).map(|_| first_team + stream.rank(teams)).collect(),
        };
        let department = user.department_index.filter(|index| *index < self.department_groups());
        groups.extend(department.filter(|_| stream.per_mille(700)).map(|index| self.country_groups() + index));
        let country = Some(user.place_index).filter(|index| *index < self.country_groups());
        groups.extend(country.filter(|_| stream.per_mille(600)));
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// Writes the users as NDJSON, about 1.3 KB each.
    ///
    /// # Errors
    ///
    /// When the writer fails.
    pub fn write_users(&self, out: &mut impl Write) -> io::Result<()> {
        let mut line = Vec::with_capacity(2048);
        for index in 0..self.users {
            line.clear();
            self.user(index).write_scim(&mut line);
            line.push(b'\n');
            out.write_all(&line)?;
        }
        Ok(())
    }

    /// How many pages of a size the users fill; one where there are no users.
    pub fn pages(&self, size: usize) -> usize {
        self.users.div_ceil(size.max(1)).max(1)
    }

    /// Writes a page of the users as a SCIM server answers a query: a ListResponse (RFC 7644 section 3.4.2), on one line.
    ///
    /// # Errors
    ///
    /// When the writer fails.
    pub fn write_page(&self, page: usize, size: usize, out: &mut impl Write) -> io::Result<()> {
        let first = self.users.min(page * size);
        let last = self.users.min(first + size);
        write!(
            out,
            r#"{{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":{},"startIndex":{},"itemsPerPage":{},"Resources":["#,
            self.users,
            first + 1,
            last - first
        )?;
        let mut resource = Vec::with_capacity(2048);
        for index in first..last {
            resource.clear();
            if index > first {
                resource.push(b',');
            }
            self.user(index).write_scim(&mut resource);
            out.write_all(&resource)?;
        }
        out.write_all(b"]}\n")
    }

    /// The members of every group, by their places: about 4 bytes a membership, and a pass over all users.
    pub fn members(&self) -> Vec<Vec<u32>> {
        let mut members = vec![Vec::new(); self.groups];
        for index in 0..self.users {
            let user = self.user(index);
            for group in self.memberships(&user) {
                members[group].push(u32::try_from(index).unwrap_or(u32::MAX));
            }
        }
        members
    }

    /// Writes the groups as NDJSON, with the ids of their members. A few groups are large, most are small.
    ///
    /// # Errors
    ///
    /// When the writer fails.
    pub fn write_groups(&self, out: &mut impl Write) -> io::Result<()> {
        let mut line = Vec::new();
        for (index, members) in self.members().into_iter().enumerate() {
            line.clear();
            let mut stream = Stream::new(self.seed, "group", index as u64);
            let (id, name) = (stream.uuid(), self.group_name(index));
            let mut group = object(&mut line);
            group.raw("schemas", r#"["urn:ietf:params:scim:schemas:core:2.0:Group"]"#);
            group.text("id", &id);
            group.text("externalId", &name);
            group.text("displayName", &name);
            group.object("meta", |meta| meta.text("resourceType", "Group"));
            group.raw("members", "[");
            for (place, member) in members.into_iter().enumerate() {
                line.extend_from_slice(if place == 0 { br#"{"value":"# } else { br#",{"value":"# });
                write_text(&mut line, &user::id(self.seed, member as usize));
                line.push(b'}');
            }
            line.extend_from_slice(b"]}\n");
            out.write_all(&line)?;
        }
        Ok(())
    }
}
