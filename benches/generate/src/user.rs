//! A user: what the rules read of one, and the SCIM resource.

use crate::json::object;
use crate::random::Stream;
use crate::vocabulary::{
    COMPANIES, COST_CENTERS, DEPARTMENTS, FAMILY_NAMES, GIVEN_NAMES, HOME_DOMAINS, PLACES, SITES, TITLES, address_part,
    company, company_domain, company_slug, cost_center, department, division, site, title,
};

/// A user of the generated population. Absent values are `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Which user of the population: its place in the file.
    pub index: usize,
    /// The id that Foundry gave, a UUID.
    pub id: String,
    /// The object id of the identity provider, a UUID.
    pub external_id: String,
    /// `name@domain`, unique.
    pub user_name: String,
    /// Given and family name; guests have their company in parentheses.
    pub display_name: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// Whether the account is enabled.
    pub active: bool,
    /// The addresses: value, type, whether it is the primary one.
    pub emails: Vec<(String, &'static str, bool)>,
    /// The job title.
    pub title: Option<String>,
    /// `Employee`, `Contractor`, `Guest`, `Intern` or `Service`.
    pub user_type: Option<&'static str>,
    /// The enterprise extension's `department`. A few are written in another case than most.
    pub department: Option<String>,
    /// The enterprise extension's `costCenter`.
    pub cost_center: Option<String>,
    /// The enterprise extension's `organization`: the company.
    pub organization: Option<String>,
    /// The country of the work address.
    pub country: Option<&'static str>,
    town: &'static str,
    language: &'static str,
    zone: &'static str,
    division: Option<&'static str>,
    pub(crate) department_index: Option<usize>,
    pub(crate) place_index: usize,
    manager: Option<(String, String)>,
    numbers: u64,
}

/// Whose people someone is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Ours, with the name in the address, or with a staff number of a site.
    Home {
        domain: &'static str,
        site: Option<usize>,
    },
    /// A guest who signs in with the company's own account.
    Guest {
        company: usize,
    },
    /// A guest to whom we gave an account, `v-company.name@contoso.com`; mail goes to the company.
    Vendor {
        company: usize,
    },
    Service,
}

impl Origin {
    fn draw(stream: &mut Stream) -> Origin {
        let mut domain = stream.below(100);
        let domain = HOME_DOMAINS.iter().find_map(|&(name, share)| {
            let found = domain < share;
            domain = domain.saturating_sub(share);
            found.then_some(name)
        });
        let domain = domain.unwrap_or(HOME_DOMAINS[0].0);
        match stream.below(100) {
            0..42 => Origin::Home { domain, site: None },
            42..56 => Origin::Home { domain, site: Some(stream.rank(SITES)) },
            56..82 => Origin::Guest { company: stream.rank(COMPANIES) },
            82..98 => Origin::Vendor { company: stream.rank(COMPANIES) },
            _ => Origin::Service,
        }
    }

    fn user_name(self, local: &str, index: usize) -> String {
        match self {
            Origin::Home { domain, site: None } => format!("{local}{index}@{domain}"),
            Origin::Home { domain, site: Some(code) } => format!("{}-{index}@{domain}", site(code)),
            Origin::Guest { company } => format!("{local}{index}@{}", company_domain(company)),
            Origin::Vendor { company } => format!("v-{}.{local}{index}@contoso.com", company_slug(company)),
            Origin::Service => format!("svc-{local}{index}@contoso.com"),
        }
    }

    fn address(self, local: &str, index: usize) -> String {
        match self {
            Origin::Home { domain, .. } => format!("{local}{index}@{domain}"),
            Origin::Guest { company } | Origin::Vendor { company } => {
                format!("{local}{index}@{}", company_domain(company))
            }
            Origin::Service => format!("svc-{local}{index}@contoso.com"),
        }
    }
}

fn names(seed: u64, index: usize) -> (&'static str, &'static str) {
    let mut stream = Stream::new(seed, "name", index as u64);
    (*stream.pick(&GIVEN_NAMES), *stream.pick(&FAMILY_NAMES))
}

pub(crate) fn id(seed: u64, index: usize) -> String {
    Stream::new(seed, "id", index as u64).uuid()
}

/// A text as someone may have typed it: nearly always as given, sometimes in capitals, sometimes without any.
fn typed(stream: &mut Stream, text: String) -> String {
    match stream.below(100) {
        0 => text.to_uppercase(),
        1..3 => text.to_lowercase(),
        _ => text,
    }
}

