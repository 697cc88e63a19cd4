#!/usr/bin/env python3
"""Pages of figures under load: the catalogue and the pages of all indicators, over millions of reports.

    cargo build --release && python3 benches/pages.py --beffroi target/release/beffroi --rows 10000000

Makes a demonstration folder, brings a file of synthetic reports into it (the one of `csv_to_lake.py`; `--csv` takes one that
is there already), serves it, and waits until what has landed was added up. Then so many readers, each with a session of their
own, open pages one after the other without a pause: every indicator in every grain and breakdown that its page offers, in an
order drawn from a fixed seed, then all of them again. The first round computes each cut; the second finds it computed. With
`--ready`, the first round begins once the server has said that figures of all grains are ready.
Prints the times of each round at the median, 95 % and 99 %, and the slowest pages.

Needs `numpy` and `polars` from PyPI to write the file. Nothing here is a test: a figure is worth what the machine is worth.
"""

import argparse
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

import csv_to_lake
from web_load import Browser, run

PORT = 8932


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--beffroi", default="target/release/beffroi")
    ask.add_argument("--rows", type=int, default=10_000_000)
    ask.add_argument("--readers", type=int, default=20)
    ask.add_argument("--pages", type=int, default=0, help="at most so many pages; all of them when 0")
    ask.add_argument("--demo-reports", default="20000")
    ask.add_argument("--csv", help="the file of reports, made when it is not there")
    ask.add_argument("--ready", action="store_true", help="wait until the server has computed what its pages offer")
    ask.add_argument("--wait", type=int, default=600, help="seconds for adding up, at most")
    given = ask.parse_args()
    program = os.path.abspath(given.beffroi)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        run(program, "demo", "--no-serve", "--quiet", "--reports", given.demo_reports, "--data", data)
        fill(program, data, pathlib.Path(given.csv or os.path.join(folder, "reports.csv")), given.rows)
        record = json.load(open(os.path.join(data, "demo.json"), encoding="utf-8"))
        # What the server tells of itself goes to a file, where its word is looked for.
        told = os.path.join(folder, "told")
        with open(told, "w", encoding="utf-8") as to:
            server = subprocess.Popen(
                [program, "serve", "--port", str(PORT), "--data", data], stdout=subprocess.PIPE, stderr=to, text=True,
                env=dict(os.environ, BEFFROI_LOG="warn,beffroi_web=info"),
            )
        try:
            server.stdout.readline()
            wait(os.path.join(data, "lake"), given.wait)
            if given.ready:
                ready(told, given.wait)
            load(given, record)
        finally:
            server.terminate()
            server.wait()


def fill(program, data, source, rows):
    if not source.exists():
        listed = json.loads(run(program, "codes", "show", "phenomena", "--json", "--data", data))
        csv_to_lake.generate(source, rows, [line["code"] for line in listed["codes"]][:12])
    declarations = pathlib.Path(data) / "sources"
    declarations.mkdir(exist_ok=True)
    (declarations / "bench-reports.toml").write_text(csv_to_lake.DECLARATION, encoding="utf-8")
    start = time.perf_counter()
    run(program, "ingest", "--source", "bench-reports", str(source), "--json", "--quiet", "--data", data)
    print(f"{rows} rows brought in within {time.perf_counter() - start:.1f} s", flush=True)


def wait(lake, most):
    """Until what was added up stands for every data file of the reports."""
    start = time.perf_counter()
    table = pathlib.Path(lake) / "reports"
    while time.perf_counter() - start < most:
        files = {str(path.relative_to(table)) for path in table.glob("delivery-*/*.parquet")}
        lots = [json.loads(lot.read_text()) for lot in pathlib.Path(lake).glob("aggregates/lot-*[0-9a-f]/lot.json")]
        if files <= {name for lot in lots for name in lot["files"]}:
            print(f"added up after {time.perf_counter() - start:.1f} s", flush=True)
            return
        time.sleep(1)
    sys.exit("what has landed was not added up in time")


def ready(told, most):
    """Until the server has said so."""
    start = time.perf_counter()
    while "figures of all grains ready" not in open(told, encoding="utf-8").read():
        if time.perf_counter() - start > most:
            sys.exit("figures were not ready in time")
        time.sleep(1)
    print(f"figures of all grains ready after {time.perf_counter() - start:.1f} s more", flush=True)


def options(page, name):
    found = re.search(rf'<select[^>]*name="{name}"[^>]*>(.*?)</select>', page, re.DOTALL)
    return re.findall(r'value="([^"]*)"', found.group(1)) if found else [""]


def addresses(browser, ids):
    """Every grain and breakdown that the page of each indicator offers."""
    found = ["/indicateurs"]
    for one in ids:
        status, page = browser.send("GET", f"/indicateurs/{one}")
        if status != 200:
            sys.exit(f"/indicateurs/{one}: {status}")
        for grain in options(page, "grain"):
            for by in options(page, "by"):
                query = "&".join(f"{key}={value}" for key, value in (("grain", grain), ("by", by)) if value)
                found.append(f"/indicateurs/{one}?{query}")
    return found


def load(given, record):
    browsers = []
    for _ in range(given.readers):
        browser = Browser("127.0.0.1", PORT)
        browser.sign_in(record["login"], record["password"])
        browsers.append(browser)
    start = time.perf_counter()
    status, page = browsers[0].send("GET", "/indicateurs")
    print(f"the catalogue, asked first: {1000 * (time.perf_counter() - start):.0f} ms ({status})", flush=True)
    ids = sorted(set(re.findall(r'href="/indicateurs/([a-z0-9-]+)"', page)))
    pages = addresses(browsers[0], ids)
    random.Random(20261123).shuffle(pages)
    pages = pages[: given.pages] if given.pages else pages
    print(f"{len(pages)} pages of {len(ids)} indicators, {given.readers} readers", flush=True)
    for name in ("first", "again"):
        round_of(name, browsers, pages)


def round_of(name, browsers, pages):
    todo, lock, times, wrong = list(pages), threading.Lock(), [], []

    def reader(browser):
        while True:
            with lock:
                if not todo:
                    return
                path = todo.pop()
            start = time.perf_counter()
            status, _ = browser.send("GET", path)
            took = time.perf_counter() - start
            with lock:
                times.append((took, path))
                if status != 200:
                    wrong.append((status, path))

    threads = [threading.Thread(target=reader, args=(browser,)) for browser in browsers]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - start
    ordered = sorted(took for took, _ in times)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
    print(f"{name}: {len(ordered)} answers in {elapsed:.1f} s ({len(ordered) / elapsed:.0f} a second), {len(wrong)} not as expected")
    print(f"  median {at(0.5):.0f} ms, 95 % {at(0.95):.0f} ms, 99 % {at(0.99):.0f} ms, longest {ordered[-1] * 1000:.0f} ms")
    for took, path in sorted(times, reverse=True)[:5]:
        print(f"  {took * 1000:7.0f} ms  {path}")
    if wrong:
        print("for example", wrong[:5])


if __name__ == "__main__":
    main()
