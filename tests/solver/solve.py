"""Questions about rules, put to z3, and held against an answer."""

import z3

from people import CREATE, EVENTS, GROUP, LOGIN, Person

AGREE, DISAGREE, UNKNOWN, MISSED, TIMEOUT = "agree", "disagree", "unknown", "missed", "timeout"


class Timeout(Exception):
    pass


LISTS = {"emails": "email", "groups": "provider.groups", "internal": "internal.groups", "projects": "attributes.projects"}


def tests_in(tree, path):
    """How many comparisons of a list a condition has: each may need an element of its own."""
    if not isinstance(tree, (list, tuple)) or not tree:
        return 0
    if tree[0] in ("test", "element"):
        return int(path in tree[1])
    return sum(tests_in(part, path) for part in tree)


class Solver:
    def __init__(self, configuration, seconds):
        self.rules, self.seconds = configuration, seconds

    def is_possible(self, make):
        """Whether there is a person of whom what `make` says of one is true."""
        person = Person(self.many)
        wanted = make(person)
        solver = z3.Solver()
        solver.set("timeout", self.seconds * 1000)
        solver.add(wanted)
        solver.add(person.facts)
        answer = solver.check()
        if answer == z3.unknown:
            raise Timeout
        return answer == z3.sat

    def ask(self, trees, makes):
        # One more for an address that is none of those that are asked for.
        self.many = {name: min(tests_in(trees, path), 4) + (name == "emails") for name, path in LISTS.items()}
        return any([self.is_possible(make) for make in makes])


class Rules:
    """The rules of a configuration at an event, of a person."""

    def __init__(self, configuration, person, event):
        self.configuration, self.person, self.event = configuration, person, event

    def verdict(self, name, index):
        return self.person.verdict(self.configuration[name][index][0], self.event)

    def decides(self, name, index, without=()):
        """That a rule decides, or where `index` is `None`, that none does."""
        rules = self.configuration[name]
        before = [self.verdict(name, other).is_out() for other in range(len(rules) if index is None else index) if other not in without]
        return z3.And([*before, *([] if index is None else [self.verdict(name, index).is_certain()])])

    def ends(self, name, outcome, without=(), otherwise=None):
        """That first match comes to an outcome."""
        ways = [
            self.decides(name, index, without)
            for index, (_, other) in enumerate(self.configuration[name])
            if other == outcome and index not in without
        ]
        if otherwise == outcome:
            ways.append(self.decides(name, None, without))
        return z3.Or(ways)

    def admitted(self):
        default = self.configuration["default"] if self.configuration["intake"] else "admit"
        return self.ends("intake", "admit", otherwise=default)

    def refused(self):
        default = self.configuration["default"] if self.configuration["intake"] else "admit"
        return self.ends("intake", "refuse", otherwise=default)

    def organization(self, name, without=()):
        return self.ends("users", name, without, self.configuration["fallback"])


def events_of(name):
    return (GROUP,) if name == "groups" else EVENTS


