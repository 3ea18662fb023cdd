//! Members of JSON objects by name, whatever their capitals.

use crate::config::Sited;
use crate::source::{At, Mapping, Node, Scalar, ScalarKind, Sequence};

/// A JSON object and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Object<'d> {
    pub(super) at: At,
    mapping: Mapping<'d>,
    node: Node<'d>,
}

/// A value and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Located<'d> {
    pub(super) at: At,
    pub(super) node: Node<'d>,
}

impl<'d> Object<'d> {
    /// The value of a member. One that is spelt exactly so wins; `null` counts as left out, as Graph has it.
    pub(super) fn member(&self, name: &str) -> Option<Located<'d>> {
        let exact = self.mapping.get(name);
        let same =
            || self.mapping.entries().find(|entry| entry.key_text().is_some_and(|key| key.eq_ignore_ascii_case(name)));
        let entry = exact.or_else(same)?;
        let member = Located { at: self.at.key(entry.key_text()?), node: entry.value };
        (!member.is_null()).then_some(member)
    }

    /// The text of a member and where it stands; `None` where it is left out or no scalar.
    pub(super) fn sited(&self, name: &str) -> Option<Sited<String>> {
        let member = self.member(name)?;
        Some(Sited { value: member.text()?.to_owned(), at: member.at })
    }

    /// The objects of a list; none where it is left out or no list.
    pub(super) fn objects(&self, name: &str) -> Vec<Object<'d>> {
        let member = self.member(name);
        member.iter().flat_map(Located::items).filter_map(|item| item.object()).collect()
    }

    /// Whether there is a member of this name, `null` or not.
    pub(super) fn has(&self, name: &str) -> bool {
        self.mapping.entries().any(|entry| entry.key_text().is_some_and(|key| key.eq_ignore_ascii_case(name)))
    }

    /// How a name is spelt here; as it is given where there is no such member.
    pub(super) fn spelling(&self, name: &str) -> String {
        let mut keys = self.mapping.entries().filter_map(|entry| entry.key_text());
        keys.find(|key| key.eq_ignore_ascii_case(name)).unwrap_or(name).to_owned()
    }

    pub(super) fn names(&self) -> Vec<Box<str>> {
        self.mapping.entries().filter_map(|entry| entry.key_text()).map(Box::from).collect()
    }

    pub(super) fn node(&self) -> Node<'d> {
        self.node
    }

    /// The members with their names.
    pub(super) fn named_members(&self) -> impl Iterator<Item = (&'d str, Located<'d>)> + use<'d> {
        let at = self.at.clone();
        self.mapping.entries().filter_map(move |entry| {
            let name = entry.key_text()?;
            Some((name, Located { at: at.key(name), node: entry.value }))
        })
    }

    pub(super) fn members(&self) -> impl Iterator<Item = Located<'d>> + use<'d> {
        let at = self.at.clone();
        self.mapping
            .entries()
            .filter_map(move |entry| Some(Located { at: at.key(entry.key_text()?), node: entry.value }))
    }

    pub(super) fn is_damaged(&self) -> bool {
        self.mapping.is_damaged()
    }
}

impl<'d> Located<'d> {
    pub(super) fn object(&self) -> Option<Object<'d>> {
        self.node.mapping().map(|mapping| Object { at: self.at.clone(), mapping, node: self.node })
    }

    pub(super) fn sequence(&self) -> Option<Sequence<'d>> {
        self.node.sequence()
    }

    /// The items of a list; none where it is no list.
    pub(super) fn items(&self) -> impl Iterator<Item = Located<'d>> + use<'d> {
        let at = self.at.clone();
        let items = self.sequence().map(Sequence::items).into_iter().flatten();
        items.enumerate().map(move |(index, node)| Located { at: at.index(index), node })
    }

    pub(super) fn scalar(&self) -> Option<Scalar<'d>> {
        self.node.scalar()
    }

    pub(super) fn text(&self) -> Option<&'d str> {
        self.scalar().map(Scalar::text)
    }

    /// Whether a syntax error took away something of the value, however deep.
    pub(super) fn is_damaged(&self) -> bool {
        // Documents nest no deeper than a limit, aliases included.
        self.object().is_some_and(|object| object.is_damaged() || object.members().any(|member| member.is_damaged()))
            || self.sequence().is_some_and(Sequence::is_damaged)
            || self.items().any(|item| item.is_damaged())
    }

    pub(super) fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.kind() == ScalarKind::Null)
    }
}

/// Where a member stands that was read from an object with these names; the object itself where it has no such member.
pub(super) fn member_at(object: &At, names: &[Box<str>], name: &str) -> At {
    match names.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) => object.key(known),
        None => object.clone(),
    }
}
