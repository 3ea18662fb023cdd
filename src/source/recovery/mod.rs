//! Recovery: one run finds every syntax error of a text.
//!
//! At an error the damaged block is looked for (a key with its value, an item of a list, a line), blanked, and the rest
//! is read again, so that every offset stays true. Guesses go from the likeliest block outwards; the first one without
//! which the text can be read on is taken.

mod damage;
mod explain;
mod explain_brackets;
mod explain_lines;
mod outline;
mod rewrite;
mod unread;

use damage::{Blocks, mask};
use explain::{Scene, Seed};
use outline::{Checkpoint, Outline};

use super::events::Stop;
use super::layout::Layout;
use super::{FileId, Place, Problem, Span};

pub(in crate::source) use damage::Region;

/// How many syntax errors of a document are looked for.
const MISTAKE_LIMIT: usize = 50;
/// How far behind a block a guess is tried out.
const HORIZON: usize = 8192;
/// What is read in all, beyond twice the length of the text; a hostile text must not keep us busy.
const SPARE_WORK: usize = 1 << 20;

/// What came of a recovery.
#[derive(Debug)]
pub(in crate::source) struct Recovery {
    /// The text with the damaged blocks blanked; every offset is the same.
    pub(in crate::source) text: String,
    /// The damaged blocks, in order.
    pub(in crate::source) damage: Vec<Region>,
    pub(in crate::source) problems: Vec<Problem>,
}

/// Finds the syntax errors of `text`. `original` is the same text as the file has it, to quote from.
pub(in crate::source) fn recover(file: FileId, original: &str, text: &str) -> Recovery {
    let mut surgeon = Surgeon {
        file,
        original,
        text: text.to_owned(),
        damage: Vec::new(),
        problems: Vec::new(),
        work: 0,
        // With tags that directives declare, a part of the text reads otherwise than the whole.
        whole: text.starts_with('%') || text.contains("\n%"),
    };
    surgeon.run();
    Recovery { text: surgeon.text, damage: surgeon.damage, problems: surgeon.problems }
}

struct Surgeon<'t> {
    file: FileId,
    original: &'t str,
    text: String,
    damage: Vec<Region>,
    problems: Vec<Problem>,
    work: usize,
    /// Whether the text must always be read from its beginning.
    whole: bool,
}

