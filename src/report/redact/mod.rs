//! Pseudonyms in the place of personal data.
//!
//! A [`Redactor`] knows the personal values of the files that were read. It is applied to findings and decisions before
//! they are written, so that every format says the same; lines of source are masked through [`Sources::conceal`].

mod lines;
mod members;
mod pseudonym;
mod words;

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::diff::{Moved, Proof};
use crate::engine::{Clause, Decision, ExplainedRule, Explanation};
use crate::simulate::{Remaining, Transition};
use crate::source::{Finding, Sources};

use pseudonym::Key;

/// Which values are personal, and what stands for each.
///
/// ```
/// use vestibule::report::Redactor;
/// let mut redactor = Redactor::new("contoso");
/// redactor.personal("Ada Okafor");
/// let text = redactor.text("`Ada Okafor` is taken here instead");
/// assert!(text.starts_with("`user-") && !text.contains("Ada"));
/// assert_eq!(redactor.pseudonym("ada@contoso.com"), redactor.pseudonym("Ada@contoso.com"));
/// ```
#[derive(Clone, Debug)]
pub struct Redactor {
    key: Key,
    /// Folded value to pseudonym.
    values: HashMap<String, String>,
    /// How long the values and the names that stay are that begin with a word, the longest first.
    lengths: HashMap<String, Vec<usize>>,
    kept: HashSet<String>,
}

/// How many bytes a value has that is looked for inside of texts. What a text costs grows with it.
const MAX_IN_TEXT: usize = 512;

/// Values compare without ASCII case, and the folded text is as long as the text.
fn fold(text: &str) -> String {
    text.to_ascii_lowercase()
}

impl Redactor {
    /// One that knows no value yet. Another salt gives other pseudonyms.
    pub fn new(salt: &str) -> Self {
        Redactor { key: Key::of(salt), values: HashMap::new(), lengths: HashMap::new(), kept: HashSet::new() }
    }

    /// A personal value: each place where it stands shows its pseudonym.
    pub fn personal(&mut self, value: &str) {
        let pseudonym = self.pseudonym(value);
        // Messages cut what is very long.
        let shortened = crate::source::shown_start(value);
        for value in [value, shortened] {
            let folded = fold(value);
            // Truth values in quotes are a mistake that lints speak of, and nobody's name.
            let tells = !matches!(folded.trim(), "" | "true" | "false");
            if !tells || self.values.contains_key(&folded) {
                continue;
            }
            // Nobody repeats a longer one in a text but by its start.
            if folded.len() <= MAX_IN_TEXT {
                self.look_for(&folded);
            }
            self.values.insert(folded, pseudonym.clone());
        }
    }

    /// The personal values of a text of JSON, by the names of its members, be the text damaged or not.
    pub fn personal_of(&mut self, json: &str) {
        for value in lines::personal_members(json) {
            self.personal(&value);
        }
    }

    /// A name that stays, also where a person has the same: of a rule, an organization or a group.
    pub fn keep(&mut self, name: &str) {
        let folded = fold(name);
        if folded.trim().is_empty() {
            return;
        }
        if folded.len() <= MAX_IN_TEXT {
            self.look_for(&folded);
        }
        self.kept.insert(folded);
    }

    /// Lets a search compare with texts of this length where the first word stands.
    fn look_for(&mut self, folded: &str) {
        let lengths = self.lengths.entry(words::first(folded).to_owned()).or_default();
        if let Err(at) = lengths.binary_search_by(|length| folded.len().cmp(length)) {
            lengths.insert(at, folded.len());
        }
    }

    /// What stands for a value: the same for the same value, whatever its case.
    pub fn pseudonym(&self, value: &str) -> String {
        format!("user-{:012x}", self.key.hash(fold(value).as_bytes()) >> 16)
    }

    fn is_kept(&self, value: &str) -> bool {
        self.kept.contains(&fold(value))
    }

