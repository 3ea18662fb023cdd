//! `look-alike-word`

use super::confusable_characters::{declared_names, literals, place_in_literal};
use crate::lint::comparison::comparisons;
use crate::lint::confusable::{LookAlike, look_alike};
use crate::lint::{Level, Lint, Subject};
use crate::source::{Place, Problem, Severity};

pub(super) const LINT: Lint = Lint {
    name: "look-alike-word",
    severity: Severity::Info,
    level: Level::Preview,
    source: "https://www.palantir.com/docs/foundry/authentication/org-assignment",
    page: PAGE,
    check,
};

const PAGE: &str = r#"
## What it finds

Names, organizations and literals with a word in Cyrillic or Greek of which every letter looks like a Latin one: `сео` is
three Cyrillic letters. A text that has other letters of that script is written in a language of its own, and is left alone.
Words that mix scripts are `confusable-characters`.

## Why it matters

The word reads as a Latin one and is another. A rule that names it matches nobody, or a group that somebody called so in
order to be taken for the real one. Short words of Bulgarian, Greek or Russian can look like this by chance, so that this
lint has the level `preview`.

## Avoid

```yaml
groups: { rule-based: [Board] }
group-assignment:
  - rule: board
    when: provider.groups includes "СЕО Office"
    groups: [Board]
```

## Prefer

```yaml
groups: { rule-based: [Board] }
group-assignment:
  - rule: board
    when: provider.groups includes "CEO Office"
    groups: [Board]
```

## Source

https://www.palantir.com/docs/foundry/authentication/org-assignment says that rules compare names; that the same look is not
the same name is our own reasoning.

## Fix

None. Which script is meant is for a person to say.
"#;

fn check(subject: &Subject<'_>, problems: &mut Vec<Problem>) {
    for name in declared_names(subject) {
        problems.extend(look_alike(name).map(|word| problem(&word, name.at.within(word.span)).fact(&[name])));
    }
    for rule in subject.config.rules() {
        for comparison in comparisons(rule.when) {
            for literal in literals(&comparison) {
                let Some(word) = look_alike(literal.text) else { continue };
                let place = place_in_literal(&comparison, &literal, word.span);
                problems.extend(place.map(|place| problem(&word, place).fact(&[literal.text])));
            }
        }
    }
}

fn problem(word: &LookAlike, place: Place) -> Problem {
    LINT.problem(place, format!("a word of {} letters looks like the Latin `{}`", word.script, word.latin))
        .label("not what it looks like")
        .help(format!("type `{}` anew if that is meant, or allow this lint here", word.latin))
}

#[cfg(test)]
mod tests {
    use super::LINT;
    use crate::lint::catalogue::testing::{findings, places};

    fn document(when: &str) -> String {
        format!("user-intake:\n  rules:\n  - rule: a\n    when: {when}\n    decision: refuse\n")
    }

    fn check(when: &str) -> Vec<String> {
        places(&LINT, &[("vestibule.yaml", &document(when))])
    }

    #[test]
    fn the_word_is_underlined_and_its_look_is_said() {
        assert_eq!(check("title eq \"EU \u{441}\u{435}\u{43e}\""), ["vestibule.yaml:4:24 \u{441}\u{435}\u{43e}"]);
        assert_eq!(check("title matches /\u{39a}\u{399}\u{3a4}-.*/"), ["vestibule.yaml:4:26 \u{39a}\u{399}\u{3a4}"]);
        let document = document("title eq \"\u{421}\u{415}\u{41e}\"");
        let found = findings(&LINT, &[("vestibule.yaml", &document)]);
        assert_eq!(found[0].message, "a word of Cyrillic letters looks like the Latin `CEO`");
    }

    #[test]
    fn other_languages_single_letters_and_mixed_words_are_silent() {
        for text in ["CEO", "Москва и рост", "отдел СССР", "\u{441} EU", "Αθήνα", "C\u{415}O", "財務"] {
            assert_eq!(check(&format!("title eq \"{text}\"")), [""; 0], "{text}");
        }
    }
}
