//! Standard output, standard error, and what they can show.

use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::ColorChoice;

use super::args;
use crate::report::{Redactor, Style};
use crate::source::visible;

/// The streams of the process. Results go to `out`, everything else to `err`.
pub(super) struct Terminal {
    pub(super) out: Box<dyn Write>,
    pub(super) err: Box<dyn Write>,
    /// How text on standard output may look.
    pub(super) out_style: Style,
    /// How text on standard error may look.
    pub(super) err_style: Style,
    /// Whether a person watches standard error.
    pub(super) is_watched: bool,
    /// What stands for the people that output is about, where it must not name them.
    pub(super) redactor: Option<Redactor>,
}

impl Terminal {
    pub(super) fn new(color: args::ColorChoice) -> Self {
        let (out, err) = (io::stdout(), io::stderr());
        let out_style = style(color, &anstream::AutoStream::choice(&out), out.is_terminal());
        let err_style = style(color, &anstream::AutoStream::choice(&err), err.is_terminal());
        let is_watched = err.is_terminal();
        Terminal {
            out: Box::new(BufWriter::new(out)),
            err: Box::new(err),
            out_style,
            err_style,
            is_watched,
            redactor: None,
        }
    }

    /// A bar on standard error for work that takes a person's patience; nothing where nobody watches.
    pub(super) fn progress(&self, length: usize, what: &str) -> indicatif::ProgressBar {
        // Fewer users than this are done before a bar is drawn.
        const FEW: usize = 20_000;
        if !self.is_watched || length < FEW {
            return indicatif::ProgressBar::hidden();
        }
        let bar = indicatif::ProgressBar::new(length as u64);
        let template = format!("{{wide_bar}} {{human_pos}} of {{human_len}} {what}, {{eta}} left");
        if let Ok(style) = indicatif::ProgressStyle::with_template(&template) {
            bar.set_style(style);
        }
        bar
    }

    /// One line about why a command cannot go on.
    pub(super) fn complain(&mut self, message: &str) {
        let message = self.redactor.as_ref().map_or(message.to_owned(), |redactor| redactor.text(message));
        // Nothing is left to say where standard error is closed as well.
        let _ = writeln!(self.err, "vestibule: {}", visible(&message));
    }
}

fn style(wanted: args::ColorChoice, detected: &ColorChoice, is_terminal: bool) -> Style {
    let color = match wanted {
        args::ColorChoice::Always => true,
        args::ColorChoice::Never => false,
        args::ColorChoice::Auto => !matches!(detected, ColorChoice::Never),
    };
    let unicode = !is_terminal || supports_unicode::on(supports_unicode::Stream::Stdout);
    Style { color, unicode, width: if is_terminal { width() } else { None } }
}

fn width() -> Option<usize> {
    // Narrower than this, wrapped prose is harder to read than cut-off prose.
    const NARROWEST: usize = 40;
    let (terminal_size::Width(columns), _) = terminal_size::terminal_size()?;
    Some(usize::from(columns).max(NARROWEST))
}
