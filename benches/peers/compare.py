"""Holds the decisions of all engines against one another, and prints the measurements as a table.

    compare.py FOLDER

FOLDER/out holds what the engines wrote: `ENGINE-RULES.tsv` with `ID<tab>RULE` lines, `vestibule-RULES.jsonl` from
`vestibule eval`, and `measured.jsonl`. Exits with 1 where two engines decide differently about a user that they share.

The reference is `vestibule eval`, else DuckDB's join. A rule that an engine cannot say was left out there, so a user
whom that rule decides is not shared with it. Everybody else is: a rule that was left out does not match them.
"""

import json
import pathlib
import sys


def read_tsv(path):
    with open(path, encoding="utf-8") as lines:
        pairs = (line.rstrip("\n").split("\t") for line in lines)
        return {person: int(rule) if rule else None for person, rule in pairs}


def read_jsonl(path, folder, rules):
    with open(folder / f"rules-{rules}.json", encoding="utf-8") as lines:
        places = {json.loads(line)["rule"]: place for place, line in enumerate(lines)}
    with open(path, encoding="utf-8") as lines:
        decisions = map(json.loads, lines)
        return {decision["id"]: places.get(decision["organization"]["rule"]) for decision in decisions}


def check(folder, rules, measured):
    """Prints how the engines agree for one number of rules; gives how many users are decided differently."""
    out = folder / "out"
    decided = {path.name.rsplit("-", 1)[0]: path for path in sorted(out.glob(f"*-{rules}.tsv"))}
    decisions = {engine: read_tsv(path) for engine, path in decided.items()}
    whole = out / f"vestibule-eval-{rules}.jsonl"
    if whole.exists():
        decisions["vestibule-eval"] = read_jsonl(whole, folder, rules)
    order = ["vestibule-eval", "duckdb-join", "vestibule"] + list(decisions)
    name = next((engine for engine in order if engine in decisions), None)
    if name is None:
        return 0
    reference, wrong = decisions.pop(name), 0
    taken = sum(rule is not None for rule in reference.values())
    print(f"{rules} rules: {name} decides about {len(reference)} users, {taken} by a rule")
    for engine, own in decisions.items():
        left_out = {rule for line in measured if line["engine"] == engine and line["rules"] == rules for rule in line["cannotSay"]}
        shared = [person for person in own if person in reference and reference[person] not in left_out]
        different = [person for person in shared if own[person] != reference[person]]
        missing = len(own) - sum(person in reference for person in own)
        wrong += len(different) + missing
        verdict = "agrees on all" if not different else f"DIFFERS ON {len(different)}, first {different[0]},"
        cannot = f"; {len(left_out)} rules cannot be said, {len(own) - len(shared)} users of theirs left out" if left_out else ""
        print(f"  {engine}: {verdict} of {len(shared)} shared users{cannot}")
        if missing:
            print(f"  {engine}: {missing} users that {name} does not know")
    return wrong


INPUTS = {
    "ndjson": "Whole run from the NDJSON files",
    "prepared": "Over prepared tables",
    "ready": "One user at a time, inputs ready",
}


def table(measured):
    """Nanoseconds a user, with the ratio to the fastest of ours in the same table, or to the fastest at all.

    They are of processor time, on one thread: other programs on the machine disturb it less than the clock. The clock's
    are in measured.jsonl.
    """
    for kind, title in INPUTS.items():
        lines = [line for line in measured if line["input"] == kind]
        if not lines:
            continue
        counts = sorted({line["rules"] for line in lines})
        cells = {(line["engine"], line["rules"]): line["nsPerUser"] for line in lines}
        users = sorted({line["users"] for line in lines})
        print(f"\n{title}, processor ns per user ({', '.join(f'{count:,}' for count in users)} users, one thread)\n")
        print("| engine | " + " | ".join(f"{count:,} rules" for count in counts) + " |")
        print("| --- |" + " ---: |" * len(counts))
        for engine in dict.fromkeys(line["engine"] for line in lines):
            row = []
            for count in counts:
                of_count = {name: value for (name, rules), value in cells.items() if rules == count}
                ours = [value for name, value in of_count.items() if name.startswith("vestibule")]
                base = min(ours or of_count.values(), default=0)
                value = of_count.get(engine)
                row.append("—" if value is None else f"{value:,.0f} ({value / base:.2f})")
            print(f"| {engine} | " + " | ".join(row) + " |")


def main(folder):
    folder = pathlib.Path(folder)
    with open(folder / "out" / "measured.jsonl", encoding="utf-8") as lines:
        measured = [json.loads(line) for line in lines]
    counts = sorted({line["rules"] for line in measured})
    wrong = sum(check(folder, rules, measured) for rules in counts)
    table(measured)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
