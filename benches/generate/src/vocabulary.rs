//! What things are called. Every pool is a function from an index, so a rule can name what some user has.
//!
//! Partner domains end in `.example` (RFC 2606): nobody receives mail there. Names hold letters whose lower case is one
//! letter and equals their simple case folding, so engines that compare by `lower()` agree with those that fold.

#[rustfmt::skip]
pub(crate) const GIVEN_NAMES: [&str; 96] = [
    "Anna", "Ben", "Chloé", "Daan", "Elif", "François", "Giulia", "Håkon", "Inés", "Jürgen", "Katarzyna", "Lukáš",
    "María", "Nils", "Özlem", "Pavel", "Quentin", "Renée", "Søren", "Tomáš", "Ulrike", "Věra", "Willem", "Xavier",
    "Yvonne", "Zoë", "Aleksandr", "Björn", "Céline", "Dmitri", "Émile", "Fatima", "Göran", "Hanna", "Ivan", "José",
    "Krzysztof", "Lena", "Miloš", "Nadia", "Oskar", "Paula", "Rafał", "Šárka", "Théo", "Ursula", "Viktor", "Wanda",
    "Yusuf", "Zuzana", "Akira", "Beatriz", "Carlos", "Diego", "Emma", "Felix", "Greta", "Hugo", "Ingrid", "Jan", "Kai",
    "Liam", "Mia", "Noah", "Olivia", "Priya", "Rohan", "Sofia", "Thomas", "Uma", "Valentina", "William", "Ximena",
    "Yara", "Zainab", "Amélie", "Børge", "Ciarán", "Dóra", "Eoin", "Fernão", "Gabriela", "Hélène", "Ilse", "João",
    "Kārlis", "Lýdia", "Małgorzata", "Niamh", "Øyvind", "Petr", "Ragnhild", "Şebnem", "Tiina", "Þóra", "太郎",
];

#[rustfmt::skip]
pub(crate) const FAMILY_NAMES: [&str; 112] = [
    "Schmidt", "Müller", "Fischer", "Weber", "Bauer", "Krüger", "Groß", "Jansen", "de Vries", "van den Berg", "Bakker",
    "Dubois", "Lefèvre", "Moreau", "Bernard", "Rousseau", "García", "Fernández", "López", "Martínez", "Núñez", "Rossi",
    "Bianchi", "Ferrari", "D'Angelo", "Novák", "Dvořák", "Svoboda", "Kowalski", "Wiśniewska", "Wójcik", "Nowak",
    "Jensen", "Sørensen", "Hansen", "Østergaard", "Johansson", "Åkesson", "Lindström", "Virtanen", "Mäkinen", "Kask",
    "Ozols", "Kazlauskas", "Yılmaz", "Öztürk", "Şahin", "Ivanov", "Petrova", "Horvat", "Kovač", "Nagy", "Szabó",
    "Tóth", "Popescu", "Ionescu", "Papadaki", "O'Brien", "Murphy", "Ní Dhomhnaill", "Smith", "Jones", "Taylor",
    "Brown", "Wilson", "Johnson", "Williams", "Davis", "Miller", "Anderson", "Silva", "Santos", "Gonçalves", "Araújo",
    "Tanaka", "Suzuki", "Satō", "Kim", "Lee", "Park", "Nguyễn", "Trần", "Chen", "Wang", "Zhang", "Singh", "Patel",
    "Sharma", "Gupta", "Iyer", "Khan", "Ahmed", "Hassan", "Okafor", "Adeyemi", "Mensah", "Dlamini", "Abdi", "Haile",
    "Cohen", "Levi", "Rahimi", "Costa", "Marques", "Peeters", "Claes", "Keller", "Brunner", "Huber", "Gruber", "山田",
    "佐藤",
];

/// Where our own people have their addresses, with shares in a hundred.
pub(crate) const HOME_DOMAINS: [(&str, usize); 4] =
    [("contoso.com", 50), ("contoso.eu", 25), ("contoso.de", 15), ("fabrikam.com", 10)];

#[rustfmt::skip]
const COMPANY_FIRST: [&str; 80] = [
    "Nordwind", "Adatum", "Alpine", "Northwind", "Fourth", "Litware", "Proseware", "Tailspin", "Wingtip", "Lucerne",
    "Margie", "Trey", "Woodgrove", "Coho", "Blue", "Yonder", "City", "Graphic", "Humongous", "Relecloud", "Bellows",
    "Best", "First", "Lamna", "Liberty", "Munson", "Nod", "Olive", "Parnell", "Phone", "Southridge", "Van Arsdel",
    "Wide", "Consolidated", "Atlas", "Baltic", "Cobalt", "Delta", "Ember", "Falcon", "Garnet", "Harbour", "Iris",
    "Juniper", "Kestrel", "Lumen", "Meridian", "Nimbus", "Orchard", "Pioneer", "Quartz", "River", "Summit", "Tundra",
    "Umber", "Vertex", "Willow", "Xenon", "Yarrow", "Zenith", "Amber", "Birch", "Cedar", "Dune", "Elm", "Fjord",
    "Granite", "Hazel", "Indigo", "Jade", "Krypton", "Larch", "Maple", "Nova", "Onyx", "Prairie", "Quill", "Rowan",
    "Sierra", "Topaz",
];

