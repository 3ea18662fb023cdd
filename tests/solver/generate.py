"""Configurations and questions from a seed. Conditions are trees; vestibule gets them as texts, the solver as trees."""

import json
import random
from datetime import datetime, timedelta, timezone

EXTENSION = "urn:example:solver:1.0:User"
USERS = json.dumps([{
    "id": "1", "userName": "ada", "active": True, "meta": {"resourceType": "User", "created": "2026-01-01T00:00:00Z"},
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", EXTENSION],
    EXTENSION: {"badge": "b", "grade": 3, "flag": True},
}])
TEXTS = ["a", "A", "ab", "Ab", "b", "abab", "k", "sk", "ß", "@x.b", "b@x.b", "a@x.b", "x", "a.b", ""]
FEW = ["a", "ab", "b", "@x.b", "a@x.b", "k"]
SPELLED = {name: f"{EXTENSION}:{name}" for name in ("badge", "grade", "flag")}
ONE = ["userName", "displayName", "externalId", "name.givenName", "title", "userType", "department", "attributes.department",
       "attributes.level", "badge", 'attributes."multipass:given-name"']
MANY = ["emails", "provider.groups", "provider.groups.externalId", "attributes.projects", "internal.groups", "emails.value"]
ADDRESS = ["email", 'attributes."multipass:email:primary"']
ORGANIZATIONS = ["A", "B", "C"]


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


def spelled(operand):
    if operand is None:
        return "null"
    if isinstance(operand, bool):
        return "true" if operand else "false"
    if isinstance(operand, str):
        return quoted(operand)
    if isinstance(operand, list):
        return f"[{', '.join(map(spelled, operand))}]"
    if isinstance(operand, dict):
        return quoted(operand["text"]) if "second" in operand else f"/{source(operand['tree'])}/{'i' if operand['i'] else ''}"
    return str(operand)


def source(tree, tight=False):
    """A pattern as it is written. `tight`: it stands under a repetition or beside others."""
    kind, *rest = tree
    if kind == "letter":
        return rest[0] if rest[0].isalnum() or rest[0] == "@" else "\\" + rest[0]
    if kind == "dot":
        return "."
    if kind == "class":
        return f"[{'^' if rest[1] else ''}{rest[0]}]"
    if kind == "concat":
        text = "".join(source(part, True) for part in rest)
        return f"(?:{text})" if tight else text
    if kind == "either":
        return f"(?:{'|'.join(source(part) for part in rest)})"
    inner = f"(?:{source(rest[0])})" if rest[0][0] in ("concat", "star", "plus", "maybe", "loop") else source(rest[0], True)
    ends = {"star": "*", "plus": "+", "maybe": "?"}
    return inner + (ends[kind] if kind in ends else f"{{{rest[1]},{rest[2]}}}")


def written(tree):
    kind = tree[0]
    if kind == "constant":
        return "true" if tree[1] else "false"
    if kind == "not":
        return f"not ({written(tree[1])})"
    if kind in ("and", "or"):
        return f" {kind} ".join(f"({written(part)})" for part in tree[1:])
    if kind == "element":
        return f"{tree[1]}[{written(tree[2])}]"
    _, path, operator, operand = tree
    path = SPELLED.get(path, path)
    return f"{path} pr" if operator == "pr" else f"{path} {operator} {spelled(operand)}"


