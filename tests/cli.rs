//! Every console block of the documents, and the commands under `tests/cmd`, run against the real program.

/// Runs in the root of the project. A document's block is what a reader would type there.
fn cases() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    cases.register_bin("vestibule", trycmd::schema::Bin::Path(env!("CARGO_BIN_EXE_vestibule").into()));
    // Whoever runs the tests may have a terminal that wants colours or a width of its own.
    cases.env("NO_COLOR", "1").env("COLUMNS", "100");
    cases
}

#[test]
fn documents_show_what_the_program_does() {
    cases().case("README.md").case("docs/**/*.md").case("rules-examples/*/README.md");
}

#[test]
fn commands_answer_as_written() {
    cases().case("tests/cmd/*.trycmd").case("tests/cmd/*.toml");
}
