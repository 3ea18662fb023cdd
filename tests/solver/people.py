"""What conditions mean, said once more: from docs/reference/conditions.md and events.md, for z3.

A person is a set of free variables, made as conditions ask for them. What a condition comes to at an event is three
formulas: that it may hold, may fail, may be withheld. Exactly one of them is true of whoever everything is known of.
"""

import z3

import letters

CREATE, UPDATE, LOGIN, GROUP = "scim-create", "scim-update", "login", "group"
EVENTS = (LOGIN, UPDATE, CREATE)

EXACT = {"externalId", "group.externalId", "provider.groups.externalId"}
# One value at most. Foundry has those in the first list when SCIM creates somebody; the others it has at a login, and
# at an update what an earlier login left, which is another variable.
SYNCED = {"userName", "displayName", "externalId", "name.givenName", "name.familyName"}
AT_LOGIN = {"title", "userType", "badge", "department", "meta.created", "grade", "flag"}
SAME = {
    'attributes."multipass:email:primary"': "email",
    'attributes."multipass:given-name"': "name.givenName",
    'attributes."multipass:family-name"': "name.familyName",
    "emails.value": "emails",
    "provider.groups.displayName": "provider.groups",
}
REQUIRED = {"userName", "group.displayName", "active"}
TYPES = {"active": "bool", "flag": "bool", "grade": "number", "meta.created": "instant"}
KINDS = ["work", "home", "wo", "o", "x"]


class Verdict:
    def __init__(self, holds, fails, withheld=False):
        self.holds, self.fails, self.withheld = (z3.BoolVal(it) if isinstance(it, bool) else it for it in (holds, fails, withheld))

    def is_certain(self):
        return z3.And(self.holds, z3.Not(self.fails), z3.Not(self.withheld))

    def is_out(self):
        return z3.Not(self.holds)

    def surely_fails(self):
        return z3.And(z3.Not(self.holds), z3.Not(self.withheld))


WITHHELD = Verdict(False, False, True)


def known(formula):
    return Verdict(formula, z3.Not(formula))


def negated(verdict):
    return Verdict(verdict.fails, verdict.holds, verdict.withheld)


def all_of(verdicts):
    may_stay = z3.And([z3.Or(it.holds, it.withheld) for it in verdicts])
    return Verdict(
        z3.And([it.holds for it in verdicts]),
        z3.Or([it.fails for it in verdicts]),
        z3.And(may_stay, z3.Or([it.withheld for it in verdicts])),
    )


def any_of(verdicts):
    return negated(all_of([negated(it) for it in verdicts]))


class Part:
    """A value that may be there."""

    def __init__(self, there, value):
        self.there, self.value = there, value


