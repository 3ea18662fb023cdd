//! `rules-by-the-wrong-group-key`

use crate::condition::{GroupKey, Input, Operator};
use crate::config::RuleRef;
use crate::identity::{Chain, Sent, Value};
use crate::lint::comparison::comparisons;
use crate::lint::known_groups::{Form, KnownGroups, NamedGroup, is_object_id, named_groups};
use crate::lint::pattern::{self, Plain};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Case, Place, Problem, Severity, Span, quoted};

pub(super) const LINT: Lint = Lint {
    name: "rules-by-the-wrong-group-key",
    severity: Severity::Error,
    level: Level::Default,
    source: "https://www.palantir.com/docs/foundry/authentication/scim-entra-id",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

A rule that names groups by name while all groups of the snapshot are called by their object id, or by object id while none
is. Without groups in the snapshot, what Entra sends tells how they are called: the mapping of groups and the groups claim,
where the two agree.

## Why it matters

Provider groups are called what the groups claim and the mapping of `displayName` send. Where Entra sends object ids, no group
has the name that the rule asks for, and the rule never holds.

## Avoid

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "EU-Finance"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60", "members": [] } ]
```

## Prefer

```yaml
groups: { rule-based: [Finance] }
group-assignment:
  - rule: finance
    when: provider.groups includes "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60"
    groups: [Finance]
snapshot: { groups: groups.json }
```

```json groups.json
[ { "id": "1", "displayName": "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60", "members": [] } ]
```

## Source

https://www.palantir.com/docs/foundry/authentication/scim-entra-id

## Fix

None. Name the groups as they are kept, or have Entra send their names on both sides.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    let kept = Kept::of(subject);
    for rule in subject.config.rules().filter(|rule| rule.enabled) {
        let wrong = kept.wrong_in(&rule);
        let Some((first, others)) = wrong.split_first() else { continue };
        let message = match kept.form(first.key) {
            Form::ObjectIds => format!("rule `{}` names groups by name, and they are kept by object id", rule.name),
            _ => format!("rule `{}` names groups by object id, and they are kept by name", rule.name),
        };
        let cases = wrong.iter().map(|wrong| Case::new(&[&wrong.text]));
        let problem = LINT.problem(first.place.clone(), message).cases(cases);
        let problem = problem.label("no group is called so").help(kept.help(first));
        let problem = match kept.told_by(first.key) {
            Some(place) => problem.related(place, "this is what Entra sends"),
            None => problem,
        };
        problems.push(others.iter().fold(problem, |problem, named| problem.related(named.place.clone(), "nor so")));
    }
}

/// Whether this lint speaks of a rule.
pub(super) fn names_by_the_wrong_key(subject: &Subject<'_>, rule: &RuleRef<'_>) -> bool {
    !Kept::of(subject).wrong_in(rule).is_empty()
}

/// What tells how groups are called: all groups of the snapshot, else what Entra sends.
struct Kept<'k> {
    known: Option<&'k KnownGroups<'k>>,
    groups: &'k Chain,
}

/// A part of a rule that no group can be called by, and by which of its names.
struct Wrong {
    key: GroupKey,
    place: Place,
    text: String,
    /// Whether the text is a whole name.
    is_whole: bool,
}

impl<'k> Kept<'k> {
    fn of(subject: &'k Subject<'_>) -> Self {
        let known = subject.known_groups().filter(|known| !known.is_empty());
        Kept { known, groups: &subject.identity().groups }
    }

    fn form(&self, key: GroupKey) -> Form {
        match self.known {
            Some(known) => known.form(key),
            None => sent_form(self.groups, key),
        }
    }

    fn wrong_in(&self, rule: &RuleRef<'_>) -> Vec<Wrong> {
        let whole = named_groups(rule).into_iter().filter(|named| self.is_wrong(named));
        let whole = whole.map(|named| Wrong { key: named.key, place: named.place, text: named.name.to_string(), is_whole: true });
        let parts = parts_of_names(rule).into_iter().filter(|part| self.form(part.key) == Form::ObjectIds);
        whole.chain(parts).collect()
    }

    fn is_wrong(&self, named: &NamedGroup<'_>) -> bool {
        match (self.known, self.form(named.key)) {
            (Some(known), _) => known.is_of_the_wrong_form(named),
            (None, Form::ObjectIds) => !is_object_id(&named.name),
            (None, Form::Names) => is_object_id(&named.name),
            (None, Form::Mixed) => false,
        }
    }

    /// Where Entra's side says it.
    fn told_by(&self, key: GroupKey) -> Option<Place> {
        if self.known.is_some() {
            return None;
        }
        let sent = sent(self.groups, key).next().map(|sent| sent.place.clone());
        sent.or_else(|| self.groups.login.said_at.clone())
    }

    fn help(&self, wrong: &Wrong) -> String {
        if let Some(known) = self.known.filter(|_| wrong.is_whole)
            && let Some(kept) = called(known, wrong.key, &wrong.text)
        {
            return format!("write {}", quoted(kept));
        }
        match self.form(wrong.key) {
            Form::ObjectIds => "write the object id of the group, or let Entra send names on both sides".to_owned(),
            _ => "write the name of the group, or let Entra send object ids on both sides".to_owned(),
        }
    }
}

/// What a group is called by one of its names that a rule calls by the other.
fn called<'k>(known: &KnownGroups<'k>, key: GroupKey, name: &str) -> Option<&'k str> {
    match key {
        GroupKey::DisplayName => {
            let group = known.with_external_id_like(name).or_else(|| known.with_id(name))?;
            group.resource.display_name().known().flatten()
        }
        GroupKey::ExternalId => known.called(name)?.resource.external_id().known().flatten(),
    }
}

/// What the mappings send as one of the names.
fn sent(groups: &Chain, key: GroupKey) -> impl Iterator<Item = &Sent> {
    let attribute = match key {
        GroupKey::DisplayName => "displayName",
        GroupKey::ExternalId => "externalId",
    };
    groups.sent.iter().filter(move |sent| sent.attribute == attribute)
}

/// What Entra makes of a name of groups: what all mappings and the claim agree on. Where they do not, other lints speak.
fn sent_form(groups: &Chain, key: GroupKey) -> Form {
    let values = sent(groups, key).map(|sent| sent.value.as_ref()).chain(groups.login.value.as_ref().map(Some));
    let mut forms = values.map(|value| value.map_or(Form::Mixed, form_of));
    let first = forms.next().unwrap_or(Form::Mixed);
    if forms.all(|form| form == first) { first } else { Form::Mixed }
}

fn form_of(value: &Value) -> Form {
    match value.as_attribute() {
        Some("objectid") => Form::ObjectIds,
        Some("displayname" | "mailnickname" | "onpremisessamaccountname") => Form::Names,
        // The account name behind a domain: `dns_domain_and_sam_account_name`.
        Some(name) if name.ends_with("_sam_account_name") => Form::Names,
        _ => Form::Mixed,
    }
}

/// The parts of names that a rule asks for, as far as they can be in no object id: `sw "EU-"`, `/EU-.*/`.
fn parts_of_names(rule: &RuleRef<'_>) -> Vec<Wrong> {
    let mut found = Vec::new();
    for comparison in comparisons(rule.when) {
        let (Input::ProviderGroups(key) | Input::Group(key)) = *comparison.input else { continue };
        let mut add = |text: &str, place: Place| {
            if !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
                found.push(Wrong { key, place, text: text.to_owned(), is_whole: false });
            }
        };
        if let Some((source, _)) = comparison.pattern() {
            if let Some(Plain::Starts(text) | Plain::Ends(text) | Plain::Contains(text)) = pattern::plain(source) {
                add(&text, comparison.place_in_pattern(Span::new(0, source.len())));
            }
        } else if matches!(comparison.operator, Operator::Sw | Operator::Ew | Operator::Co) {
            comparison.strings().into_iter().for_each(|(text, place)| add(text, place));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places, schema};

    const ID: &str = "7c4d0d2a-5a3c-4f5e-9d0e-1b2c3d4e5f60";

    fn files(when: &str, name: &str, external_id: &str) -> [(&'static str, String); 2] {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\nsnapshot: {{ groups: \
             g.json }}\n"
        );
        let groups = format!(r#"[{{"id":"1","displayName":"{name}","externalId":"{external_id}"}}]"#);
        [("vestibule.yaml", document), ("g.json", groups)]
    }

    fn check(when: &str, name: &str, external_id: &str) -> Vec<String> {
        let files = files(when, name, external_id);
        places(&LINT, &files.each_ref().map(|(name, text)| (*name, text.as_str())))
    }

    #[test]
    fn names_where_ids_are_kept_and_the_reverse_are_found_once_a_rule() {
        assert_eq!(check(r#"provider.groups in ["A", "B"]"#, ID, ID), [r#"vestibule.yaml:4:29 "A""#]);
        assert_eq!(check(&format!(r#"provider.groups includes "{ID}""#), "A", ID).len(), 1);
        assert_eq!(check(r#"provider.groups.externalId includes "A""#, "A", ID).len(), 1);
    }

    #[test]
    fn the_right_name_is_shown_where_the_snapshot_knows_it() {
        let files = files(&format!(r#"provider.groups includes "{ID}""#), "EU-Finance", ID);
        let found = findings(&LINT, &files.each_ref().map(|(name, text)| (*name, text.as_str())));
        assert_eq!(found[0].help.as_deref(), Some("write `EU-Finance`"));
    }

    /// Without a snapshot: by what Entra sends.
    fn check_sent(when: &str, claim: &str, mappings: &str) -> Vec<String> {
        let document = format!(
            "groups: {{ rule-based: [G] }}\ngroup-assignment:\n- rule: a\n  when: {when}\n  groups: [G]\n\
             entra: {{ exports: [schema.json], sources: {{ {claim} }} }}\n"
        );
        places(&LINT, &[("vestibule.yaml", &document), ("schema.json", &schema("Group", mappings))])
    }

    #[test]
    fn without_a_snapshot_what_entra_sends_tells() {
        let by_id = "externalId <- [objectId]\ndisplayName <- [objectId]";
        let by_name = "externalId <- [displayName]\ndisplayName <- [displayName]";
        let (names, ids) = (r#"provider.groups includes "EU-Finance""#, format!(r#"provider.groups includes "{ID}""#));
        let claimed = "groups-claim: group.objectid";
        assert_eq!(check_sent(names, claimed, ""), [r#"vestibule.yaml:4:34 "EU-Finance""#]);
        assert_eq!(check_sent(names, "", by_id).len(), 1);
        assert_eq!(check_sent(names, claimed, by_id).len(), 1);
        assert_eq!(check_sent(&ids, "", by_name).len(), 1);
        assert_eq!(check_sent(&ids, "groups-claim: sam_account_name", "").len(), 1);
        assert_eq!(check_sent(r#"provider.groups.externalId includes "EU""#, "", by_id).len(), 1);
        for (when, claim, mappings) in [
            (names, "", ""),
            (names, "groups-claim: group.displayname", by_name),
            (ids.as_str(), claimed, by_id),
            (names, claimed, by_name),
            (names, claimed, "externalId <- [objectId]\ndisplayName <- [displayName]"),
            (names, "", r#"displayName <- Join("-", "EU", [objectId])"#),
            (names, "groups-claim: group.securityidentifier", ""),
        ] {
            assert_eq!(check_sent(when, claim, mappings), [""; 0], "{when} {claim} {mappings}");
        }
    }

    #[test]
    fn a_part_of_a_name_that_no_object_id_has_is_found() {
        assert_eq!(check("provider.groups includes /EU-.*/", ID, ID), ["vestibule.yaml:4:35 EU-.*"]);
        assert_eq!(check(r#"provider.groups sw "EU-""#, ID, ID).len(), 1);
        assert!(check(r#"provider.groups sw "7c4d""#, ID, ID).is_empty());
        assert!(check(r#"provider.groups sw "EU-""#, "Sales", ID).is_empty());
        assert!(check("provider.groups includes /.*/", ID, ID).is_empty());
    }

    #[test]
    fn groups_named_as_they_are_kept_are_silent() {
        assert!(check(&format!(r#"provider.groups includes "{ID}""#), ID, ID).is_empty());
        assert!(check(r#"provider.groups includes "A""#, "A", ID).is_empty());
        assert!(check(r#"provider.groups includes "Sales""#, "A", ID).is_empty(), "an unknown name is another lint's");
        assert!(check(&format!(r#"provider.groups.externalId includes "{ID}""#), "A", ID).is_empty());
    }
}