def check(configuration, ask, answer, seconds):
    """What comes of one question: a word, and what z3 says."""
    name, rule = ask.get("set", "users"), ask.get("rule", 0)
    rules, solver = configuration[name], Solver(configuration, seconds)
    trees = [when for when, _ in rules]
    events = events_of(name)
    at = lambda person, event: Rules(configuration, person, event)
    truth = lambda yes: compare(answer, "yes" if yes else "no")
    same_set = lambda person, event, these: z3.And([at(person, event).verdict(name, other).is_out() for other in these])
    admitted = lambda person, event: at(person, event).admitted() if name == "users" else True
    with_intake = [trees, [when for when, _ in configuration["intake"]]]
    kind = ask["ask"]
    if kind == "reach":
        limit = 0 if name == "grants" else rule

        def reached(these):
            def make(event):
                return lambda person: z3.And(same_set(person, event, these), at(person, event).verdict(name, rule).is_certain())

            return solver.ask(trees, [make(event) for event in events])

        if reached(range(limit)):
            return compare(answer, "yes")
        if answer in ("yes", "unknown"):
            return compare(answer, "no")
        if answer == "never":
            return compare("covered" if reached([]) else "never", "never")
        by = answer["by"]
        if reached(by):
            return DISAGREE, f"{by} do not cover"
        spare = [one for one in by if not reached([other for other in by if other != one])]
        return (DISAGREE, f"{spare} are not needed") if spare and answer["irreducible"] else (AGREE, "no")
    if kind == "hold":
        return truth(solver.ask(trees[rule], [lambda person: at(person, ask["event"]).verdict("users", rule).is_certain()]))
    if kind == "always":
        first, rest = events[0], events[1:]
        escapes = lambda event: solver.ask(trees[rule], [lambda person: at(person, event).verdict(name, rule).is_out()])
        fails = lambda event: solver.ask(trees[rule], [lambda person: at(person, event).verdict(name, rule).surely_fails()])
        if escapes(first) or any(fails(event) for event in rest):
            return compare(answer, "no")
        return compare(answer, "where it runs" if any(escapes(event) for event in rest) else "everywhere")
    if kind == "overlap":

        def make(event, other):
            both = lambda person: [at(person, event).verdict(name, one).is_certain() for one in (rule, other)]
            return lambda person: z3.And(*both(person), admitted(person, event))

        def meets(others):
            others = [other for other in others if rules[other][1] != rules[rule][1]]
            return any(solver.ask(with_intake, [make(event, other)]) for other in others for event in events)

        if answer is not None:
            return (AGREE, "yes") if meets([answer]) else (DISAGREE, "no")
        return (MISSED, "yes") if meets(range(rule)) else (AGREE, "no")
    if kind == "newcomers":

        def falls(person):
            create, login = at(person, CREATE), at(person, LOGIN)
            elsewhere = z3.Not(create.organization(rules[rule][1]))
            fits = z3.And(create.verdict("users", rule).is_out(), login.decides("users", rule), elsewhere)
            return z3.And(fits, create.admitted(), login.admitted())

        return truth(solver.ask(with_intake, [falls]))
    if kind == "redundant":
        return redundant(configuration, name, answer, solver)
    if kind == "parts":
        shorter = trees[rule]
        for way in sorted(answer, reverse=True):
            shorter = without(shorter, way)
        shorter_verdict = lambda person, event: person.verdict(shorter, event)

        def differs(event):
            return lambda person: z3.Xor(at(person, event).verdict(name, rule).is_certain(), shorter_verdict(person, event).is_certain())

        return (DISAGREE, "a part says something") if solver.ask(trees[rule], [differs(event) for event in EVENTS]) else (AGREE, "")
    if kind == "refuses":
        return truth(not solver.ask(with_intake, [lambda person, event=event: at(person, event).admitted() for event in EVENTS]))
    if kind == "unassigned":
        nobody = lambda event: lambda person: z3.And(at(person, event).admitted(), at(person, event).decides("users", None))
        found = configuration["fallback"] is None and solver.ask(with_intake, [nobody(event) for event in EVENTS])
        return (MISSED, "yes") if found and answer == "no" else truth(found)
    return truth(ends(configuration, ask, solver, at))


def ends(configuration, ask, solver, at):
    event, goal = ask["event"], ask["goal"]

    def make(person):
        rules = at(person, event)
        kind = person.verdict(ask["tree"], LOGIN if event == CREATE else event).is_certain()
        grants = range(len(configuration["grants"]))
        there = {
            "admitted": rules.admitted,
            "refused": rules.refused,
            "organization": lambda: z3.And(rules.admitted(), rules.organization(ask["name"])),
            "group": lambda: z3.And(
                rules.admitted(),
                z3.Or([rules.verdict("grants", one).is_certain() for one in grants if configuration["grants"][one][1] == ask["name"]]),
            ),
        }
        return z3.And(kind, there[goal]())

    name = {"organization": "users", "group": "grants"}.get(goal, "intake")
    trees = [[when for when, _ in configuration[one]] for one in {name, "intake"}]
    return solver.ask([ask["tree"], trees], [make])


