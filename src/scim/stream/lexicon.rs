//! The names of attributes, with what each means for what is kept of a user or group.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use super::projection::Projection;
use crate::condition::ENTERPRISE_USER;
use crate::condition::schema::{ENTERPRISE, Row, USER};
use crate::scim::extensions::is_extension;
use crate::scim::records::FRAME_NAMES;
use crate::scim::schema::misspelt_urn;

/// What stands under a name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning {
    /// Nothing that is asked for.
    Nothing,
    /// Something that is kept, with its row of the schema where it has one.
    Kept(Option<&'static Row>),
    /// The schemas, from which the type of the resource is told.
    Schemas,
    /// `meta`, from which the type and the time of the last change are told.
    Meta,
    /// The type of the resource.
    ResourceType,
    /// When the resource was last modified.
    LastModified,
    /// An extension of which attributes are kept, by its index in the projection.
    Extension(usize),
    /// Another extension.
    OtherExtension,
    /// Something that only the reader of whole records can judge.
    Unusual,
    /// The identifier of a group.
    Id,
    /// The name of a group.
    DisplayName,
    /// What another system calls a group.
    ExternalId,
    /// The members of a group.
    Members,
    /// The identifier of a member.
    MemberId,
}

/// A name at its place: the names of the objects that it stands in lead to it. 0 is the record itself.
pub(super) type Node = u32;

/// The record itself.
pub(super) const ROOT: Node = 0;

/// A name that was met.
#[derive(Debug)]
struct Met {
    text: Arc<str>,
    written: Written,
    /// The same number for names of one object that differ only in case; [`FOLDS`] for those that have none.
    fold: usize,
    meaning: Meaning,
    /// The names that came after this one in its object, and first in the object under it: the last few.
    next: Guesses,
    first: Guesses,
    /// How many different names the object under it has.
    folds: usize,
}

/// Names that may be next; [`ROOT`] is none of them.
type Guesses = [Node; 4];

/// A name as a text has it: in quotes, with a colon behind them. It is compared in one go as far as it is usual.
#[derive(Debug)]
struct Written {
    head: u128,
    /// Which bytes of the head are bytes of the name.
    mask: u128,
    /// What does not fit in the head.
    rest: Box<[u8]>,
}

impl Written {
    const HEAD: usize = 16;

    fn new(name: &str) -> Written {
        let bytes = format!("\"{name}\":").into_bytes();
        let (start, rest) = bytes.split_at(bytes.len().min(Self::HEAD));
        let padded = |byte: &dyn Fn(&u8) -> u8| {
            let mut head = [0; Self::HEAD];
            head.iter_mut().zip(start).for_each(|(to, from)| *to = byte(from));
            u128::from_le_bytes(head)
        };
        Written { head: padded(&|byte| *byte), mask: padded(&|_| u8::MAX), rest: rest.into() }
    }

    fn len(&self) -> usize {
        (Self::HEAD - self.mask.leading_zeros() as usize / 8) + self.rest.len()
    }

    /// Whether a text starts with it, of which the head is read already.
    #[inline]
    fn starts(&self, head: u128, text: &[u8]) -> bool {
        (self.head ^ head) & self.mask == 0
            && (self.rest.is_empty() || text.get(Self::HEAD..).is_some_and(|text| text.starts_with(&self.rest)))
    }
}

/// How many names without case are told apart in an object. A record with more is read as a whole.
const FOLDS: usize = 256;
/// How many names are remembered, and how long they may be. A record with others is read as a whole.
const MOST: usize = 4096;
const LONGEST: usize = 256;

/// The names of one object.
#[derive(Default)]
pub(super) struct Names([u64; FOLDS / 64]);

impl Names {
    /// Adds a name by its number; `None` where it is there, or has none.
    fn add(&mut self, fold: usize) -> Option<()> {
        let word = self.0.get_mut(fold / 64)?;
        let bit = 1 << (fold % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new.then_some(())
    }
}

/// What names mean.
#[derive(Debug)]
enum Meanings<'p> {
    /// Of users, of which this is kept.
    Users(&'p Projection),
    Groups,
}

/// Names met so far. Records of one server repeat the order of their names, so the next one is mostly found by comparing
/// the text with the one that came next before.
#[derive(Debug)]
pub(super) struct Lexicon<'p> {
    meanings: Meanings<'p>,
    met: Vec<Met>,
    texts: HashMap<Arc<str>, u32, FixedState>,
    /// By the object and the text of a name.
    nodes: HashMap<(Node, u32), Node, FixedState>,
    /// By the object and the text in lower case.
    folds: HashMap<(Node, u32), usize, FixedState>,
}

