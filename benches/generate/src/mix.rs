//! Rules in realistic proportions.

use crate::condition::{Condition, Operator, Shape, Test, Value};
use crate::configuration::ORGANIZATIONS;
use crate::population::Population;
use crate::random::{Rotation, Stream};
use crate::vocabulary::{
    COMPANIES, COST_CENTERS, DEPARTMENTS, HOME_DOMAINS, PLACES, SITES, TEAMS, TITLES, company, company_domain,
    company_slug, cost_center, department, site, team_prefix, title,
};

/// What kinds of rules a set holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mix {
    /// How Control Panel is used: its rules hold comparisons that all have to be met. Of fifty rules fifteen ask for a
    /// mail domain, nine for a provider group, six for one value of a department, cost centre, title or company, four
    /// for how the user name begins; eight combine two comparisons and two three; two ask for one of several values, two
    /// exclude something, one looks for a text within a name and one for a pattern.
    ControlPanel,
    /// What no index helps with: negations, texts within values, patterns that begin with anything, and alternatives
    /// over several attributes.
    Unselective,
    /// Texts within one attribute, and nothing else.
    Within,
    /// Patterns that begin and end with anything, over one attribute, and nothing else.
    Patterns,
}

impl Mix {
    /// All of them, by the names that the command line gives them.
    pub const NAMED: [(&'static str, Mix); 4] = [
        ("control-panel", Mix::ControlPanel),
        ("unselective", Mix::Unselective),
        ("within", Mix::Within),
        ("patterns", Mix::Patterns),
    ];
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name: unique within the set.
    pub name: String,
    /// When it matches.
    pub condition: Condition,
    /// Where it sends people: a place in [`ORGANIZATIONS`].
    pub organization: usize,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Mail,
    Group,
    Value,
    UserName,
    Two,
    Three,
    OneOf,
    Without,
    Within,
    Pattern,
}

/// How often each kind stands in a block of fifty.
const BLOCK: [(Kind, usize); 10] = [
    (Kind::Mail, 15),
    (Kind::Group, 9),
    (Kind::Value, 6),
    (Kind::UserName, 4),
    (Kind::Two, 8),
    (Kind::Three, 2),
    (Kind::OneOf, 2),
    (Kind::Without, 2),
    (Kind::Within, 1),
    (Kind::Pattern, 1),
];

/// So many rules of a mix. A longer set begins with the rules of a shorter one.
pub fn rules(seed: u64, mix: Mix, population: &Population, count: usize) -> Vec<Rule> {
    let mut writer = Writer::new(seed, population);
    let mut block = Vec::new();
    let mut rules = Vec::with_capacity(count);
    for index in 0..count {
        let stream = &mut Stream::new(seed, "rule", index as u64);
        let (topic, condition) = match mix {
            Mix::ControlPanel => {
                if block.is_empty() {
                    block = BLOCK.iter().flat_map(|&(kind, times)| std::iter::repeat_n(kind, times)).collect();
                    stream.shuffle(&mut block);
                }
                writer.control_panel(block.pop().unwrap_or(Kind::Mail), stream)
            }
            Mix::Unselective => ("unselective", writer.unselective(stream)),
            Mix::Within => ("within", writer.company_within()),
            Mix::Patterns => ("pattern", writer.loose_pattern()),
        };
        let organization = stream.below(ORGANIZATIONS.len() - 1);
        rules.push(Rule { name: format!("{topic}-{index:05}"), condition, organization });
    }
    rules
}

/// Hands out the literals: each of a kind once before any comes again, as people do not write the same rule twice.
struct Writer<'p> {
    population: &'p Population,
    mail: Rotation,
    vendors: Rotation,
    guests: Rotation,
    teams: Rotation,
    departments: Rotation,
    centers: Rotation,
    titles: Rotation,
    sites: Rotation,
}

use Operator::{Co, Eq, Ew, In, Includes, Sw};

const GROUPS: &str = "provider.groups";

