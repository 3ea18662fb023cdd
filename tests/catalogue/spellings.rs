//! The same facts as they are really spelled.
