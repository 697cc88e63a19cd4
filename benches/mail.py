#!/usr/bin/env python3
"""Speed of diffusion: how long a flash takes to be queued for its list, and how many letters a second leave.

    cargo build --release && python3 benches/mail.py --beffroi target/release/beffroi --recipients 10000

Makes a demonstration folder in a temporary place, puts so many made-up recipients on the list, and issues its flash: the
time of that command is that of the queue (its start is measured apart and shown). Then `beffroi post run` hands the letters
to a server of this script on loopback, with several threads, which reads them and answers at once. With `--kills N` the
program is killed N times on the way; at the end everybody must have the letter, no letter may have come under two
numbers, and the repeats are counted.

Only the standard library is used. The server shares the machine with the program: a figure is worth what the machine is
worth.
"""

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time


class Sink:
    """Takes letters: keeps the Message-ID and the recipient of each."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.taken = []
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        while True:
            connection, _ = self.listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            lines = connection.makefile("rb", buffering=1 << 16)
            connection.sendall(b"220 sink\r\n")
            to = b""
            while line := lines.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    connection.sendall(b"250-sink\r\n250 8BITMIME\r\n")
                elif verb == b"RCPT":
                    to = line.split(b"<")[1].split(b">")[0]
                    connection.sendall(b"250 ok\r\n")
                elif verb == b"DATA":
                    connection.sendall(b"354 go on\r\n")
                    number = b""
                    while (part := lines.readline()) != b".\r\n":
                        if not part:
                            return
                        if not number and part[:12].lower() == b"message-id: ":
                            number = part[12:].strip()
                    self.taken.append((to, number))
                    connection.sendall(b"250 taken\r\n")
                elif verb == b"QUIT":
                    connection.sendall(b"221 bye\r\n")
                    return
                else:
                    connection.sendall(b"250 ok\r\n")
        except (OSError, ValueError):
            pass
        finally:
            connection.close()


def main():
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--beffroi", default="target/release/beffroi")
    asked.add_argument("--recipients", type=int, default=10_000)
    asked.add_argument("--connections", type=int, default=4)
    asked.add_argument("--notice", action="store_true", help="letters without content, as for a marking above GREEN")
    asked.add_argument("--kills", type=int, default=0)
    asked.add_argument("--seed", type=int, default=20261123)
    asked = asked.parse_args()
    program, draw = os.path.abspath(asked.beffroi), random.Random(asked.seed)
    sink = Sink()
    with tempfile.TemporaryDirectory() as place:
        data = os.path.join(place, "data")

        def run(*arguments, who="bench"):
            start = time.monotonic()
            done = subprocess.run(
                [program, "--data", data, "--lang", "en", "--quiet", "--as", who, *arguments],
                capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(done.stderr)
            return done.stdout, time.monotonic() - start

        run("demo", "--no-serve", "--reports", "20000")
        path = os.path.join(data, "beffroi.toml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        ceiling = "CLEAR" if asked.notice else "AMBER+STRICT"
        text = text.replace("[post]\n", f"""[post]
server = "127.0.0.1:{sink.port}"
security = "loopback"
from = "flash@beffroi.example"
returns = "retours@beffroi.example"
content_up_to = "{ceiling}"
connections = {asked.connections}
""")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        table = os.path.join(place, "recipients.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("id,name,direction,service,mail,tlp,pap,since\n")
            for n in range(asked.recipients):
                file.write(f"r{n},Bureau {n},D{n % 20},S{n % 200},r{n}@direction.example,RED,RED,2020-01-01\n")
        run("recipient", "import", table)
        reference = json.loads(run("alert", "list", "--json")[0])[0]["reference"]
        run("alert", "agree", reference, "--given-by", "bench", "--agreement", "a bench, on invented data", who="second")
        run("alert", "validate", reference, who="second")
        _, start = run("post", "status", "--json")
        _, queued = run("alert", "issue", reference, who="second")
        print(f"queue: {asked.recipients} recipients in {queued:.2f} s, of which the start of the program {start:.2f} s")
        for nth in range(asked.kills):
            goal = len(sink.taken) + draw.randrange(1, max(2, asked.recipients // (asked.kills + 2)))
            child = subprocess.Popen(
                [program, "--data", data, "--quiet", "--as", "bench", "post", "run"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while len(sink.taken) < goal and child.poll() is None:
                time.sleep(0.001)
            child.send_signal(signal.SIGKILL)
            child.wait()
        before, start = len(sink.taken), time.monotonic()
        times = []
        done = threading.Event()

        def watch():
            seen = before
            while not done.is_set():
                if len(sink.taken) > seen:
                    seen = len(sink.taken)
                    times.append(time.monotonic())
                time.sleep(0.002)

        watcher = threading.Thread(target=watch)
        watcher.start()
        run("post", "run")
        done.set()
        watcher.join()
        sent = len(sink.taken) - before
        if times:
            span = max(times[-1] - times[0], 1e-9)
            print(f"delivery: {sent} letters in {time.monotonic() - start:.2f} s of the command; "
                  f"{sent / span:.0f} a second between the first and the last")
    numbers = {}
    for to, number in sink.taken:
        numbers.setdefault(to, []).append(number)
    repeats = sum(len(all_of) - 1 for all_of in numbers.values())
    two = sum(len(set(all_of)) > 1 for all_of in numbers.values())
    print(f"{len(numbers)} of {asked.recipients} have it; {asked.kills} kills, {repeats} repeats, "
          f"{two} under another number")
    if len(numbers) != asked.recipients or two or repeats > asked.kills:
        sys.exit(1)


if __name__ == "__main__":
    main()
