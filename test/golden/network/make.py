"""Makes the golden numbers of test/src/model/golden.test.ts with PyTorch, in double precision.

Run from the repository root:  python3 test/golden/network/make.py
Arrays are single precision, little-endian, base64, in the order and the axes of src/model.
"""

import base64
import json
import sys

import numpy as np
import torch
from unet import UNet, from_torch, make_weights, segmentation_loss


def pack(array):
    array = np.ascontiguousarray(array)
    kind = "<i4" if array.dtype.kind == "i" else "<f4"
    return {"shape": list(array.shape), "base64": base64.b64encode(array.astype(kind).tobytes()).decode()}


def make_case(encoder, absent=()):
    """Numbers of a network whose batch has no voxel of the classes `absent`."""
    config = {"encoder": encoder, "widths": [4, 4, 8], "classes": 3, "patch": [8, 12, 8]}
    weights = make_weights(config)
    random = np.random.RandomState(1)
    image = random.randn(2, *config["patch"], 1).astype(np.float32)
    labels = random.randint(0, 4, (2, *config["patch"])).astype(np.int32)
    labels[np.isin(labels, [3, *absent])] = 255
    network = UNet(config, weights).double()
    logits = network(torch.from_numpy(image).double().movedim(-1, 1))
    loss = segmentation_loss(logits, torch.from_numpy(labels).long())
    loss.backward()
    return {
        "config": config,
        "image": pack(image),
        "labels": pack(labels),
        "weights": {name: pack(values) for name, values in weights.items()},
        "logits": pack(logits.detach().movedim(1, -1).numpy()),
        "loss": loss.item(),
        "gradients": {name: pack(from_torch(name, network.of(name).grad.numpy())) for name in weights},
    }


with open("test/golden/network/unet.json", "w") as file:
    golden = {
        "call": "python3 test/golden/network/make.py",
        "versions": {"python": sys.version.split()[0], "torch": torch.__version__, "numpy": np.__version__},
        "cases": [make_case("plain"), make_case("residual", absent=[1])],
    }
    json.dump(golden, file, indent=None, separators=(",", ":"))
    file.write("\n")
