"""The rules of a data set in SQL, as somebody would write them by hand for DuckDB.

Every text of the tables is in lower case, so comparisons need no function. A rule's number is its place in the
description; the smallest number that matches decides.
"""

import re

COLUMNS = {
    "email": "email",
    "userName": "user_name",
    "displayName": "display_name",
    "title": "title",
    "userType": "user_type",
    "department": "department",
    "costCenter": "cost_center",
    "organization": "organization",
    "addresses.country": "country",
    "active": "active",
}

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

# A line may be as long as the largest group.
LONGEST_LINE = 1 << 28


def text(value):
    """A text literal, in lower case."""
    return "'" + value.lower().replace("'", "''") + "'"


def tables(folder):
    """Statements that read the NDJSON files into the tables that the queries run over."""
    enterprise = f'"{ENTERPRISE}"'
    columns = (
        "{id: 'VARCHAR', userName: 'VARCHAR', displayName: 'VARCHAR', title: 'VARCHAR', userType: 'VARCHAR', "
        "active: 'BOOLEAN', "
        "emails: 'STRUCT(\"value\" VARCHAR, \"type\" VARCHAR, \"primary\" BOOLEAN)[]', "
        "addresses: 'STRUCT(country VARCHAR)[]', "
        f"{enterprise}: 'STRUCT(department VARCHAR, costCenter VARCHAR, organization VARCHAR)'}}"
    )
    reader = f"read_json('{folder}/%s', format = 'newline_delimited', maximum_object_size = {LONGEST_LINE}, columns = %s)"
    users = reader % ("users.ndjson", columns)
    groups = reader % (
        "groups.ndjson",
        "{displayName: 'VARCHAR', members: 'STRUCT(\"value\" VARCHAR)[]'}",
    )
    return [
        f"""
        CREATE TABLE users AS
        WITH read AS (
            SELECT id, userName, displayName, title, userType, active, addresses[1].country AS country,
                   {enterprise}.department AS department, {enterprise}.costCenter AS cost_center,
                   {enterprise}.organization AS organization,
                   coalesce(list_filter(emails, lambda e: e."primary")[1]."value",
                            list_filter(emails, lambda e: e."type" = 'work')[1]."value",
                            CASE WHEN len(emails) = 1 THEN emails[1]."value" END) AS email
            FROM {users}
        ), lowered AS (
            SELECT id, lower(email) AS email, lower(userName) AS user_name, lower(displayName) AS display_name,
                   lower(title) AS title, lower(userType) AS user_type, lower(department) AS department,
                   lower(cost_center) AS cost_center, lower(organization) AS organization,
                   lower(country) AS country, active
            FROM read
        )
        SELECT (row_number() OVER ())::INTEGER AS person, *,
               split_part(email, '@', 2) AS email_domain,
               user_name[1:instr(user_name, '.')] AS name_to_dot,
               user_name[1:instr(user_name, '-')] AS name_to_dash
        FROM lowered
        """,
        f"""
        CREATE TABLE read_groups AS
        SELECT (row_number() OVER ())::INTEGER AS team, lower(displayName) AS name, members FROM {groups}
        """,
        "CREATE TABLE teams AS SELECT team, name FROM read_groups",
        """
        CREATE TABLE membership AS
        SELECT users.person, member.team
        FROM (SELECT team, unnest(members)."value" AS id FROM read_groups) AS member JOIN users USING (id)
        """,
        "DROP TABLE read_groups",
    ]


def with_groups():
    """Statements that put a user's groups into a column, for a query without joins."""
    return [
        """
        CREATE TABLE users_with_teams AS
        SELECT users.*, teams FROM users
        LEFT JOIN (SELECT person, list(team) AS teams FROM membership GROUP BY person) USING (person)
        """
    ]


def pattern(test):
    """A regular expression for values in lower case, for the whole value."""
    if not test["ignoreCase"]:
        raise ValueError("the tables hold no text in its own case")
    # In lower case it needs no flag, as long as that does not change a class such as \D.
    if re.search(r"\\[A-Z]", test["pattern"]):
        return "(?i)" + test["pattern"]
    return test["pattern"].lower()


