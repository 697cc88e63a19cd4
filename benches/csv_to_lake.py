#!/usr/bin/env python3
"""CSV to lake: the same job by Beffroi, Polars and DuckDB, one after the other in one run.

    cargo build --release && python3 benches/csv_to_lake.py --rows 10000000

Needs `polars`, `duckdb` and `numpy` from PyPI. The job: read a CSV of reports; give each column its type; turn the codes of
the source into ours and refuse those that no list knows; refuse days that are none, lie in the future, or facts later
than their report; refuse amounts that are none; bring telephones and domains to one form and drop what is none; keep the
first row of each identifier; write what is good to Parquet, what is not to a file with the line's identifier and a reason.
Beffroi does more within its time (child process, two digests of the file, line and column of each fault, one
durable commit with provenance); the others are given the shortest program that does the job above.

Each engine runs in a process of its own with two threads; its time is the wall clock's from start to end, its memory the
greatest resident set of the process and its children. Rows are synthetic, from a fixed seed. Nothing here is a test: a
figure is worth what the machine is worth.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

CATEGORIES = {"P1": "AN-BIENS", "P2": "AN-PERS", "P3": "AN-INST", "P4": "AN-LEGI"}
VICTIMS = {"PP": "individual", "PM": "company", "AP": "public"}

DECLARATION = """\
id = "bench-reports"
version = 1
title = { fr = "Banc d’essai (données synthétiques)", en = "Bench (synthetic data)" }
origin = { publisher = "benches/csv_to_lake.py", licence = "EUPL-1.2" }
layer = "recorded"
unit = "infraction"
legal_basis = "données synthétiques, sans personne réelle"
marking = { tlp = "AMBER", pap = "AMBER" }
synthetic = true

[file]
format = "csv"
separator = ";"
decimal = ","

[report]
kind = "complaint"
id = "numero"
reported_on = "date_plainte"
occurred_on = "date_faits"
territory = { from = "departement", default = "NL", list = "departments" }
category = { from = "famille", map = { "P1" = "AN-BIENS", "P2" = "AN-PERS", "P3" = "AN-INST", "P4" = "AN-LEGI" } }
phenomenon = { from = "mode", list = "phenomena" }
victim_kind = { from = "victime", map = { "PP" = "individual", "PM" = "company", "AP" = "public" } }
loss_eur = "prejudice"

[[report.observables]]
from = "telephone"
kind = "phone-number"
role = "author"

[[report.observables]]
from = "site"
kind = "domain-name"
role = "author"
"""


def departments():
    return [f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B", "971", "972", "973", "974", "976"]


def generate(path, rows, phenomena):
    """Writes the CSV in chunks of a million rows; a thousandth of the rows is at fault, a hundredth of a percent is double."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(20261123)
    deps = np.array(departments())
    modes = np.array(phenomena)
    start = np.datetime64("2019-01-01")
    with open(path, "wb") as out:
        at = 0
        while at < rows:
            n = min(1_000_000, rows - at)
            number = np.arange(at, at + n)
            double = rng.random(n) < 0.0001
            number = np.where(double, np.maximum(number - 500, 0), number)
            reported = start + rng.integers(0, 2500, n)
            occurred = reported - rng.integers(0, 60, n)
            day = reported.astype(str)
            bad = rng.random(n)
            day = np.where(bad < 0.0003, "31/02/2024", day)
            department = deps[rng.integers(0, len(deps), n)]
            department = np.where((bad >= 0.0003) & (bad < 0.0006), "99Z", department)
            family = np.array(list(CATEGORIES))[rng.integers(0, 4, n)]
            family = np.where((bad >= 0.0006) & (bad < 0.0009), "P9", family)
            loss = np.round(np.exp(rng.normal(5.5, 1.6, n)), 2)
            known = rng.random(n) < 0.7
            loss_text = np.char.replace(np.char.mod("%.2f", loss), ".", ",")
            loss_text = np.where(known, loss_text, "")
            phone = np.char.add("06 39 98 ", np.char.add(
                np.char.zfill(rng.integers(0, 100, n).astype(str), 2),
                np.char.add(" ", np.char.zfill(rng.integers(0, 100, n).astype(str), 2))))
            phone = np.where(rng.random(n) < 0.5, phone, "")
            site = np.char.add("Colis-", np.char.add((rng.zipf(1.5, n) % 100_000).astype(str), ".Example"))
            site = np.where(rng.random(n) < 0.4, site, "")
            frame = pl.DataFrame({
                "numero": np.char.add("PL", np.char.zfill(number.astype(str), 10)),
                "date_plainte": day,
                "date_faits": occurred.astype(str),
                "departement": department,
                "famille": family,
                "mode": modes[rng.integers(0, len(modes), n)],
                "victime": np.array(list(VICTIMS))[rng.integers(0, 3, n)],
                "prejudice": loss_text,
                "telephone": phone,
                "site": site,
            })
            frame.write_csv(out, separator=";", include_header=at == 0, quote_style="never")
            at += n


