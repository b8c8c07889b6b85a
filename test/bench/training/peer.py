"""PyTorch's side of the training benchmark: one line of JSON in, the times of each step in ms and peak memory out.

Called by main.ts: peer.py '{"widths": [...], "batch": 2, "size": 48, "threads": 2, "steps": 7}'
"""

import json
import os
import sys
import time

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "../volumes"), os.path.join(HERE, "../../golden/network")]
from peak import peak_mb  # noqa: E402
from unet import UNet, make_weights  # noqa: E402

job = json.loads(sys.argv[1])
torch.set_num_threads(job["threads"])
torch.set_flush_denormal(True)
shape = (job["batch"], 1, job["size"], job["size"], job["size"])
config = {"encoder": "plain", "widths": job["widths"], "classes": 3}


def loss_of(logits, labels):
    # The leanest way to write it: nothing is ignored here.
    probability, truth = F.softmax(logits, 1), F.one_hot(labels, 3).movedim(-1, 1)
    shared, both = (probability * truth).sum((0, 2, 3, 4)), (probability + truth).sum((0, 2, 3, 4))
    return F.cross_entropy(logits, labels) + 1 - ((2 * shared + 1e-5) / (both + 1e-5))[1:].mean()


def measure(step):
    times = []
    for _ in range(job["steps"]):
        start = time.perf_counter()
        step()
        times.append(1e3 * (time.perf_counter() - start))
    return times[min(2, len(times) - 1) :]


def peak_gflops():
    # A large matrix product: what the processor can do in practice.
    a = torch.rand(1024, 1024)
    best = min(timed(lambda: a @ a) for _ in range(10))
    return 2 * 1024**3 / best / 1e9


def timed(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


network = UNet(config, make_weights(config), same=False)
image = torch.randn(shape)
labels = (image[:, 0] > 0).long() + (image[:, 0] > 1).long()
optimizer = torch.optim.AdamW(network.parameters(), 1e-3)


def train():
    optimizer.zero_grad(set_to_none=True)
    loss_of(network(image), labels).backward()
    optimizer.step()


def infer():
    with torch.no_grad():
        network(image)


result = {"train": measure(train), "infer": measure(infer), "peakMb": peak_mb()}
print(json.dumps({**result, "peakGflops": peak_gflops(), "detail": f"PyTorch {torch.__version__}"}))
