//! Line numbers of records.

/// Counts lines on the way through a text, so that asking for many of them stays linear.
#[derive(Debug)]
pub(crate) struct Lines {
    offset: usize,
    line: usize,
}

impl Lines {
    pub(crate) fn new() -> Self {
        Lines { offset: 0, line: 1 }
    }

    /// The line, from 1, of a byte that is not before the last one asked for.
    pub(crate) fn line_of(&mut self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        while self.offset < offset.min(bytes.len()) {
            let lone_cr = bytes[self.offset] == b'\r' && bytes.get(self.offset + 1) != Some(&b'\n');
            if bytes[self.offset] == b'\n' || lone_cr {
                self.line += 1;
            }
            self.offset += 1;
        }
        self.line
    }
}