POLARS = """
import sys, polars as pl
source, good, rejects = sys.argv[1:4]
deps, phenomena, today = sys.argv[4].split(","), sys.argv[5].split(","), sys.argv[6]
day = lambda c: pl.col(c).str.to_date("%Y-%m-%d", strict=False)
rows = pl.scan_csv(source, separator=";", infer_schema=False).with_columns(
    reported_on=day("date_plainte"), occurred_on=day("date_faits"),
    territory=pl.col("departement").fill_null("NL"),
    category=pl.col("famille").replace_strict({cats}, default=None),
    victim_kind=pl.col("victime").replace_strict({victims}, default=None),
    loss_cents=(pl.col("prejudice").str.replace(",", ".", literal=True).cast(pl.Float64, strict=False) * 100).round().cast(pl.Int64),
    phone=pl.col("telephone").str.replace_all(r"[ .-]", "").str.replace(r"^0", "+33"),
    domain=pl.col("site").str.to_lowercase().str.strip_chars("."),
)
rows = rows.with_columns(
    phone=pl.when(pl.col("phone").str.contains(r"^[+]33[1-9][0-9]{{8}}$")).then("phone"),
    domain=pl.when(pl.col("domain").str.contains(r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]{{2,}}$")).then("domain"),
    reason=pl.when(pl.col("reported_on").is_null()).then(pl.lit("date_plainte"))
        .when(pl.col("reported_on") > pl.lit(today).str.to_date()).then(pl.lit("future"))
        .when(pl.col("occurred_on").is_null() & pl.col("date_faits").is_not_null()).then(pl.lit("date_faits"))
        .when(pl.col("occurred_on") > pl.col("reported_on")).then(pl.lit("after"))
        .when(~pl.col("territory").is_in(deps + ["NL"])).then(pl.lit("departement"))
        .when(pl.col("category").is_null()).then(pl.lit("famille"))
        .when(~pl.col("mode").is_in(phenomena)).then(pl.lit("mode"))
        .when(pl.col("loss_cents").is_null() & pl.col("prejudice").is_not_null()).then(pl.lit("prejudice")),
)
columns = ["numero", "reported_on", "occurred_on", "territory", "category", "mode", "victim_kind", "loss_cents", "phone", "domain"]
kept = rows.filter(pl.col("reason").is_null()).select(columns).unique("numero", keep="any")
kept = kept.with_columns(source=pl.lit("bench"), layer=pl.lit("recorded"), unit=pl.lit("infraction"), tlp=pl.lit("AMBER"))
a = kept.sink_parquet(good, compression="snappy", lazy=True)
b = rows.filter(pl.col("reason").is_not_null()).select("numero", "reason").sink_csv(rejects, lazy=True)
pl.collect_all([a, b], engine="streaming")
print(pl.scan_parquet(good).select(pl.len()).collect().item())
"""

DUCKDB = """
import sys, duckdb
source, good, rejects = sys.argv[1:4]
deps, phenomena, today = sys.argv[4].split(","), sys.argv[5].split(","), sys.argv[6]
con = duckdb.connect(good + ".db")
con.execute("set threads=2; set memory_limit='900MB'; set preserve_insertion_order=false")
con.execute("create temp table deps as select unnest(?) code", [deps + ["NL"]])
con.execute("create temp table modes as select unnest(?) code", [phenomena])
con.execute("create temp table cats as select unnest(?) raw, unnest(?) code", [list({cats}), list({cats}.values())])
con.execute("create temp table kinds as select unnest(?) raw, unnest(?) code", [list({victims}), list({victims}.values())])
con.execute(f'''
create table checked as
with raw as (
  select numero, prejudice, date_faits,
    try_cast(date_plainte as date) reported_on, try_cast(date_faits as date) occurred_on,
    coalesce(departement, 'NL') territory, famille, "mode", victime,
    cast(round(try_cast(replace(prejudice, ',', '.') as double) * 100) as bigint) loss_cents,
    regexp_replace(regexp_replace(telephone, '[ .-]', '', 'g'), '^0', '+33') phone,
    rtrim(lower(site), '.') as domain
  from read_csv('{{source}}', delim=';', header=true, all_varchar=true))
select raw.*, cats.code category, kinds.code victim_kind,
  case when regexp_matches(phone, '^[+]33[1-9][0-9]{{{{8}}}}$') then phone end phone_ok,
  case when regexp_matches(domain, '^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]{{{{2,}}}}$') then domain end domain_ok,
  case when reported_on is null then 'date_plainte'
       when reported_on > date '{{today}}' then 'future'
       when occurred_on is null and date_faits is not null then 'date_faits'
       when occurred_on > reported_on then 'after'
       when deps.code is null then 'departement'
       when cats.code is null then 'famille'
       when modes.code is null then 'mode'
       when loss_cents is null and prejudice is not null then 'prejudice' end reason
from raw left join deps on deps.code = territory left join cats on cats.raw = famille
  left join kinds on kinds.raw = victime left join modes on modes.code = "mode"
''')
con.execute(f'''copy (select numero, any_value(reported_on) reported_on, any_value(occurred_on) occurred_on, any_value(territory) territory,
  any_value(category) category, any_value("mode") phenomenon, any_value(victim_kind) victim_kind, any_value(loss_cents) loss_cents,
  any_value(phone_ok) phone, any_value(domain_ok) as domain, 'bench' source, 'recorded' layer, 'infraction' unit, 'AMBER' tlp
  from checked where reason is null group by numero) to '{{good}}' (format parquet, compression snappy)''')
con.execute(f"copy (select numero, reason from checked where reason is not null) to '{{rejects}}' (header)")
print(con.execute(f"select count(*) from '{{good}}'").fetchone()[0])
"""


