"""The U-Net of src/model/walk-network.ts in PyTorch, with parameters by the same names."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

SLOPE = 0.01


def list_parameters(config):
    """Names and shapes, filters in the order of TensorFlow: [k, k, k, in, out], transposed [2, 2, 2, out, in]."""
    shapes = {}
    widths = config["widths"]
    residual = config["encoder"] == "residual"

    def convolution(name, k, before, after):
        shapes[f"{name}.filter"] = (k, k, k, before, after)
        shapes[f"{name}.gain"] = (after,)
        shapes[f"{name}.shift"] = (after,)

    if residual:
        convolution("stem", 3, 1, widths[0])
    for level, width in enumerate(widths):
        before = widths[level - 1] if level else (widths[0] if residual else 1)
        for i in range(2):
            name, before = f"encoder.{level}.{i}", width if i else before
            if not residual:
                convolution(name, 3, before, width)
                continue
            convolution(f"{name}.a", 3, before, width)
            convolution(f"{name}.b", 3, width, width)
            if before != width or (i == 0 and level > 0):
                convolution(f"{name}.skip", 1, before, width)
    for level in range(len(widths) - 2, -1, -1):
        width = widths[level]
        shapes[f"decoder.{level}.up.filter"] = (2, 2, 2, width, widths[level + 1])
        convolution(f"decoder.{level}.0", 3, 2 * width, width)
        convolution(f"decoder.{level}.1", 3, width, width)
    shapes["head.0.filter"] = (1, 1, 1, widths[0], config["classes"])
    shapes["head.0.bias"] = (config["classes"],)
    return shapes


def make_weights(config, seed=0):
    random = np.random.RandomState(seed)
    weights = {}
    for name, shape in list_parameters(config).items():
        values = random.randn(*shape)
        if name.endswith(".filter"):
            values *= np.sqrt(2 / np.prod(shape[:3] + shape[4:] if ".up." in name else shape[:4]))
        else:
            values = 0.1 * values + name.endswith(".gain")
        weights[name] = values.astype(np.float32)
    return weights


def to_torch(name, values):
    return np.ascontiguousarray(np.transpose(values, (4, 3, 0, 1, 2)) if name.endswith(".filter") else values)


def from_torch(name, values):
    return np.ascontiguousarray(np.transpose(values, (2, 3, 4, 1, 0)) if name.endswith(".filter") else values)


class UNet(nn.Module):
    """`same`: pad strided convolutions as TensorFlow does, behind the last voxel; else on both sides, as PyTorch has it."""

    def __init__(self, config, weights, same=True):
        super().__init__()
        self.config, self.same = config, same
        self.weights = nn.ParameterDict(
            {name.replace(".", "_"): nn.Parameter(torch.from_numpy(to_torch(name, w))) for name, w in weights.items()}
        )

    def of(self, name):
        return self.weights[name.replace(".", "_")]

    def block(self, name, x, stride=1, slope=SLOPE):
        filter = self.of(f"{name}.filter")
        k = filter.shape[-1]
        if k == 3 and stride == 2 and self.same:
            x = F.conv3d(F.pad(x, (0, 1, 0, 1, 0, 1)), filter, stride=2)
        else:
            x = F.conv3d(x, filter, stride=stride, padding=k // 2)
        x = F.instance_norm(x, weight=self.of(f"{name}.gain"), bias=self.of(f"{name}.shift"), eps=1e-5)
        return x if slope == 1 else F.leaky_relu(x, slope)

    def residual(self, name, x, stride):
        inner = self.block(f"{name}.b", self.block(f"{name}.a", x, stride), slope=1)
        skip = self.block(f"{name}.skip", x, stride, slope=1) if f"{name}.skip.filter".replace(".", "_") in self.weights else x
        return F.leaky_relu(inner + skip, SLOPE)

    def forward(self, x):
        widths, residual = self.config["widths"], self.config["encoder"] == "residual"
        skips = []
        if residual:
            x = self.block("stem", x)
        for level in range(len(widths)):
            for i in range(2):
                stride = 2 if i == 0 and level > 0 else 1
                x = (self.residual if residual else self.block)(f"encoder.{level}.{i}", x, stride)
            skips.append(x)
        for level in range(len(widths) - 2, -1, -1):
            x = F.conv_transpose3d(x, self.of(f"decoder.{level}.up.filter"), stride=2)
            x = torch.cat([skips[level], x], 1)
            x = self.block(f"decoder.{level}.1", self.block(f"decoder.{level}.0", x))
        return F.conv3d(x, self.of("head.0.filter"), self.of("head.0.bias"))


def segmentation_loss(logits, labels, ignore=255, smooth=1e-5):
    """Cross-entropy and soft Dice over the voxels that are not ignored, as src/model/ops/loss.ts states it."""
    counts = labels != ignore
    cross_entropy = F.cross_entropy(logits, labels, ignore_index=ignore)
    truth = F.one_hot(labels.where(counts, torch.zeros_like(labels)), logits.shape[1]).movedim(-1, 1)
    truth = truth * counts.unsqueeze(1)
    probability = F.softmax(logits, 1) * counts.unsqueeze(1)
    axes = (0, 2, 3, 4)
    shared, both = (probability * truth).sum(axes), (probability + truth).sum(axes)
    dice = ((2 * shared + smooth) / (both + smooth))[1:]
    there = truth.sum(axes)[1:] > 0
    return cross_entropy + (1 - dice[there].mean() if there.any() else 0)