def joined(first, second):
    """Both under one `and`. Written bare, an `and` within an `and` is read as one, so it is one here as well: the ways
    to the parts of a condition then lead to the same parts on both sides."""
    return ("and", *(first[1:] if first[0] == "and" else [first]), second)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        # Few texts and inputs a question, or nothing would meet.
        self.texts = self.random.sample(TEXTS, 4) + self.random.sample(FEW, 2)
        self.one = self.random.sample(ONE, 2)
        self.many = self.random.sample(MANY, 1)

    def pick(self, *items):
        return self.random.choice(items)

    def chance(self, percent):
        return self.random.randrange(100) < percent

    def text(self):
        return self.pick(*self.texts)

    def pattern(self):
        if self.chance(50):
            # Of a literal, as people write them.
            parts = [("dot",) if letter == "." and self.chance(60) else ("letter", letter) for letter in self.text()]
            rest = ("star", ("dot",))
            parts = self.pick([rest, *parts], [*parts, rest], parts, [rest, *parts, rest])
            return {"tree": ("concat", *parts), "i": self.chance(30)}
        return {"tree": self.pattern_tree(2), "i": self.chance(30)}

    def pattern_tree(self, depth):
        if depth == 0 or self.chance(20):
            return self.pick(("letter", self.pick(*"abAkß@.")), ("dot",), ("class", self.pick("ab", "kx", "a@", "AB"), self.chance(30)))
        inner = lambda: self.pattern_tree(depth - 1)
        least = self.random.randrange(3)
        return self.pick(
            ("concat", inner(), inner()), ("concat", inner(), inner(), inner()), ("either", inner(), inner()), ("star", inner()),
            ("plus", inner()), ("maybe", inner()), ("loop", inner(), least, least + self.pick(1, 2)),
        )

    def operand(self, path, operator):
        if operator == "pr":
            return None
        if operator == "in":
            return [self.text() for _ in range(self.pick(1, 2, 3))]
        if operator == "matches" or (operator in ("includes", "excludes") and self.chance(40)):
            return self.pattern()
        return self.text()

    def compared(self, path, operators):
        operator = self.pick(*operators)
        return ("test", path, operator, self.operand(path, operator))

    def typed(self):
        path = self.pick("active", "grade", "meta.created", "flag")
        if path in ("active", "flag"):
            operator = self.pick("eq", "ne", "pr", "in")
            value = self.chance(50)
            return ("test", path, operator, {"pr": None, "in": [value]}.get(operator, value))
        operator = self.pick("eq", "ne", "gt", "ge", "lt", "le", "pr")
        if operator == "pr":
            return ("test", path, operator, None)
        number = self.random.randrange(1, 5)
        if path == "grade":
            return ("test", path, operator, self.pick(number, number + 0.5))
        day = datetime(2026, 1, number, tzinfo=timezone(timedelta(hours=self.pick(0, 1, -5))))
        return ("test", path, operator, {"second": int(day.timestamp()) * 10**9, "text": day.isoformat()})

    def filter(self, path, depth):
        if depth and self.chance(60):
            inner = lambda: self.filter(path, depth - 1)
            return self.pick(("and", inner(), inner()), ("or", inner(), inner()), ("not", inner()), ("and", inner(), inner()))
        if path == "name":
            return self.compared(self.pick("givenName", "familyName"), ["eq", "sw", "pr", "ne", "matches"])
        sub = self.pick("value", "value", "type", "primary", "display")
        if sub == "primary":
            return ("test", sub, self.pick("eq", "ne"), self.chance(70))
        if sub == "type":
            operator, kind = self.pick(("eq", "work"), ("eq", "home"), ("sw", "wo"), ("co", "o"), ("ne", "work"), ("pr", None))
            return ("test", sub, operator, kind)
        return self.compared(sub, ["eq", "ew", "co", "pr", "ne", "matches", "in", "lt"])

    def test(self, place):
        if place == "groups":
            return self.compared(self.pick("group.displayName", "group.displayName", "group.externalId"),
                                 ["eq", "ne", "sw", "ew", "co", "gt", "le", "in", "pr", "matches", "matches"])
        one = ["eq", "eq", "ne", "sw", "ew", "co", "gt", "ge", "lt", "le", "in", "pr", "matches", "matches"]
        roll = self.random.randrange(100)
        if roll < 45:
            path = self.pick(*self.one)
            return ("test", path, *self.pick(("eq", None), ("ne", None))) if self.chance(3) else self.compared(path, one)
        if roll < 65:
            path = self.pick(*self.many)
            if path == "internal.groups" and place != "users":
                path = "provider.groups"
            if path in ("emails", "attributes.projects"):
                return self.compared(path, [*one, "includes", "excludes"])
            if path == "emails.value":
                return self.compared(path, ["eq", "ew", "pr"])
            return self.compared(path, ["eq", "in", "co", "sw", "ew", "matches", "includes", "includes", "excludes", "excludes", "pr"])
        if roll < 80:
            return self.compared(self.pick(*ADDRESS), one)
        if roll < 90:
            return self.typed()
        if roll < 92:
            return ("test", "name", "pr", None)
        path = self.pick("emails", "emails", "name")
        return ("element", path, self.filter(path, 2))

    def condition(self, place, depth=2):
        if depth == 0 or self.chance(25):
            return self.test(place)
        kind = self.pick("and", "or", "not", "and", "or")
        inner = lambda: self.condition(place, depth - 1)
        if kind == "not":
            return ("not", inner())
        # Of the same kind only under two `not`: see `joined`.
        parts = [inner() for _ in range(self.pick(2, 2, 3))]
        return (kind, *(("not", ("not", part)) if part[0] == kind else part for part in parts))

    def rules(self, place, least, most, outcome):
        made = [[self.condition(place), outcome()] for _ in range(self.random.randint(least, most))]
        # What an earlier rule says, in part or turned round, is what proofs are about.
        for rule in made[1:]:
            if self.chance(40):
                earlier = self.pick(*made)[0]
                rule[0] = self.pick(earlier, ("not", earlier), joined(earlier, ("not", ("not", rule[0]))))
        return made

    def configuration(self):
        chosen = lambda: self.pick(*ORGANIZATIONS)
        return {
            "intake": self.rules("intake", 1, 2, lambda: self.pick("admit", "refuse")) if self.chance(40) else [],
            "default": self.pick("admit", "admit", "refuse"),
            "users": self.rules("users", 2, 4, chosen),
            "fallback": self.pick(None, "A", "B"),
            "groups": self.rules("groups", 2, 4, chosen) if self.chance(30) else [],
            "grants": self.rules("grants", 1, 3, lambda: self.pick("G", "H")) if self.chance(40) else [],
        }