impl<'p> Writer<'p> {
    fn new(seed: u64, population: &'p Population) -> Writer<'p> {
        let teams = population.groups().saturating_sub(population.first_team()).clamp(TEAMS / 8, 8 * TEAMS);
        Writer {
            population,
            mail: Rotation::new(seed, "mail", COMPANIES),
            vendors: Rotation::new(seed, "vendors", COMPANIES),
            guests: Rotation::new(seed, "guests", COMPANIES),
            teams: Rotation::new(seed, "teams", teams),
            departments: Rotation::new(seed, "departments", DEPARTMENTS),
            centers: Rotation::new(seed, "centers", COST_CENTERS),
            titles: Rotation::new(seed, "titles", TITLES),
            sites: Rotation::new(seed, "sites", SITES),
        }
    }

    fn mail(&mut self) -> Condition {
        Test::text("email", Ew, format!("@{}", company_domain(self.mail.next())))
    }

    fn home(&mut self, stream: &mut Stream) -> Condition {
        Test::text("email", Ew, format!("@{}", stream.pick(&HOME_DOMAINS).0))
    }

    fn group(&mut self) -> Condition {
        Test::text(GROUPS, Includes, self.population.group_name(self.population.first_team() + self.teams.next()))
    }

    fn department(&mut self) -> Condition {
        Test::text("department", Eq, department(self.departments.next()))
    }

    fn cost_center(&mut self) -> Condition {
        Test::text("costCenter", Eq, cost_center(self.centers.next()))
    }

    fn country(&mut self, stream: &mut Stream) -> Condition {
        Test::text("addresses.country", Eq, stream.pick(&PLACES).0)
    }

    fn user_name(&mut self, stream: &mut Stream) -> Condition {
        let prefix = match stream.below(4) {
            0 => format!("{}-", site(self.sites.next())),
            _ => format!("v-{}.", company_slug(self.vendors.next())),
        };
        Test::text("userName", Sw, prefix)
    }

    fn control_panel(&mut self, kind: Kind, stream: &mut Stream) -> (&'static str, Condition) {
        match kind {
            Kind::Mail => ("mail", self.mail()),
            Kind::Group => ("group", self.group()),
            Kind::UserName => ("user-name", self.user_name(stream)),
            Kind::Value => match stream.below(10) {
                0..5 => ("department", self.department()),
                5..8 => ("cost-center", self.cost_center()),
                8 => ("title", Test::text("title", Eq, title(self.titles.next()))),
                _ => ("company", Test::text("organization", Eq, company(self.guests.next()))),
            },
            Kind::Two => ("pair", Condition::All(self.two(stream))),
            Kind::Three => ("triple", Condition::All(self.three(stream))),
            Kind::OneOf => ("one-of", self.one_of(stream)),
            Kind::Without => ("without", Condition::All(self.without(stream))),
            Kind::Within => ("within", self.within(stream)),
            Kind::Pattern => ("pattern", self.pattern(stream)),
        }
    }

    fn two(&mut self, stream: &mut Stream) -> Vec<Condition> {
        match stream.below(5) {
            0 => vec![self.home(stream), self.department()],
            1 => vec![self.group(), Test::text("userType", Eq, "Employee")],
            2 => vec![self.department(), self.country(stream)],
            3 => vec![self.mail(), self.cost_center()],
            _ => vec![self.user_name(stream), self.group()],
        }
    }

    fn three(&mut self, stream: &mut Stream) -> Vec<Condition> {
        match stream.below(2) {
            0 => vec![self.home(stream), self.department(), self.country(stream)],
            _ => {
                let active = Test { attribute: "active", operator: Eq, value: Value::Flag(true) };
                vec![self.group(), Test::text("userType", Eq, "Contractor"), Condition::Test(active)]
            }
        }
    }

    fn one_of(&mut self, stream: &mut Stream) -> Condition {
        let count = 2 + stream.below(7);
        let (attribute, texts) = match stream.below(2) {
            0 => ("department", (0..count).map(|_| department(self.departments.next())).collect()),
            _ => ("costCenter", (0..count).map(|_| cost_center(self.centers.next())).collect()),
        };
        Condition::Test(Test { attribute, operator: In, value: Value::Texts(texts) })
    }

    fn without(&mut self, stream: &mut Stream) -> Vec<Condition> {
        let not = |condition| Condition::Not(Box::new(condition));
        match stream.below(3) {
            0 => vec![self.mail(), not(Test::text("userType", Eq, "Guest"))],
            1 => vec![self.group(), not(self.group())],
            _ => vec![self.department(), not(Test::text("title", Co, "assistant"))],
        }
    }

    fn within(&mut self, stream: &mut Stream) -> Condition {
        match stream.below(4) {
            0 => Test::text("email", Co, format!("@{}.", company_slug(self.guests.next()))),
            _ => Test::text("displayName", Co, format!("({}", company(self.guests.next()))),
        }
    }

    fn pattern(&mut self, stream: &mut Stream) -> Condition {
        let slug = company_slug(self.vendors.next());
        match stream.below(4) {
            0 => {
                let shape = Shape::Starts(format!("v-{slug}."));
                Test::matches("userName", format!(r"v-{slug}\..*"), Some(shape))
            }
            1 => Test::matches("email", format!(r".*@(mail\.)?{slug}\.(example|test)"), None),
            2 => {
                let code = site(self.sites.next());
                Test::matches("userName", format!(r"{code}-[0-9]+@contoso\.(com|eu)"), None)
            }
            _ => {
                let prefix = team_prefix(self.teams.next());
                Test::matches(GROUPS, format!("{prefix}.*"), Some(Shape::Starts(prefix)))
            }
        }
    }

    fn company_within(&mut self) -> Condition {
        Test::text("displayName", Co, company(self.guests.next()))
    }

    fn loose_pattern(&mut self) -> Condition {
        Test::matches("email", format!(r".*[0-9]@.*{}.*", company_slug(self.guests.next())), None)
    }

    fn unselective(&mut self, stream: &mut Stream) -> Condition {
        let not = |condition| Condition::Not(Box::new(condition));
        match stream.below(4) {
            0 => Condition::All(vec![not(self.group()), not(Test::text("userName", Co, ".")), not(self.department())]),
            1 => self.company_within(),
            2 => self.loose_pattern(),
            _ => {
                let alternatives = vec![self.mail(), self.department(), self.group(), self.user_name(stream)];
                Condition::Any(alternatives)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn of(mix: Mix, count: usize) -> Vec<Rule> {
        rules(3, mix, &Population::new(3, 1000, 200), count)
    }

    #[test]
    fn a_longer_set_begins_with_the_shorter() {
        for (_, mix) in Mix::NAMED {
            assert_eq!(of(mix, 70), of(mix, 200)[..70]);
        }
    }

    #[test]
    fn rules_are_named_once_and_nearly_all_differ() {
        let rules = rules(3, Mix::ControlPanel, &Population::new(3, 0, 10_000), 10_000);
        let names: HashSet<&str> = rules.iter().map(|rule| rule.name.as_str()).collect();
        let conditions: HashSet<String> = rules.iter().map(|rule| rule.condition.to_string()).collect();
        assert_eq!(names.len(), 10_000);
        assert!(conditions.len() > 9_700, "{} conditions", conditions.len());
    }

    #[test]
    fn the_proportions_hold_in_every_fifty() {
        for block in of(Mix::ControlPanel, 500).chunks(50) {
            let count = |topic: &str| block.iter().filter(|rule| rule.name.starts_with(topic)).count();
            let topics = ["mail", "group", "user-name", "pair", "triple", "one-of", "without", "within", "pattern"];
            assert_eq!(topics.map(count), [15, 9, 4, 8, 2, 2, 2, 1, 1]);
        }
    }

    #[test]
    fn no_unselective_rule_can_hang_on_one_value() {
        for rule in of(Mix::Unselective, 400) {
            let selective =
                matches!(&rule.condition, Condition::Test(test) if matches!(test.operator, Eq | Ew | Sw | In));
            assert!(!selective, "{}", rule.condition);
        }
    }
}