impl Surgeon<'_> {
    fn run(&mut self) {
        let mut from = Checkpoint::default();
        let mut rounds = 0;
        loop {
            let outline = self.read(&from, usize::MAX);
            let Some(stop) = outline.stop else {
                // A part may read otherwise than the whole: what counts is the whole.
                if from.offset == 0 || self.damage.is_empty() {
                    return;
                }
                from = Checkpoint::default();
                self.whole = true;
                continue;
            };
            rounds += 1;
            if rounds > MISTAKE_LIMIT || self.is_spent() {
                self.give_up(&from, &outline, stop);
                return;
            }
            let scene = Scene {
                file: self.file,
                original: self.original,
                layout: Layout { text: &self.text },
                outline: &outline,
                at: stop.offset,
            };
            let mistake = explain::explain(scene, stop.reason);
            let mut region = self.choose(&from, &outline, stop, &mistake.seeds);
            if self.is_blank(region) {
                // Nothing more can be taken away there.
                region = self.blocks(&outline).everything_from(0);
            }
            // An error where one was before comes of the same damage.
            let place = &mistake.problem.primary.place;
            if self.problems.iter().all(|known| known.primary.place != *place) {
                self.problems.push(mistake.problem);
            }
            if self.is_blank(region) {
                return;
            }
            let next = self.checkpoint(&from, &outline, region.span.start);
            self.blank(region);
            from = next;
        }
    }

    fn read(&mut self, from: &Checkpoint, horizon: usize) -> Outline {
        let outline = outline::read(&self.text, from, horizon);
        self.work = self.work.saturating_add(outline.cost);
        outline
    }

    fn is_spent(&self) -> bool {
        self.work > self.text.len().saturating_mul(2).saturating_add(SPARE_WORK)
    }

    fn blocks<'s>(&'s self, outline: &'s Outline) -> Blocks<'s> {
        Blocks { layout: Layout { text: &self.text }, open: &outline.open }
    }

    fn checkpoint(&self, from: &Checkpoint, outline: &Outline, at: usize) -> Checkpoint {
        if self.whole { Checkpoint::default() } else { from.before(&self.text, &outline.open, at) }
    }

    /// The block to blank.
    fn choose(&mut self, from: &Checkpoint, outline: &Outline, stop: Stop, seeds: &[Seed]) -> Region {
        let mut tried: Vec<Region> = Vec::new();
        for seed in seeds {
            let Some(region) = self.blocks(outline).region(*seed, 0) else { continue };
            if tried.contains(&region) || self.is_spent() {
                continue;
            }
            tried.push(region);
            if self.helps(from, outline, stop, region) {
                return region;
            }
        }
        let place = match seeds.first() {
            Some(
                Seed::Line(at)
                | Seed::Entry(at)
                | Seed::Closed(at)
                | Seed::Through(at, _)
                | Seed::Tabs(at)
                | Seed::First(at),
            ) => *at,
            None => stop.offset,
        };
        for level in 1..outline.open.len() {
            for seed in [Seed::Entry(place), Seed::Through(place, stop.offset)] {
                let Some(region) = self.blocks(outline).region(seed, level) else { continue };
                if tried.contains(&region) || self.is_spent() {
                    continue;
                }
                tried.push(region);
                if self.helps(from, outline, stop, region) {
                    return region;
                }
            }
        }
        self.blocks(outline).everything_from(place.min(stop.offset))
    }

    /// Whether the text can be read past the error, and past the region, without the region.
    fn helps(&mut self, from: &Checkpoint, outline: &Outline, stop: Stop, region: Region) -> bool {
        let kept = self.text[region.span.range()].to_owned();
        let from = self.checkpoint(from, outline, region.span.start);
        mask(&mut self.text, region.span);
        let after = self.read(&from, region.span.end.saturating_add(HORIZON));
        self.text.replace_range(region.span.range(), &kept);
        let is_other =
            |next: Stop| next.offset > stop.offset || next.offset == stop.offset && next.reason != stop.reason;
        after.stop.is_none_or(|next| is_other(next) && next.offset >= region.span.end)
    }

    /// Whether nothing but comments stands in the region.
    fn is_blank(&self, region: Region) -> bool {
        let layout = Layout { text: &self.text };
        let first = Span::new(region.span.start, layout.line_end(region.span.start));
        if !matches!(layout.slice(first).trim_start().chars().next(), None | Some('#')) {
            return false;
        }
        let mut line = layout.next_line(region.span.start);
        while let Some(at) = line.filter(|&at| at < region.span.end) {
            if !layout.is_empty(at) {
                return false;
            }
            line = layout.next_line(at);
        }
        true
    }

    fn blank(&mut self, region: Region) {
        mask(&mut self.text, region.span);
        // What is blank up to the end need not be read again and again.
        if self.text[region.span.end..].trim_start().is_empty() && !self.text[..region.span.start].is_empty() {
            let first = self.original.get(region.span.start..).and_then(|rest| rest.chars().next());
            self.text.truncate(region.span.start + first.map_or(0, char::len_utf8));
        }
        self.damage.retain(|known| !region.span.contains(known.span));
        let at = self.damage.partition_point(|known| known.span.start < region.span.start);
        self.damage.insert(at, region);
    }

    /// After too many errors, or too much work: the rest is not read.
    fn give_up(&mut self, from: &Checkpoint, outline: &Outline, stop: Stop) {
        let mut region = self.blocks(outline).everything_from(stop.offset);
        for level in 0..outline.open.len().min(4) {
            match self.blocks(outline).rest(stop.offset, level) {
                Some(rest) if self.helps(from, outline, stop, rest) => {
                    region = rest;
                    break;
                }
                _ => {}
            }
        }
        let at = Layout { text: &self.text }.content(stop.offset);
        let problem = Problem::error(
            "syntax",
            Place::Bytes(self.file, at),
            "the document has more syntax errors than are looked for",
        )
        .label("not read from here on")
        .help("mend those before and run again");
        self.problems.push(problem);
        self.blank(region);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Document, Node, Sources, Text, Value};
    use super::*;

    /// The tree in one line; `!` marks what is damaged.
    fn shown(node: Node<'_>) -> String {
        let mark = |damaged: bool| if damaged { "!" } else { "" };
        match node.value() {
            Value::Mapping(mapping) => {
                let entries: Vec<_> = mapping
                    .entries()
                    .map(|entry| format!("{}: {}", entry.key_text().unwrap_or("?"), shown(entry.value)))
                    .collect();
                format!("{{{}}}{}", entries.join(", "), mark(mapping.is_damaged()))
            }
            Value::Sequence(sequence) => {
                let items: Vec<_> = sequence.items().map(shown).collect();
                format!("[{}]{}", items.join(", "), mark(sequence.is_damaged()))
            }
            Value::Scalar(scalar) => scalar.text().to_owned(),
        }
    }

    /// Each problem as the text that it is about and its message.
    fn check(text: &str, tree: &str, problems: &[(&str, &str)]) {
        let mut sources = Sources::default();
        let (file, found) = sources.add_document("t", text.as_bytes());
        let document = sources.document(file).unwrap();
        assert_eq!(document.root().map(shown).as_deref().unwrap_or("nothing"), tree, "{text}");
        let found: Vec<_> = found
            .iter()
            .map(|problem| {
                let (_, span) = sources.locate(&problem.primary.place);
                (&text[span.range()], problem.message.as_str())
            })
            .collect();
        assert_eq!(found, problems, "{text}");
    }

    #[test]
    fn quotes() {
        let open = "the double quote that opens here is not closed";
        check("a: \"x\nb: 1\n", "{b: 1}!", &[("\"", open)]);
        check("b: 1\na: \"x\n", "{b: 1}!", &[("\"", open)]);
        check("u:\n  - rule: \"x\n    when: \"y\"\n  - z\n", "{u: [{when: y}!, z]}", &[("\"", open)]);
        check("- a\n- \"b\n- c: d\n", "[a, {c: d}]!", &[("\"", open)]);
        check("a: [1, \"b]\nc: 1\n", "{c: 1}!", &[("\"", open)]);
        check("{a: 'b}\n", "nothing", &[("'", "the single quote that opens here is not closed")]);
        check("a: 'it's'\nb: 1\n", "{b: 1}!", &[("'it's'", "the value of `a` goes on after its closing quote")]);
        check("a: \"x\\.y\"\nb: 1\n", "{b: 1}!", &[("\\.", "`\\.` is no escape that YAML knows in double quotes")]);
        check("\"a\" 1\nb: 2\n", "{b: 2}!", &[("\"a\" 1", "a value goes on after its closing quote")]);
    }

    #[test]
    fn colons() {
        let missing = "this line has no `:` after its key";
        check("version 1\nb: 1\n", "{b: 1}!", &[("version 1", missing)]);
        check("b: 1\nversion 1\n", "{b: 1}!", &[("version 1", missing)]);
        check("a:\n  b\n  c: 1\nd: 2\n", "{a: {c: 1}!, d: 2}", &[("b", missing)]);
        check("version:1\nb: 1\n", "{b: 1}!", &[("version:1", "no blank follows the `:` of `version`")]);
        check("a:\n  - b\n  -c\n  - d\n", "{a: [b, d]!}", &[("-c", "no blank follows the `-` of an item")]);
        let cut = "the value of `when` is cut at `: `, which ends a key in YAML";
        check("when: title eq \"a: b\"\nb: 1\n", "{b: 1}!", &[("title eq \"a: b\"", cut)]);
        check("- when: a: b # c\n- d\n", "[d]!", &[("a: b", cut)]);
        let split = "the value of `when` is split at `:`, which has a meaning of its own in brackets";
        check("- {rule: r, when: a: b, c: d}\n- e\n", "[e]!", &[("a: b", split)]);
    }

    #[test]
    fn brackets() {
        check("a: [1, 2\nb: 1\n", "{b: 1}!", &[("[", "the `[` that opens here is not closed")]);
        check("a: {b: 1\n", "nothing", &[("{", "the `{` that opens here is not closed")]);
        check("a: 1}\nb: }\nc: 2\n", "{a: 1}, c: 2}!", &[("}", "this `}` closes nothing")]);
        check("a: [1}\nb: 1\n", "{b: 1}!", &[("[", "the `[` that opens here is closed by the wrong bracket")]);
        let closing = "the closing bracket is not indented deeper than the key of its value";
        check("a: [\n  1,\n]\nb: 1\n", "{b: 1}!", &[("]", closing)]);
        check("- {\n  a: 1\n}\n- b\n", "[b]!", &[("}", closing)]);
        let split = "the value of `when` is split at `[`, which has a meaning of its own in brackets";
        check(
            "- { rule: a, when: userType in [\"A\", \"B\"], organization: C }\n- d\n",
            "[d]!",
            &[("userType in [\"A\", \"B\"]", split)],
        );
        check(
            "when: [a] eq b\nc: 1\n",
            "{c: 1}!",
            &[("[a] eq b", "the value of `when` begins with `[` and goes on after its end")],
        );
        check("a: [\n  - b\n]\nc: 1\n", "{c: 1}!", &[("-", "an item with `-` cannot stand in brackets")]);
    }

    #[test]
    fn indentation() {
        let odd = "this line is indented like none of the blocks above";
        check("u:\n  - a: 1\n    b: 2\n   c: 3\n  - d\n", "{u: [{a: 1, b: 2}!, d]!}", &[("c: 3", odd)]);
        check("a:\n    b: 1\n  c: 2\nd: 3\n", "{a: {b: 1}!, d: 3}!", &[("c: 2", odd)]);
        check("  a: 1\n  b: 2\nc: 3\n", "{a: 1, b: 2}!", &[("c: 3", odd)]);
        let first = "the first line is indented, and those that it stands among are not";
        check(" a:\n  - 1\nb: 2\nc: 3\n", "{b: 2, c: 3}!", &[(" ", first)]);
        let deeper = "`b` is indented deeper than the keys above";
        check("a: 1\n   b: 2\nc: 3\n", "{a: 1, c: 3}!", &[("b", deeper)]);
        let tab = "a tab indents this line, and YAML knows only spaces there";
        check("a:\n\tb: 1\n\tc: 2\nd: 3\n", "{d: 3}!", &[("\t", tab)]);
        check("a:\n  b: 1\n\tc: 2\nd: 3\n", "{a: {b: 1}!, d: 3}!", &[("\t", tab)]);
        let no_item = "this line stands among the items of a list and is none";
        check("- a: 1\nb: 2\n- c\n", "[{a: 1}!, c]!", &[("b: 2", no_item)]);
        let item = "this item stands among the keys of a mapping";
        check("a: 1\n- b\nc: 2\n", "{a: 1, c: 2}!", &[("- b", item)]);
    }

    #[test]
    fn first_characters() {
        check(
            "a: @b\nc: 1\n",
            "{c: 1}!",
            &[("@b", "the value of `a` begins with `@`, which no value without quotes begins with")],
        );
        check("a: *\nb: 1\n", "{b: 1}!", &[("*", "`*` begins an alias, and no name follows")]);
        check("a: - b\nc: 1\n", "{c: 1}!", &[("- b", "an item cannot stand on the line of its key")]);
        check("a: |b\nc: 1\n", "{c: 1}!", &[("|b", "after `|` only a digit, `+` or `-` may stand on the line")]);
    }

    #[test]
    fn several_at_once_in_order() {
        check(
            "version 1\nprovider:\n  name: \"x\n  realm: y\norganizations:\n  - name: a: b\n  - name: ok\nlint: [\n",
            "{provider: {realm: y}!, organizations: [{name: ok}]!}!",
            &[
                ("version 1", "this line has no `:` after its key"),
                ("\"", "the double quote that opens here is not closed"),
                ("a: b", "the value of `name` is cut at `: `, which ends a key in YAML"),
                ("[", "the `[` that opens here is not closed"),
            ],
        );
    }

    #[test]
    fn what_stood_in_damage_is_not_missed() {
        check("a: &x \"b\nc: *x\nd: 1\n", "{d: 1}!", &[("\"", "the double quote that opens here is not closed")]);
    }

    #[test]
    fn a_block_scalar_before_damage_stays_as_it_is() {
        check(
            "a: |\n  x\n  y\nb \"c\" d\ne: 1\n",
            "{a: x\ny\n, e: 1}!",
            &[("b \"c\" d", "this line has no `:` after its key")],
        );
    }

    /// Ways to damage a rule of three lines.
    fn damaged(rule: &str, kind: usize) -> String {
        let (name, when, organization) = (format!("  - rule: {rule}"), "    when: title pr", "    organization: C");
        let lines = |a: &str, b: &str, c: &str| format!("{a}\n{b}\n{c}\n");
        match kind {
            0 => lines(&name, "    when: title eq \"a: b\"", organization),
            1 => lines(&name, "    when: \"title pr", organization),
            2 => lines(&name, "    when: 'title eq 'x''", organization),
            3 => lines(&name, "    when: \"title matches /\\./\"", organization),
            4 => lines(&name, "    when title pr", organization),
            5 => lines(&name, "    when:title pr", organization),
            6 => lines(&name, when, "    organization: [A, B"),
            7 => lines(&name, when, "    organization: {A: B"),
            8 => lines(&name, when, "      organization: C"),
            9 => lines(&name, when, "   organization: C"),
            10 => lines(&name, when, "\torganization: C"),
            11 => lines("  - rule: @x", when, organization),
            12 => lines("  - rule: \"x", when, organization),
            13 => lines(&name, "    when: [title] pr", organization),
            14 => lines(&name, when, "    organization: }"),
            15 => format!("  - {{ rule: {rule}, when: title in [\"A\", \"B\"], organization: C }}\n"),
            16 => lines("  -rule: x", when, organization),
            17 => lines("  - rule: x: y", when, organization),
            18 => lines(&name, when, "    organization"),
            19 => lines(&name, "    when: title pr: x", organization),
            20 => lines(&name, "    when: *", organization),
            21 => lines(&name, when, "    \"organization\" C"),
            22 => format!("  - [ rule: {rule}\n"),
            23 => format!("  - {{ rule: {rule}, when: \"title pr, organization: C }}\n"),
            _ => format!("  - rule: {rule}\n    when: >x\n      title pr\n{organization}\n"),
        }
    }

    proptest! {
        /// As many errors as were made, each at its block, and every other rule as it was.
        #[test]
        fn each_damaged_rule_gives_one_error(
            kinds in prop::collection::vec(prop::option::weighted(0.4, 0..25usize), 1..20),
            // The list stands deeper than its key, at its column, or at that of a key that is indented by one.
            place in 0..3usize,
        ) {
            let (key, stripped) = [("rules:\n", 0), ("rules:\n", 2), ("outer:\n rules:\n", 1)][place];
            let mut text = format!("version: 1\n{key}");
            let mut blocks = Vec::new();
            let mut whole = Vec::new();
            for (index, kind) in kinds.iter().enumerate() {
                let rule = format!("r{index}");
                let start = text.len();
                let lines = match kind {
                    Some(kind) => damaged(&rule, *kind),
                    None => {
                        whole.push(format!("{{rule: {rule}, when: title pr, organization: C}}"));
                        format!("  - rule: {rule}\n    when: title pr\n    organization: C\n")
                    }
                };
                for line in lines.split_inclusive('\n') {
                    text.push_str(line.strip_prefix(&" ".repeat(stripped)).unwrap_or(line));
                }
                if kind.is_some() {
                    blocks.push(Span::new(start, text.len()));
                }
            }
            text.push_str("fallback: D\n");
            let (document, problems) = Document::parse(FileId(0), &Text::new("t", text.as_str()));
            let root = document.root().and_then(Node::mapping).unwrap();
            prop_assert_eq!(root.get("version").unwrap().value.scalar().unwrap().text(), "1");
            prop_assert_eq!(root.get("fallback").unwrap().value.scalar().unwrap().text(), "D");
            let places: Vec<_> = problems
                .iter()
                .map(|problem| match problem.primary.place {
                    Place::Bytes(_, span) => blocks.iter().position(|block| block.contains(span)),
                    _ => None,
                })
                .collect();
            let expected: Vec<_> = (0..blocks.len()).map(Some).collect();
            prop_assert_eq!(places, expected, "{}\n{:#?}", text, problems);
            let inside = root.get("outer").and_then(|outer| outer.value.mapping()).unwrap_or(root);
            let found: Vec<_> = inside
                .get("rules")
                .map(|rules| rules.value.sequence().unwrap().items().map(shown).collect())
                .unwrap_or_default();
            let intact: Vec<_> = found.iter().filter(|rule| whole.contains(rule)).cloned().collect();
            prop_assert_eq!(&intact, &whole, "{}\n{:?}", text, found);
            // What lost something says so, or a key would be missed in it.
            let silent: Vec<_> = found.iter().filter(|rule| !whole.contains(rule) && !rule.ends_with('!')).collect();
            prop_assert!(silent.is_empty(), "{}\n{:?}", text, silent);
        }
    }
}
