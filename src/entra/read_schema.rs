//! Reading a synchronization schema from its tree.
//!
//! Tolerant: what is left out has Microsoft's default, what has another type than documented is reported and left out.

use crate::source::{At, Problem, ScalarKind};

use super::attribute_mapping::{AttributeMapping, FlowBehavior, FlowType, Parameter, Source, SourceKind, tree_of};
use super::expression::{Expression, ExpressionKind, ExpressionMistake};
use super::object::Object;
use super::schema::{Directory, DirectoryAttribute, DirectoryObject, FlowTypes, ObjectMapping, SynchronizationSchema};
use super::scope::read_scope;

/// Reads the object that has `synchronizationRules`.
pub(super) fn read_schema(object: &Object<'_>, problems: &mut Vec<Problem>) -> SynchronizationSchema {
    let mut reader = Reader { problems };
    let rules = reader.objects(object, "synchronizationRules");
    let mut object_mappings = Vec::new();
    for rule in &rules {
        let source_directory = rule.sited("sourceDirectoryName").map(|name| name.value);
        for mapping in reader.objects(rule, "objectMappings") {
            object_mappings
                .push(ObjectMapping { source_directory: source_directory.clone(), ..reader.object_mapping(&mapping) });
        }
    }
    SynchronizationSchema {
        at: object.at.clone(),
        id: object.sited("id"),
        directories: read_directories(object),
        object_mappings,
    }
}

/// The attributes of the objects of each directory, where the export carries them.
fn read_directories(object: &Object<'_>) -> Vec<Directory> {
    let lists = object.member("directories");
    let directories = lists.iter().flat_map(|list| list.items()).filter_map(|item| item.object());
    directories.map(|directory| read_directory(&directory)).collect()
}

fn read_directory(directory: &Object<'_>) -> Directory {
    let mut objects = Vec::new();
    for object in directory.objects("objects") {
        let Some(name) = object.sited("name") else { continue };
        let attributes = object.objects("attributes");
        let attributes = attributes.iter().filter_map(read_attribute).collect();
        objects.push(DirectoryObject { name: name.value, attributes });
    }
    Directory { name: directory.sited("name").map(|name| name.value).unwrap_or_default(), objects }
}

fn read_attribute(attribute: &Object<'_>) -> Option<DirectoryAttribute> {
    Some(DirectoryAttribute {
        name: attribute.sited("name")?.value,
        kind: attribute.sited("type").map(|kind| kind.value),
        is_multi_valued: attribute.sited("multivalued").is_some_and(|said| said.value.eq_ignore_ascii_case("true")),
    })
}

struct Reader<'p> {
    problems: &'p mut Vec<Problem>,
}