def redundant(configuration, name, answer, solver):
    """Without all of them nothing is decided otherwise; without any one more, something is."""
    rules = configuration[name]
    trees = [when for when, _ in rules]
    outcomes = {outcome for _, outcome in rules} | {configuration["fallback"]}

    def differs(gone, before):
        def make(event):
            def of(person):
                at = Rules(configuration, person, event)
                if name == "grants":
                    gives = lambda group, left_out: z3.Or(
                        [at.verdict(name, one).is_certain() for one in range(len(rules)) if rules[one][1] == group and one not in left_out]
                    )
                    return z3.Or([z3.And(gives(group, before), z3.Not(gives(group, gone))) for group in ("G", "H")])
                return z3.Or([z3.And(at.organization(one, before), z3.Not(at.organization(one, gone))) for one in outcomes])

            return of

        return solver.ask(trees, [make(event) for event in EVENTS])

    if answer and differs(set(answer), set()):
        return DISAGREE, f"without {answer} something is decided otherwise"
    missed = [one for one in range(len(rules)) if one not in answer and not differs({*answer, one}, set(answer))]
    return (MISSED, f"{missed} could go too") if missed else (AGREE, "")


def without(tree, way):
    """A condition without a part, which is made neutral so that the ways to the others stay."""
    if tree[0] == "not":
        return ("not", without(tree[1], way))
    first, rest = way[0], way[1:]
    parts = list(tree[1:])
    parts[first] = without(parts[first], rest) if rest else ("constant", tree[0] == "and")
    return (tree[0], *parts)


def check_pair(old, new, answer, seconds):
    """Whether two configurations decide alike, set by set."""
    solver, found = Solver(old, seconds), {}
    both = lambda person, event: (Rules(old, person, event), Rules(new, person, event))
    trees = [[when for when, _ in one[name]] for one in (old, new) for name in ("intake", "users", "groups", "grants")]
    trees_of = lambda *names: [[when for when, _ in one[name]] for one in (old, new) for name in names]

    def intake(event):
        def make(person):
            a, b = both(person, event)
            return z3.Or(z3.And(a.admitted(), b.refused()), z3.And(a.refused(), b.admitted()))

        return make

    def users(event):
        def make(person):
            a, b = both(person, event)
            names = {outcome for one in (old, new) for _, outcome in one["users"]} | {old["fallback"], new["fallback"]}
            return z3.And(a.admitted(), b.admitted(), z3.Or([z3.And(a.organization(one), z3.Not(b.organization(one))) for one in names]))

        return make

    def groups(person):
        a, b = both(person, GROUP)
        names = {outcome for one in (old, new) for _, outcome in one["groups"]} | {None}
        return z3.Or([z3.And(a.ends("groups", one), z3.Not(b.ends("groups", one))) for one in names if one]
                     + [z3.Xor(a.decides("groups", None), b.decides("groups", None))])

    def grants(event):
        def make(person):
            a, b = both(person, event)
            gives = lambda rules, group: z3.Or(
                [rules.verdict("grants", one).is_certain() for one, rule in enumerate(rules.configuration["grants"]) if rule[1] == group]
            )
            return z3.And(a.admitted(), b.admitted(), z3.Or([z3.Xor(gives(a, group), gives(b, group)) for group in ("G", "H")]))

        return make

    found["intake"] = solver.ask(trees_of("intake"), [intake(event) for event in EVENTS])
    found["users"] = solver.ask(trees_of("intake", "users"), [users(event) for event in EVENTS])
    found["groups"] = solver.ask(trees_of("groups"), [groups])
    found["grants"] = solver.ask(trees_of("intake", "grants"), [grants(event) for event in EVENTS])
    said = {name for name, differs in found.items() if differs}
    if set(answer["differs"]) == said:
        return AGREE, sorted(said)
    if set(answer["differs"]) < said and answer["unknown"]:
        return UNKNOWN, sorted(said)
    return DISAGREE, sorted(said)


def compare(answer, truth):
    if answer == "unknown":
        return UNKNOWN, truth
    return (AGREE if answer == truth else DISAGREE), truth
