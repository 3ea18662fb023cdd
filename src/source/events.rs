//! Events of a YAML text. The only file that names the YAML parser: what goes in is a text and what comes out are our
//! own types, so that the parser can be replaced.

use std::borrow::Cow;

use granit_parser::{ErrorKind, Parser, ScalarStyle, ScanError, StrInput, StructureStyle};

use super::Span;
use super::document::Style;
use super::layout::Layout;
use super::strictness::Strictness;

/// Something that a reader met in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event<'t> {
    pub(super) kind: EventKind<'t>,
    /// The bytes: of a scalar as written (of a block scalar its content only), of one bracket, of the alias, of the
    /// comment. Empty for what has no token of its own.
    pub(super) span: Span,
    /// The number of the anchor of a node; 0 for none.
    pub(super) anchor: usize,
    /// The tag of a node.
    pub(super) tag: Option<Tag>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EventKind<'t> {
    DocumentStart {
        explicit: bool,
    },
    DocumentEnd,
    Open {
        collection: Collection,
        flow: bool,
    },
    Close,
    Scalar {
        text: Cow<'t, str>,
        style: Style,
    },
    /// The number of the anchor; `None` where no such anchor stands before.
    Alias(Option<usize>),
    Comment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Collection {
    Mapping,
    Sequence,
}

/// A tag as written and as it reads with its handle resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) span: Span,
    pub(super) name: String,
}

/// Why the parser stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) offset: usize,
    pub(super) reason: Reason,
}

/// The parser's reasons, as far as we say different things about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Nested deeper than the parser itself goes.
    TooDeep,
    /// A quoted scalar without its end, or whose next line is not indented enough to belong to it.
    OpenQuote,
    /// Text after the closing quote.
    AfterQuote,
    /// An escape that does not exist, or whose digits are wrong. The offset is that of the opening quote.
    BadEscape,
    /// A bracket that was not closed; the offset may be that of the next line.
    OpenBracket,
    /// A bracket that closes nothing.
    StrayBracket,
    /// A bracket closed by one of the other kind. The offset is that of the opening one.
    WrongBracket,
    /// Something other than `,` or the closing bracket follows an item of a flow collection.
    ExpectedComma,
    /// `: ` where no key can end.
    UnexpectedColon,
    /// A line that should be a key and has no colon.
    MissingColon,
    /// Indented unlike every open block.
    Indentation,
    /// A line of a block mapping that is no key.
    ExpectedKey,
    /// A line of a block sequence that is no item.
    ExpectedItem,
    /// `- ` where no sequence can begin.
    UnexpectedDash,
    /// A character that no value begins with, or that is not allowed at all.
    UnexpectedCharacter,
    /// A tab where only spaces indent.
    Tab,
    /// The header or the indentation of a block scalar.
    BlockScalar,
    /// A tag that cannot be read, or whose handle is not declared.
    Tag,
    /// `&` or `*` without a name.
    AnchorName,
    /// A directive that cannot be read.
    Directive,
    /// A `#` that no blank stands before.
    Comment,
    /// A byte-order mark inside the document.
    ByteOrderMark,
    /// A key that is too long or goes over several lines.
    LongKey,
    /// `? ` where no key can stand.
    UnexpectedQuestionMark,
    /// What cannot stand where it does.
    Other,
}

/// Reads a YAML text as events, up to the first syntax error.
pub(super) struct YamlEvents<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    strictness: Strictness<'t>,
    /// The end of the last scalar, alias or beginning of a collection.
    last_end: usize,
    stopped: bool,
}

