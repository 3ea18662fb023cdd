//! Every lint of the catalogue on whole projects: a bad one has the finding at its severity and place, and no other; a
//! good one has none.

mod project;
mod rows;
mod spellings;
