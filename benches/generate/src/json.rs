//! JSON, written as it goes.

/// An object that is being written. It ends with [`Object::end`].
pub(crate) struct Object<'o> {
    out: &'o mut Vec<u8>,
    first: bool,
}

/// Begins an object.
pub(crate) fn object(out: &mut Vec<u8>) -> Object<'_> {
    out.push(b'{');
    Object { out, first: true }
}

impl Object<'_> {
    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push(b',');
        }
        write_text(self.out, key);
        self.out.push(b':');
    }

    /// A member whose value is JSON already.
    pub(crate) fn raw(&mut self, key: &str, json: &str) {
        self.key(key);
        self.out.extend_from_slice(json.as_bytes());
    }

    pub(crate) fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        write_text(self.out, value);
    }

    /// A member that is left out where there is no value.
    pub(crate) fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(key, value);
        }
    }

    pub(crate) fn object(&mut self, key: &str, members: impl FnOnce(&mut Object<'_>)) {
        self.key(key);
        let mut inner = object(self.out);
        members(&mut inner);
        inner.end();
    }

    /// An array of objects.
    pub(crate) fn array<T>(&mut self, key: &str, items: &[T], mut members: impl FnMut(&T, &mut Object<'_>)) {
        self.key(key);
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            let mut inner = object(self.out);
            members(item, &mut inner);
            inner.end();
        }
        self.out.push(b']');
    }

    /// An array of texts.
    pub(crate) fn texts(&mut self, key: &str, items: &[String]) {
        self.key(key);
        self.out.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.push(b',');
            }
            write_text(self.out, item);
        }
        self.out.push(b']');
    }

    pub(crate) fn end(self) {
        self.out.push(b'}');
    }
}

/// Writes a JSON string.
pub(crate) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    for &byte in text.as_bytes() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            0..0x20 => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 2);
    write_text(&mut out, text);
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(quoted("a \"b\" \\ \u{1} é"), r#""a \"b\" \\ \u0001 é""#);
    }

    #[test]
    fn members_are_separated() {
        let mut out = Vec::new();
        let mut object = object(&mut out);
        object.text("a", "1");
        object.optional("b", None);
        object.object("c", |inner| inner.raw("d", "true"));
        object.array("e", &["x", "y"], |item, inner| inner.text("f", item));
        object.texts("g", &["z".to_owned()]);
        object.end();
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"a":"1","c":{"d":true},"e":[{"f":"x"},{"f":"y"}],"g":["z"]}"#);
    }
}