#[rustfmt::skip]
const COMPANY_SECOND: [&str; 75] = [
    "Logistics", "Logistik", "Foods", "Pharma", "Energy", "Systems", "Traders", "Toys", "Vineyard", "Publishing",
    "Bank", "Airlines", "Design", "Insurance", "Robotics", "Motors", "Steel", "Chemie", "Optics", "Labs", "Health",
    "Shipping", "Rail", "Aero", "Media", "Telecom", "Textiles", "Paper", "Glass", "Ceramics", "Plastics", "Water",
    "Solar", "Wind", "Mining", "Oil", "Gas", "Grid", "Nuclear", "Hydro", "Farms", "Dairy", "Coffee", "Tea", "Bakery",
    "Brewing", "Wines", "Retail", "Fashion", "Shoes", "Jewels", "Watches", "Games", "Sports", "Travel", "Hotels",
    "Estates", "Builders", "Cement", "Timber", "Tools", "Engines", "Turbines", "Pumps", "Valves", "Sensors", "Chips",
    "Software", "Cloud", "Security", "Consulting", "Audit", "Legal", "Staffing", "Training",
];

/// How many companies there are besides our own.
pub(crate) const COMPANIES: usize = COMPANY_FIRST.len() * COMPANY_SECOND.len();

/// A company's two names: neighbours in rank share neither.
fn company_names(company: usize) -> (&'static str, &'static str) {
    let (second, first) = (company % COMPANY_SECOND.len(), company / COMPANY_SECOND.len());
    (COMPANY_FIRST[(first + second) % COMPANY_FIRST.len()], COMPANY_SECOND[second])
}

pub(crate) fn company(company: usize) -> String {
    let (first, second) = company_names(company);
    format!("{first} {second}")
}

/// The company's name as it stands in its domain and in the names of its guests.
pub(crate) fn company_slug(company: usize) -> String {
    let (first, second) = company_names(company);
    format!("{first}-{second}").to_lowercase().replace(' ', "")
}

pub(crate) fn company_domain(company: usize) -> String {
    company_slug(company) + ".example"
}

#[rustfmt::skip]
const DEPARTMENT_FIELDS: [&str; 48] = [
    "Finance", "Human Resources", "Legal", "Procurement", "Logistics", "Sales", "Marketing", "Manufacturing",
    "Quality", "Qualitätssicherung", "Regulatory Affairs", "Research & Development", "Recherche clinique",
    "Contrôle de gestion", "Einkauf", "Vertrieb", "Instandhaltung", "Produktion", "Customer Service", "Field Service",
    "Engineering", "Data Science", "Analytics", "Information Technology", "Cyber Security", "Facilities",
    "Health, Safety & Environment", "Treasury", "Tax", "Internal Audit", "Compliance", "Communications",
    "Investor Relations", "Strategy", "Business Development", "Product Management", "Supply Chain", "Warehousing",
    "Pharmacovigilance", "Clinical Trials", "Medical Affairs", "Pricing", "Contracts", "Learning & Development",
    "Payroll", "Diseño", "Administración", "研究開発",
];

#[rustfmt::skip]
const DEPARTMENT_PLACES: [&str; 40] = [
    "", "EMEA", "Americas", "APAC", "DACH", "Nordics", "Benelux", "Iberia", "France", "Italy", "UK & Ireland", "CEE",
    "Türkiye", "India", "Japan", "China", "Korea", "Australia", "Brazil", "México", "Canada", "North", "South", "East",
    "West", "Hamburg", "München", "Paris", "Madrid", "Milano", "Warszawa", "Praha", "København", "Stockholm", "Dublin",
    "Amsterdam", "Austin", "Boston", "São Paulo", "Tokyo",
];

pub(crate) const DEPARTMENTS: usize = DEPARTMENT_FIELDS.len() * DEPARTMENT_PLACES.len();

pub(crate) fn department(department: usize) -> String {
    let (place, field) = (department / DEPARTMENT_FIELDS.len(), department % DEPARTMENT_FIELDS.len());
    let (field, place) = (DEPARTMENT_FIELDS[field], DEPARTMENT_PLACES[place % DEPARTMENT_PLACES.len()]);
    if place.is_empty() { field.to_owned() } else { format!("{field} {place}") }
}

