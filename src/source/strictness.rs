//! What the YAML parser lets pass and YAML does not: tabs where only spaces indent (YAML 1.2.2, section 6.1), and
//! comments inside of plain scalars (section 7.3.3).

use super::Span;
use super::document::Style;
use super::events::{Collection, Event, EventKind, Reason, Stop};
use super::layout::Layout;

/// Follows the events of a text.
#[derive(Debug)]
pub(super) struct Strictness<'t> {
    layout: Layout<'t>,
    open: Vec<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    flow: bool,
    collection: Collection,
    /// Whether the next node of a mapping is a key.
    key_next: bool,
}

impl<'t> Strictness<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Strictness { layout: Layout { text }, open: Vec::new() }
    }

    /// The error that the event is, if it is one.
    pub(super) fn check(&mut self, event: &Event<'_>) -> Option<Stop> {
        let start = event.span.start;
        match &event.kind {
            EventKind::Open { collection, flow } => {
                let stop = self.node(start, !flow);
                self.open.push(Open { flow: *flow, collection: *collection, key_next: true });
                stop
            }
            EventKind::Close => {
                self.open.pop();
                None
            }
            EventKind::Scalar { style, .. } => {
                let comment = if *style == Style::Plain { self.comment_inside(event.span) } else { None };
                comment.or_else(|| self.node(start, false))
            }
            EventKind::Alias(_) => self.node(start, false),
            _ => None,
        }
    }

    /// Whether a tab indents the node that begins at `start`, where it is a block or the key of one.
    fn node(&mut self, start: usize, is_block: bool) -> Option<Stop> {
        let is_key = match self.open.last_mut() {
            Some(open) if open.flow => return None,
            Some(open) if open.collection == Collection::Mapping => {
                open.key_next = !open.key_next;
                !open.key_next
            }
            _ => false,
        };
        let line = self.layout.line_start(start);
        let before = self.layout.slice(Span::new(line, start));
        let lead = before.len() - before.trim_start_matches([' ', '\t']).len();
        let indicated = before[lead..].starts_with(['-', '?', ':']);
        // Tabs that indent the line, where a block or an indicator of one is what they indent.
        let indents = (is_block || is_key) && lead == before.len() || indicated;
        // Tabs between an indicator and a block that begins on its line.
        let blanks = before.trim_end_matches([' ', '\t']).len();
        let separates = is_block && before[..blanks].ends_with(['-', '?', ':']);
        let of_line = before[..lead].find('\t').filter(|_| indents);
        let of_block = before[blanks..].find('\t').filter(|_| separates).map(|at| blanks + at);
        let tab = of_line.or(of_block)?;
        Some(Stop { offset: line + tab, reason: Reason::Tab })
    }

    fn comment_inside(&self, span: Span) -> Option<Stop> {
        let text = self.layout.slice(span);
        let mut rest = text;
        // In a plain scalar a `#` behind a blank is no text.
        while let Some(at) = rest.find('#') {
            let offset = text.len() - rest.len() + at;
            if text[..offset].ends_with([' ', '\t', '\n', '\r']) {
                return Some(Stop { offset: span.start + offset, reason: Reason::Comment });
            }
            rest = &rest[at + 1..];
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::events::YamlEvents;
    use super::*;

    fn check(text: &str, refused: Option<(usize, Reason)>) {
        let stop = YamlEvents::new(text).find_map(Result::err).map(|stop| (stop.offset, stop.reason));
        assert_eq!(stop, refused, "{text:?}");
    }

    #[test]
    fn tabs_do_not_indent_blocks() {
        check("a:\n \tb: 1\n", Some((4, Reason::Tab)));
        check("a:\n  b: \"1\"\n \tc: 2\n", Some((14, Reason::Tab)));
        check("a:\n  - \"b\"\n \t- c\n", Some((13, Reason::Tab)));
        check("-\ta: b\n", Some((1, Reason::Tab)));
        check("- \ta: b\n", Some((2, Reason::Tab)));
    }

    #[test]
    fn tabs_separate_everything_else() {
        for text in [
            "a:\tb\n",
            "a:\n \tb\n",
            "- \tb\n",
            "a: b\n \tc\n",
            "a:\n\t\n  b: 1\n",
            "a: {\tb: c,\n \td: e }\n",
            "- &a\tb: c\n",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn a_comment_ends_a_plain_scalar() {
        check("a: b\n\t# c\n  d\n", Some((6, Reason::Comment)));
        check("a: b#c\n  d\n", None);
    }
}
