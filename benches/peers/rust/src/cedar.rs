//! Cedar: a `permit` policy for each rule. A request is answered with every policy that permits it, and the first in
//! the order of the rules decides; Cedar itself knows no order.

use std::time::Instant;

use cedar_policy::{
    Authorizer, Context, Entities, EntityUid, Policy, PolicyId, PolicySet, Request, RestrictedExpression,
};

use crate::data::{Failure, Person, Rule, Test, field};
use crate::language::{Language, quoted, translate};
use crate::outcome::Outcome;

struct Cedar;

fn like(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('*', "\\*")
}

impl Language for Cedar {
    fn not(&self, operand: &str) -> String {
        format!("!({operand})")
    }

    fn test(&self, test: &Test) -> Option<String> {
        let name = format!("context.{}", field(&test.attribute));
        let (starts, ends) = (test.starts(), test.ends());
        match test.operator.as_str() {
            "includes" if test.pattern.is_some() => None,
            "includes" => Some(format!("{name}.contains({})", quoted(&test.text()))),
            "eq" => match test.flag {
                Some(flag) => Some(format!("{name} == {flag}")),
                None => Some(format!("{name} == {}", quoted(&test.text()))),
            },
            "in" => {
                let texts: Vec<String> = test.texts().iter().map(|text| quoted(text)).collect();
                Some(format!("[{}].contains({name})", texts.join(", ")))
            }
            "sw" => Some(format!("{name} like \"{}*\"", like(&test.text()))),
            "ew" => Some(format!("{name} like \"*{}\"", like(&test.text()))),
            "co" => Some(format!("{name} like \"*{}*\"", like(&test.text()))),
            "matches" => match (starts, ends) {
                (Some(start), _) => Some(format!("{name} like \"{}*\"", like(&start))),
                (None, Some(end)) => Some(format!("{name} like \"*{}\"", like(&end))),
                (None, None) => None,
            },
            _ => None,
        }
    }
}

pub fn run(rules: &[Rule], people: &[Person]) -> Result<Outcome, Failure> {
    let start = Instant::now();
    let mut outcome = Outcome::new("cedar");
    let mut policies = PolicySet::new();
    for (index, rule) in rules.iter().enumerate() {
        let Some(text) = translate(&rule.condition, &Cedar) else {
            outcome.cannot_say.push(index);
            continue;
        };
        let text = format!("permit(principal, action, resource) when {{ {text} }};");
        policies.add(Policy::parse(Some(PolicyId::new(index.to_string())), text)?)?;
    }
    outcome.compile = start.elapsed();
    let requests = people.iter().map(request).collect::<Result<Vec<Request>, Failure>>()?;
    let (authorizer, entities) = (Authorizer::new(), Entities::empty());
    outcome.measure(&requests, |request| {
        let answer = authorizer.is_authorized(request, &policies, &entities);
        answer.diagnostics().reason().filter_map(|policy| AsRef::<str>::as_ref(policy).parse::<usize>().ok()).min()
    });
    Ok(outcome)
}

fn request(person: &Person) -> Result<Request, Failure> {
    let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
    let mut pairs: Vec<(String, RestrictedExpression)> =
        person.texts().into_iter().map(|(name, value)| (name.to_owned(), text(value))).collect();
    pairs.push(("active".to_owned(), RestrictedExpression::new_bool(person.active)));
    pairs.push(("groups".to_owned(), RestrictedExpression::new_set(person.groups.iter().map(|name| text(name)))));
    let entity = |text: &str| text.parse::<EntityUid>();
    let principal = entity(&format!("User::\"{}\"", person.id))?;
    let context = Context::from_pairs(pairs)?;
    Ok(Request::new(principal, entity("Action::\"enter\"")?, entity("Foundry::\"foundry\"")?, context, None)?)
}
