//! Reading a synchronization schema from its tree.
//!
//! Tolerant: what is left out has Microsoft's default, what has another type than documented is reported and left out.

use crate::source::{At, Problem, ScalarKind};

use super::attribute_mapping::{AttributeMapping, FlowBehavior, FlowType, Parameter, Source, SourceKind};
use super::expression::{normalised, plain_attribute};
use super::object::{Located, Object};
use super::schema::{FlowTypes, ObjectMapping, SynchronizationSchema};

/// The deepest nesting of functions that is kept. The expression as text has them all.
const MAX_FUNCTION_DEPTH: usize = 32;

/// Reads the object that has `synchronizationRules`.
pub(super) fn read_schema(object: &Object<'_>, problems: &mut Vec<Problem>) -> SynchronizationSchema {
    let mut reader = Reader { problems };
    let rules = reader.objects(object, "synchronizationRules");
    let mappings: Vec<_> = rules.iter().flat_map(|rule| reader.objects(rule, "objectMappings")).collect();
    SynchronizationSchema {
        at: object.at.clone(),
        object_mappings: mappings.iter().map(|mapping| reader.object_mapping(mapping)).collect(),
    }
}

struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn object_mapping(&mut self, object: &Object<'_>) -> ObjectMapping {
        let attributes = self.objects(object, "attributeMappings");
        let damaged_list = |list: Located<'_>| list.sequence().is_some_and(|items| items.is_damaged());
        ObjectMapping {
            at: object.at.clone(),
            source_object: self.text(object, "sourceObjectName").unwrap_or_default(),
            target_object: self.text(object, "targetObjectName").unwrap_or_default(),
            enabled: self.boolean(object, "enabled").unwrap_or(true),
            flow_types: self.flow_types(object),
            attribute_mappings: attributes.iter().filter_map(|mapping| self.attribute_mapping(mapping)).collect(),
            is_damaged: object.is_damaged() || object.member("attributeMappings").is_some_and(damaged_list),
            names: object.names(),
        }
    }

    fn flow_types(&mut self, object: &Object<'_>) -> FlowTypes {
        let Some(member) = object.member("flowTypes") else { return FlowTypes::ALL };
        let listed: Vec<_> = member.items().filter_map(|item| item.text()).collect();
        match member.text() {
            Some(text) => FlowTypes::parse(text),
            None if member.sequence().is_some() => FlowTypes::parse(&listed.join(",")),
            None => {
                self.malformed(&member.at, "flowTypes", "a text");
                FlowTypes::ALL
            }
        }
    }

    fn attribute_mapping(&mut self, object: &Object<'_>) -> Option<AttributeMapping> {
        let target = self.text(object, "targetAttributeName").filter(|target| !target.trim().is_empty());
        let Some(target) = target else {
            self.without_target(object);
            return None;
        };
        Some(AttributeMapping {
            at: object.at.clone(),
            target,
            source: self.source(object, 0),
            matching_priority: self.integer(object, "matchingPriority").unwrap_or(0),
            flow_type: self.text(object, "flowType").map(flow_type).unwrap_or_default(),
            flow_behavior: self.text(object, "flowBehavior").map(flow_behavior).unwrap_or_default(),
            default_value: self.text(object, "defaultValue").filter(|value| !value.is_empty()),
            names: object.names(),
        })
    }

    /// Says that a mapping names no target, unless something else has been said about it.
    fn without_target(&mut self, object: &Object<'_>) {
        let has_wrong_type = object.member("targetAttributeName").is_some_and(|member| member.text().is_none());
        if !object.is_damaged() && !has_wrong_type {
            let message = "this attribute mapping has no `targetAttributeName`";
            self.problems.push(malformed(&object.at, message.to_owned()));
        }
    }

    /// The value of `source`, or of a parameter's `value`, which has the same shape.
    fn source(&mut self, object: &Object<'_>, depth: usize) -> Option<Source> {
        let name = if depth == 0 { "source" } else { "value" };
        let member = object.member(name)?;
        let Some(source) = member.object() else {
            self.malformed(&member.at, name, "an object");
            return None;
        };
        let expression = self.text(&source, "expression").unwrap_or_default();
        let kind = self.text(&source, "type").and_then(|kind| source_kind(&kind));
        Some(Source {
            at: source.at.clone(),
            kind: kind.unwrap_or_else(|| kind_of_expression(&expression)),
            name: self.text(&source, "name").unwrap_or_else(|| name_of_expression(&expression)),
            parameters: self.parameters(&source, depth + 1),
            names: source.names(),
            expression,
        })
    }

    fn parameters(&mut self, source: &Object<'_>, depth: usize) -> Vec<Parameter> {
        if depth > MAX_FUNCTION_DEPTH {
            return Vec::new();
        }
        let mut parameters = Vec::new();
        for object in self.objects(source, "parameters") {
            let key = self.text(&object, "key").unwrap_or_default();
            // A positional argument that is left out has no value.
            parameters.extend(self.source(&object, depth).map(|value| Parameter { key, value }));
        }
        parameters
    }

    /// The objects of a list; none where it is left out.
    fn objects<'d>(&mut self, object: &Object<'d>, name: &str) -> Vec<Object<'d>> {
        let Some(member) = object.member(name) else { return Vec::new() };
        if member.sequence().is_none() {
            self.malformed(&member.at, name, "a list");
            return Vec::new();
        }
        let mut objects = Vec::new();
        for item in member.items().filter(|item| !item.is_null()) {
            match item.object() {
                Some(object) => objects.push(object),
                None => self.malformed(&item.at, &format!("an item of `{name}`"), "an object"),
            }
        }
        objects
    }

    fn text(&mut self, object: &Object<'_>, name: &str) -> Option<String> {
        let member = object.member(name)?;
        let text = member.text();
        if text.is_none() {
            self.malformed(&member.at, name, "a text");
        }
        text.map(str::to_owned)
    }

    fn boolean(&mut self, object: &Object<'_>, name: &str) -> Option<bool> {
        let member = object.member(name)?;
        let scalar = member.scalar();
        let value = match scalar.map(|scalar| (scalar.kind(), scalar.text())) {
            Some((ScalarKind::Bool(value), _)) => Some(value),
            // PowerShell and some tools write booleans as texts.
            Some((ScalarKind::String, text)) if text.eq_ignore_ascii_case("true") => Some(true),
            Some((ScalarKind::String, text)) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        };
        if value.is_none() {
            self.malformed(&member.at, name, "`true` or `false`");
        }
        value
    }

    fn integer(&mut self, object: &Object<'_>, name: &str) -> Option<i64> {
        let member = object.member(name)?;
        let value = member.text().and_then(|text| text.trim().parse().ok());
        if value.is_none() {
            self.malformed(&member.at, name, "a whole number");
        }
        value
    }

    fn malformed(&mut self, at: &At, what: &str, expected: &str) {
        let what = if what.contains('`') { what.to_owned() } else { format!("`{what}`") };
        self.problems.push(malformed(at, format!("{what} is not {expected}")));
    }
}

