#!/usr/bin/env python3
"""Verify exported journals, knowing nothing but their published format (docs/journal-format.md).

    verify_journal.py --log-key KEY [--witness-key KEY]... [--held FILE]... [--quorum N] [--json] FOLDER...

Each FOLDER holds `entries.jsonl` and `checkpoints.txt`. KEY is a verifier key (`name+identifier+base64`) or `@` and the
name of a file that holds one. `--held` names a file with a checkpoint that you kept from earlier: without one, an old copy
put in place of the journal, or a history signed again by the journal's own key, cannot be seen. `--batch FILE` (`-` for
the standard input) reads further journals from a file, one JSON object a line: `name`, and the bytes of the two files in
base64 as `entries` and `checkpoints`.

One line a fault on the standard output, or one JSON document with `--json`. Exit status: 0 when every journal is sound,
1 when one has a fault, 2 when the verification could not be made.

Python 3.11 or later, standard library only.
"""

import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import io
import json
import os
import re
import sys

# --- The hash tree: RFC 6962, section 2.1 -----------------------------------------------------------------------------

MAX_SIZE = 1 << 48


def sha256(data):
    return hashlib.sha256(data).digest()


class Frontier:
    """The full subtrees along the right edge of the tree, the largest first."""

    def __init__(self):
        self.size = 0
        self.peaks = []

    def append(self, leaf_hash):
        node = leaf_hash
        size = self.size
        while size & 1:
            node = sha256(b"\x01" + self.peaks.pop() + node)
            size >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self):
        if not self.peaks:
            return sha256(b"")
        node = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            node = sha256(b"\x01" + left + node)
        return node


