#!/usr/bin/env python3
"""Pages of a large register under load: list, filter, search, own day and deadlines, so many readers at once.

    cargo build --release && python3 benches/registers.py --beffroi target/release/beffroi --records 100000

Makes a demonstration folder, adds made-up needs to their register from files (`record add`), serves it, and lets so many
readers, each with a session of their own, open pages one after the other without a pause, in an order drawn from a fixed
seed. `--data` takes a demonstration folder that is filled already. Prints the times by kind of page at the median, 95 % and
99 %.

Only the standard library is used. Nothing here is a test: a figure is worth what the machine is worth.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from web_load import Browser, run

PORT = 8933
WORDS = ["extraction", "mobile", "déchiffrement", "licence", "station", "laboratoire", "cryptoactifs", "formation",
         "véhicule", "nuage", "serveur", "scellés"]
FILE_ROWS = 5_000


def main():
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--beffroi", default="target/release/beffroi")
    ask.add_argument("--records", type=int, default=100_000)
    ask.add_argument("--readers", type=int, default=20)
    ask.add_argument("--pages", type=int, default=400, help="pages of each kind")
    ask.add_argument("--data", help="a demonstration folder that is filled already")
    given = ask.parse_args()
    program = os.path.abspath(given.beffroi)
    with tempfile.TemporaryDirectory() as folder:
        data = given.data or os.path.join(folder, "data")
        if not given.data:
            run(program, "demo", "--no-serve", "--quiet", "--reports", "20000", "--data", data)
            fill(program, data, folder, given.records)
        record = json.load(open(os.path.join(data, "demo.json"), encoding="utf-8"))
        server = subprocess.Popen([program, "serve", "--port", str(PORT), "--data", data], stdout=subprocess.PIPE, text=True)
        try:
            server.stdout.readline()
            # What the server makes ready after it starts is not what is measured.
            time.sleep(10)
            load(given, record)
        finally:
            server.terminate()
            server.wait()


def fill(program, data, folder, records):
    draw, start = random.Random(20261124), time.perf_counter()
    for first in range(0, records, FILE_ROWS):
        path = os.path.join(folder, "needs.json")
        rows = [
            {
                "title": f"{draw.choice(WORDS)} {draw.choice(WORDS)} dossier{n}",
                "problem": f"{draw.choice(WORDS)} : besoin fabriqué numéro {n}.",
                "capability": "decryption", "quantity": "1", "users": "3",
                "urgency": draw.choice(["low", "medium", "high"]), "cost": "4000.00", "territory": "59", "shared": "yes",
            }
            for n in range(first, min(records, first + FILE_ROWS))
        ]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(rows, file)
        run(program, "record", "add", "need", path, "--quiet", "--data", data)
    print(f"{records} records added within {time.perf_counter() - start:.0f} s", flush=True)


def kinds(draw):
    """A page of each kind."""
    word = lambda: urllib.parse.quote(draw.choice(WORDS))
    return {
        "list": "/registres/need",
        "filter": f"/registres/need?urgency={draw.choice(['low', 'medium', 'high'])}",
        "search": f"/recherche?q={word()}",
        "search, a beginning": f"/recherche?q={word()}%20dossier{draw.randrange(10, 100)}",
        "deadlines": "/echeances",
        "own day": "/ma-journee",
    }


def load(given, record):
    browsers, draw = [], random.Random(20261124)
    for _ in range(given.readers):
        browser = Browser("127.0.0.1", PORT)
        browser.sign_in(record["login"], record["password"])
        browsers.append(browser)
    todo = [page for _ in range(given.pages) for page in kinds(draw).items()]
    draw.shuffle(todo)
    times, wrong, lock = {}, [], threading.Lock()

    def reader(browser):
        while True:
            with lock:
                if not todo:
                    return
                kind, path = todo.pop()
            start = time.perf_counter()
            status, _ = browser.send("GET", path)
            took = time.perf_counter() - start
            with lock:
                times.setdefault(kind, []).append(took)
                if status != 200:
                    wrong.append((status, path))

    threads = [threading.Thread(target=reader, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for kind, all_of in sorted(times.items()):
        all_of.sort()
        at = lambda share: 1000 * all_of[min(len(all_of) - 1, len(all_of) * share // 100)]
        print(f"{kind:22} median {at(50):6.0f} ms  95 % {at(95):6.0f} ms  99 % {at(99):6.0f} ms  ({len(all_of)} pages)")
    if wrong:
        sys.exit(f"{len(wrong)} answers not as expected, the first: {wrong[0]}")


if __name__ == "__main__":
    main()
