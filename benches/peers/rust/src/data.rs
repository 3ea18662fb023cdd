//! The data set: users and groups as SCIM resources, rules as the generator describes them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

pub type Failure = Box<dyn std::error::Error>;

/// A user as engines without case folding need one: every text in lower case, absent texts empty.
///
/// Empty is as good as absent here, since no rule of the data set compares with the empty text.
#[derive(Default)]
pub struct Person {
    pub id: String,
    pub email: String,
    pub email_domain: String,
    pub user_name: String,
    pub display_name: String,
    pub title: String,
    pub user_type: String,
    pub department: String,
    pub cost_center: String,
    pub organization: String,
    pub country: String,
    pub active: bool,
    pub groups: Vec<String>,
}

/// A rule of the description.
#[derive(Deserialize)]
pub struct Rule {
    pub rule: String,
    pub condition: Condition,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Connective {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
}

#[derive(Deserialize)]
#[serde(untagged)]
pub enum Condition {
    Connective(Connective),
    Test(Test),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Test {
    pub attribute: String,
    pub operator: String,
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
    pub flag: Option<bool>,
    pub pattern: Option<String>,
    #[serde(default)]
    pub ignore_case: bool,
    starts: Option<String>,
    ends: Option<String>,
}

impl Test {
    /// The text, in lower case.
    pub fn text(&self) -> String {
        self.value.as_deref().unwrap_or_default().to_lowercase()
    }

    /// The texts of `in`, in lower case.
    pub fn texts(&self) -> Vec<String> {
        self.values.iter().map(|text| text.to_lowercase()).collect()
    }

    /// Where a pattern says no more than that: how the value begins.
    pub fn starts(&self) -> Option<String> {
        self.starts.as_deref().filter(|_| self.ignore_case).map(str::to_lowercase)
    }

    /// Where a pattern says no more than that: how the value ends.
    pub fn ends(&self) -> Option<String> {
        self.ends.as_deref().filter(|_| self.ignore_case).map(str::to_lowercase)
    }

    /// The pattern for the whole value. Values are in lower case here, so only a pattern that ignores case will do.
    pub fn whole_pattern(&self) -> Option<String> {
        self.pattern.as_deref().filter(|_| self.ignore_case).map(|pattern| format!("(?i)^(?:{pattern})$"))
    }
}

pub fn lines(path: &Path) -> Result<impl Iterator<Item = std::io::Result<String>>, Failure> {
    let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(BufReader::with_capacity(1 << 20, file).lines())
}

pub fn rules(path: &Path) -> Result<Vec<Rule>, Failure> {
    lines(path)?.map(|line| Ok(serde_json::from_str(&line?)?)).collect()
}

/// The users' resources as text, and the names of the groups of each.
pub fn resources(folder: &Path, limit: usize) -> Result<Vec<(String, Vec<String>)>, Failure> {
    let mut users = Vec::new();
    let mut places = HashMap::new();
    for line in lines(&folder.join("users.ndjson"))?.take(limit) {
        let line = line?;
        let user: Value = serde_json::from_str(&line)?;
        places.insert(user["id"].as_str().unwrap_or_default().to_owned(), users.len());
        users.push((line, Vec::new()));
    }
    for line in lines(&folder.join("groups.ndjson"))? {
        let group: Value = serde_json::from_str(&line?)?;
        let name = group["displayName"].as_str().unwrap_or_default();
        for member in group["members"].as_array().into_iter().flatten() {
            if let Some(&place) = member["value"].as_str().and_then(|id| places.get(id)) {
                users[place].1.push(name.to_owned());
            }
        }
    }
    Ok(users)
}

impl Person {
    pub fn new(resource: &str, groups: &[String]) -> Result<Person, Failure> {
        let user: Value = serde_json::from_str(resource)?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_lowercase();
        let enterprise = &user["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];
        let email = email(&user).to_lowercase();
        Ok(Person {
            id: user["id"].as_str().unwrap_or_default().to_owned(),
            email_domain: email.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default(),
            email,
            user_name: text(&user["userName"]),
            display_name: text(&user["displayName"]),
            title: text(&user["title"]),
            user_type: text(&user["userType"]),
            department: text(&enterprise["department"]),
            cost_center: text(&enterprise["costCenter"]),
            organization: text(&enterprise["organization"]),
            country: text(&user["addresses"][0]["country"]),
            active: user["active"].as_bool().unwrap_or_default(),
            groups: groups.iter().map(|name| name.to_lowercase()).collect(),
        })
    }

    /// The single-valued texts, by the names that expressions use.
    pub fn texts(&self) -> [(&'static str, &str); 10] {
        [
            ("email", &self.email),
            ("email_domain", &self.email_domain),
            ("user_name", &self.user_name),
            ("display_name", &self.display_name),
            ("title", &self.title),
            ("user_type", &self.user_type),
            ("department", &self.department),
            ("cost_center", &self.cost_center),
            ("organization", &self.organization),
            ("country", &self.country),
        ]
    }
}

/// The one address that Foundry holds: the primary one, else the work address, else the only one.
fn email(user: &Value) -> &str {
    let emails = user["emails"].as_array().map(Vec::as_slice).unwrap_or_default();
    let primary = emails.iter().find(|email| email["primary"] == true);
    let work = || emails.iter().find(|email| email["type"] == "work");
    let only = || emails.first().filter(|_| emails.len() == 1);
    primary.or_else(work).or_else(only).and_then(|email| email["value"].as_str()).unwrap_or_default()
}

/// The name that expressions use for an attribute of the description.
pub fn field(attribute: &str) -> &'static str {
    match attribute {
        "email" => "email",
        "userName" => "user_name",
        "displayName" => "display_name",
        "title" => "title",
        "userType" => "user_type",
        "department" => "department",
        "costCenter" => "cost_center",
        "organization" => "organization",
        "addresses.country" => "country",
        "active" => "active",
        "provider.groups" => "groups",
        _ => panic!("the data set has no attribute `{attribute}`"),
    }
}
