"""PyTorch's side of the prediction benchmark: a job as JSON in, one line of JSON out.

Reads with nibabel, brings the scan to the model's grid and its probabilities back as src/training/predict-scan.ts does,
and covers it with the same windows under the same weights. Called by main.ts.
"""

import json
import math
import os
import resource
import sys
import time

import nibabel as nib
import numpy as np
import torch

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../volumes"), os.path.join(HERE, "../../golden/network")]
from peak import peak_mb  # noqa: E402
from unet import UNet  # noqa: E402

job = json.loads(sys.argv[1])
torch.set_num_threads(job["threads"])
torch.set_flush_denormal(True)
torch.set_grad_enabled(False)
# Two windows at a time: with one, PyTorch takes a slower path for few channels.
BATCH = 2
# Planes of the scan whose probabilities are held at once.
SLAB = 16


def read_model(folder):
    with open(os.path.join(folder, "model.json")) as file:
        model = json.load(file)
    with open(os.path.join(folder, "model.safetensors"), "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        numbers = file.read()
    del header["__metadata__"]
    weights = {
        name: np.frombuffer(numbers[slice(*entry["data_offsets"])], np.float32).reshape(entry["shape"])
        for name, entry in header.items()
    }
    return model["modelTopology"]["config"], model["userDefinedMetadata"], weights


def places(n, m, factor):
    """Of m voxels about the same middle as n, `factor` old voxels each: the one below and how far beyond it lies."""
    place = ((n - 1) / 2 + (torch.arange(m, dtype=torch.float64) - (m - 1) / 2) * factor).clamp(0, n - 1)
    below = place.floor().long().clamp(0, max(0, n - 2))
    return below, (below + 1).clamp(max=n - 1), (place - below).float()


def spread(values, axis, m, factor, part=slice(None)):
    low, high, share = (each[part] for each in places(values.shape[axis], m, factor))
    share = share.view([-1 if i == axis else 1 for i in range(values.dim())])
    return torch.lerp(values.index_select(axis, low), values.index_select(axis, high), share)


def window_starts(n, size, overlap=0.5):
    if n <= size:
        return [math.ceil((n - size) / 2)]
    count = math.ceil((n - size) / max(1, math.floor(size * (1 - overlap)))) + 1
    return [math.floor(i * (n - size) / (count - 1) + 0.5) for i in range(count)]


def gaussian(size):
    return torch.exp(-0.5 * ((torch.arange(size) - (size - 1) / 2) / (size / 8)) ** 2)


def predict(network, image, patch, classes):
    """Probabilities [class, z, y, x] of an image [z, y, x] that is no shorter than a window along any axis."""
    sums = torch.zeros((classes, *image.shape))
    total = torch.zeros(image.shape)
    px, py, pz = patch
    weight = gaussian(pz)[:, None, None] * gaussian(py)[:, None] * gaussian(px)
    starts = [window_starts(n, size) for n, size in zip(image.shape, (pz, py, px))]
    cuts = [
        (slice(z, z + pz), slice(y, y + py), slice(x, x + px)) for z in starts[0] for y in starts[1] for x in starts[2]
    ]
    full = []
    for cut in cuts:
        total[cut] += weight
        if bool((image[cut] > 0).any()):
            full.append(cut)
        else:
            sums[0][cut] += weight
    for at in range(0, len(full), BATCH):
        batch = full[at : at + BATCH]
        # The network's axes are x, y, z.
        shown = torch.stack([image[cut].permute(2, 1, 0) for cut in batch])[:, None].contiguous()
        found = torch.softmax(network(shown), 1).permute(0, 1, 4, 3, 2)
        for cut, each in zip(batch, found):
            sums[(slice(None), *cut)] += each * weight
    return sums.div_(total)


config, about, weights = read_model(job["model"])
network = UNet({"encoder": "plain", "widths": config["widths"], "classes": config["classes"]}, weights).eval()

used = resource.getrusage(resource.RUSAGE_SELF)
start = time.perf_counter()
ct = nib.load(job["ct"])
scan = torch.from_numpy(np.asanyarray(ct.dataobj).T)
spacing = [float(mm) for mm in ct.header.get_zooms()[::-1]]
target = about["spacingMm"][::-1]
low, high = about["windowHu"]
image = scan.float()
for axis in range(3):
    factor = target[axis] / spacing[axis]
    image = spread(image, axis, max(1, round(scan.shape[axis] / factor)), factor)
image = ((image + 0.5).floor_() - low).div_(high - low).clamp_(0, 1)
probabilities = predict(network, image, config["patch"], config["classes"])
labels = torch.empty(scan.shape, dtype=torch.uint8)
factors = [mm / about["spacingMm"][2 - axis] for axis, mm in enumerate(spacing)]
for z in range(0, scan.shape[0], SLAB):
    slab = spread(probabilities, 1, scan.shape[0], factors[0], slice(z, z + SLAB))
    slab = spread(spread(slab, 2, scan.shape[1], factors[1]), 3, scan.shape[2], factors[2])
    labels[z : z + SLAB] = slab.argmax(0)
nib.openers.Opener.default_compresslevel = 6
nib.save(nib.Nifti1Image(labels.numpy().T, ct.affine), job["out"])
seconds = time.perf_counter() - start
now = resource.getrusage(resource.RUSAGE_SELF)
cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
detail = f"PyTorch {torch.__version__}, nibabel {nib.__version__}"
print(json.dumps({"seconds": [seconds], "cpuSeconds": [cpu], "peakMb": peak_mb(), "detail": detail}))