fn malformed(at: &At, message: String) -> Problem {
    Problem::warning("malformed-export", at.value(), message)
        .label("left out of every check")
        .help("export the synchronization schema again, without editing it")
}

fn flow_type(text: String) -> FlowType {
    match text.as_str() {
        "Always" => FlowType::Always,
        "ObjectAddOnly" => FlowType::ObjectAddOnly,
        "MultiValueAddOnly" => FlowType::MultiValueAddOnly,
        "ValueAddOnly" => FlowType::ValueAddOnly,
        "AttributeAddOnly" => FlowType::AttributeAddOnly,
        _ => FlowType::Other(text),
    }
}

fn flow_behavior(text: String) -> FlowBehavior {
    match text.as_str() {
        "FlowWhenChanged" => FlowBehavior::FlowWhenChanged,
        "FlowAlways" => FlowBehavior::FlowAlways,
        _ => FlowBehavior::Other(text),
    }
}

fn source_kind(text: &str) -> Option<SourceKind> {
    let kinds =
        [("Attribute", SourceKind::Attribute), ("Constant", SourceKind::Constant), ("Function", SourceKind::Function)];
    kinds.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, kind)| kind)
}

fn kind_of_expression(expression: &str) -> SourceKind {
    let expression = normalised(expression);
    if plain_attribute(&expression).is_some() {
        SourceKind::Attribute
    } else if expression.contains('(') && !expression.starts_with('"') {
        SourceKind::Function
    } else {
        SourceKind::Constant
    }
}

fn name_of_expression(expression: &str) -> String {
    let expression = normalised(expression);
    let name = plain_attribute(&expression).or_else(|| expression.split('(').next()).unwrap_or_default();
    name.trim_matches('"').to_owned()
}