impl User {
    pub(crate) fn generate(seed: u64, index: usize) -> User {
        let (given_name, family_name) = names(seed, index);
        let stream = &mut Stream::new(seed, "user", index as u64);
        let origin = Origin::draw(stream);
        let local = format!("{}.{}", address_part(given_name), address_part(family_name));
        let local = if stream.per_mille(60) { capitalised(&local) } else { local };
        let full_name = format!("{given_name} {family_name}");
        let guest_of = match origin {
            Origin::Guest { company } | Origin::Vendor { company } => Some(company),
            Origin::Home { .. } | Origin::Service => None,
        };
        let department_index = stream.per_mille(if guest_of.is_some() { 550 } else { 960 });
        let department_index = department_index.then(|| stream.rank(DEPARTMENTS));
        let place_index = stream.rank(PLACES.len());
        let (country, town, language, zone) = PLACES[place_index];
        let manager = index.checked_sub(1).map(|below| below / 9).filter(|_| stream.per_mille(850));
        User {
            index,
            id: id(seed, index),
            external_id: stream.uuid(),
            user_name: origin.user_name(&local, index),
            display_name: match guest_of {
                Some(guest_of) => format!("{full_name} ({})", company(guest_of)),
                None => full_name,
            },
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            active: stream.per_mille(940),
            emails: emails(stream, origin, &local, index),
            title: stream.per_mille(880).then(|| title(stream.rank(TITLES))),
            user_type: stream.per_mille(930).then(|| match origin {
                Origin::Home { .. } if stream.per_mille(40) => "Intern",
                Origin::Home { .. } => "Employee",
                Origin::Guest { .. } => "Guest",
                Origin::Vendor { .. } => "Contractor",
                Origin::Service => "Service",
            }),
            department: department_index.map(|index| typed(stream, department(index))),
            cost_center: stream.per_mille(800).then(|| cost_center(stream.rank(COST_CENTERS))),
            organization: stream.per_mille(900).then(|| match guest_of {
                Some(guest_of) => typed(stream, company(guest_of)),
                None => "Contoso".to_owned(),
            }),
            country: stream.per_mille(920).then_some(country),
            town,
            language,
            zone,
            division: department_index.map(division),
            department_index,
            place_index,
            manager: manager.map(|manager| {
                let (given_name, family_name) = names(seed, manager);
                (id(seed, manager), format!("{given_name} {family_name}"))
            }),
            numbers: stream.bits(),
        }
    }

    /// The one address that Foundry holds: the primary one, else the work address, else the only one.
    pub fn email(&self) -> Option<&str> {
        let primary = self.emails.iter().find(|(_, _, primary)| *primary);
        let work = || self.emails.iter().find(|(_, kind, _)| *kind == "work");
        let only = || self.emails.first().filter(|_| self.emails.len() == 1);
        primary.or_else(work).or_else(only).map(|(value, _, _)| value.as_str())
    }

    /// Writes the User resource as one line of JSON, without the end of the line.
    pub fn write_scim(&self, out: &mut Vec<u8>) {
        const SCHEMAS: &str = concat!(
            r#"["urn:ietf:params:scim:schemas:core:2.0:User","#,
            r#""urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]"#
        );
        let numbers = self.numbers;
        let mut user = object(out);
        user.raw("schemas", SCHEMAS);
        user.text("id", &self.id);
        user.text("externalId", &self.external_id);
        user.text("userName", &self.user_name);
        user.raw("active", if self.active { "true" } else { "false" });
        user.text("displayName", &self.display_name);
        user.object("name", |name| {
            name.text("formatted", &format!("{} {}", self.given_name, self.family_name));
            name.text("familyName", &self.family_name);
            name.text("givenName", &self.given_name);
        });
        user.optional("title", self.title.as_deref());
        user.optional("userType", self.user_type);
        user.text("preferredLanguage", self.language);
        user.text("locale", self.language);
        user.text("timezone", self.zone);
        if !self.emails.is_empty() {
            user.array("emails", &self.emails, |(value, kind, primary), email| {
                email.text("type", kind);
                email.text("value", value);
                if *primary {
                    email.raw("primary", "true");
                }
            });
        }
        user.array("phoneNumbers", &["work", "mobile"][..1 + (numbers % 2) as usize], |kind, phone| {
            phone.text("type", kind);
            phone.text("value", &format!("+{} {:09}", 31 + numbers % 30, numbers % 999_999_937));
        });
        if let Some(country) = self.country {
            user.array("addresses", &[country], |country, address| {
                address.text("type", "work");
                address.text("streetAddress", &format!("{} {}", "Industrieweg", numbers % 480));
                address.text("locality", self.town);
                address.text("postalCode", &format!("{:05}", numbers % 99_991));
                address.text("country", country);
            });
        }
        user.object("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", |enterprise| {
            enterprise.text("employeeNumber", &format!("{:07}", self.index));
            enterprise.optional("department", self.department.as_deref());
            enterprise.optional("division", self.division);
            enterprise.optional("costCenter", self.cost_center.as_deref());
            enterprise.optional("organization", self.organization.as_deref());
            if let Some((id, name)) = &self.manager {
                enterprise.object("manager", |manager| {
                    manager.text("value", id);
                    manager.text("displayName", name);
                });
            }
        });
        user.object("meta", |meta| {
            let (month, day, hour) = (1 + numbers % 12, 1 + numbers % 28, numbers % 24);
            meta.text("resourceType", "User");
            meta.text("created", &format!("2024-{month:02}-{day:02}T{hour:02}:15:00Z"));
            meta.text("lastModified", &format!("2025-{month:02}-{day:02}T{hour:02}:45:12Z"));
            meta.text("version", &format!("W/\"{numbers:016x}\""));
            meta.text("location", &format!("https://scim.contoso.example/v2/Users/{}", self.id));
        });
        user.end();
    }
}

fn capitalised(local: &str) -> String {
    let parts = local.split('.').map(|part| part[..1].to_uppercase() + &part[1..]);
    parts.collect::<Vec<_>>().join(".")
}

/// Most people have one address that is primary; some have several, some one without the mark, a few have none.
fn emails(stream: &mut Stream, origin: Origin, local: &str, index: usize) -> Vec<(String, &'static str, bool)> {
    let address = origin.address(local, index);
    let other = format!("{local}{index}@mail{}.example", index % 7);
    match stream.below(100) {
        0..3 => Vec::new(),
        3..7 => vec![(address, "work", false)],
        7..9 => vec![(address, "other", false)],
        9..24 => vec![(other, "other", false), (address, "work", true)],
        24..30 => {
            vec![(address, "work", true), (other.clone(), "home", false), (other.to_ascii_uppercase(), "other", false)]
        }
        _ => vec![(address, "work", true)],
    }
}
