//! What no document may hold, in words.

use super::build::{ALIAS_BUDGET, ALIAS_TEXT_BUDGET, Builder, NESTING_LIMIT, trimmed};
use super::core_schema;
use super::events::{Collection, Tag};
use super::keys;
use super::layout::Layout;
use super::tree::{Content, Id, RawEntry, Role, ScalarTag};
use super::{FileId, Place, Problem, Span, quoted, shorten};

/// How many problems of one document are listed; a hostile one could hold millions.
const PROBLEM_LIMIT: usize = 1000;

/// Mappings: duplicate and merge keys.
impl Builder<'_> {
    pub(super) fn find_duplicates(&mut self, entries: &mut [RawEntry]) {
        for entry in entries.iter_mut() {
            if keys::is_merge_key(&self.built.tree, self.input.parsed, entry.key) {
                entry.role = Role::Merge;
            }
        }
        for (index, first) in keys::duplicates(&self.built.tree, self.input.parsed, entries) {
            let (key, first) = (entries[index].key, entries[first].key);
            entries[index].role = Role::Duplicate;
            let (span, first) = (self.built.tree.node(key).span, self.built.tree.node(first).span);
            let message = format!("the key `{}` stands more than once in this mapping", self.quote(span));
            let problem = Problem::error("duplicate-key", self.bytes(span), message)
                .label("again here")
                .help("remove one of the two, or give it another name")
                .related(self.bytes(first), "first here");
            self.tell(problem);
        }
    }

    pub(super) fn check_merges(&mut self, entries: &[RawEntry]) {
        for entry in entries.iter().filter(|entry| entry.role == Role::Merge) {
            let tree = &self.built.tree;
            let is_mapping = |id: Id| matches!(tree.node(tree.resolve(id)).content, Content::Mapping { .. });
            let fits = match &tree.node(tree.resolve(entry.value)).content {
                Content::Mapping { .. } => true,
                Content::Sequence { items, .. } => items.iter().all(|&item| is_mapping(item)),
                _ => false,
            };
            if !fits {
                let span = trimmed(self.input.parsed, tree.node(entry.value).span);
                let problem =
                    Problem::error("merge-key", self.bytes(span), "`<<` takes a mapping or a list of mappings")
                        .label("this is neither")
                        .help(
                            "let `<<` stand before an alias of a mapping, or quote it if it is an ordinary key: '<<'",
                        );
                self.tell(problem);
            }
        }
    }
}

/// Tags.
impl Builder<'_> {
    pub(super) fn scalar_tag(&mut self, text: &str, tag: &Tag) -> ScalarTag {
        let read = match tag.name.strip_prefix(CORE) {
            Some("str") => ScalarTag::Str,
            Some("null") => ScalarTag::Null,
            Some("bool") => ScalarTag::Bool,
            Some("int") => ScalarTag::Int,
            Some("float") => ScalarTag::Float,
            _ if tag.name == "!" => ScalarTag::Str,
            _ => {
                self.unknown_tag(tag);
                return ScalarTag::None;
            }
        };
        if !core_schema::tag_fits(text, read) {
            self.tag_mismatch(tag, &quoted(text));
        }
        read
    }

    pub(super) fn collection_tag(&mut self, collection: Collection, tag: &Tag) {
        match (tag.name.strip_prefix(CORE), collection) {
            (Some("map"), Collection::Mapping) | (Some("seq"), Collection::Sequence) => {}
            (Some("seq" | "str" | "null" | "bool" | "int" | "float"), Collection::Mapping) => {
                self.tag_mismatch(tag, "a mapping");
            }
            (Some("map" | "str" | "null" | "bool" | "int" | "float"), Collection::Sequence) => {
                self.tag_mismatch(tag, "a list");
            }
            _ if tag.name == "!" => {}
            _ => self.unknown_tag(tag),
        }
    }

    fn unknown_tag(&mut self, tag: &Tag) {
        let message = format!("the tag `{}` is not one of the core schema", self.quote(tag.span));
        let problem = Problem::error("unknown-tag", self.bytes(tag.span), message)
            .help("remove the tag, or put the value in quotes if the `!` is part of it");
        self.tell(problem);
    }

    fn tag_mismatch(&mut self, tag: &Tag, what: &str) {
        let message = format!("{what} cannot be read as its tag `{}` says", self.quote(tag.span));
        let problem = Problem::error("tag-mismatch", self.bytes(tag.span), message).help("remove the tag");
        self.tell(problem);
    }
}

