#!/usr/bin/env python3
"""Load on the web application: so many requests a second, reading and writing, with the journal on.

    cargo build --release && python3 benches/web_load.py --beffroi target/release/beffroi

Makes a demonstration folder in a temporary place, serves it, signs one person in several times, and sends requests at a
fixed rate, whether answers come or not (an open loop: a slow answer does not slow the next request down). Four requests in
five read; one in five consults a series, which writes an entry of the journal that is on the disk before the answer
leaves. Each page is asked once before the clock runs: figures of a snapshot are computed when first asked for, and then
kept. Prints the share of answers that were as expected and the times at the median, 95 % and 99 %.

Only the standard library is used. Nothing here is a test: a figure is worth what the machine is worth.
"""

import argparse
import http.client
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid


def run(program, *arguments):
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return done.stdout


class Browser:
    """One session: a connection that stays open, and its cookies."""

    def __init__(self, host, port):
        self.host, self.port, self.cookies = host, port, {}
        self.connection = http.client.HTTPConnection(host, port, timeout=30)

    def send(self, method, path, fields=None):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers.update({"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"})
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (http.client.HTTPException, OSError):
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
        for line in answer.headers.get_all("set-cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return answer.status, text.decode("utf-8", "replace")

    def token(self, path):
        return re.search(r'name="jeton" value="([^"]+)"', self.send("GET", path)[1]).group(1)

    def sign_in(self, login, password):
        fields = {"jeton": self.token("/connexion"), "login": login, "password": password, "suite": "/"}
        status, _ = self.send("POST", "/connexion", fields)
        assert status == 303, status

    def say_why(self, series):
        _, page = self.send("GET", f"/series/{series}")
        token = re.search(r'name="jeton" value="([^"]+)"', page).group(1)
        fields = {"jeton": token, "cle": str(uuid.uuid4()), "motif": "essai de charge du service", "reference": "CHARGE 1"}
        status, _ = self.send("POST", f"/series/{series}", fields)
        assert status == 303, status


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("--beffroi", default="target/release/beffroi")
    ask.add_argument("--rate", type=int, default=200)
    ask.add_argument("--seconds", type=int, default=30)
    ask.add_argument("--sessions", type=int, default=16)
    ask.add_argument("--reports", default="20000")
    ask.add_argument("--slow", type=int, default=0, help="show so many of the slowest answers")
    given = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "data")
        run(given.beffroi, "demo", "--no-serve", "--quiet", "--reports", given.reports, "--data", data)
        record = json.load(open(os.path.join(data, "demo.json")))
        series = [line["id"] for line in json.loads(run(given.beffroi, "series", "list", "--json", "--data", data))][:20]
        server = subprocess.Popen(
            [given.beffroi, "serve", "--port", "8931", "--data", data], stdout=subprocess.PIPE, text=True
        )
        try:
            server.stdout.readline()
            load(given, record, series)
        finally:
            server.terminate()
            server.wait()


def load(given, record, series):
    browsers = []
    first = Browser("127.0.0.1", 8931)
    first.sign_in(record["login"], record["password"])
    for one in series:
        first.say_why(one)
    for _ in range(given.sessions):
        browser = Browser("127.0.0.1", 8931)
        browser.sign_in(record["login"], record["password"])
        browsers.append(browser)
    pages = ["/signaux", "/alertes", "/series", "/aide", "/", "/rapport", "/compte", "/sources"]
    start = time.perf_counter()
    for path in pages:
        first.send("GET", path)
    print(f"each page once, before the clock runs: {time.perf_counter() - start:.1f} s")
    due, times, wrong, lock = queue.Queue(), [], [], threading.Lock()

    def worker(browser):
        while (job := due.get()) is not None:
            at, path = job
            status, _ = browser.send("GET", path)
            took = time.perf_counter() - at
            with lock:
                times.append((took, path, at - start))
                if status != 200:
                    wrong.append((status, path))

    threads = [threading.Thread(target=worker, args=(browser,)) for browser in browsers]
    for thread in threads:
        thread.start()
    start = time.perf_counter()
    for n in range(given.rate * given.seconds):
        at = start + n / given.rate
        time.sleep(max(0.0, at - time.perf_counter()))
        path = f"/series/{series[n % len(series)]}" if n % 5 == 0 else pages[n % len(pages)]
        due.put((at, path))
    for _ in threads:
        due.put(None)
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    ordered = sorted(t for t, _, _ in times)
    at = lambda share: ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000
    print(f"{len(ordered)} answers in {took:.1f} s ({len(ordered) / took:.0f} a second), {len(wrong)} not as expected")
    print(f"median {at(0.5):.0f} ms, 95 % {at(0.95):.0f} ms, 99 % {at(0.99):.0f} ms, longest {ordered[-1] * 1000:.0f} ms")
    pages = {}
    for t, path, _ in times:
        pages.setdefault("/series/…" if path.startswith("/series/") else path, []).append(t)
    for path, all_of in sorted(pages.items()):
        all_of.sort()
        print(f"  {path:12} {len(all_of):6} answers, median {all_of[len(all_of) // 2] * 1000:7.1f} ms, 99 % {all_of[int(0.99 * len(all_of))] * 1000:7.1f} ms")
    if given.slow:
        for t, path, at_second in sorted(times, reverse=True)[:given.slow]:
            print(f"  {t * 1000:7.0f} ms, asked at {at_second:6.2f} s: {path}")
    if wrong:
        print("for example", wrong[:5])


if __name__ == "__main__":
    main()