class Person:
    def __init__(self, many):
        """`many`: how many elements each list needs at most, so that each comparison may have one of its own."""
        self.many, self.known, self.facts = many, {}, []

    def memo(self, key, make):
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def part(self, name, sort="text", required=False):
        def make():
            there = z3.BoolVal(True) if required else z3.Bool(f"{name}?")
            make_value = {"text": z3.String, "bool": z3.Bool, "number": z3.Real, "instant": z3.Int, "kind": z3.Int}[sort]
            value = make_value(name)
            if sort == "text":
                self.facts.append(z3.InRe(value, letters.ANYTHING))
            if sort == "kind":
                self.facts.append(z3.And(value >= 0, value < len(KINDS)))
            return Part(there, value)

        return self.memo(name, make)

    def elements(self, name, parts):
        """The elements of a list: whether each is there, and its parts by name."""

        def make():
            found = []
            for index in range(self.many[name]):
                of = {part: self.part(f"{name}{index}.{part}", sort, needed) for part, (sort, needed) in parts.items()}
                there = z3.Bool(f"{name}{index}?")
                # What has no part at all is no element.
                self.facts.append(z3.Implies(there, z3.Or([part.there for part in of.values()])))
                found.append((there, of))
            return found

        return self.memo(name, make)

    def emails(self):
        parts = {"value": ("text", False), "type": ("kind", False), "primary": ("bool", False), "display": ("text", False)}
        return self.elements("emails", parts)

    def name(self):
        """The parts of `name`, and whether there is one of those that do not sync."""
        given, family = self.part("name.givenName"), self.part("name.familyName")
        return given, family, self.memo("name.other?", lambda: z3.Bool("name.other?"))

    def values(self, path, event):
        """The values of a path at an event: (there, value), or `None` where Foundry lacks them."""
        path = SAME.get(path, path)
        one = lambda name: [self.part(name, TYPES.get(path, "text"), path in REQUIRED)]
        list_of = lambda name, parts, part: [
            Part(z3.And(there, of[part].there), of[part].value) for there, of in self.elements(name, parts)
        ]
        groups = {"displayName": ("text", True), "externalId": ("text", False)}
        if path in SYNCED or path in REQUIRED or event == GROUP:
            return one(path)
        if path == "emails" or path.startswith("emails."):
            part = path.partition(".")[2] or "value"
            return [Part(z3.And(there, of[part].there), of[part].value) for there, of in self.emails()]
        if path == "internal.groups":
            return [] if event == CREATE else list_of("internal", {"name": ("text", True)}, "name")
        if event == CREATE:
            return None
        if path.startswith("provider.groups"):
            return list_of("groups", groups, "externalId" if path.endswith("externalId") else "displayName")
        if path == "attributes.projects":
            return list_of("projects", {"value": ("text", True)}, "value")
        if path == "attributes.level":
            return one("level")
        if path in ("department", "attributes.department"):
            return one("department" if event == LOGIN else "left department")
        assert path in AT_LOGIN, path
        return one(path if event == LOGIN else f"left {path}")

    def address(self, predicate):
        """The one address that Foundry holds: the primary, else that for work, else the only one."""
        elements = self.emails()
        valued = [z3.And(there, of["value"].there) for there, of in elements]
        value = [of["value"].value for _, of in elements]
        primary = [z3.And(it, of["primary"].there, of["primary"].value) for it, (_, of) in zip(valued, elements)]
        work = [
            z3.And(it, of["type"].there, of["type"].value == KINDS.index("work")) for it, (_, of) in zip(valued, elements)
        ]
        pairs = [(one, other) for one in range(len(elements)) for other in range(one)]

        def agree(chosen):
            return z3.And([z3.Implies(z3.And(chosen[a], chosen[b]), value[a] == value[b]) for a, b in pairs])

        has_primary, has_work = z3.Or(primary), z3.Or(work)
        is_open = z3.Or(z3.And(has_primary, z3.Not(agree(primary))), z3.And(z3.Not(has_primary), has_work, z3.Not(agree(work))))
        # Where all are the same there is nothing to choose.
        is_open = z3.And(is_open, z3.Not(agree(valued)))
        chosen = [
            z3.Or(
                z3.And(has_primary, primary[index]),
                z3.And(z3.Not(has_primary), has_work, work[index]),
                z3.And(z3.Or(z3.Not(z3.Or(has_primary, has_work)), agree(valued)), valued[index], agree(valued)),
            )
            for index in range(len(elements))
        ]
        holds = z3.Or([z3.And(chosen[index], predicate(value[index])) for index in range(len(elements))])
        return Verdict(z3.Or(is_open, holds), z3.Or(is_open, z3.Not(holds)))

    def verdict(self, tree, event):
        kind = tree[0]
        if kind == "constant":
            return Verdict(tree[1], not tree[1])
        if kind == "not":
            return negated(self.verdict(tree[1], event))
        if kind in ("and", "or"):
            verdicts = [self.verdict(part, event) for part in tree[1:]]
            return all_of(verdicts) if kind == "and" else any_of(verdicts)
        if kind == "element":
            return self.element(tree[1], tree[2], event)
        return self.test(*tree[1:], event)

    def test(self, path, operator, operand, event):
        path = SAME.get(path, path)
        if operator == "excludes" or (operator, operand) == ("eq", None):
            return negated(self.test(path, *(("includes", operand) if operator == "excludes" else ("pr", None)), event))
        if operator == "ne" and operand is not None:
            some = self.some(path, lambda value: z3.Not(holds(path, "eq", operand, value)), event)
            return any_of([some, negated(self.test(path, "pr", None, event))])
        if operator in ("pr", "ne"):
            if path == "name":
                given, family, other = self.name()
                return known(z3.Or(given.there, family.there, other if event == LOGIN else False))
            return self.some(path, lambda value: z3.BoolVal(True), event)
        return self.some(path, lambda value: holds(path, operator, operand, value), event)

    def some(self, path, predicate, event):
        if path == "email":
            return self.address(predicate)
        values = self.values(path, event)
        if values is None:
            return WITHHELD
        return known(z3.Or([z3.And(part.there, predicate(part.value)) for part in values]))

    def element(self, path, tree, event):
        if path == "name":
            given, family, other = self.name()
            elements = [(self.test("name", "pr", None, event).holds, {"givenName": given, "familyName": family})]
        else:
            elements = self.emails()
        return known(z3.Or([z3.And(there, filtered(path, tree, of)) for there, of in elements]))


def filtered(path, tree, parts):
    """A condition inside of brackets, of one element."""
    kind = tree[0]
    inner = lambda part: filtered(path, part, parts)
    if kind == "not":
        return z3.Not(inner(tree[1]))
    if kind in ("and", "or"):
        return (z3.And if kind == "and" else z3.Or)([inner(part) for part in tree[1:]])
    _, name, operator, operand = tree
    part = parts[name]
    if operator == "pr":
        return part.there
    value = f"{path}.{name}"
    if operator == "ne":
        return z3.Or(z3.Not(part.there), z3.Not(holds(value, "eq", operand, part.value)))
    return z3.And(part.there, holds(value, operator, operand, part.value))


def holds(path, operator, operand, value):
    """What an operator asks of one value that is there."""
    if operator == "in":
        return z3.Or([holds(path, "eq", item, value) for item in operand])
    if operator == "includes":
        operator = "matches" if isinstance(operand, dict) else "eq"
    if path == "emails.type":
        return z3.Or([value == index for index, kind in enumerate(KINDS) if of_kind(operator, operand, kind)])
    if operator == "matches":
        return z3.InRe(value, letters.pattern(operand["tree"], operand["i"]))
    if isinstance(operand, bool):
        return value == operand
    if isinstance(operand, str):
        return z3.InRe(value, letters.comparison(operator, operand, path in EXACT))
    operand = operand["second"] if isinstance(operand, dict) else operand
    compare = {"eq": value == operand, "gt": value > operand, "ge": value >= operand, "lt": value < operand, "le": value <= operand}
    return compare[operator]


def of_kind(operator, operand, kind):
    return {"eq": kind == operand, "sw": kind.startswith(operand), "co": operand in kind}[operator]
