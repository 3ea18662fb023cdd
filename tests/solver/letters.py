"""Characters, and which of them are one without case.

Strings of the solver are made of `ALPHABET` only. That loses nothing: conditions of these questions tell characters
apart by a literal, by a class of a pattern, or by the order, and of every kind that they can tell apart there are two
here, so any other string has one of the same kinds in its place.
"""

import z3

# Each letter of a literal with all characters that fold to the same (CaseFolding.txt, statuses C and S).
CASES = ["aA", "bB", "kK\u212a", "sS\u017f", "ß\u1e9e", "xX", "zZ"]
# What has no case, and what lies between and beyond: two of each kind that the order can tell apart.
OTHERS = "\n\t  !#.-@/09:?cdlmtuy{}éè☃☂"
# The letters between: the order meets them as their folded selves, so no upper case is needed here.
ALPHABET = sorted(set("".join(CASES) + OTHERS))


def variants(letter):
    """All characters that equal one without case."""
    return next((group for group in CASES if letter in group), letter)


def folded(letter):
    """What stands for it in the order: the lower case, and for ẞ, ſ and the Kelvin sign the letter they fold to."""
    return variants(letter)[0]


def one_of(letters):
    """The expression for one of some characters."""
    letters = [z3.Re(z3.StringVal(letter)) for letter in sorted(set(letters))]
    if not letters:
        return z3.Empty(z3.ReSort(z3.StringSort()))
    return letters[0] if len(letters) == 1 else z3.Union(*letters)


ANY = one_of(ALPHABET)
ANYTHING = z3.Star(ANY)
EMPTY = z3.Re(z3.StringVal(""))
NOTHING = z3.Empty(z3.ReSort(z3.StringSort()))


def joined(parts):
    parts = [part for part in parts if part is not EMPTY]
    if not parts:
        return EMPTY
    return parts[0] if len(parts) == 1 else z3.Concat(*parts)


def either(parts):
    parts = list(parts)
    if not parts:
        return NOTHING
    return parts[0] if len(parts) == 1 else z3.Union(*parts)


def literal(text, exact):
    return joined(one_of(letter if exact else variants(letter)) for letter in text)


def less(text, exact):
    """Strings before a text: a shorter beginning of it, or a smaller character after the same beginning."""
    key = (lambda letter: letter) if exact else folded
    ways = []
    for at, letter in enumerate(text):
        start = literal(text[:at], exact)
        smaller = [other for other in ALPHABET if ord(key(other)) < ord(key(letter))]
        ways += [start, joined([start, one_of(smaller), ANYTHING])]
    return either(ways)


def comparison(operator, text, exact):
    """The strings of which a comparison with a text holds."""
    same = literal(text, exact)
    ways = {
        "eq": lambda: same,
        "sw": lambda: joined([same, ANYTHING]),
        "ew": lambda: joined([ANYTHING, same]),
        "co": lambda: joined([ANYTHING, same, ANYTHING]),
        "lt": lambda: less(text, exact),
        "le": lambda: either([less(text, exact), same]),
    }
    if operator in ways:
        return ways[operator]()
    return z3.Complement(comparison({"gt": "le", "ge": "lt"}[operator], text, exact))


def pattern(tree, ignores_case):
    """A pattern, given as a tree, as an expression over whole strings."""
    kind, *rest = tree
    inner = lambda part: pattern(part, ignores_case)
    if kind == "letter":
        return one_of(variants(rest[0]) if ignores_case else rest[0])
    if kind == "dot":
        return one_of(letter for letter in ALPHABET if letter != "\n")
    if kind == "class":
        letters, negated = rest
        within = {other for letter in letters for other in (variants(letter) if ignores_case else letter)}
        return one_of(letter for letter in ALPHABET if (letter in within) != negated)
    if kind == "concat":
        return joined(map(inner, rest))
    if kind == "either":
        return either(map(inner, rest))
    if kind == "star":
        return z3.Star(inner(rest[0]))
    if kind == "plus":
        return z3.Plus(inner(rest[0]))
    if kind == "maybe":
        return z3.Option(inner(rest[0]))
    _, part, least, most = tree
    return z3.Loop(inner(part), least, most)