impl<'p> Lexicon<'p> {
    /// Of users, of which this is kept.
    pub(super) fn of_users(projection: &'p Projection) -> Self {
        Lexicon::new(Meanings::Users(projection))
    }

    /// Of groups.
    pub(super) fn of_groups() -> Lexicon<'static> {
        Lexicon::new(Meanings::Groups)
    }

    fn new(meanings: Meanings<'p>) -> Self {
        let root = Met {
            text: "".into(),
            written: Written::new(""),
            fold: FOLDS,
            meaning: Meaning::Nothing,
            next: [ROOT; _],
            first: [ROOT; _],
            folds: 0,
        };
        Lexicon {
            meanings,
            met: vec![root],
            texts: HashMap::default(),
            nodes: HashMap::default(),
            folds: HashMap::default(),
        }
    }

    pub(super) fn meaning(&self, node: Node) -> Meaning {
        self.met.get(node as usize).map_or(Meaning::Unusual, |met| met.meaning)
    }

    /// The name as it is spelled.
    pub(super) fn text(&self, node: Node) -> Option<&Arc<str>> {
        self.met.get(node as usize).map(|met| &met.text)
    }

    /// The name at the start of a text, in quotes and with a colon behind it, if it is one that came here lately; and how
    /// long that is. `last` is the name before it in its object, if there is one.
    #[inline]
    pub(super) fn guess(&self, object: Node, last: Option<Node>, text: &[u8]) -> Option<(Node, usize)> {
        let guesses = match last {
            Some(last) => &self.met.get(last as usize)?.next,
            None => &self.met.get(object as usize)?.first,
        };
        let head = u128::from_le_bytes(*text.first_chunk()?);
        guesses.iter().take_while(|guess| **guess != ROOT).find_map(|&guess| {
            let written = &self.met.get(guess as usize)?.written;
            written.starts(head, text).then(|| (guess, written.len()))
        })
    }

    /// A name that came otherwise; `None` where too many are known already.
    pub(super) fn find(&mut self, object: Node, last: Option<Node>, name: &str) -> Option<Node> {
        let known = self.texts.get(name).and_then(|text| self.nodes.get(&(object, *text)));
        let node = match known {
            Some(node) => *node,
            None => self.add(object, name)?,
        };
        let guesses = match last {
            Some(last) => &mut self.met.get_mut(last as usize)?.next,
            None => &mut self.met.get_mut(object as usize)?.first,
        };
        guesses.rotate_right(1);
        guesses[0] = node;
        Some(node)
    }

    /// Adds a name to those of its object; `None` where it is there, or cannot be told from others.
    #[inline]
    pub(super) fn note(&self, node: Node, names: &mut Names) -> Option<()> {
        names.add(self.met.get(node as usize)?.fold)
    }

    fn add(&mut self, object: Node, name: &str) -> Option<Node> {
        if self.met.len() >= MOST || name.len() > LONGEST {
            return None;
        }
        let node = Node::try_from(self.met.len()).ok()?;
        let (text, lower) = (self.text_number(name)?, self.text_number(&name.to_ascii_lowercase())?);
        let parent = self.met.get_mut(object as usize)?;
        let fold = *self.folds.entry((object, lower)).or_insert_with(|| {
            parent.folds += 1;
            FOLDS.min(parent.folds - 1)
        });
        self.nodes.insert((object, text), node);
        let met = Met {
            text: name.into(),
            written: Written::new(name),
            fold,
            meaning: self.meaning_under(object, name),
            next: [ROOT; _],
            first: [ROOT; _],
            folds: 0,
        };
        self.met.push(met);
        Some(node)
    }

    fn text_number(&mut self, text: &str) -> Option<u32> {
        let next = u32::try_from(self.texts.len()).ok()?;
        Some(*self.texts.entry(text.into()).or_insert(next))
    }

    fn meaning_under(&self, object: Node, name: &str) -> Meaning {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let row = |rows: &'static [Row]| rows.iter().find(|row| is(row.name));
        match (&self.meanings, self.meaning(object)) {
            (Meanings::Users(kept), _) if object == ROOT => of_user(kept, name, row(USER)),
            (Meanings::Groups, _) if object == ROOT => of_group(name),
            (Meanings::Users(kept), Meaning::Extension(extension)) if kept.keeps_under(extension, name) => {
                Meaning::Kept(if kept.is_enterprise(extension) { row(ENTERPRISE) } else { None })
            }
            (_, Meaning::Kept(attribute)) => Meaning::Kept(attribute.and_then(|attribute| row(attribute.subs))),
            (_, Meaning::Meta) if is("resourceType") => Meaning::ResourceType,
            (_, Meaning::Meta) if is("lastModified") => Meaning::LastModified,
            (_, Meaning::Members) if is("value") => Meaning::MemberId,
            _ => Meaning::Nothing,
        }
    }
}

