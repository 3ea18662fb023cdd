//! Rules as a `vestibule.yaml`.

use std::io::{self, Write};

use crate::mix::Rule;

/// The organizations; the last one is the fallback.
#[rustfmt::skip]
pub const ORGANIZATIONS: [&str; 12] = [
    "Contoso Global", "Contoso Europe", "Contoso Deutschland", "Contoso Americas", "Contoso Asia", "Fabrikam",
    "Contoso Partners", "Contoso Suppliers", "Contoso Clinical", "Contoso Auditors", "Contoso Pilots", "Contoso Lobby",
];

/// The groups that group rules add people to.
const RULE_GROUPS: usize = 64;

/// What a configuration holds. Sections without rules are left out.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sections<'r> {
    /// Rules of organization assignment, with a fallback after them.
    pub organization: &'r [Rule],
    /// Rules of intake that refuse whom they match.
    pub intake: &'r [Rule],
    /// Rules of group assignment.
    pub groups: &'r [Rule],
    /// Files of users and of groups, relative to the configuration.
    pub snapshot: Option<(&'r str, &'r str)>,
}

const PROVIDER: &str = r#"version: 1

provider:
  name: contoso-entra
  protocol: saml
  realm: contoso
  attribute-mapping:
    provider-id: http://schemas.microsoft.com/identity/claims/objectidentifier
    username: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name
    email: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress
    first-name: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname
    last-name: http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname
    groups: { claim: http://schemas.microsoft.com/ws/2008/06/identity/claims/groups }
    attributes:
      title: { claim: jobtitle, scim: title }
      userType: { claim: usertype, scim: userType }
      country: { claim: country, scim: addresses.country }
      department: { claim: department, scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department" }
      costCenter: { claim: costcenter, scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter" }
      organization: { claim: companyname, scim: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization" }
  groups-import: true
  groups-claim: direct
  scim: { enabled: true }

organizations:
"#;

/// Writes a `vestibule.yaml`.
///
/// # Errors
///
/// When the writer fails.
pub fn write_configuration(sections: &Sections<'_>, out: &mut impl Write) -> io::Result<()> {
    out.write_all(PROVIDER.as_bytes())?;
    for name in ORGANIZATIONS {
        writeln!(out, "  - {{ name: {name} }}")?;
    }
    if !sections.groups.is_empty() {
        let groups: Vec<String> = (0..RULE_GROUPS).map(rule_group).collect();
        writeln!(out, "\ngroups:\n  rule-based: [{}]", groups.join(", "))?;
    }
    if !sections.organization.is_empty() {
        out.write_all(b"\norganization-assignment:\n  users:\n")?;
        for rule in sections.organization {
            write_rule(out, "    ", rule)?;
            writeln!(out, "      organization: {}", ORGANIZATIONS[rule.organization])?;
        }
        writeln!(out, "  fallback: {}", ORGANIZATIONS[ORGANIZATIONS.len() - 1])?;
    }
    if !sections.intake.is_empty() {
        out.write_all(b"\nuser-intake:\n  rules:\n")?;
        for rule in sections.intake {
            write_rule(out, "    ", rule)?;
            out.write_all(b"      decision: refuse\n")?;
        }
        out.write_all(b"  default: admit\n")?;
    }
    if !sections.groups.is_empty() {
        out.write_all(b"\ngroup-assignment:\n")?;
        for (index, rule) in sections.groups.iter().enumerate() {
            write_rule(out, "  ", rule)?;
            writeln!(out, "    groups: [{}]", rule_group(index % RULE_GROUPS))?;
        }
    }
    if let Some((users, groups)) = sections.snapshot {
        writeln!(out, "\nsnapshot: {{ users: {users}, groups: {groups} }}")?;
    }
    Ok(())
}

fn rule_group(index: usize) -> String {
    format!("Workspace {index:02}")
}

fn write_rule(out: &mut impl Write, indent: &str, rule: &Rule) -> io::Result<()> {
    let when = rule.condition.to_string().replace('\'', "''");
    writeln!(out, "{indent}- rule: {}\n{indent}  when: '{when}'", rule.name)
}