impl<'t> YamlEvents<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let options = granit_parser::options! {
            strict_indentation: true,
            emit_unresolved_aliases: true,
            // A file may begin with any number of comments; the parser only puts them aside.
            max_buffered_comment_events: usize::MAX,
        };
        let parser = Parser::new_from_str_with_options(text, options);
        YamlEvents { text, parser, strictness: Strictness::new(text), last_end: 0, stopped: false }
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        // A parser over a string always knows byte offsets.
        let range = span.byte_range().unwrap_or_default();
        let end = range.end.min(self.text.len());
        Span::new(range.start.min(end), end)
    }

    fn event(&self, event: granit_parser::Event<'t>, span: granit_parser::Span) -> Option<Event<'t>> {
        let anchor = event.anchor_id().unwrap_or(0);
        let tag = event.tag().map(|tag| Tag {
            span: span.tag_span().map_or(self.span(span), |span| self.span(span)),
            name: format!("{}{}", tag.handle(), tag.suffix()),
        });
        let span = self.span(span);
        let kind = match event {
            granit_parser::Event::DocumentStart(explicit, _) => EventKind::DocumentStart { explicit },
            granit_parser::Event::DocumentEnd => EventKind::DocumentEnd,
            granit_parser::Event::MappingStart(style, ..) => open(Collection::Mapping, style),
            granit_parser::Event::SequenceStart(style, ..) => open(Collection::Sequence, style),
            granit_parser::Event::MappingEnd | granit_parser::Event::SequenceEnd => EventKind::Close,
            granit_parser::Event::Scalar(text, style, ..) => scalar(text, style, span),
            granit_parser::Event::Alias(id) => EventKind::Alias(Some(id)),
            granit_parser::Event::UnresolvedAlias(_) => EventKind::Alias(None),
            granit_parser::Event::Comment(..) => EventKind::Comment,
            // The ends of the stream, and metadata that was not asked for.
            _ => return None,
        };
        Some(Event { kind, span, anchor, tag })
    }
}

impl<'t> Iterator for YamlEvents<'t> {
    type Item = Result<Event<'t>, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.stopped {
            let event = match self.parser.next_event()? {
                Ok((event, span)) => self.event(event, span),
                Err(error) => {
                    self.stopped = true;
                    return Some(Err(self.stop(&error)));
                }
            };
            let Some(event) = event.map(|event| self.begun_at_its_dash(event)) else { continue };
            if let Some(stop) = self.strictness.check(&event) {
                self.stopped = true;
                return Some(Err(stop));
            }
            return Some(Ok(event));
        }
        None
    }
}