def expression(condition, teams):
    """A condition over a row of `users_with_teams`."""
    if "all" in condition or "any" in condition:
        connective = " AND " if "all" in condition else " OR "
        operands = condition.get("all", condition.get("any"))
        return "(" + connective.join(expression(operand, teams) for operand in operands) + ")"
    if "not" in condition:
        return f"NOT coalesce({expression(condition['not'], teams)}, false)"
    operator = condition["operator"]
    if operator == "includes":
        return includes(condition, teams)
    column = COLUMNS[condition["attribute"]]
    if "flag" in condition:
        return column if condition["flag"] else f"NOT {column}"
    if operator == "in":
        return f"{column} IN ({', '.join(map(text, condition['values']))})"
    if operator == "matches":
        if "starts" in condition:
            return f"starts_with({column}, {text(condition['starts'])})"
        if "ends" in condition:
            return f"ends_with({column}, {text(condition['ends'])})"
        return "regexp_full_match({}, '{}')".format(column, pattern(condition).replace("'", "''"))
    value = condition["value"]
    if operator == "ew" and column == "email" and value.startswith("@"):
        return f"email_domain = {text(value[1:])}"
    calls = {"eq": "{0} = {1}", "sw": "starts_with({0}, {1})", "ew": "ends_with({0}, {1})", "co": "contains({0}, {1})"}
    return calls[operator].format(column, text(value))


def includes(test, teams):
    if "pattern" not in test:
        team = teams.get(test["value"].lower())
        return "false" if team is None else f"list_contains(teams, {team})"
    whole = re.compile(pattern(test))
    found = [str(team) for name, team in teams.items() if whole.fullmatch(name)]
    return f"list_has_any(teams, [{', '.join(found)}])" if found else "false"


def case_when(rules, teams):
    """One CASE expression, a branch for each rule."""
    branches = "\n".join(
        f"WHEN {expression(rule['condition'], teams)} THEN {number}" for number, rule in enumerate(rules)
    )
    return f"SELECT person, CASE {branches} END AS rule FROM users_with_teams"


# What a rule can hang on, the more selective first; the column of `users` that has to equal a column of the rules.
ANCHORS = ["name_to_dot", "name_to_dash", "cost_center", "department", "team", "title", "organization", "email_domain"]

# What else a rule can ask for: the column of the rules, and what it says of a row of `users`.
DEMANDS = {
    "email_domain": "u.email_domain = r.need_email_domain",
    "cost_center": "u.cost_center = r.need_cost_center",
    "department": "u.department = r.need_department",
    "country": "u.country = r.need_country",
    "user_type": "u.user_type = r.need_user_type",
    "active": "u.active = (r.need_active = 'true')",
    "not_user_type": "u.user_type IS DISTINCT FROM r.need_not_user_type",
    "not_title_within": "NOT coalesce(contains(u.title, r.need_not_title_within), false)",
    "pattern": "regexp_full_match(u.user_name, r.need_pattern)",
    "team": "EXISTS (FROM membership AS m WHERE m.person = u.person AND m.team = r.need_team)",
    "not_team": "NOT EXISTS (FROM membership AS m WHERE m.person = u.person AND m.team = r.need_not_team)",
}


def clauses(condition):
    """The comparisons that all have to hold, or None where there are alternatives."""
    if "all" in condition:
        parts = [clauses(operand) for operand in condition["all"]]
        return None if None in parts else [clause for part in parts for clause in part]
    if "any" in condition:
        return None
    if "not" in condition:
        return [(True, condition["not"])] if "operator" in condition["not"] else None
    return [(False, condition)]


def key(negated, test, teams):
    """What a comparison demands, as a name of ANCHORS or DEMANDS and its values; None where it is no equality."""
    operator, attribute, value = test["operator"], test["attribute"], test.get("value", "").lower()
    if operator == "includes" and "pattern" not in test:
        return ("not_team" if negated else "team"), [teams.get(value, 0)]
    if negated and operator == "co" and attribute == "title":
        return "not_title_within", [value]
    if negated:
        return ("not_user_type", [value]) if operator == "eq" and attribute == "userType" else None
    if operator == "eq" and "flag" in test:
        return (COLUMNS[attribute], ["true" if test["flag"] else "false"])
    if operator == "eq":
        return COLUMNS[attribute], [value]
    if operator == "in":
        return COLUMNS[attribute], [text.lower() for text in test["values"]]
    if operator == "ew" and attribute == "email" and value.startswith("@"):
        return "email_domain", [value[1:]]
    start = test.get("starts", value if operator == "sw" else "").lower()
    if attribute == "userName" and start:
        for column, mark in (("name_to_dot", "."), ("name_to_dash", "-")):
            if start.find(mark) == len(start) - 1:
                return column, [start]
    return None