fn is_of_frame(name: &str) -> bool {
    FRAME_NAMES.iter().chain(&["Resources"]).any(|known| name.eq_ignore_ascii_case(known))
}

fn of_user(kept: &Projection, name: &str, row: Option<&'static Row>) -> Meaning {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if is_of_frame(name) {
        return Meaning::Unusual;
    }
    if let Some(extension) = kept.extension(name) {
        return Meaning::Extension(extension);
    }
    if kept.keeps_enterprise() && misspelt_urn(name) == Some(ENTERPRISE_USER) {
        return Meaning::Unusual;
    }
    if row.is_none() && kept.keeps_of_enterprise(name) {
        return Meaning::Unusual;
    }
    match row {
        // Conditions hardly ask for these; the reader of whole records can tell.
        Some(_) if (is("schemas") || is("meta")) && kept.keeps(name) => Meaning::Unusual,
        Some(_) if is("schemas") => Meaning::Schemas,
        Some(_) if is("meta") => Meaning::Meta,
        Some(row) if kept.keeps(name) => Meaning::Kept(Some(row)),
        None if kept.keeps(name) => Meaning::Unusual,
        None if is_extension(name) => Meaning::OtherExtension,
        _ => Meaning::Nothing,
    }
}

fn of_group(name: &str) -> Meaning {
    let known = [
        ("id", Meaning::Id),
        ("displayName", Meaning::DisplayName),
        ("externalId", Meaning::ExternalId),
        ("schemas", Meaning::Schemas),
        ("meta", Meaning::Meta),
        ("members", Meaning::Members),
        ("userName", Meaning::Unusual),
    ];
    let found = known.into_iter().find(|(known, _)| name.eq_ignore_ascii_case(known));
    match found {
        Some((_, meaning)) => meaning,
        None if is_of_frame(name) => Meaning::Unusual,
        None => Meaning::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_foreseen_where_it_came_before() {
        let mut lexicon = Lexicon::of_groups();
        let long = "a-name-that-is-longer-than-its-head";
        for name in ["a", "ab", long, "displayName", "twelve-bytes", "thirteen-byte"] {
            let text = format!("\"{name}\": and what comes then");
            assert_eq!(lexicon.guess(ROOT, None, text.as_bytes()), None, "{name}");
            let node = lexicon.find(ROOT, None, name).expect("a name");
            assert_eq!(lexicon.guess(ROOT, None, text.as_bytes()), Some((node, name.len() + 3)), "{name}");
            assert_eq!(lexicon.guess(ROOT, Some(node), text.as_bytes()), None, "{name}");
            for other in [format!("\"{name}x\": and so on"), format!("\"{name}\" :and so on"), text[1..].to_owned()] {
                assert_eq!(lexicon.guess(ROOT, None, other.as_bytes()), None, "{other}");
            }
        }
        let cut = format!("\"{long}\"");
        assert_eq!((lexicon.guess(ROOT, None, b""), lexicon.guess(ROOT, None, cut.as_bytes())), (None, None));
    }

    #[test]
    fn names_of_one_object_are_the_same_without_case() {
        let mut lexicon = Lexicon::of_groups();
        let [id, upper, other] = ["id", "ID", "x"].map(|name| lexicon.find(ROOT, None, name).expect("a name"));
        let below = lexicon.find(other, None, "id").expect("a name");
        let mut names = Names::default();
        assert_eq!(lexicon.note(id, &mut names), Some(()));
        assert_eq!(lexicon.note(other, &mut names), Some(()));
        assert_eq!(lexicon.note(upper, &mut names), None);
        assert_eq!(lexicon.note(below, &mut Names::default()), Some(()));
        assert_eq!(lexicon.find(ROOT, Some(other), "id"), Some(id));
        assert!(matches!(lexicon.meaning(id), Meaning::Id) && matches!(lexicon.meaning(below), Meaning::Nothing));
    }

    #[test]
    fn only_so_many_names_are_remembered() {
        let mut lexicon = Lexicon::of_groups();
        let names = |lexicon: &mut Lexicon<'_>, object, count: usize| {
            (0..count).filter_map(|n| lexicon.find(object, None, &format!("n{n}"))).collect::<Vec<_>>()
        };
        let nodes = names(&mut lexicon, ROOT, FOLDS + 1);
        let mut seen = Names::default();
        let told_apart = nodes.iter().filter(|node| lexicon.note(**node, &mut seen).is_some());
        assert_eq!((nodes.len(), told_apart.count()), (FOLDS + 1, FOLDS));
        assert!(names(&mut lexicon, nodes[0], MOST).len() < MOST);
        assert_eq!(lexicon.find(ROOT, None, &"x".repeat(LONGEST + 1)), None);
    }
}