const CORE: &str = "tag:yaml.org,2002:";

/// Aliases, nesting and documents.
impl Builder<'_> {
    pub(super) fn unknown_anchor(&mut self, span: Span) {
        let name = Layout { text: self.input.original }.slice(span).trim_start_matches('*');
        if self.lost_anchors.contains(name) {
            return;
        }
        let name = shorten(name);
        let problem = Problem::error("unknown-anchor", self.bytes(span), format!("no anchor `&{name}` stands before"))
            .label("an alias of it")
            .help(format!(
                "write `&{name}` before the value that is meant, or put the value in quotes if the `*` is part of it"
            ));
        self.tell(problem);
    }

    pub(super) fn recursive_alias(&mut self, span: Span) {
        let message = format!("the alias `{}` stands inside the value that it repeats", self.quote(span));
        let problem = Problem::error("recursive-alias", self.bytes(span), message)
            .help("write the value out; a document cannot hold itself");
        self.tell(problem);
    }

    pub(super) fn alias_budget(&mut self, span: Span, in_nodes: bool) {
        if std::mem::replace(&mut self.told_budget, true) {
            return;
        }
        let (much, help) = if in_nodes {
            (format!("{ALIAS_BUDGET} values"), "write the values out, or use fewer aliases of values that hold aliases")
        } else {
            (
                format!("{} MiB of text", ALIAS_TEXT_BUDGET >> 20),
                "shorten the text that is repeated, or use fewer aliases of it",
            )
        };
        let message = format!("with this alias, aliases add more than {much} to the document");
        let problem = Problem::error("alias-budget", self.bytes(span), message).help(help);
        self.tell(problem);
    }

    pub(super) fn nesting_limit(&mut self, span: Span) {
        if std::mem::replace(&mut self.told_nesting, true) {
            return;
        }
        self.tell(nesting_limit(self.input.file, span));
    }

    pub(super) fn second_document(&mut self, span: Span, explicit: bool) {
        let line = Layout { text: self.input.parsed }.slice(span).find(['\n', '\r']).unwrap_or(span.len());
        let span = Span::new(span.start, span.start + line);
        let before = self.input.parsed.get(..span.start).unwrap_or("").trim_end();
        let help = if explicit {
            "move it to a file of its own, or remove this line if it is meant to be one document"
        } else if before.ends_with("...") {
            "move it to a file of its own, or remove the `...` before it if it is meant to be one document"
        } else {
            "move it to a file of its own, or put both values in one list"
        };
        let problem =
            Problem::error("second-document", self.bytes(span), "a second document begins here, and a file holds one")
                .label("not read from here on")
                .help(help);
        self.tell(problem);
    }

    pub(super) fn tell(&mut self, problem: Problem) {
        match self.built.problems.len() {
            0..PROBLEM_LIMIT => self.built.problems.push(problem),
            PROBLEM_LIMIT => {
                let message = format!("this document has more than {PROBLEM_LIMIT} problems; the rest is not listed");
                let last = Problem::error("too-many-problems", problem.primary.place, message)
                    .help("mend those listed and run again");
                self.built.problems.push(last);
            }
            _ => {}
        }
    }

    pub(super) fn bytes(&self, span: Span) -> Place {
        Place::Bytes(self.input.file, span)
    }

    pub(super) fn quote(&self, span: Span) -> String {
        shorten(self.input.original.get(trimmed(self.input.original, span).range()).unwrap_or(""))
    }
}

/// The problem of a document that is nested too deeply at `span`.
pub(super) fn nesting_limit(file: FileId, span: Span) -> Problem {
    let message = format!("the document is nested deeper than {NESTING_LIMIT} levels");
    Problem::error("nesting-limit", Place::Bytes(file, span), message)
        .label("one level too deep")
        .help("remove levels of brackets or indentation; no document of this kind needs so many")
}
