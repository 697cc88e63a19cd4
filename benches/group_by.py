#!/usr/bin/env python3
"""Groups of reports: the same question by Beffroi, DuckDB and Polars, on the same files of one lake, in one run.

    cargo build --release --workspace --example questions
    python3 benches/group_by.py --rows 10000000

Needs `duckdb`, `polars` and `pyarrow` from PyPI. The lake is filled with synthetic reports by the example program of the
lake (a fixed seed, ten years, 101 departments, 40 categories), and counted by department, category and week: about 1.9
million groups of 10 million reports. Each engine has two threads and answers with all groups in memory, in the order of
their keys, as Beffroi always gives them; the times without order are shown too. The best of `--times` counts, the engines
taking turns. Then Beffroi adds the delivery up, and is asked what pages of indicators ask: from aggregates, with the rows
beside them. Nothing here is a test: a figure is worth what the machine is worth.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

QUESTION = "department-category-week"
PAGES = ["year", "category-month", "department-year", "phenomenon-week", "delay-median", "loss-median"]


def ours(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def best(function):
    start = time.perf_counter()
    groups = function()
    return time.perf_counter() - start, groups


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--program", default="target/release/examples/questions")
    ask.add_argument("--rows", type=int, default=10_000_000)
    ask.add_argument("--times", type=int, default=5)
    ask.add_argument("--keep", help="a folder for the lake, to be used again")
    given = ask.parse_args()
    os.environ["POLARS_MAX_THREADS"] = "2"
    program = os.path.abspath(given.program)
    with tempfile.TemporaryDirectory() as temporary:
        lake = os.path.join(os.path.abspath(given.keep or temporary), f"lake-{given.rows}")
        if not os.path.exists(lake):
            start = time.perf_counter()
            ours(program, "fill", lake, str(given.rows))
            print(f"{given.rows} rows landed in {time.perf_counter() - start:.1f} s", flush=True)
        compare(program, lake, given.times)
        pages(program, lake)


def compare(program, lake, times):
    import duckdb
    import polars as pl

    # A lake that is not rewritten holds the files of its deliveries and no others.
    files = glob.glob(os.path.join(lake, "reports", "**", "*.parquet"), recursive=True)
    files = [file for file in files if "_delta_log" not in file]
    con = duckdb.connect()
    con.execute("set threads=2")
    facts = "read_parquet([" + ", ".join(f"'{file}'" for file in files) + "])"
    sql = f"select territory, category, date_trunc('week', reported_on) as week, count(*) as n from {facts} group by all"

    def polars():
        week = pl.col("reported_on").dt.truncate("1w").alias("week")
        return pl.scan_parquet(files).group_by("territory", "category", week).agg(pl.len().alias("n"))

    others = {
        "duckdb, in order": lambda: con.sql(sql + " order by territory, category, week").to_arrow_table().num_rows,
        "polars, in order": lambda: polars().sort("territory", "category", "week").collect(engine="streaming").height,
        "duckdb": lambda: con.sql(sql).to_arrow_table().num_rows,
        "polars": lambda: polars().collect(engine="streaming").height,
    }
    found = {}
    for _ in range(times):
        # One time each, so that what disturbs the machine disturbs all of them; the first reads the files into memory.
        answer = ours(program, "ask-rows", lake, QUESTION, "2")
        found.setdefault("beffroi, in order", []).append((min(answer["seconds"]), answer["groups"]))
        for name, function in others.items():
            found.setdefault(name, []).append(best(function))
    groups = {groups for all_of in found.values() for _, groups in all_of}
    if len(groups) != 1:
        sys.exit(f"the engines do not find the same groups: {groups}")
    seconds = {name: min(taken for taken, _ in all_of) for name, all_of in found.items()}
    print(f"{QUESTION}: {groups.pop()} groups, from rows")
    for name, taken in seconds.items():
        print(f"  {name:18} {taken:7.3f} s   beffroi takes {seconds['beffroi, in order'] / taken:5.2f} of it", flush=True)


def pages(program, lake):
    added = ours(program, "prepare", lake)
    print(f"{added['rows']} rows added up in {added['seconds']:.1f} s")
    print(f"  {'question':18} {'groups':>8} {'first':>10} {'then':>10} {'rows alone':>11}   read")
    for name in PAGES:
        quick, rows = ours(program, "ask", lake, name, "5"), ours(program, "ask-rows", lake, name, "2")
        if quick["digest"] != rows["digest"]:
            sys.exit(f"{name}: aggregates and rows do not agree")
        milliseconds = [1000 * taken for taken in (quick["seconds"][0], min(quick["seconds"]), min(rows["seconds"]))]
        read = f"{quick['cells']} cells ({quick['shape']})" if quick["shape"] else "rows"
        if quick["shape"] and quick["rows"]:
            read += f" and {quick['rows']} rows"
        times = f"{milliseconds[0]:7.1f} ms {milliseconds[1]:7.1f} ms {milliseconds[2]:8.1f} ms"
        print(f"  {name:18} {quick['groups']:8} {times}   {read}", flush=True)


if __name__ == "__main__":
    main()
