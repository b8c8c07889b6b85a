"""One task of the grids benchmark with the Python tools a user would otherwise pick.

Called by grids.ts: grids-peer.py TASK FOLDER REPS
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
with open(f"{folder}/grid.json") as file:
    GRID = json.load(file)
SHAPE, SPACING = GRID["shape"], GRID["spacingMm"]


def load(name, dtype):
    # Fortran order: how nibabel hands a NIfTI file over
    return np.fromfile(f"{folder}/{name}", dtype).reshape(SHAPE, order="F")


def sample(array):
    return array.ravel(order="F")[::99991].tolist()


def read(name):
    import nibabel

    return lambda: np.asanyarray(nibabel.load(f"{folder}/{name}").dataobj)


def header():
    import nibabel

    return lambda: nibabel.load(f"{folder}/ct.nii.gz").header.get_zooms()


def zoom(array, order):
    from scipy import ndimage

    factors = [mm / 1.5 for mm in SPACING]
    return lambda: ndimage.zoom(array, factors, order=order)


def components():
    from scipy import ndimage

    mask = np.ascontiguousarray(load("labels.u8", np.uint8) != 0)
    return lambda: ndimage.label(mask, np.ones((3, 3, 3)))[1]


def distance(mask):
    from scipy import ndimage

    mask = np.ascontiguousarray(mask)
    return lambda: ndimage.distance_transform_edt(mask, sampling=SPACING)


def gaussian(image, sigma):
    from scipy import ndimage

    return lambda: ndimage.gaussian_filter(image, sigma)


def noise():
    i = np.arange(256**3, dtype=np.uint64)
    values = (((i * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)) >> np.uint64(8)).astype(np.float32)
    return np.ascontiguousarray((values / np.float32(2**24)).reshape((256, 256, 256), order="F"))


def write():
    import nibabel

    image = nibabel.Nifti1Image(load("labels.u8", np.uint8), np.diag([*SPACING, 1]))
    return lambda: nibabel.save(image, f"{folder}/theirs.nii.gz")


floats = lambda values: [float(np.float32(v)) for v in values]
tasks = {
    "read-ct": (lambda: read("ct.nii.gz"), sample),
    "read-labels": (lambda: read("labels.nii.gz"), sample),
    "read-mask": (lambda: read("labels.nii.gz"), sample),
    "read-header": (header, floats),
    "resample-ct": (lambda: zoom(np.ascontiguousarray(load("ct.i16", np.int16)), 1), sample),
    "resample-ct-nibabel": (lambda: zoom(load("ct.i16", np.int16), 1), sample),
    "resample-labels": (lambda: zoom(load("labels.u8", np.uint8), 0), sample),
    "components": (components, lambda count: [count]),
    "distance": (lambda: distance(load("border.u8", np.uint8) == 0), sample),
    "distance-inside": (lambda: distance(load("labels.u8", np.uint8) != 0), sample),
    "gaussian": (lambda: gaussian(noise(), 5), sample),
    "gaussian-ct": (lambda: gaussian(np.ascontiguousarray(load("ct.i16", np.int16), np.float32), 1), sample),
    "write-labels": (write, lambda _: []),
}


prepare, look = tasks[task]
run = prepare()
seconds = []
for _ in range(reps):
    result = None
    start = time.perf_counter()
    result = run()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "peakMb": peak_mb(), "values": [float(v) for v in look(result)]}))
