//! From the syntax tree to a condition with every name resolved and every type checked.

use super::mistake::{Mistake, TYPE};
use super::resolve::{Element, Known, Subject, resolve_in_element, value_of};
use super::scheme::{RuleSet, Scheme};
use super::{
    Budget, Condition, Expr, ExprKind, Input, Operand, OperandKind, Operator, Path, Question, Term, Test, ValueType,
};
use crate::source::{Span, quoted};

/// Checks names and types. `text` is the text that was parsed; it is needed to point into patterns.
///
/// Every mistake of the condition is reported, up to a hundred; there is a condition only where there is no error.
pub fn check(expr: &Expr, text: &str, scheme: &Scheme, rules: RuleSet) -> (Option<Condition>, Vec<Mistake>) {
    check_within(expr, text, scheme, rules, &mut Budget::default())
}

/// Checks names and types as [`check`] does, within what is left for the conditions of a configuration.
///
/// Once the patterns of all of them are too large, and that has been reported, there is neither a condition nor a
/// mistake where there is one pattern more.
pub fn check_within(
    expr: &Expr,
    text: &str,
    scheme: &Scheme,
    rules: RuleSet,
    budget: &mut Budget,
) -> (Option<Condition>, Vec<Mistake>) {
    let mut checker = Checker { text, scheme, rules, mistakes: Vec::new(), budget };
    let term = checker.term(expr, None);
    let mut mistakes = checker.mistakes;
    mistakes.sort_by_key(|mistake| mistake.span);
    let term = term.filter(|_| mistakes.is_empty());
    (term.map(|term| Condition { term, printed: expr.to_string() }), mistakes)
}

/// After so many mistakes the rest of a condition is not looked at.
const MAX_MISTAKES: usize = 100;

pub(super) struct Checker<'a> {
    pub(super) text: &'a str,
    scheme: &'a Scheme,
    rules: RuleSet,
    pub(super) mistakes: Vec<Mistake>,
    pub(super) budget: &'a mut Budget,
}

/// A comparison as written, for messages and spans.
pub(super) struct Comparison<'e> {
    pub(super) path: &'e Path,
    pub(super) operator: Operator,
    pub(super) operator_span: Span,
    pub(super) operand: &'e Operand,
}

impl<'a> Checker<'a> {
    /// `None` where there was an error.
    fn term(&mut self, expr: &'a Expr, element: Option<Element<'a>>) -> Option<Term> {
        if self.mistakes.len() >= MAX_MISTAKES {
            return None;
        }
        match &expr.kind {
            ExprKind::Constant(value) => Some(Term::Constant(*value)),
            ExprKind::Not(inner) => Some(Term::Not(Box::new(self.term(inner, element)?))),
            ExprKind::And(parts) => Some(Term::All(self.terms(parts, element)?)),
            ExprKind::Or(parts) => Some(Term::Any(self.terms(parts, element)?)),
            ExprKind::Present(path) => {
                let subject = self.subject(path, element)?;
                Some(Term::Test(test(subject.input, path, Question::Present, expr.span)))
            }
            ExprKind::Compare { path, operator, operator_span, operand } => {
                let subject = self.subject(path, element)?;
                let comparison = Comparison { path, operator: *operator, operator_span: *operator_span, operand };
                self.comparison(subject, &comparison, expr.span)
            }
            ExprKind::Element { path, filter } => self.element(path, filter, expr.span, element),
        }
    }

    /// All of them are checked, also after an error.
    fn terms(&mut self, parts: &'a [Expr], element: Option<Element<'a>>) -> Option<Vec<Term>> {
        let terms: Vec<Option<Term>> = parts.iter().map(|part| self.term(part, element)).collect();
        terms.into_iter().collect()
    }