/// The field of a department, without its place: its division.
pub(crate) fn division(department: usize) -> &'static str {
    DEPARTMENT_FIELDS[department % DEPARTMENT_FIELDS.len()]
}

pub(crate) const COST_CENTERS: usize = 4000;

pub(crate) fn cost_center(center: usize) -> String {
    format!("CC-{}", 10_000 + center * 7)
}

const LEVELS: [&str; 6] = ["", "Senior ", "Lead ", "Principal ", "Junior ", "Deputy "];

#[rustfmt::skip]
const ROLES: [&str; 60] = [
    "Analyst", "Engineer", "Accountant", "Buyer", "Controller", "Consultant", "Designer", "Developer", "Director",
    "Driver", "Economist", "Electrician", "Geologist", "Inspector", "Instructor", "Interpreter", "Investigator",
    "Lawyer", "Librarian", "Machinist", "Manager", "Mechanic", "Nurse", "Operator", "Paralegal", "Pharmacist",
    "Physician", "Pilot", "Planner", "Programmer", "Recruiter", "Researcher", "Scheduler", "Scientist", "Statistician",
    "Supervisor", "Surveyor", "Technician", "Toxicologist", "Translator", "Treasurer", "Underwriter", "Welder",
    "Quality Engineer", "Process Engineer", "Data Engineer", "Data Steward", "Product Owner", "Project Manager",
    "Sales Representative", "Assistant", "Executive Assistant", "Clinical Monitor", "Safety Officer", "Trader",
    "Warehouse Clerk", "Team Coach", "Architecte logiciel", "Sachbearbeiter", "Ingénieur d'études",
];

pub(crate) const TITLES: usize = LEVELS.len() * ROLES.len();

pub(crate) fn title(title: usize) -> String {
    format!("{}{}", LEVELS[title / ROLES.len() % LEVELS.len()], ROLES[title % ROLES.len()])
}

/// Country, a town there, language, time zone; the likelier first.
pub(crate) const PLACES: [(&str, &str, &str, &str); 32] = [
    ("DE", "Hamburg", "de-DE", "Europe/Berlin"),
    ("US", "Austin", "en-US", "America/Chicago"),
    ("FR", "Lyon", "fr-FR", "Europe/Paris"),
    ("NL", "Amsterdam", "nl-NL", "Europe/Amsterdam"),
    ("GB", "Leeds", "en-GB", "Europe/London"),
    ("IN", "Pune", "en-IN", "Asia/Kolkata"),
    ("ES", "Málaga", "es-ES", "Europe/Madrid"),
    ("IT", "Torino", "it-IT", "Europe/Rome"),
    ("PL", "Łódź", "pl-PL", "Europe/Warsaw"),
    ("CH", "Zürich", "de-CH", "Europe/Zurich"),
    ("AT", "Wien", "de-AT", "Europe/Vienna"),
    ("SE", "Malmö", "sv-SE", "Europe/Stockholm"),
    ("DK", "Ålborg", "da-DK", "Europe/Copenhagen"),
    ("NO", "Tromsø", "nb-NO", "Europe/Oslo"),
    ("CZ", "Plzeň", "cs-CZ", "Europe/Prague"),
    ("PT", "Évora", "pt-PT", "Europe/Lisbon"),
    ("BE", "Liège", "fr-BE", "Europe/Brussels"),
    ("IE", "Cork", "en-IE", "Europe/Dublin"),
    ("FI", "Jyväskylä", "fi-FI", "Europe/Helsinki"),
    ("HU", "Győr", "hu-HU", "Europe/Budapest"),
    ("RO", "Brașov", "ro-RO", "Europe/Bucharest"),
    ("TR", "Eskişehir", "tr-TR", "Europe/Istanbul"),
    ("JP", "Ōsaka", "ja-JP", "Asia/Tokyo"),
    ("KR", "Busan", "ko-KR", "Asia/Seoul"),
    ("CN", "Suzhou", "zh-CN", "Asia/Shanghai"),
    ("SG", "Singapore", "en-SG", "Asia/Singapore"),
    ("AU", "Perth", "en-AU", "Australia/Perth"),
    ("BR", "São Paulo", "pt-BR", "America/Sao_Paulo"),
    ("MX", "Mérida", "es-MX", "America/Merida"),
    ("CA", "Montréal", "fr-CA", "America/Toronto"),
    ("ZA", "Durban", "en-ZA", "Africa/Johannesburg"),
    ("NG", "Lagos", "en-NG", "Africa/Lagos"),
];

/// Sites whose people sign in with a staff number: `ham04-48213@contoso.com`.
#[rustfmt::skip]
const SITE_TOWNS: [&str; 40] = [
    "ams", "atl", "aus", "bcn", "ber", "bos", "bru", "bud", "chi", "cph", "dal", "den", "dub", "dus", "fra", "gdn",
    "gva", "ham", "hel", "lis", "lon", "lux", "lyo", "mad", "man", "mil", "muc", "nyc", "osl", "par", "pra", "rom",
    "rot", "sin", "sto", "syd", "tok", "vie", "war", "zrh",
];