impl<'t> YamlEvents<'t> {
    /// The parser tells of a sequence whose dashes stand at the column of its key when it is past the first dash already.
    fn begun_at_its_dash(&mut self, event: Event<'t>) -> Event<'t> {
        let span = match event.kind {
            EventKind::Open { collection: Collection::Sequence, flow: false } => {
                let dash = self.dash_between(self.last_end, event.span.start);
                dash.map_or(event.span, Span::at)
            }
            EventKind::Comment | EventKind::Close | EventKind::DocumentEnd => return event,
            _ => event.span,
        };
        self.last_end = self.last_end.max(span.end);
        Event { span, ..event }
    }

    /// The first line behind `from` that begins with the dash of an item, if that stands before `to`.
    fn dash_between(&self, from: usize, to: usize) -> Option<usize> {
        let layout = Layout { text: self.text };
        let lines = std::iter::successors(layout.next_line(from), |&line| layout.next_line(line));
        lines.map(|line| layout.first(line)).take_while(|&first| first < to).find(|&first| layout.is_dash(first))
    }

    fn stop(&self, error: &ScanError) -> Stop {
        let offset = error.marker().byte_offset().unwrap_or(self.text.len()).min(self.text.len());
        Stop { offset, reason: reason(error.kind()) }
    }
}

fn open<'t>(collection: Collection, style: StructureStyle) -> EventKind<'t> {
    EventKind::Open { collection, flow: style == StructureStyle::Flow }
}

fn scalar(text: Cow<'_, str>, style: ScalarStyle, span: Span) -> EventKind<'_> {
    let style = match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    };
    // The parser writes `~` for a value that is not written.
    let text = if style == Style::Plain && span.is_empty() { Cow::Borrowed("") } else { text };
    EventKind::Scalar { text, style }
}

fn reason(kind: &ErrorKind) -> Reason {
    use ErrorKind as E;
    match kind {
        E::RecursionLimitExceeded => Reason::TooDeep,
        E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => {
            Reason::OpenQuote
        }
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => Reason::AfterQuote,
        E::UnknownQuotedScalarEscape
        | E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => Reason::BadEscape,
        E::UnexpectedEofFlowSequence
        | E::UnexpectedEofFlowMapping
        | E::UnexpectedEofImplicitFlowMapping
        | E::UnclosedFlowCollection { .. }
        | E::InvalidFlowScalarIndent => Reason::OpenBracket,
        E::MisplacedFlowCollectionEnd => Reason::StrayBracket,
        E::MismatchedFlowCollectionEnd { .. } => Reason::WrongBracket,
        E::ExpectedFlowMappingSeparator | E::ExpectedFlowSequenceSeparator => Reason::ExpectedComma,
        E::MappingValueNotAllowed | E::InvalidColonPlacement | E::FlowMappingValueAdjacentCollection => {
            Reason::UnexpectedColon
        }
        E::SimpleKeyExpected => Reason::MissingColon,
        E::InvalidSimpleKey => Reason::LongKey,
        // The second one: a line that is not indented as the first key of the document.
        E::InvalidIndentation | E::ExpectedDocumentStart => Reason::Indentation,
        E::ExpectedBlockMappingKey => Reason::ExpectedKey,
        E::ExpectedBlockSequenceEntry => Reason::ExpectedItem,
        E::BlockEntryInFlowCollection | E::BlockSequenceEntryNotAllowed => Reason::UnexpectedDash,
        E::UnexpectedCharacter { .. }
        | E::PlainScalarStartsWithDashFlowIndicator
        | E::UnexpectedEndOfPlainScalar
        | E::UnexpectedEofBlockSequence
        | E::UnexpectedEofBlockMapping
        | E::UnexpectedEof => Reason::UnexpectedCharacter,
        E::TabNotAllowed
        | E::TabInBlockIndentation
        | E::TabInIndentation
        | E::TabInPlainScalar
        | E::InvalidBlockEntryWhitespace
        | E::InvalidMappingValueWhitespace
        | E::TabAtBlockScalarStart => Reason::Tab,
        E::ZeroBlockScalarIndent | E::InvalidBlockScalarHeader | E::InvalidBlockScalarIndent => Reason::BlockScalar,
        E::UndeclaredTagHandle
        | E::ExpectedTagBang
        | E::InvalidTagTerminator
        | E::MissingTagUri
        | E::UnclosedVerbatimTag
        | E::InvalidGlobalTagCharacter
        | E::InvalidTagEscape
        | E::InvalidTagUtf8LeadingByte
        | E::InvalidTagUtf8TrailingByte
        | E::InvalidTagUtf8 => Reason::Tag,
        E::MissingAnchorOrAliasName => Reason::AnchorName,
        E::DuplicateVersionDirective
        | E::UnsupportedYamlMajorVersion
        | E::DuplicateTagDirective
        | E::MissingDocumentEndBeforeDirective
        | E::ExpectedTagDirectiveBang
        | E::InvalidDirectiveTerminator
        | E::MissingYamlVersionSeparator
        | E::MissingDirectiveName
        | E::InvalidDirectiveName
        | E::DirectiveByteLimitExceeded { .. }
        | E::TooManyReservedDirectiveParams { .. }
        | E::YamlVersionTooLong
        | E::MissingYamlVersion
        | E::InvalidTagDirectiveTerminator => Reason::Directive,
        E::CommentNotSeparated | E::CommentInterceptedScalar => Reason::Comment,
        E::BomInsideDocument => Reason::ByteOrderMark,
        E::MappingKeyNotAllowed => Reason::UnexpectedQuestionMark,
        _ => Reason::Other,
    }
}