    fn subject(&mut self, path: &Path, element: Option<Element<'a>>) -> Option<Subject<'a>> {
        let resolved = match element {
            Some(element) => resolve_in_element(element, path),
            None => Known::new(self.scheme, self.rules, self.budget).resolve(path, self.budget),
        };
        resolved.map_err(|mistake| self.mistakes.push(*mistake)).ok()
    }

    fn element(&mut self, path: &'a Path, filter: &'a Expr, span: Span, outer: Option<Element<'a>>) -> Option<Term> {
        let subject = self.subject(path, outer)?;
        let definition = subject.definition.filter(|definition| !definition.sub_attributes.is_empty());
        let (Some(definition), None) = (definition, outer) else {
            self.mistakes.push(no_elements(path));
            return None;
        };
        let term = self.term(filter, Some(Element { definition, path }))?;
        Some(Term::Test(test(subject.input, path, Question::Element(Box::new(term)), span)))
    }

    fn comparison(&mut self, subject: Subject<'a>, comparison: &Comparison<'_>, span: Span) -> Option<Term> {
        let path = comparison.path;
        if comparison.operand.kind == OperandKind::Null {
            return self.null_comparison(subject, comparison, span);
        }
        let subject = if subject.value_type == ValueType::Complex {
            let value = value_of(&subject);
            if value.is_none() {
                self.mistakes.push(complex_without_value(&subject, comparison));
            }
            value?
        } else {
            subject
        };
        if let Some(mistake) = subject.refuses(comparison) {
            self.mistakes.push(mistake);
            return None;
        }
        let predicate = self.predicate(&subject, comparison)?;
        let question = match comparison.operator {
            Operator::Ne => Question::SomeOrNone(predicate),
            _ => Question::Some(predicate),
        };
        let term = Term::Test(test(subject.input, path, question, span));
        Some(if comparison.operator == Operator::Excludes { Term::Not(Box::new(term)) } else { term })
    }

    /// `eq null` is `not (… pr)`, `ne null` is `… pr`.
    fn null_comparison(&mut self, subject: Subject<'a>, comparison: &Comparison<'_>, span: Span) -> Option<Term> {
        let present = Term::Test(test(subject.input, comparison.path, Question::Present, span));
        match comparison.operator {
            Operator::Eq => Some(Term::Not(Box::new(present))),
            Operator::Ne => Some(present),
            operator => {
                let path = comparison.path;
                let mistake = Mistake::new(
                    TYPE,
                    comparison.operand.span,
                    format!("`null` is the absence of a value, and `{operator}` needs one"),
                )
                .label("no value")
                .help(format!("write `{path} pr` or `not ({path} pr)`"))
                .related(comparison.operator_span, "only `eq` and `ne` take `null`");
                self.mistakes.push(mistake);
                None
            }
        }
    }
}

fn test(input: Input, path: &Path, question: Question, span: Span) -> Test {
    Test { input, name: path.to_string(), question, span, path_span: path.span }
}

fn no_elements(path: &Path) -> Mistake {
    let written = path.to_string();
    Mistake::new(
        TYPE,
        path.span,
        format!("{} has no sub-attributes that a filter in brackets could test", quoted(&written)),
    )
    .label("no elements")
    .help("compare it without brackets, or put the brackets after an attribute such as `emails`")
}

fn complex_without_value(subject: &Subject<'_>, comparison: &Comparison<'_>) -> Mistake {
    let path = comparison.path;
    let subs = subject.definition.map(|definition| definition.sub_attributes.as_slice()).unwrap_or_default();
    let listed = super::resolve::listed(subs.iter().map(|sub| format!("{path}.{}", sub.name)));
    Mistake::new(
        TYPE,
        path.span,
        format!("{} is a complex attribute and has no value of its own", quoted(&path.to_string())),
    )
    .label("complex")
    .help(format!("compare one of its sub-attributes: {listed}"))
    .related(comparison.operator_span, "compares a single value")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::marked::{assert_mistakes, unmark};
    use crate::condition::mistake::{PATTERN, UNKNOWN};
    use crate::condition::{
        AttributeDefinition, GroupKey, Ordering, Predicate, TextMatch, TextRelation, TextStyle, parse,
    };

    const HR: &str = "urn:contoso:params:scim:schemas:extension:hr:2.0:User";

    fn scheme() -> Scheme {
        let simple = AttributeDefinition::simple;
        let mut scheme = Scheme::new();
        scheme.add_mapped_attribute("department", false);
        scheme.add_mapped_attribute("projects", true);
        scheme.add_form_attribute("clearance");
        let badges = AttributeDefinition { multi_valued: true, ..simple("badges", ValueType::Number) };
        let division = simple("division", ValueType::Text);
        scheme.add_extension(HR, vec![simple("level", ValueType::Number), badges, division]);
        scheme
    }

    fn check_in(rules: RuleSet, text: &str) -> (Option<Condition>, Vec<Mistake>) {
        let parsed = parse(text, TextStyle::Inline);
        assert_eq!(parsed.mistakes, [], "{text}");
        check(&parsed.expr.unwrap(), text, &scheme(), rules)
    }

    fn condition(text: &str) -> Condition {
        let (condition, mistakes) = check_in(RuleSet::OrganizationUsers, text);
        assert_eq!(mistakes, [], "{text}");
        condition.unwrap()
    }

    fn only_test(text: &str) -> Test {
        condition(text).tests().next().unwrap().clone()
    }

    #[track_caller]
    fn refused_in(rules: RuleSet, code: &str, marked: &str, expected: &[&str]) {
        let (text, spans) = unmark(marked);
        let (condition, mistakes) = check_in(rules, &text);
        assert!(condition.is_none(), "{marked}");
        assert_mistakes(marked, &mistakes, &spans, expected);
        assert!(mistakes.iter().all(|mistake| mistake.code == code), "{marked}: {mistakes:?}");
    }

    #[track_caller]
    fn refused(code: &str, marked: &str, expected: &[&str]) {
        refused_in(RuleSet::UserIntake, code, marked, expected);
    }

    /// The input of a test, its cardinality and type, in short.
    fn input(text: &str) -> String {
        match only_test(text).input {
            Input::Scim(attribute) => {
                let sub = attribute.sub.map_or(String::new(), |sub| format!(".{sub}"));
                let several = if attribute.multi_valued { "[]" } else { "" };
                let synced = if attribute.synced { " synced" } else { "" };
                let urn = attribute.extension.map_or(String::new(), |urn| format!("{urn}:"));
                format!("{urn}{}{sub}{several} {:?}{synced}", attribute.name, attribute.value_type)
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn names_resolve_in_any_case() {
        for (text, resolved) in [
            ("USERNAME pr", "userName Text synced"),
            ("externalid eq \"x\"", "externalId ExactText synced"),
            ("id pr", "id ExactText synced"),
            ("active eq true", "active Boolean synced"),
            ("Name.GivenName pr", "name.givenName Text synced"),
            ("name.formatted pr", "name.formatted Text"),
            ("name pr", "name Complex synced"),
            ("emails pr", "emails[] Complex synced"),
            ("emails eq null", "emails[] Complex synced"),
            ("emails co \"x\"", "emails.value[] Text synced"),
            ("emails.primary eq true", "emails.primary[] Boolean synced"),
            ("emails[type pr]", "emails[] Complex synced"),
            ("name[givenName pr]", "name Complex synced"),
            ("meta.created gt \"2026-01-31T00:00:00Z\"", "meta.created DateTime"),
            ("schemas eq \"x\"", "schemas[] Text"),
            ("groups.$ref pr", "groups.$ref[] ExactText"),
            ("roles eq \"x\"", "roles.value[] Text"),
            ("urn:IETF:params:scim:schemas:core:2.0:user:username pr", "userName Text synced"),
            ("DEPARTMENT pr", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department Text"),
            ("manager eq \"x\"", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value ExactText"),
            (
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName pr",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName Text",
            ),
            ("level ge 3", "urn:contoso:params:scim:schemas:extension:hr:2.0:User:level Number"),
            (
                "urn:contoso:params:scim:schemas:extension:HR:2.0:User:badges includes 7",
                "urn:contoso:params:scim:schemas:extension:hr:2.0:User:badges[] Number",
            ),
            ("Email pr", "Email"),
            ("attributes.department pr", "Foundry(\"department\")"),
            ("Attributes.\"multipass:email:primary\" pr", "Foundry(\"multipass:email:primary\")"),
            ("attributes.clearance includes \"secret\"", "Foundry(\"clearance\")"),
            ("provider.groups pr", "ProviderGroups(DisplayName)"),
            ("Provider.Groups.ExternalId pr", "ProviderGroups(ExternalId)"),
            ("internal.groups pr", "InternalGroups"),
        ] {
            assert_eq!(input(text), resolved, "{text}");
        }
    }

    #[test]
    fn questions() {
        let equals =
            |text: &str, exact| Predicate::Text(TextMatch::new(TextRelation::Is(Ordering::Equal), [text], exact));
        let question = |text| only_test(text).question;
        assert_eq!(question("title eq \"Boss\""), Question::Some(equals("boss", false)));
        assert_eq!(question("externalId eq \"Boss\""), Question::Some(equals("Boss", true)));
        assert_eq!(question("provider.groups.externalId includes \"A\""), Question::Some(equals("A", true)));
        assert_eq!(question("emails ne \"X\""), Question::SomeOrNone(Predicate::Not(Box::new(equals("x", false)))));
        assert_eq!(question("active ne true"), Question::SomeOrNone(Predicate::Not(Box::new(Predicate::Bool(true)))));
        assert_eq!(question("level gt -1.5e1"), Question::Some(Predicate::Number(Ordering::Greater, -15.0)));
        assert_eq!(
            question("level in [1, 2]"),
            Question::Some(Predicate::AnyOf(vec![
                Predicate::Number(Ordering::Equal, 1.0),
                Predicate::Number(Ordering::Equal, 2.0)
            ]))
        );
        let members = TextMatch::new(TextRelation::Is(Ordering::Equal), ["a", "b"], false);
        assert_eq!(question("title in [\"B\", \"A\"]"), Question::Some(Predicate::Text(members)));
        let Question::Some(Predicate::Pattern(pattern)) = question(r"title matches /a\/B/i") else { panic!() };
        assert_eq!((pattern.source(), pattern.ignores_case()), ("a/B", true));
    }

    #[test]
    fn null_and_excludes_are_negations() {
        let term = |text| condition(text).term;
        assert!(matches!(term("title ne null"), Term::Test(Test { question: Question::Present, .. })));
        let Term::Not(inner) = term("title eq null") else { panic!() };
        assert!(matches!(*inner, Term::Test(Test { question: Question::Present, .. })));
        let Term::Not(inner) = term("provider.groups excludes \"Ext\"") else { panic!() };
        let (Term::Test(excluded), included) = (*inner, only_test("provider.groups includes \"Ext\"")) else {
            panic!()
        };
        assert_eq!((excluded.input, excluded.question), (included.input, included.question));
        assert!(matches!(term("provider.groups ne null"), Term::Test(Test { question: Question::Present, .. })));
    }

    #[test]
    fn tests_come_in_the_order_of_the_text() {
        let text = "not title pr or (emails[type eq \"work\"].value pr and true) or urn:ietf:params:scim:schemas:core:2.0:User:active eq true";
        let condition = condition(text);
        let tests: Vec<&Test> = condition.tests().collect();
        let names: Vec<&str> = tests.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(names, ["title", "emails", "urn:ietf:params:scim:schemas:core:2.0:User:active"]);
        let places: Vec<&str> = tests.iter().map(|test| &text[test.span.range()]).collect();
        assert_eq!(places[..2], ["title pr", "emails[type eq \"work\"].value pr"]);
        assert_eq!(&text[tests[1].path_span.range()], "emails");
        let Question::Element(filter) = &tests[1].question else { panic!() };
        let inner: Vec<&Input> = filter.tests().map(|test| &test.input).collect();
        let element = |name: &str| Input::Element(name.to_string(), ValueType::Text);
        assert_eq!(inner, [&element("type"), &element("value")]);
        assert_eq!(
            condition.printed,
            "not (title pr) or emails[type eq \"work\" and value pr] and true or urn:ietf:params:scim:schemas:core:2.0:User:active eq true"
        );
    }

    #[test]
    fn types_of_values() {
        refused(TYPE, "active eq «\"True\"»", &["help: write `active eq true`"]);
        refused(
            TYPE,
            "active ne «\"no\"» and active eq «1»",
            &["help: `true` or `false`", "is compared with a number"],
        );
        refused(TYPE, "active in [true, «\"false\"», «null»]", &["help: write `false`", "help: `or not (active pr)`"]);
        refused(TYPE, "title eq «true» or title in [«1»]", &["help: `title eq \"true\"`", "help: write `\"1\"`"]);
        refused(TYPE, "level eq «\"3\"»", &["help: write `level eq 3`"]);
        refused(TYPE, "level eq «1e999»", &["too large for a number"]);
        refused(TYPE, "meta.created gt «\"2026-01-31\"»", &["help: `meta.created gt \"2026-01-31T00:00:00Z\"`"]);
        refused(TYPE, "meta.created eq «5»", &["`meta.created` is a date-time and is compared with a number"]);
        refused(TYPE, "emails[primary eq «\"true\"»]", &["help: write `primary eq true`"]);
        refused(TYPE, "title gt «null»", &["help: `title pr` or `not (title pr)`"]);
        refused(TYPE, "badges includes «/7/»", &["is a number and is compared with a pattern"]);
    }

    #[test]
    fn operators_of_types() {
        refused(TYPE, "active «gt» true", &["booleans have no order"]);
        refused(TYPE, "active «co» \"tr\"", &["`co` looks into strings"]);
        refused(TYPE, "active «matches» /t/", &["`matches` looks into strings"]);
        refused(TYPE, "level «sw» \"1\"", &["`level` is a number, and `sw` looks into strings"]);
        refused(TYPE, "meta.created «sw» \"2026\"", &["help: `meta.created ge …`"]);
        refused(TYPE, "x509Certificates «gt» \"x\"", &["binary values have no order"]);
        refused(TYPE, "userName «includes» \"x\"", &["help: write `userName eq \"x\"`, or `userName co \"x\"`"]);
        refused(TYPE, "userName «excludes» /x/", &["help: write `not (userName matches /x/)`"]);
        refused(TYPE, "email «includes» \"x\"", &["`email` has a single value"]);
        refused(TYPE, "attributes.department «includes» \"x\"", &["has a single value"]);
        refused(TYPE, "emails[value «includes» \"x\"]", &["`value` has a single value"]);
        refused(TYPE, "provider.groups «ne» \"x\"", &["help: `provider.groups excludes \"x\"`"]);
        refused(TYPE, "provider.groups «gt» \"x\"", &["groups, which have no order"]);
        for text in [
            "provider.groups in [\"a\"] or provider.groups matches /a/ or provider.groups co \"a\"",
            "internal.groups eq \"a\" or internal.groups sw \"a\" or internal.groups ew \"a\"",
            "attributes.projects includes /a/ or attributes.projects eq \"x\" or attributes.projects gt \"x\"",
            "roles includes \"admin\" and emails excludes /.*@x/ and schemas includes \"urn:x\"",
            "email ne \"x\" and attributes.department in [\"a\"]",
        ] {
            condition(text);
        }
    }

    #[test]
    fn complex_attributes() {
        refused(TYPE, "«name» eq \"x\"", &["help: `name.formatted`, `name.familyName`, `name.givenName`"]);
        refused(TYPE, "«addresses» co \"x\"", &["is a complex attribute and has no value of its own"]);
        refused(TYPE, "«userName»[value pr]", &["no sub-attributes"]);
        refused(TYPE, "«provider.groups»[value pr]", &["no sub-attributes"]);
        refused(TYPE, "«schemas»[value pr]", &["no sub-attributes"]);
    }

    #[test]
    fn inputs_of_rule_sets() {
        let groups = RuleSet::OrganizationGroups;
        let expected = ["rules look at a group", "help: `group.displayName`"];
        refused_in(groups, TYPE, "«userName» pr and «displayName» pr", &expected);
        refused_in(groups, TYPE, "«provider.groups» pr or «nonsense» pr", &["is not an input", "is not an input"]);
        refused(TYPE, "«group.displayName» eq \"x\"", &["is an input of `organization-assignment.groups` only"]);
        for rules in [RuleSet::UserIntake, RuleSet::GroupAssignment] {
            refused_in(rules, TYPE, "«internal.groups» pr", &["is an input of `organization-assignment.users` only"]);
        }
        let text = "group.displayName matches /EU-.*/ or Group.externalId eq \"A\" or group.displayname ne \"x\"";
        let (condition, mistakes) = check_in(groups, text);
        assert_eq!(mistakes, []);
        let inputs: Vec<Input> = condition.unwrap().tests().map(|test| test.input.clone()).collect();
        use GroupKey::{DisplayName, ExternalId};
        assert_eq!(inputs, [DisplayName, ExternalId, DisplayName].map(Input::Group));
    }

    #[test]
    fn unknown_names() {
        refused(UNKNOWN, "«userNam» pr", &["help: did you mean `userName`?"]);
        refused(UNKNOWN, "«projects» pr", &["help: write `attributes.projects`"]);
        refused(UNKNOWN, "«givenName» pr", &["help: write `name.givenName`"]);
        refused(UNKNOWN, "«jobTitle» pr", &["help: write `title`"]);
        refused(UNKNOWN, "«email.value» pr", &["help: did you mean `emails.value`?"]);
        refused(UNKNOWN, "«shoeSize» pr", &["help: `attribute-mapping.attributes`"]);
        refused(UNKNOWN, "«name.givenNam» pr", &["help: did you mean `givenName`?"]);
        refused(UNKNOWN, "«userName.x» pr", &["help: write `userName` alone"]);
        refused(UNKNOWN, "«a.b.c» pr", &["goes deeper than sub-attributes"]);
        refused(UNKNOWN, "«attributes.Department» pr", &["help: write `attributes.department`"]);
        refused(UNKNOWN, "«attributes.projcts» pr", &["help: did you mean `attributes.projects`?"]);
        refused(UNKNOWN, "«attributes.shoeSize» pr", &["help: use one of `attributes.department`"]);
        refused(UNKNOWN, "«attributes.a.b» pr", &["help: `attributes.\"a.b\"`"]);
        refused(UNKNOWN, "«provider.group» pr", &["help: did you mean `provider.groups`?"]);
        refused(UNKNOWN, "«provider.groups.id» pr", &["help: `provider.groups.externalId`"]);
        refused(UNKNOWN, "emails[«kind» eq \"x\"]", &["help: use one of `value`, `display`, `type`, `primary`"]);
        refused(UNKNOWN, "emails[«typ» eq \"x\"]", &["help: did you mean `type`?"]);
        refused(UNKNOWN, "emails[«emails.type» eq \"x\"]", &["is not a sub-attribute of `emails`"]);
        refused(UNKNOWN, "«division» pr", &["help: write its URN in front"]);
        refused(
            UNKNOWN,
            "«urn:ietf:params:scim:schemas:extension:enterprise:2.0User:department» pr",
            &["help: did you mean `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User`?"],
        );
        refused(UNKNOWN, "«urn:contoso:x:User:y» pr", &["no schema is named `urn:contoso:x:User`"]);
        refused(
            UNKNOWN,
            "«urn:ietf:params:scim:schemas:core:2.0:User» pr",
            &["names a schema and none of its attributes"],
        );
        refused(
            UNKNOWN,
            "«urn:ietf:params:scim:schemas:core:2.0:User:department» pr",
            &["has no attribute `department`"],
        );
    }

    #[test]
    fn foundry_attributes_are_open_until_the_mapping_is_known() {
        let text = "attributes.anything includes \"x\" and attributes.anything eq \"x\"";
        let expr = parse(text, TextStyle::Inline).expr.unwrap();
        let mut scheme = Scheme::new();
        assert!(check(&expr, text, &scheme, RuleSet::UserIntake).0.is_some());
        scheme.know_mapping();
        assert_eq!(check(&expr, text, &scheme, RuleSet::UserIntake).1.len(), 2);
    }

    #[test]
    fn patterns_are_labelled_inside() {
        refused(PATTERN, r"title pr and userName matches /é\/«(?=»a)/", &["a look-ahead"]);
        refused(
            PATTERN,
            r"userName matches /\\\/«(»/i or title matches /[«[»a]]/",
            &["unclosed group", "nested class"],
        );
        refused(PATTERN, r"userName matches /a\/«\Z»/", &["the end of the text"]);
    }

    #[test]
    fn every_mistake_is_reported_in_order() {
        let (text, spans) = unmark("(active eq «\"x\"» or «nme» pr) and not (name.givenName gt «5» or emails[«x» pr])");
        let (_, mistakes) = check_in(RuleSet::UserIntake, &text);
        assert_eq!(mistakes.iter().map(|mistake| mistake.span).collect::<Vec<_>>(), spans);
        let codes: Vec<&str> = mistakes.iter().map(|mistake| mistake.code).collect();
        assert_eq!(codes, [TYPE, UNKNOWN, TYPE, UNKNOWN]);
    }
}