def timed(arguments, env):
    """Runs to the end; gives stdout, seconds, and the greatest resident set in MiB of it and its children."""
    started = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=env)
    peak = 0
    while child.poll() is None:
        peak = max(peak, tree_rss(child.pid))
        time.sleep(0.05)
    seconds = time.monotonic() - started
    out = child.stdout.read()
    if child.returncode != 0:
        sys.exit(f"{arguments[0]} ended with {child.returncode}")
    return out, seconds, peak


def tree_rss(pid):
    """Resident MiB of a process and its descendants."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            with open(f"/proc/{one}/status") as status:
                total += next((int(line.split()[1]) for line in status if line.startswith("VmRSS")), 0)
            for thread in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{thread}/children") as children:
                    todo += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return total / 1024


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--beffroi", default="target/release/beffroi")
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--only", default="beffroi,polars,duckdb")
    options.add_argument("--keep", help="a folder for the generated file, to be used again")
    given = options.parse_args()
    beffroi = os.path.abspath(given.beffroi)
    today = time.strftime("%Y-%m-%d")
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        data = folder / "data"
        subprocess.run([beffroi, "init", "--data", str(data)], check=True, capture_output=True)
        listed = subprocess.run(
            [beffroi, "codes", "show", "phenomena", "--json", "--data", str(data)], check=True, capture_output=True, text=True
        )
        phenomena = [line["code"] for line in json.loads(listed.stdout)["codes"]][:12]
        source = pathlib.Path(given.keep or folder) / f"reports-{given.rows}.csv"
        if not source.exists():
            generate(source, given.rows, phenomena)
        megabytes = source.stat().st_size / 1e6
        print(f"{given.rows} rows, {megabytes:.0f} MB", flush=True)
        env = dict(os.environ, POLARS_MAX_THREADS="2")
        cats, victims = repr(CATEGORIES), repr(VICTIMS)
        results = {}
        for engine in given.only.split(","):
            good, rejects = folder / f"{engine}.parquet", folder / f"{engine}.csv"
            rest = [str(source), str(good), str(rejects), ",".join(departments()), ",".join(phenomena), today]
            # The file's pages are in memory for each of them.
            with open(source, "rb") as file:
                while file.read(1 << 24):
                    pass
            if engine == "beffroi":
                (data / "sources").mkdir(exist_ok=True)
                (data / "sources" / "bench-reports.toml").write_text(DECLARATION, encoding="utf-8")
                arguments = [beffroi, "ingest", "--source", "bench-reports", str(source), "--json", "--quiet", "--data", str(data)]
                out, seconds, peak = timed(arguments, env)
                told = json.loads(out)
                told = told[0] if isinstance(told, list) else told
                kept = told["rows_accepted"]
            else:
                program = (POLARS if engine == "polars" else DUCKDB).format(cats=cats, victims=victims)
                out, seconds, peak = timed([sys.executable, "-c", program, *rest], env)
                kept = int(out.split()[-1])
            results[engine] = seconds
            print(f"{engine:8} {seconds:7.2f} s  {given.rows / seconds / 1e6:5.2f} M rows/s  {peak:6.0f} MiB  {kept} kept", flush=True)
        ours = results.get("beffroi")
        for engine, seconds in results.items():
            if ours and engine != "beffroi":
                print(f"beffroi / {engine}: {ours / seconds:.2f} of its time")


if __name__ == "__main__":
    main()
