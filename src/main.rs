//! The command line of vestibule. Everything it does is in the library.

fn main() -> std::process::ExitCode {
    vestibule::cli::main()
}