def split_pattern(test):
    """A pattern for user names that begins with letters up to a dash, as what it hangs on and what it demands."""
    start = re.match("[a-z0-9]+-", pattern(test)) if test["attribute"] == "userName" else None
    return [("name_to_dash", [start.group()]), ("pattern", [pattern(test)])] if start else [None]


class Join:
    """The rules as relations: one for each column that rules hang on and each set of further demands."""

    def __init__(self, rules, teams):
        self.relations = {}
        self.team_patterns = []
        self.rest = []
        for number, rule in enumerate(rules):
            self.place(number, rule["condition"], teams)

    def place(self, number, condition, teams):
        parts = clauses(condition)
        if parts is None:
            raise ValueError(f"no join can say {condition}")
        if len(parts) == 1 and parts[0][1]["operator"] == "includes" and "starts" in parts[0][1]:
            self.team_patterns.append((number, parts[0][1]["starts"].lower()))
            return
        keys = [key(negated, test, teams) for negated, test in parts]
        if keys == [None] and parts[0][1]["operator"] == "matches":
            keys = split_pattern(parts[0][1])
        anchors = [] if None in keys else sorted(
            (ANCHORS.index(name), at) for at, (name, _) in enumerate(keys) if name in ANCHORS
        )
        if not anchors:
            if any(test["operator"] == "includes" for _, test in parts):
                raise ValueError(f"no join can say {condition}")
            self.rest.append((number, condition))
            return
        anchor, values = keys[anchors[0][1]]
        demands = tuple(sorted((name, held[0]) for at, (name, held) in enumerate(keys) if at != anchors[0][1]))
        rows = self.relations.setdefault((anchor, tuple(name for name, _ in demands)), [])
        rows.extend((number, value, *[held for _, held in demands]) for value in values)

    def load(self, connection):
        """Makes the relations."""
        for at, ((anchor, demands), rows) in enumerate(self.relations.items()):
            kind = lambda name: "INTEGER" if name.endswith("team") else "VARCHAR"
            columns = [f"rule INTEGER, value {kind(anchor)}"] + [f"need_{name} {kind(name)}" for name in demands]
            connection.execute(f"CREATE TABLE rules_{at} ({', '.join(columns)})")
            insert_rows(connection, f"rules_{at}", rows)
        connection.execute("CREATE TABLE rules_team_patterns (rule INTEGER, start VARCHAR)")
        insert_rows(connection, "rules_team_patterns", self.team_patterns)

    def query(self):
        """First match: the least number among the joins, and among what only a CASE can say."""
        hits = []
        for at, (anchor, demands) in enumerate(self.relations):
            where = " AND ".join(DEMANDS[name] for name in demands)
            where = f"WHERE {where}" if where else ""
            if anchor != "team":
                holders = f"JOIN users AS u ON u.{anchor} = r.value"
            elif demands:
                holders = "JOIN membership AS h ON h.team = r.value JOIN users AS u ON u.person = h.person"
            else:
                holders = "JOIN membership AS u ON u.team = r.value"
            hits.append(f"SELECT u.person, r.rule FROM rules_{at} AS r {holders} {where}")
        if self.team_patterns:
            hits.append(
                "SELECT m.person, r.rule FROM rules_team_patterns AS r JOIN teams AS t ON starts_with(t.name, r.start) "
                "JOIN membership AS m ON m.team = t.team"
            )
        hits = hits or ["SELECT NULL::INTEGER AS person, NULL::INTEGER AS rule WHERE false"]
        rest = "\n".join(f"WHEN {expression(condition, {})} THEN {number}" for number, condition in self.rest)
        rest = f"CASE {rest} END" if rest else "NULL"
        return (
            f"WITH hits AS ({' UNION ALL '.join(hits)}), best AS (SELECT person, min(rule) AS rule FROM hits GROUP BY person) "
            f"SELECT u.person, least(best.rule, {rest}) AS rule FROM users AS u LEFT JOIN best ON best.person = u.person"
        )


def insert_rows(connection, table, rows):
    """Inserts rows by the thousand."""
    literal = lambda value: str(value) if isinstance(value, int) else text(value)
    for start in range(0, len(rows), 1000):
        values = ", ".join(f"({', '.join(map(literal, row))})" for row in rows[start : start + 1000])
        connection.execute(f"INSERT INTO {table} VALUES {values}")