# --- Ed25519: RFC 8032, section 5.1 -----------------------------------------------------------------------------------
# A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z. Nothing here is secret, so nothing needs constant time.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
D2 = 2 * D % P
SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def point_add(p, q):
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a = (y1 - x1) * (y2 - x2) % P
    b = (y1 + x1) * (y2 + x2) % P
    c = t1 * t2 % P * D2 % P
    d = 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_decode(data):
    """The point of 32 bytes, or None when they are the encoding of no point."""
    y = int.from_bytes(data, "little")
    sign = y >> 255
    y &= (1 << 255) - 1
    if y >= P:
        return None
    u = (y * y - 1) % P
    v = (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * SQRT_MINUS_1 % P
        if v * x * x % P != u:
            return None
    if x == 0 and sign:
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_encode(point):
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    return ((y * inverse % P) | ((x * inverse % P & 1) << 255)).to_bytes(32, "little")


def is_small(point):
    """Is eight times the point the neutral element?"""
    for _ in range(3):
        point = point_add(point, point)
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


class Multiples:
    """Sixteen multiples of a point for each of the 64 half-bytes of a scalar: a product costs 64 additions."""

    def __init__(self, point):
        self.rows = []
        for _ in range(64):
            row = [NEUTRAL]
            for _ in range(15):
                row.append(point_add(row[-1], point))
            self.rows.append(row)
            point = point_add(row[15], point)

    def times(self, scalar):
        total = NEUTRAL
        for row in self.rows:
            if scalar & 15:
                total = point_add(total, row[scalar & 15])
            scalar >>= 4
        return total


def base_point():
    y = 4 * pow(5, -1, P) % P
    return point_decode(y.to_bytes(32, "little"))


@functools.lru_cache(maxsize=1)
def base_multiples():
    return Multiples(base_point())


@functools.lru_cache(maxsize=64)
def negative_multiples(public):
    """The multiples of the opposite of a public key, or None when the key is none or a weak one."""
    point = point_decode(public)
    if point is None or is_small(point):
        return None
    x, y, z, t = point
    return Multiples((P - x, y, z, P - t))


@functools.lru_cache(maxsize=4096)
def ed25519_verifies(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    negative = negative_multiples(public)
    if negative is None:
        return False
    challenge = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    found = point_add(base_multiples().times(scalar), negative.times(challenge))
    return point_encode(found) == signature[:32] and not is_small(found)


# --- Keys and signed notes: C2SP signed-note, tlog-checkpoint, tlog-cosignature ----------------------------------------


def from_base64(text):
    """The bytes of a base64 text, or None when it is not the one text that stands for them."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (ValueError, binascii.Error):
        return None
    return data if base64.b64encode(data).decode("ascii") == text else None


def is_name(text):
    """Can this name a journal or a witness?"""
    if not text or len(text.encode("utf-8")) > 200:
        return False
    return not any(c == "+" or c.isspace() or is_control(c) for c in text)


def is_control(c):
    """Unicode control characters: U+0000 to U+001F and U+007F to U+009F."""
    return c < " " or "\x7f" <= c <= "\x9f"


class Key:
    """A verifier key: `name+identifier+base64`. Type 1 signs as a journal, type 4 as a witness."""

    def __init__(self, text, kind):
        parts = text.split("+", 2)
        data = from_base64(parts[2]) if len(parts) == 3 else None
        if data is None or len(data) != 33 or data[0] != kind or not is_name(parts[0]):
            raise ValueError(f"no verifier key of type {kind}: {text[:80]!r}")
        self.name, self.kind, self.public = parts[0], kind, data[1:]
        self.id = sha256(self.name.encode() + b"\n" + data)[:4]
        if parts[1] != self.id.hex() or negative_multiples(self.public) is None:
            raise ValueError(f"not the identifier of its key, or a weak key: {text[:80]!r}")

    def names(self, signature):
        return signature[:2] == (self.name, self.id)

    def verifies(self, text, signature):
        data = signature[2]
        message = text.encode("utf-8")
        if self.kind == 4:
            if len(data) != 72:
                return False
            seconds = int.from_bytes(data[:8], "big")
            if seconds >= 1 << 63:
                return False
            message = b"cosignature/v1\ntime %d\n" % seconds + message
            data = data[8:]
        return ed25519_verifies(self.public, message, data)


class Checkpoint:
    """A signed checkpoint; raises ValueError for any text but the one that the format gives it."""

    def __init__(self, note):
        if len(note.encode("utf-8")) > 16 * 1024 or not note.endswith("\n"):
            raise ValueError("a note ends with a line feed and has at most 16 KiB")
        if any(c != "\n" and is_control(c) for c in note):
            raise ValueError("a note holds no control character")
        body, separator, lines = note.partition("\n\n")
        if not separator:
            raise ValueError("a note has an empty line between its text and its signatures")
        self.text = body + "\n"
        self.signatures = [self.signature(line) for line in lines[:-1].split("\n")]
        if len(self.signatures) > 32:
            raise ValueError("a note has at most 32 signatures")
        if len({signature[:2] for signature in self.signatures}) != len(self.signatures):
            raise ValueError("a key signed twice")
        fields = body.split("\n")
        if len(fields) != 4 or not is_name(fields[0]):
            raise ValueError("a checkpoint has four lines: origin, size, root and instant")
        self.origin = fields[0]
        if not re.fullmatch(r"0|[1-9][0-9]{0,15}", fields[1], re.ASCII) or int(fields[1]) > MAX_SIZE:
            raise ValueError("the second line is the size")
        self.size = int(fields[1])
        self.root = from_base64(fields[2])
        if self.root is None or len(self.root) != 32:
            raise ValueError("the third line is the root in base64")
        self.at = self.instant(fields[3])

    @staticmethod
    def signature(line):
        match = re.fullmatch(r"— ([^ ]+) ([^ ]+)", line)
        data = from_base64(match[2]) if match else None
        if data is None or len(data) < 5 or not is_name(match[1]):
            raise ValueError("a signature line is `— name base64`")
        return (match[1], data[:4], data[4:])

    @staticmethod
    def instant(line):
        if not re.fullmatch(r"at [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", line, re.ASCII):
            raise ValueError("the fourth line is `at` and an instant")
        at = datetime.datetime.strptime(line[3:], "%Y-%m-%dT%H:%M:%SZ")
        # The calendar of the library accepts a leap second's 60 or 61; the format does not.
        if at.year < 1970 or int(line[20:22]) > 59:
            raise ValueError("the fourth line is an instant from 1970 on")
        return line[3:]


def read_checkpoints(data):
    """Each checkpoint of `checkpoints.txt`, or the ValueError of its note."""
    if not data:
        return []
    try:
        parts = data.decode("utf-8").split("\n\n")
    except UnicodeDecodeError:
        return [ValueError("not UTF-8")]
    found = []
    for start in range(0, len(parts), 2):
        pair = parts[start : start + 2]
        # The last note ends with its own line feed; between two notes the split took it away.
        end = "" if start + 2 >= len(parts) else "\n"
        try:
            if len(pair) < 2:
                raise ValueError("a note has an empty line between its text and its signatures")
            found.append(Checkpoint(pair[0] + "\n\n" + pair[1] + end))
        except ValueError as error:
            found.append(error)
    return found


# --- Entries ----------------------------------------------------------------------------------------------------------

MAX_LINE = 48 * 1024
MIN_DAY = "1970-01-01"


def read_line(line):
    """(index, day, leaf, leaf hash kept) of a line of `entries.jsonl`; ValueError for any other text."""
    if len(line) > MAX_LINE:
        raise ValueError
    try:
        value = json.loads(line.decode("utf-8"))
        index, day, key = value["index"], value["day"], value["key"]
        sealed64, leaf64 = value["sealed"], value["leaf"]
        if type(index) is not int or not 0 <= index < 1 << 64:
            raise ValueError
        if not all(type(text) is str for text in (day, key, sealed64, leaf64)):
            raise ValueError
        # The one text of these values: any other order, blank, escape, double or further member differs.
        text = '{"index":%d,"day":"%s","key":"%s","sealed":"%s","leaf":"%s"}' % (index, day, key, sealed64, leaf64)
        if text.encode("utf-8") != line:
            raise ValueError
        if datetime.date.fromisoformat(day).isoformat() != day or day < MIN_DAY or key != day[:7]:
            raise ValueError
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError from error
    sealed, kept = from_base64(sealed64), from_base64(leaf64)
    if sealed is None or kept is None or len(kept) != 32:
        raise ValueError
    plain = len(sealed) - 24 - 16
    if plain <= 0 or plain > 256 * 128 or plain % 128:
        raise ValueError
    header = b"BFJ1" + index.to_bytes(8, "big") + day.encode("ascii") + key.encode("ascii")
    return index, day, header + len(sealed).to_bytes(4, "big") + sealed, kept


# --- Verification -----------------------------------------------------------------------------------------------------

MAX_FAULTS = 1000


class Verification:
    """One journal against its checkpoints and those held."""

    def __init__(self, log, witnesses, held, quorum):
        self.log, self.witnesses, self.held, self.quorum = log, witnesses, held, quorum
        self.faults = []
        self.left_out = 0
        self.signed = {}
        self.frontier = Frontier()
        self.sound_to = 0
        self.differs = set()
        self.covered = None

    def fault(self, kind, place, detail):
        if len(self.faults) < MAX_FAULTS:
            self.faults.append({"place": place, "kind": kind, "detail": detail})
        else:
            self.left_out += 1

    def run(self, lines, checkpoints):
        for position, checkpoint in enumerate(self.held):
            self.take_checkpoint(True, f"held checkpoint {position}", checkpoint)
        last, cosigned = None, 0
        for position, checkpoint in enumerate(checkpoints):
            place = f"checkpoint {position}"
            if isinstance(checkpoint, ValueError):
                self.fault("checkpoint-form", place, str(checkpoint))
                continue
            witnesses = self.take_checkpoint(False, place, checkpoint)
            if witnesses is None:
                continue
            cosigned = witnesses
            self.covered = max(self.covered or 0, checkpoint.size)
            if last and (checkpoint.size < last.size or checkpoint.at < last.at):
                self.fault("checkpoint-order", place, f"{checkpoint.size} entries at {checkpoint.at}, after a larger or later one")
            last = checkpoint
        if self.covered is None:
            self.fault("no-checkpoint", "journal", "no checkpoint signed by the journal's key")
        elif cosigned < self.quorum:
            self.fault("witnesses", "journal", f"the newest checkpoint has {cosigned} of the {self.quorum} witnesses asked for")
        self.compare()
        last_day = ""
        for line in lines:
            index = self.frontier.size
            place = f"entry {index}"
            try:
                number, day, leaf, kept = read_line(line)
            except ValueError:
                self.fault("line", place, "not a line of the export as the format says")
                self.frontier.append(sha256(b"\x00"))
                self.compare()
                continue
            if number != index:
                self.fault("index", place, f"entry {number} stands here")
            if day < last_day:
                self.fault("day", place, f"dated {day}, before the entry that precedes")
            last_day = day
            leaf_hash = sha256(b"\x00" + leaf)
            if leaf_hash != kept:
                self.fault("leaf", place, "the hash kept is not that of the entry")
            self.frontier.append(leaf_hash)
            self.compare()
        self.finish()

    def take_checkpoint(self, held, place, checkpoint):
        """The number of known witnesses of a checkpoint, or None when it cannot be relied on."""
        if checkpoint.origin != self.log.name:
            self.fault("checkpoint-origin", place, "of another journal than the key given")
            return None
        by_log, named, witnesses = False, False, 0
        for signature in checkpoint.signatures:
            key = next((key for key in [self.log, *self.witnesses] if key.names(signature)), None)
            named = named or key is self.log
            if key is None:
                self.fault("checkpoint-signer", place, "signed by a key that was not given")
            elif not key.verifies(checkpoint.text, signature):
                self.fault("checkpoint-signature", place, f"the signature of `{key.name}` is wrong")
            elif key is self.log:
                by_log = True
            else:
                witnesses += 1
        if not by_log:
            if not named:
                self.fault("checkpoint-signature", place, "not signed by the journal's key")
            return None
        roots = self.signed.setdefault(checkpoint.size, [])
        if any(root != checkpoint.root for _, _, root in roots):
            self.fault("fork", place, f"a second root was signed for {checkpoint.size} entries")
        roots.append((held, place, checkpoint.root))
        return witnesses

    def compare(self):
        """Compares the root of the entries read so far with those signed for their number."""
        size = self.frontier.size
        roots = self.signed.pop(size, None)
        if roots is None:
            return
        found, sound = self.frontier.root(), True
        for held, place, root in roots:
            if root == found:
                continue
            sound = False
            if held not in self.differs:
                self.differs.add(held)
                entries = f"entries {self.sound_to} to {size} excluded"
                self.fault("history", entries, f"these entries do not have the root signed in {place}")
        if sound:
            self.sound_to = size

    def finish(self):
        size = self.frontier.size
        # What is left was signed for more entries than there are.
        left = [(held, of) for of, roots in self.signed.items() for held, _, _ in roots]
        signed = max((of for held, of in left if not held), default=None)
        kept = max((of for held, of in left if held), default=None)
        if signed is not None:
            self.fault("truncated", f"entries {size} to {signed} excluded", f"{size} entries, {signed} signed")
        if kept is not None:
            detail = f"{size} entries, {kept} in a checkpoint held: an old copy was put in place"
            self.fault("rolled-back", f"entries {size} to {kept} excluded", detail)
        if signed is None and self.covered is not None and self.covered < size:
            self.fault("unsigned", f"entries {self.covered} to {size} excluded", "these entries are under no checkpoint")


def lines_of(file):
    """The lines of `entries.jsonl` without their line feeds; a line cut short, or too long, reads as no line."""
    while line := file.readline(MAX_LINE + 2):
        if line.endswith(b"\n"):
            yield line[:-1]
            continue
        while line and not line.endswith(b"\n"):
            line = file.readline(MAX_LINE + 2)
        yield b""


def report_on(name, entries, checkpoints, trust):
    """Verifies one journal: the file of its entries, the bytes of its checkpoints."""
    verification = Verification(*trust)
    verification.run(lines_of(entries), read_checkpoints(checkpoints))
    return {
        "journal": name,
        "sound": not verification.faults,
        "size": verification.frontier.size,
        "root": base64.b64encode(verification.frontier.root()).decode("ascii"),
        "faults": verification.faults,
        "faults_left_out": verification.left_out,
    }


def verify_folder(folder, trust):
    with open(os.path.join(folder, "checkpoints.txt"), "rb") as file:
        checkpoints = file.read()
    with open(os.path.join(folder, "entries.jsonl"), "rb") as file:
        return report_on(folder, file, checkpoints, trust)


def verify_batch(file, trust):
    for line in file:
        try:
            value = json.loads(line)
            name, entries, checkpoints = value["name"], from_base64(value["entries"]), from_base64(value["checkpoints"])
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("a line of the batch is not an object with `name`, `entries` and `checkpoints`") from error
        if entries is None or checkpoints is None:
            raise ValueError("a line of the batch holds what is no base64")
        yield report_on(name, io.BytesIO(entries), checkpoints, trust)


def text_of(argument):
    if argument.startswith("@"):
        with open(argument[1:], encoding="utf-8") as file:
            return file.read().strip()
    return argument


def main():
    parser = argparse.ArgumentParser(description="Verify exported journals (docs/journal-format.md).")
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="with entries.jsonl and checkpoints.txt")
    parser.add_argument("--log-key", required=True, metavar="KEY", help="verifier key of the journal, or @FILE")
    parser.add_argument("--witness-key", action="append", default=[], metavar="KEY", help="of a witness, or @FILE")
    parser.add_argument("--held", action="append", default=[], metavar="FILE", help="a checkpoint kept from earlier")
    parser.add_argument("--quorum", type=int, default=0, metavar="N", help="witnesses asked of the newest checkpoint")
    parser.add_argument("--batch", metavar="FILE", help="further journals, one JSON object a line; - for standard input")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    arguments = parser.parse_args()
    try:
        log = Key(text_of(arguments.log_key), 1)
        witnesses = [Key(text_of(key), 4) for key in arguments.witness_key]
        held = []
        for name in arguments.held:
            with open(name, encoding="utf-8", newline="") as file:
                held.append(Checkpoint(file.read()))
        if not arguments.folders and not arguments.batch:
            raise ValueError("no folder to verify")
        if not held:
            print("warning: no --held checkpoint: an old copy put in place cannot be seen", file=sys.stderr)
        trust = (log, witnesses, held, arguments.quorum)
        reports = [verify_folder(folder, trust) for folder in arguments.folders]
        if arguments.batch == "-":
            reports.extend(verify_batch(sys.stdin.buffer, trust))
        elif arguments.batch:
            with open(arguments.batch, "rb") as file:
                reports.extend(verify_batch(file, trust))
    except (OSError, ValueError) as error:
        print(f"verify_journal: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        json.dump({"journals": reports}, sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        for report in reports:
            for fault in report["faults"]:
                print(f"{report['journal']}: {fault['place']}: {fault['kind']}: {fault['detail']}")
            if report["faults_left_out"]:
                print(f"{report['journal']}: and {report['faults_left_out']} further faults")
            if report["sound"] and len(reports) == 1:
                print(f"{report['journal']}: sound, {report['size']} entries, root {report['root']}")
    return 0 if all(report["sound"] for report in reports) else 1


if __name__ == "__main__":
    sys.exit(main())
