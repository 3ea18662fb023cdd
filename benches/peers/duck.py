"""Runs the rules of a data set through DuckDB on one thread.

    duck.py join|case FOLDER RULES OUT

Prints one line of JSON for each measurement: `prepared` is the query alone over tables in memory, `ndjson` is reading
both files into those tables, loading the rules and the query. OUT gets `ID<tab>RULE` for each user.
"""

import json
import sys
import time

import duckdb

import sql

REPEATS = 2


def timed(run):
    """Seconds of the processor, seconds of the clock, and what came out."""
    wall, processor = time.perf_counter(), time.process_time()
    result = run()
    return (time.process_time() - processor, time.perf_counter() - wall), result


def main(method, folder, rule_count, out):
    with open(f"{folder}/rules-{rule_count}.json", encoding="utf-8") as lines:
        rules = [json.loads(line) for line in lines]
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("SET max_expression_depth = 1000000")

    def prepare():
        for statement in sql.tables(folder) + (sql.with_groups() if method == "case" else []):
            connection.execute(statement)
        return dict(connection.execute("SELECT name, team FROM teams").fetchall())

    def load():
        if method == "case":
            return sql.case_when(rules, teams)
        join = sql.Join(rules, teams)
        join.load(connection)
        return join.query()

    def ask():
        connection.execute(f"CREATE OR REPLACE TABLE decided AS {query}")

    reading, teams = timed(prepare)
    loading, query = timed(load)
    asking = [timed(ask)[0] for _ in range(REPEATS)]
    users = connection.execute("SELECT count(*) FROM users").fetchone()[0]
    whole = [sum(step) for step in zip(reading, loading, asking[0])]
    for name, (processor, wall) in (("prepared", min(asking)), ("ndjson", whole)):
        measured = {
            "engine": f"duckdb-{method}",
            "input": name,
            "users": users,
            "rules": len(rules),
            "nsPerUser": processor / max(users, 1) * 1e9,
            "wallNsPerUser": wall / max(users, 1) * 1e9,
            "cannotSay": [],
        }
        print(json.dumps(measured))
    connection.execute(
        f"COPY (SELECT id, rule FROM users LEFT JOIN decided USING (person) ORDER BY person) "
        f"TO '{out}' (DELIMITER '\t', HEADER false)"
    )


if __name__ == "__main__":
    if len(sys.argv) != 5 or sys.argv[1] not in ("join", "case"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