    /// A text with pseudonyms in the place of the values in it, and of everything that looks like an e-mail address.
    pub fn text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut written = 0;
        for (span, pseudonym) in words::personal(self, text) {
            out.push_str(&text[written..span.start]);
            out.push_str(&pseudonym);
            written = span.end;
        }
        out.push_str(&text[written..]);
        out
    }

    /// A JSON value with pseudonyms in all of its strings, at any depth; names of members stay.
    pub fn json(&self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.whole(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.json(item)),
            Value::Object(members) => members.iter_mut().for_each(|(name, value)| match value {
                // What is personal by its name needs not be known.
                Value::String(text) if members::is_personal(name) && !self.is_kept(text) => {
                    *text = self.pseudonym(text);
                }
                value => self.json(value),
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// A string that may be a value as a whole, however short.
    fn whole(&self, text: &str) -> String {
        match self.values.get(&fold(text)) {
            _ if self.is_kept(text) => text.to_owned(),
            Some(pseudonym) => pseudonym.clone(),
            None => self.text(text),
        }
    }

    /// A finding without personal data. A fix whose edits would repeat some is left out: with a pseudonym it would be wrong.
    pub fn finding(&self, finding: &mut Finding) {
        finding.message = self.text(&finding.message);
        finding.help = finding.help.as_deref().map(|help| self.text(help));
        for location in &mut finding.locations {
            location.label = self.text(&location.label);
        }
        if let Some(witness) = &mut finding.witness {
            self.json(witness);
        }
        finding.fixes.retain(|fix| fix.edits.iter().all(|edit| self.text(&edit.text) == edit.text));
        for fix in &mut finding.fixes {
            fix.title = self.text(&fix.title);
        }
    }

    /// Findings without personal data, and their lines of source without it.
    pub fn findings(&self, findings: &mut [Finding], sources: &mut Sources) {
        for finding in findings.iter_mut() {
            let repeated = lines::repeated(self, finding, sources);
            if !repeated.is_empty() {
                // Of this finding alone: elsewhere the same word may mean something else.
                let mut knowing = Redactor { key: self.key, ..Redactor::new("") };
                repeated.iter().for_each(|word| knowing.personal(word));
                knowing.finding(finding);
            }
        }
        lines::conceal(self, findings, sources);
        findings.iter_mut().for_each(|finding| self.finding(finding));
    }

    /// A decision about a pseudonym.
    pub fn decision(&self, decision: &mut Decision) {
        self.person(&mut decision.id, &mut decision.user_name);
    }

    /// What an event changed of a pseudonym.
    pub fn transition(&self, transition: &mut Transition) {
        self.person(&mut transition.id, &mut transition.user_name);
    }

    /// Somebody under a pseudonym whom a change of the rules moves.
    pub fn moved(&self, moved: &mut Moved) {
        self.person(&mut moved.id, &mut moved.user_name);
    }

    /// What is proved about everybody, the examples without what looks personal.
    pub fn proof(&self, proof: &mut Proof) {
        proof.differences.iter_mut().for_each(|found| self.json(&mut found.witness));
    }

    /// A user at the end of a simulation, under a pseudonym.
    pub fn remaining(&self, remaining: &mut Remaining) {
        self.person(&mut remaining.id, &mut remaining.user_name);
        remaining.external_id = remaining.external_id.as_deref().map(|id| self.pseudonym(id));
    }

    /// An explanation of a pseudonym. The values that its clauses looked at are personal, but for names of groups.
    pub fn explanation(&self, explanation: &mut Explanation) {
        self.decision(&mut explanation.decision);
        self.rules(&mut explanation.rules);
    }

    /// Rules, and what they looked at, without personal values.
    pub fn rules(&self, rules: &mut [ExplainedRule]) {
        for rule in rules {
            self.clause(&mut rule.clause);
            if let Some(crate::engine::Change::Clauses { clauses, .. }) = &mut rule.change {
                clauses.iter_mut().for_each(|flip| flip.text = self.text(&flip.text));
            }
        }
    }

    fn clause(&self, clause: &mut Clause) {
        clause.text = self.text(&clause.text);
        for observed in clause.observed.iter_mut().flat_map(|observed| &mut observed.values) {
            self.observed(&mut observed.value);
            if let Some(filter) = &mut observed.filter {
                self.clause(filter);
            }
        }
        // Conditions nest 64 levels at most.
        clause.parts.iter_mut().for_each(|part| self.clause(part));
    }

    fn observed(&self, value: &mut Value) {
        match value {
            Value::String(text) if !self.is_kept(text) => *text = self.pseudonym(text),
            Value::Object(members) => members.iter_mut().for_each(|(_, value)| self.observed(value)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.observed(item)),
            _ => {}
        }
    }

    fn person(&self, id: &mut Option<String>, user_name: &mut String) {
        *id = id.as_deref().map(|id| self.pseudonym(id));
        *user_name = self.pseudonym(user_name);
    }
}

#[cfg(test)]
mod tests;