def document(configuration):
    """A configuration as vestibule reads it; JSON is YAML."""
    rules = lambda name, key, wrap: [
        {"rule": f"{name}-{index}", "when": written(when), key: wrap(outcome)}
        for index, (when, outcome) in enumerate(configuration[name])
    ]
    same, listed = (lambda outcome: outcome), (lambda outcome: [outcome])
    made = {
        "version": 1,
        "provider": {"name": "p", "attribute-mapping": {"attributes": {
            "department": {"claim": "d", "scim": "department"}, "level": {"claim": "l"},
            "projects": {"claim": "p", "type": "array"}}}},
        "organizations": [{"name": name} for name in ORGANIZATIONS],
        "groups": {"rule-based": ["G", "H"]},
        "organization-assignment": {"users": rules("users", "organization", same)},
        "snapshot": {"users": "users.json"},
    }
    if configuration["fallback"]:
        made["organization-assignment"]["fallback"] = configuration["fallback"]
    if configuration["groups"]:
        made["organization-assignment"]["groups"] = rules("groups", "organizations", listed)
    if configuration["intake"]:
        made["user-intake"] = {"default": configuration["default"], "rules": rules("intake", "decision", same)}
    if configuration["grants"]:
        made["group-assignment"] = rules("grants", "groups", listed)
    return json.dumps(made, ensure_ascii=False)


def asks(maker, configuration):
    last = len(configuration["users"]) - 1
    found = []
    for name in ("intake", "users", "groups", "grants"):
        if configuration[name]:
            found.append({"ask": "reach", "set": name, "rule": len(configuration[name]) - 1})
            found.append({"ask": "always", "set": name, "rule": maker.random.randrange(len(configuration[name]))})
    rule = maker.random.randrange(last + 1)
    found += [
        {"ask": "hold", "set": "users", "rule": rule, "event": maker.pick("scim-create", "scim-update", "login")},
        {"ask": "overlap", "set": "users", "rule": last},
        {"ask": "newcomers", "set": "users", "rule": rule},
        {"ask": "redundant", "set": "users"},
        {"ask": "parts", "set": "users", "rule": rule},
        {"ask": "unassigned"},
    ]
    if configuration["intake"]:
        found.append({"ask": "refuses"})
    if configuration["grants"]:
        found.append({"ask": "redundant", "set": "grants"})
    goals = [("organization", maker.pick(*ORGANIZATIONS)), ("group", maker.pick("G", "H")), ("admitted", ""), ("refused", "")]
    for goal, name in maker.random.sample(goals, 2):
        tree = maker.condition("users", 1)
        event = maker.pick("scim-create", "scim-update", "login")
        found.append({"ask": "end", "tree": tree, "when": written(tree), "goal": goal, "name": name, "event": event})
    return found


def changed(maker, configuration):
    """Another configuration: the same said otherwise, or something else said in one place."""
    other = {name: [list(rule) for rule in value] if isinstance(value, list) else value for name, value in configuration.items()}
    name = maker.pick("users", *[name for name in ("intake", "groups", "grants") if other[name]])
    rules = other[name]
    index = maker.random.randrange(len(rules))
    when = rules[index][0]
    match maker.random.randrange(5):
        case 0:
            rules[index][0] = ("not", ("not", when))
        case 1 if when[0] in ("and", "or"):
            flipped = "or" if when[0] == "and" else "and"
            rules[index][0] = ("not", (flipped, *(("not", part) for part in reversed(when[1:]))))
        case 2:
            other_index = maker.random.randrange(len(rules))
            rules[index], rules[other_index] = rules[other_index], rules[index]
        case 3:
            del rules[index]
        case _:
            rules[index][0] = joined(when, ("not", ("not", maker.condition(name, 0))))
    return other


def question(seed):
    maker = Maker(seed)
    configuration = maker.configuration()
    made = {"id": seed, "users": USERS, "config": document(configuration), "trees": configuration}
    if seed % 8 == 7:
        made["changed"] = changed(maker, configuration)
        made["other"] = document(made["changed"])
    else:
        made["asks"] = asks(maker, configuration)
    return made
