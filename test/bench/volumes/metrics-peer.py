"""One task of the metrics benchmark with the Python tools a user would otherwise pick.

Called by metrics.ts: metrics-peer.py TASK FOLDER REPS [SURFACE_DISTANCE_CHECKOUT]
Prints one line of JSON: seconds of each repetition, peak memory in MB, the values found.
"""

import json
import sys
import time
import warnings

import numpy as np
from peak import peak_mb

warnings.filterwarnings("ignore")
task, folder, reps = sys.argv[1], sys.argv[2], int(sys.argv[3])


def labels(scene, which):
    with open(f"{folder}/scene.json") as file:
        shape = json.load(file)[scene]["shape"]
    # Fortran order: how nibabel hands a NIfTI file over
    return np.fromfile(f"{folder}/{scene}-{which}.u8", np.uint8).reshape(shape, order="F")


def spacing(scene):
    with open(f"{folder}/scene.json") as file:
        return json.load(file)[scene]["spacingMm"]


def dice():
    reference, prediction = labels("lesions", "reference"), labels("lesions", "prediction")

    def run():
        found = []
        for label in range(1, 10):
            a, b = reference == label, prediction == label
            found.append(2 * (a & b).sum() / (a.sum() + b.sum()))
        return found

    return run


def surfaces(scene, chosen):
    sys.path.insert(0, sys.argv[4])
    from surface_distance import metrics

    reference, prediction, mm = labels(scene, "reference"), labels(scene, "prediction"), spacing(scene)

    def run():
        found = []
        for label in chosen:
            distances = metrics.compute_surface_distances(reference == label, prediction == label, mm)
            found.append(metrics.compute_surface_dice_at_tolerance(distances, 2.0))
            found.append(metrics.compute_robust_hausdorff(distances, 95))
        return found

    return run


def bootstrap():
    values = np.fromfile(f"{folder}/bootstrap.f64")
    draw = np.random.default_rng(0)

    def run():
        n = len(values)
        means = values[draw.integers(0, n, (2000, n))].mean(1)
        return np.percentile(means, [2.5, 97.5]).tolist()

    return run


tasks = {
    "dice": dice,
    "organ": lambda: surfaces("organ", [1]),
    "lesions": lambda: surfaces("lesions", range(1, 10)),
    "bootstrap": bootstrap,
}
run = tasks[task]()
seconds = []
for _ in range(reps):
    start = time.perf_counter()
    values = run()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "peakMb": peak_mb(), "values": [float(v) for v in values]}))
