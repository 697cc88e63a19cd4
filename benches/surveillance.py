#!/usr/bin/env python3
"""Weekly surveillance: the same tests by Beffroi and by R's `surveillance`, one after the other in one run.

    python3 benches/surveillance.py [--series SERIES.csv] [--weeks 52] [--curve CURVE.csv]

Needs R with the package `surveillance` (Debian: r-cran-surveillance). Without a file of series, a hundred are made: ten
years of negative binomial counts with trend and season and three planted waves each, from a fixed seed; the file given
has columns series, week, count, outbreak. Both run the improved Farrington method (five years, ten seasons, half a year left
out, negative binomial threshold, one in a hundred) on the last weeks of every series, Beffroi on two threads, R as it comes.
Thresholds are the same (a test of `pure/surveillance` says so); what is compared here is time, and what is found.
Nothing here is a test: a figure is worth what the machine is worth.
"""

import argparse
import json
import math
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

R_PROGRAM = """
suppressPackageStartupMessages(library(surveillance))
a <- commandArgs(TRUE); d <- read.csv(a[1]); m <- as.integer(a[2]); W <- max(d$week) + 1; rng <- (W - m + 1):W
ctl <- list(range = rng, noPeriods = 10, b = 5, w = 3, weightsThreshold = 2.58, pastWeeksNotIncluded = 26,
            pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.01)
series <- lapply(unique(d$series), function(i) sts(observed = matrix(d$count[d$series == i]), start = c(2015, 1), frequency = 52))
truth <- unlist(lapply(unique(d$series), function(i) d$outbreak[d$series == i][rng]))
t <- system.time(o <- lapply(series, function(s) farringtonFlexible(s, ctl)))[["elapsed"]]
alarm <- unlist(lapply(o, function(x) as.integer(alarms(x))))
cat(sprintf('{"engine":"R surveillance %s","tests":%d,"seconds":%.3f,"tests_s":%.1f,"sensitivity":%.6f,"false_alarm_rate":%.6f}',
            packageVersion("surveillance"), length(alarm), t, length(alarm) / t, sum(alarm & truth) / max(1, sum(truth)),
            sum(alarm & !truth) / max(1, sum(!truth))))
"""


def poisson(rng, mean):
    """A Poisson count, in steps small enough for inversion."""
    total = 0
    while mean > 0:
        step = min(mean, 20.0)
        mean -= step
        u, p, n = rng.random(), math.exp(-step), 0
        while u > p and n < 400:
            u -= p
            n += 1
            p *= step / n
        total += n
    return total


def make(path):
    """A hundred series of ten years with planted waves."""
    rng = random.Random(20231123)
    with open(path, "w", encoding="utf-8") as file:
        file.write("series,week,count,outbreak\n")
        for series in range(100):
            level, slope = rng.uniform(0.5, 5), rng.gauss(0, 0.0012)
            season, phase, phi = rng.uniform(0, 0.6), rng.uniform(0, 6), rng.uniform(1.1, 3)
            means = [math.exp(level + slope * t + season * math.sin(2 * math.pi * t / 52 + phase)) for t in range(520)]
            counts = [poisson(rng, rng.gammavariate(mu / (phi - 1), phi - 1)) for mu in means]
            waves = [0] * 520
            for start in rng.sample(range(300, 515), 3):
                for week in range(start, min(520, start + rng.randint(2, 5))):
                    counts[week] += poisson(rng, 3 * math.sqrt(means[start] * phi) + 2)
                    waves[week] = 1
            for week in range(520):
                file.write(f"{series},{week},{counts[week]},{waves[week]}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--series")
    parser.add_argument("--weeks", type=int, default=52)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--curve", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        series = options.series
        if not series:
            series = str(pathlib.Path(folder) / "series.csv")
            make(series)
        build = ["cargo", "build", "--release", "-q", "-p", "beffroi-surveillance", "--example", "weekly_tests"]
        subprocess.run(build, cwd=ROOT, check=True)
        metadata = subprocess.run(
            ["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT, check=True, capture_output=True
        )
        program = pathlib.Path(json.loads(metadata.stdout)["target_directory"]) / "release/examples/weekly_tests"
        ours = [str(program), series, str(options.weeks), str(options.threads)] + ([options.curve] if options.curve else [])
        results = []
        script = pathlib.Path(folder) / "peer.R"
        script.write_text(R_PROGRAM, encoding="utf-8")
        for command in (ours, ["Rscript", str(script), series, str(options.weeks)]):
            done = subprocess.run(command, check=False, capture_output=True, text=True)
            if done.returncode != 0:
                sys.exit(f"{command[0]} failed: {done.stderr.strip()}")
            results.append(json.loads(done.stdout))
            print(json.dumps(results[-1]))
        print(f"ratio: {results[0]['tests_s'] / results[1]['tests_s']:.0f} times the tests a second")


if __name__ == "__main__":
    main()