pub(crate) const SITES: usize = SITE_TOWNS.len() * 50;

pub(crate) fn site(site: usize) -> String {
    format!("{}{:02}", SITE_TOWNS[site % SITE_TOWNS.len()], site / SITE_TOWNS.len())
}

const GROUP_AREAS: [&str; 8] = ["EU", "US", "APAC", "App", "Prj", "Lic", "Ext", "SEC"];

#[rustfmt::skip]
const GROUP_ROLES: [&str; 20] = [
    "Readers", "Editors", "Owners", "Analysts", "Engineers", "Approvers", "Auditors", "Operators", "Planners",
    "Viewers", "Testers", "Stewards", "Leads", "Interns", "Externals", "Support", "Reporting", "Pilot", "Production",
    "Archive",
];

/// How many names [`team`] has before it numbers them.
pub(crate) const TEAMS: usize = GROUP_AREAS.len() * COMPANY_FIRST.len() * GROUP_ROLES.len();

/// The area and subject that begin a team's name: `EU-Atlas-`.
pub(crate) fn team_prefix(team: usize) -> String {
    let subject = COMPANY_FIRST[team / GROUP_AREAS.len() % COMPANY_FIRST.len()].replace(' ', "");
    format!("{}-{subject}-", GROUP_AREAS[team % GROUP_AREAS.len()])
}

/// The name of a group that is neither a department's nor a country's.
pub(crate) fn team(team: usize) -> String {
    let role = GROUP_ROLES[team / (GROUP_AREAS.len() * COMPANY_FIRST.len()) % GROUP_ROLES.len()];
    let round = team / TEAMS;
    let number = if round == 0 { String::new() } else { format!("-{round}") };
    format!("{}{role}{number}", team_prefix(team))
}

/// A name as it is typed into an address: without accents, spaces and apostrophes.
pub(crate) fn address_part(name: &str) -> String {
    let mut part = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' => part.push(letter),
            'ä' | 'æ' => part.push_str("ae"),
            'ö' | 'ø' => part.push_str("oe"),
            'ü' => part.push_str("ue"),
            'å' | 'á' | 'ã' | 'ā' => part.push('a'),
            'ß' => part.push_str("ss"),
            'þ' => part.push_str("th"),
            'é' | 'è' | 'ê' | 'ë' | 'ě' | 'ę' | 'ễ' => part.push('e'),
            'í' | 'ý' | 'ı' | 'ï' => part.push('i'),
            'ó' | 'ō' | 'ô' => part.push('o'),
            'ú' | 'ů' => part.push('u'),
            'ç' | 'č' | 'ć' => part.push('c'),
            'ś' | 'š' | 'ş' => part.push('s'),
            'ž' | 'ź' | 'ż' => part.push('z'),
            'ł' => part.push('l'),
            'ñ' | 'ń' => part.push('n'),
            'ř' => part.push('r'),
            'ầ' => part.push('a'),
            _ => {}
        }
    }
    if part.is_empty() { "user".to_owned() } else { part }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_without_case() {
        fn check(pool: &str, size: usize, name: fn(usize) -> String) {
            let names: HashSet<String> = (0..size).map(|index| name(index).to_lowercase()).collect();
            assert_eq!(names.len(), size, "{pool}");
        }
        check("companies", COMPANIES, company_domain);
        check("departments", DEPARTMENTS, department);
        check("cost centres", COST_CENTERS, cost_center);
        check("titles", TITLES, title);
        check("sites", SITES, site);
        check("teams", 2 * TEAMS, team);
    }

    #[test]
    fn every_letter_has_one_lower_case_letter() {
        let names = GIVEN_NAMES.iter().chain(&FAMILY_NAMES).chain(&DEPARTMENT_FIELDS).chain(&DEPARTMENT_PLACES);
        for name in names.chain(PLACES.iter().map(|(_, town, _, _)| town)) {
            for letter in name.chars() {
                assert_eq!(letter.to_lowercase().count(), 1, "{letter} of {name}");
                assert!(!matches!(letter, 'Σ' | 'σ' | 'ς' | 'ſ' | 'İ'), "{letter} of {name} folds in its own way");
            }
        }
    }

    #[test]
    fn address_parts_are_ascii() {
        for name in GIVEN_NAMES.iter().chain(&FAMILY_NAMES) {
            let part = address_part(name);
            assert!(part.bytes().all(|byte| byte.is_ascii_lowercase()), "{name}: {part}");
            assert!(part.len() + 1 >= name.chars().filter(|c| c.is_alphabetic() && (*c as u32) < 0x3000).count());
        }
    }
}
