//! People who lie on the boundaries of rules: built from the literals that the rules have, and from what lies beside
//! them.

use crate::scim::User;

/// Numbers that look random and are the same every time.
#[derive(Clone, Debug)]
struct Dice(u64);

impl Dice {
    /// A number below a limit.
    fn roll(&mut self, sides: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides.max(1) as u64).unwrap_or(0)
    }

    fn pick<'v>(&mut self, values: &'v [String]) -> &'v str {
        values.get(self.roll(values.len())).map_or("", String::as_str)
    }
}

/// Somebody, and the names of the groups.
pub(super) type Member = (User, Vec<String>);

/// People whose values come from the texts of rules.
#[derive(Clone, Debug)]
pub(super) struct Crowd {
    values: Vec<String>,
    dice: Dice,
}

impl Crowd {
    /// Of rules that have these literals; a pattern counts as some texts that it matches, or nearly.
    pub(super) fn new(literals: &[&str], seed: u64) -> Crowd {
        let mut values: Vec<String> = literals.iter().flat_map(|literal| beside(literal)).collect();
        for (one, other) in literals.iter().flat_map(|one| literals.iter().map(move |other| (one, other))) {
            values.extend([format!("{one}{other}"), format!("{one}x{other}")]);
        }
        values.sort();
        values.dedup();
        Crowd { values, dice: Dice(seed) }
    }

    fn text(&mut self) -> String {
        serde_json::to_string(self.dice.pick(&self.values)).unwrap_or_default()
    }

    fn maybe(&mut self, json: &mut String, before: &str, after: &str) {
        if self.dice.roll(4) > 0 {
            json.push_str(&format!("{before}{}{after}", self.text()));
        }
    }

    fn email(&mut self) -> String {
        let kind = ["work", "home", "Work"][self.dice.roll(3)];
        let primary = ["", r#","primary":true"#, r#","primary":false"#][self.dice.roll(3)];
        format!(r#"{{"value":{},"type":"{kind}"{primary}}}"#, self.text())
    }
}

impl Iterator for Crowd {
    type Item = Member;

    fn next(&mut self) -> Option<Member> {
        let active = self.dice.roll(3) > 0;
        let mut json = format!(r#"{{"userName":{},"active":{active}"#, self.text());
        self.maybe(&mut json, r#","displayName":"#, "");
        self.maybe(&mut json, r#","name":{"givenName":"#, "}");
        self.maybe(&mut json, r#","title":"#, "");
        self.maybe(&mut json, r#","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"#, "}");
        let emails: Vec<String> = (0..self.dice.roll(4)).map(|_| self.email()).collect();
        json.push_str(&format!(r#","emails":[{}]}}"#, emails.join(",")));
        let groups = (0..self.dice.roll(5)).map(|_| self.dice.pick(&self.values).to_owned()).collect();
        Some((User::from_json(&json).ok()?, groups))
    }
}

/// A text, a character more and one less at each end, and in another case.
fn beside(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let part = |range: &[char]| range.iter().collect::<String>();
    let mut found = vec![
        text.to_owned(),
        format!("x{text}"),
        format!("{text}x"),
        format!("{text}\n"),
        format!("A{text}"),
        text.to_uppercase(),
        text.to_lowercase(),
        part(chars.split_first().map_or(&[], |(_, rest)| rest)),
        part(chars.split_last().map_or(&[], |(_, rest)| rest)),
    ];
    if let Some((first, rest)) = chars.split_first() {
        found.push(format!("{}{}", first.to_uppercase(), part(rest)));
    }
    found
}
