"""One task of the tumors benchmark with scipy: peer.py TASK FOLDER REPS.

Prints one line of JSON: seconds of each repetition, peak memory in MB, the values found. The recipe follows the published
description of hand-crafted tumors step by step: organ box, ellipsoid, elastic deformation by zoom and map_coordinates, a
place in an eroded slice, blurred mask, HU from a texture made beforehand.
"""

import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parent.parent / "volumes"))
from peak import peak_mb  # noqa: E402

warnings.filterwarnings("ignore")
task, folder, reps = sys.argv[1], sys.argv[2], int(sys.argv[3])
SHAPE = (512, 512, 300)


def deform(mask, offsets):
    """Displacements of a 3x3x3 control grid, spread by cubic spline over the mask, voxels taken from the nearest."""
    shape = mask.shape
    fields = [ndimage.zoom(part, [n / 3 for n in shape], order=3) for part in offsets]
    grid = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    # floor(x + 0.5), as both sides round
    places = [np.floor(g + f + 0.5) for g, f in zip(grid, fields)]
    return ndimage.map_coordinates(mask, places, order=0, mode="constant", cval=0)


def elastic():
    offsets = np.fromfile(f"{folder}/offsets.f64").reshape(3, 3, 3, 3)  # part, z, y, x
    mask = np.fromfile(f"{folder}/mask.u8", np.uint8).reshape(128, 128, 128)
    offsets = offsets[::-1]  # arrays here run z, y, x

    def run():
        found = deform(mask, offsets)
        return [int(found.sum())] + found.ravel()[::9973].tolist()

    return run


def medium():
    draw = np.random.default_rng(1)
    ct = np.fromfile(f"{folder}/ct.i16", np.int16).reshape(SHAPE, order="F")
    labels = np.fromfile(f"{folder}/labels.u8", np.uint8).reshape(SHAPE, order="F")
    texture = draw.random((420, 300, 320), dtype=np.float32) * 0.4 + 0.3

    def run():
        organ = labels == 5
        places = np.where(organ)
        low = [int(p.min()) for p in places]
        high = [int(p.max()) + 1 for p in places]
        box = tuple(slice(a, b) for a, b in zip(low, high))
        organ = organ[box]
        part = ct[box].astype(np.float32)
        radii = draw.integers(12, 21, 3) / np.array([0.7, 0.7, 1.0])
        size = [int(4 * r) for r in radii]
        grid = np.ogrid[tuple(slice(-s / 2, s / 2, s * 1j) for s in size)]
        shape = (sum((g / r) ** 2 for g, r in zip(grid, radii)) <= 1).astype(np.uint8)
        shape = deform(shape, draw.normal(0, draw.integers(3, 7), (3, 3, 3, 3)))
        z = int(draw.integers(int(0.3 * organ.shape[2]), int(0.7 * organ.shape[2])))
        inside = np.argwhere(ndimage.binary_erosion(organ[:, :, z], np.ones((5, 5))))
        x, y = inside[draw.integers(len(inside))]
        pad = 80
        mask = np.zeros([n + 2 * pad for n in organ.shape], np.uint8)
        at = [int(c) + pad - s // 2 for c, s in zip((x, y, z), size)]
        mask[tuple(slice(a, a + s) for a, s in zip(at, size))] = shape
        mask = mask[pad:-pad, pad:-pad, pad:-pad] * organ
        soft = ndimage.gaussian_filter(mask.astype(np.float32), draw.uniform(1, 2))
        grain = texture[tuple(slice(0, n) for n in organ.shape)]
        new = ct.copy()
        new[box] = (part - grain * soft * draw.uniform(65, 145)).astype(np.int16)
        new_labels = labels.copy()
        new_labels[box][mask > 0] = 27
        return [int(mask.sum())]

    return run


run = {"elastic": elastic, "medium-liver": medium, "medium-liver-copied": medium}[task]()
seconds, values = [], []
for _ in range(reps):
    start = time.perf_counter()
    values = run()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds, "peakMb": peak_mb(), "values": values}))