impl Reader<'_> {
    fn object_mapping(&mut self, object: &Object<'_>) -> ObjectMapping {
        let attributes = self.objects(object, "attributeMappings");
        let list = object.member("attributeMappings");
        ObjectMapping {
            at: object.at.clone(),
            source_object: self.text(object, "sourceObjectName").unwrap_or_default(),
            target_object: self.text(object, "targetObjectName").unwrap_or_default(),
            enabled: self.boolean(object, "enabled").unwrap_or(true),
            flow_types: self.flow_types(object),
            source_directory: None,
            scope: read_scope(object),
            attribute_mappings: attributes.iter().filter_map(|mapping| self.attribute_mapping(mapping)).collect(),
            is_damaged: object.is_damaged() || list.is_some_and(|list| list.is_damaged()),
            names: object.names(),
        }
    }

    fn flow_types(&mut self, object: &Object<'_>) -> FlowTypes {
        let Some(member) = object.member("flowTypes") else { return FlowTypes::ALL };
        let text = match member.sequence() {
            Some(_) => Some(member.items().filter_map(|item| item.text()).collect::<Vec<_>>().join(",")),
            None => member.text().map(str::to_owned),
        };
        text.as_deref().and_then(FlowTypes::parse).unwrap_or_else(|| {
            self.malformed(&member.at, "flowTypes", "made of `Add`, `Update` and `Delete`");
            FlowTypes::ALL
        })
    }

    fn attribute_mapping(&mut self, object: &Object<'_>) -> Option<AttributeMapping> {
        // Half a mapping says something else than the whole did.
        if object.is_damaged() || object.members().any(|member| member.is_damaged()) {
            return None;
        }
        let target = self.text(object, "targetAttributeName").filter(|target| !target.trim().is_empty());
        let Some(target) = target else {
            self.without_target(object);
            return None;
        };
        Some(AttributeMapping {
            at: object.at.clone(),
            target,
            source: self.source(object, "source"),
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
        if !has_wrong_type {
            let message = "this attribute mapping has no `targetAttributeName`";
            self.problems.push(malformed(&object.at, message.to_owned()));
        }
    }

    /// The value of `source`, or of a parameter's `value`, which has the same shape.
    ///
    /// Functions nest no deeper than documents do, aliases included, and those are limited.
    fn source(&mut self, object: &Object<'_>, name: &str) -> Option<Source> {
        let member = object.member(name)?;
        let Some(source) = member.object() else {
            self.malformed(&member.at, name, "an object");
            return None;
        };
        let expression = self.text(&source, "expression").unwrap_or_default();
        let stated = self.text(&source, "type").and_then(|kind| source_kind(&kind));
        let parameters = self.parameters(&source);
        let parsed = (!expression.trim().is_empty()).then(|| Expression::parse(&expression));
        let kind = stated.unwrap_or_else(|| kind_of(parsed.as_ref(), &parameters));
        let name = self.text(&source, "name").unwrap_or_else(|| name_of(parsed.as_ref()));
        let plain = || tree_of(kind, if name.is_empty() { expression.trim() } else { &name }, &parameters);
        // Exports of gallery applications write constants without their marks, and names without their brackets.
        let is_plain = match (stated, &parsed) {
            (_, None) => true,
            (Some(SourceKind::Constant), Some(Ok(tree))) => tree.as_text().is_none(),
            (Some(SourceKind::Attribute), Some(Ok(tree))) => matches!(tree.kind, ExpressionKind::Word(_)),
            (Some(SourceKind::Constant), Some(Err(_))) => !expression.trim_start().starts_with('"'),
            _ => false,
        };
        Some(Source {
            at: source.at.clone(),
            tree: parsed.filter(|_| !is_plain).unwrap_or_else(|| Ok(plain())),
            kind,
            name,
            parameters,
            names: source.names(),
            expression,
        })
    }

    fn parameters(&mut self, source: &Object<'_>) -> Vec<Parameter> {
        let mut parameters = Vec::new();
        for object in self.objects(source, "parameters") {
            let key = self.text(&object, "key").unwrap_or_default();
            // A positional argument that is left out has no value.
            parameters.extend(self.source(&object, "value").map(|value| Parameter { key, value }));
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

type ParsedExpression = Result<Expression, ExpressionMistake>;

/// The kind of a source that does not say it.
fn kind_of(parsed: Option<&ParsedExpression>, parameters: &[Parameter]) -> SourceKind {
    match parsed {
        _ if !parameters.is_empty() => SourceKind::Function,
        None => SourceKind::Attribute,
        Some(Ok(tree)) if tree.as_attribute().is_some() => SourceKind::Attribute,
        Some(Ok(tree)) if tree.as_call().is_some() => SourceKind::Function,
        Some(_) => SourceKind::Constant,
    }
}

fn name_of(parsed: Option<&ParsedExpression>) -> String {
    let Some(Ok(tree)) = parsed else { return String::new() };
    match &tree.kind {
        ExpressionKind::Attribute(name) | ExpressionKind::Text(name) | ExpressionKind::Call { name, .. } => {
            name.clone()
        }
        _ => tree.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Recognised;
    use super::super::fixture::{Export, sample};
    use super::*;

    /// A schema with one object mapping of groups.
    fn schema_of(attribute_mappings: &str) -> Export {
        Export::of(&format!(
            r#"{{"synchronizationRules": [{{"objectMappings": [{{"enabled": true, "sourceObjectName": "Group",
                "targetObjectName": "urn:ietf:params:scim:schemas:core:2.0:Group",
                "attributeMappings": {attribute_mappings}}}]}}]}}"#
        ))
    }

    fn group_mapping(export: &Export) -> &ObjectMapping {
        export.schema().groups().next().expect("a mapping of groups")
    }

    #[test]
    fn the_default_app_is_read_as_a_whole() {
        let export = sample("reconstructed/customappsso-default.json");
        let schema = export.schema();
        let (users, groups) = (schema.users().next().expect("users"), schema.groups().next().expect("groups"));
        assert_eq!((schema.users().count(), schema.groups().count()), (1, 1));
        assert_eq!(groups.attribute_mappings.len(), 3);
        assert_eq!(groups.flow_types, FlowTypes::ALL);
        let external_id = users.mapping("EXTERNALID").expect("externalId is mapped");
        assert_eq!(external_id.sends().as_deref(), Some("[mailNickname]"));
        assert_eq!(external_id.matching_priority, 0);
        assert_eq!(users.mapping("userName").map(|mapping| mapping.matching_priority), Some(1));
        let active = users.mapping("active").and_then(|mapping| mapping.source.as_ref()).expect("active is mapped");
        assert_eq!((active.kind, active.name.as_str()), (SourceKind::Function, "Switch"));
        assert_eq!(active.parameters.len(), 5);
        assert_eq!(active.parameters[0].value.plain_attribute(), Some("IsSoftDeleted"));
        let written = r#"Switch([IsSoftDeleted], , "False", "True", "True", "False")"#;
        assert_eq!(active.normalised(), written);
        assert_eq!(tree_of(active.kind, &active.name, &active.parameters).to_string(), written);
    }

    #[test]
    fn places_are_those_of_the_members() {
        let export = sample("reconstructed/customappsso-default.json");
        let mapping = group_mapping(&export).mapping("externalId").expect("externalId is mapped");
        assert_eq!(export.shown(&mapping.member("targetAttributeName")), "\"externalId\"");
        assert_eq!(export.shown(&mapping.member("defaultValue")), "null");
        assert!(export.shown(&mapping.member("source")).starts_with('{'));
        let source = mapping.source.as_ref().expect("a source");
        assert_eq!(export.shown(&source.member("expression")), "\"[objectId]\"");
        assert_eq!(mapping.member("nothing"), mapping.at);
    }

    #[test]
    fn a_shortened_template_is_read_as_far_as_it_goes() {
        let export = sample("aws-scim-template-excerpt.json");
        let schema = export.schema();
        assert_eq!(schema.at.route.to_string(), "value[0].schema");
        assert_eq!(schema.users().count(), 0);
        let groups = group_mapping(&export);
        assert_eq!(groups.flow_types, FlowTypes::ALL, "spelt without spaces");
        let targets: Vec<_> = groups.attribute_mappings.iter().map(|mapping| mapping.target.as_str()).collect();
        assert_eq!(targets, ["members"]);
    }

    #[test]
    fn a_file_that_ends_early_gives_the_mappings_before_its_end() {
        let whole = sample("reconstructed/customappsso-default.json");
        let content = whole.sources.text(whole.file).content();
        for end in (1..content.len()).filter(|&end| content.is_char_boundary(end)).step_by(53) {
            let cut = Export::of(&content[..end]);
            assert_eq!(cut.said(), Vec::<String>::new(), "nothing is invented at {end}");
            let Some(Recognised::SynchronizationSchema(schema)) = cut.recognised.first() else { continue };
            for (mapping, original) in schema.object_mappings.iter().zip(&whole.schema().object_mappings) {
                let (some, all) = (&mapping.attribute_mappings, &original.attribute_mappings);
                assert_eq!(some[..], all[..some.len()], "at {end}");
                assert!(mapping.is_damaged || some.len() == all.len(), "at {end}");
            }
        }
    }

    #[test]
    fn kinds_are_told_by_object_names_and_never_by_display_names() {
        let check = |source: &str, target: &str, users: usize, groups: usize| {
            let export = Export::of(&format!(
                r#"{{"synchronizationRules": [{{"objectMappings": [{{"name": "Provision Users and Groups",
                    "sourceObjectName": "{source}", "targetObjectName": "{target}"}}]}}]}}"#
            ));
            let schema = export.schema();
            assert_eq!((schema.users().count(), schema.groups().count()), (users, groups), "{source} {target}");
        };
        check("User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", 1, 0);
        check("User", "urn:ietf:params:scim:schemas:core:2.0:User", 1, 0);
        check("Group", "urn:ietf:params:scim:schemas:core:2.0:Group", 0, 1);
        check("", "urn:ietf:params:scim:schemas:core:2.0:Group", 0, 1);
        check("User", "urn:example:Person", 1, 0);
        check("group", "", 0, 1);
        check("", "", 0, 0);
        check("Device", "urn:example:Device", 0, 0);
    }

    #[test]
    fn disabled_mappings_are_kept_and_not_used() {
        let export = Export::of(
            r#"{"synchronizationRules": [{"objectMappings": [
                {"enabled": false, "sourceObjectName": "", "targetObjectName": "", "attributeMappings": []},
                {"enabled": "False", "sourceObjectName": "User", "flowTypes": ["Add", "Delete"]}]}]}"#,
        );
        let schema = export.schema();
        assert_eq!((schema.object_mappings.len(), schema.users().count()), (2, 0));
        assert_eq!(schema.object_mappings[1].flow_types, FlowTypes { add: true, update: false, delete: true });
        assert_eq!(export.said(), Vec::<String>::new());
    }

    #[test]
    fn flow_types_of_another_kind_are_said_and_not_guessed() {
        for written in ["7", "true", "\"Add, Remove\"", "{\"Add\": true}"] {
            let mapping =
                format!(r#"{{"synchronizationRules": [{{"objectMappings": [{{"flowTypes": {written}}}]}}]}}"#);
            let export = Export::of(&mapping);
            assert_eq!(export.schema().object_mappings[0].flow_types, FlowTypes::ALL, "{written}");
            let said: Vec<&str> = export.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(said, ["`flowTypes` is not made of `Add`, `Update` and `Delete`"], "{written}");
        }
    }

    #[test]
    fn what_is_sent_compares_by_meaning() {
        let sent = |mapping: &str| {
            let export = schema_of(&format!("[{{\"targetAttributeName\": \"externalId\", {mapping}}}]"));
            group_mapping(&export).mapping("externalId").expect("it is mapped").sends()
        };
        let object_id = Some("[objectId]".to_owned());
        assert_eq!(
            sent(r#""source": {"expression": "[objectId]", "name": "objectId", "type": "Attribute"}"#),
            object_id
        );
        assert_eq!(sent(r#""source": {"name": "objectId", "type": "Attribute"}"#), object_id);
        assert_eq!(sent(r#""source": {"expression": " [ objectId ]"}"#), object_id);
        assert_eq!(sent(r#""source": null, "defaultValue": "x""#), Some("\"x\"".to_owned()));
        assert_eq!(sent(r#""source": {"expression": "\"x\"", "type": "Constant"}"#), Some("\"x\"".to_owned()));
        assert_eq!(sent(r#""source": null, "defaultValue": """#), None);
        let unmarked = r#""source": {"expression": "Standard User", "name": "Standard User", "type": "Constant"}"#;
        assert_eq!(sent(unmarked), Some("\"Standard User\"".to_owned()));
        assert_eq!(sent(r#""source": {"expression": "objectId", "type": "Attribute"}"#), object_id);
        let call = r#""source": {"name": "ToLower", "type": "Function", "parameters":
            [{"key": "source", "value": {"name": "mail", "type": "Attribute"}}]}"#;
        assert_eq!(sent(call), sent(r#""source": {"expression": "ToLower( [mail] )"}"#));
        assert_eq!(sent(call).as_deref(), Some("ToLower([mail])"));
    }

    #[test]
    fn powershell_capitals_are_read_and_placed() {
        let export = Export::of(
            r#"{"SynchronizationRules": [{"ObjectMappings": [{"Enabled": true, "SourceObjectName": "Group",
                "AttributeMappings": [{"TargetAttributeName": "externalId", "MatchingPriority": 1,
                "Source": {"Expression": "[objectId]", "Type": "Attribute"}}]}]}]}"#,
        );
        let mapping = group_mapping(&export).mapping("externalId").expect("it is mapped");
        assert_eq!((mapping.sends().as_deref(), mapping.matching_priority), (Some("[objectId]"), 1));
        assert_eq!(export.shown(&mapping.member("targetAttributeName")), "\"externalId\"");
    }

    #[test]
    fn targets_compare_without_case_and_core_urn() {
        let export = schema_of(
            r#"[{"targetAttributeName": "urn:ietf:params:scim:schemas:core:2.0:Group:DisplayName"},
                {"targetAttributeName": "emails[type eq \"work\"].value"}]"#,
        );
        let groups = group_mapping(&export);
        assert!(groups.mapping("displayName").is_some());
        assert!(groups.mapping("emails[type eq \"work\"].value").is_some());
        assert!(groups.mapping("emails").is_none());
    }

    #[test]
    fn flows_that_are_left_out_have_the_default() {
        let export = schema_of(
            r#"[{"targetAttributeName": "a"}, {"targetAttributeName": "b", "flowType": "ObjectAddOnly",
            "flowBehavior": "FlowAlways"}, {"targetAttributeName": "c", "flowType": "Never"}]"#,
        );
        let flows: Vec<_> = group_mapping(&export).attribute_mappings.iter().map(|one| one.flow_type.clone()).collect();
        assert_eq!(flows, [FlowType::Always, FlowType::ObjectAddOnly, FlowType::Other("Never".to_owned())]);
        assert_eq!(group_mapping(&export).attribute_mappings[1].flow_behavior, FlowBehavior::FlowAlways);
    }

    #[test]
    fn wrong_types_are_said_and_left_out() {
        let route = "synchronizationRules[0].objectMappings[0].attributeMappings";
        let check = |attribute_mappings: &str, expected: &[String]| {
            assert_eq!(schema_of(attribute_mappings).said(), expected, "{attribute_mappings}");
        };
        check("null", &[]);
        check("{}", &[format!("{route}: `attributeMappings` is not a list")]);
        check("[1, null]", &[format!("{route}[0]: an item of `attributeMappings` is not an object")]);
        check("[{}]", &[format!("{route}[0]: this attribute mapping has no `targetAttributeName`")]);
        check(
            r#"[{"targetAttributeName": ["a"]}]"#,
            &[format!("{route}[0].targetAttributeName: `targetAttributeName` is not a text")],
        );
        check(
            r#"[{"targetAttributeName": "a", "matchingPriority": "first", "source": "[b]"}]"#,
            &[
                format!("{route}[0].source: `source` is not an object"),
                format!("{route}[0].matchingPriority: `matchingPriority` is not a whole number"),
            ],
        );
        check(r#"[{"targetAttributeName": "a", "matchingPriority": "2"}]"#, &[]);
    }

    /// A mapping whose source is a function of a function …, each an alias.
    fn nested_by_aliases(depth: usize) -> Export {
        let mut export = "a0: &a0 { expression: '[a]' }\n".to_owned();
        for outer in 1..=depth {
            let inner = outer - 1;
            export += &format!("a{outer}: &a{outer} {{ name: Not, parameters: [{{ key: s, value: *a{inner} }}] }}\n");
        }
        export += "synchronizationRules: [{ objectMappings: [{ sourceObjectName: Group, attributeMappings: \
                   [{ targetAttributeName: a, source: ";
        Export::of(&format!("{export}*a{depth} }}] }}] }}]\n"))
    }

    #[test]
    fn functions_nest_as_deep_as_documents_do() {
        let export = nested_by_aliases(10);
        let mapping = group_mapping(&export).mapping("a").expect("it is mapped");
        assert_eq!(mapping.sends(), Some(format!("{}[a]{}", "Not(".repeat(10), ")".repeat(10))));
        let export = nested_by_aliases(500);
        assert!(group_mapping(&export).is_damaged);
        assert_eq!(group_mapping(&export).attribute_mappings, []);
    }
}
