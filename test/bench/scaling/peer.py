"""The same fits with scipy. `peer.py refit-floor FILE REPS` times; `peer.py forecast` reads curves from stdin."""

import json
import resource
import sys
import time

import numpy as np
from scipy.optimize import curve_fit

LAWS = {
    "power": (lambda n, a, b: a * n**-b, lambda n, e: [(e[0] * n[0] ** b, b) for b in (0.1, 0.3, 0.6)]),
    "power-floor": (
        lambda n, c, a, b: c + a * n**-b,
        lambda n, e: [(0.9 * e[-1], (e[0] - 0.9 * e[-1]) * n[0] ** b, b) for b in (0.2, 0.4, 0.8)],
    ),
    "exponential-plateau": (
        lambda n, c, d, k: c + d * np.exp(-k * n),
        lambda n, e: [(e[-1], e[0] - e[-1], k / n[-1]) for k in (1.0, 5.0, 30.0)],
    ),
}


def refit(path, reps):
    curves = [np.array([(p["n"], p["error"]) for p in c], float).T for c in json.load(open(path))]
    law = LAWS["power-floor"][0]
    seconds = []
    for _ in range(reps):
        start = time.perf_counter()
        floors = [curve_fit(law, n, e, p0=(0.3, 1.0, 0.5), maxfev=10000)[0][0] for n, e in curves]
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peakMb": peak, "values": [float(f) for f in floors]}))


def forecast(curves):
    """Least squares on log errors from several starts, the best kept; RMS of log(predicted / observed) held out."""
    result = {}
    for name, (law, starts) in LAWS.items():
        rows = []
        for curve in curves:
            n, e = np.array([(p["n"], p["error"]) for p in curve["training"]], float).T
            best, best_sum = None, np.inf
            for p0 in starts(n, e):
                p0 = np.maximum(p0, 1e-12)
                try:
                    found = curve_fit(
                        lambda x, *p: np.log(law(x, *p)), n, np.log(e), p0=p0, bounds=(0, np.inf), max_nfev=5000
                    )[0]
                except (RuntimeError, ValueError):
                    continue
                total = float(np.sum((np.log(law(n, *found)) - np.log(e)) ** 2))
                if total < best_sum:
                    best, best_sum = found, total
            if best is None:
                rows.append(None)
                continue
            held, seen = np.array([(p["n"], p["error"]) for p in curve["held"]], float).T
            rows.append(float(np.sqrt(np.mean(np.log(law(held, *best) / seen) ** 2))))
        result[name] = rows
    print(json.dumps(result))


if sys.argv[1] == "forecast":
    forecast(json.load(sys.stdin))
else:
    refit(sys.argv[2], int(sys.argv[3]))
