"""Makes the golden numbers of test/src/nifti and test/src/volume with nibabel, numpy and scipy.

Run from the repository root:  python3 test/golden/volumes/make.py
Each golden holds, beside its numbers, the call that made them and the versions. Inputs are formulas
on integers, so that the tests rebuild them without reading a file.
"""

import json
import sys

import nibabel
import numpy as np
import scipy
from nibabel import Nifti1Header, Nifti2Header
from scipy import ndimage

VERSIONS = {
    "python": sys.version.split()[0],
    "nibabel": nibabel.__version__,
    "numpy": np.__version__,
    "scipy": scipy.__version__,
}
FOLDER = "test/golden/volumes/"


def save(name, call, cases):
    with open(FOLDER + name + ".json", "w") as file:
        json.dump({"call": call, "versions": VERSIONS, "cases": cases}, file, indent=None, separators=(",", ":"))
        file.write("\n")


def qform():
    """Affines of quaternions, in 32-bit (NIfTI-1) and 64-bit (NIfTI-2) headers."""
    half = np.sqrt(0.5)
    quaternions = [
        (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (half, half, 0), (0.6, 0, 0.8), (0.1, -0.2, 0.3),
        (0.5, 0.5, 0.5), (-0.5, 0.5, -0.5), (0.70710678, 0, 0), (0.02, 0.999, 0.03), (0.999999, 0.001, 0.0005),
    ]
    cases = []
    for version, Header in ((1, Nifti1Header), (2, Nifti2Header)):
        for b, c, d in quaternions:
            for qfac in (1, -1):
                header = Header()
                header.set_data_shape((4, 3, 2))
                header["pixdim"] = [qfac, 0.7, 0.8, 5, 1, 1, 1, 1]
                header["quatern_b"], header["quatern_c"], header["quatern_d"] = b, c, d
                header["qoffset_x"], header["qoffset_y"], header["qoffset_z"] = -10.5, 20, 30
                header["qform_code"] = 1
                cases.append({
                    "version": version, "quaternion": [b, c, d], "qfac": qfac,
                    "affine": header.get_qform().ravel().tolist(),
                })
    save("qform", "Nifti1Header / Nifti2Header .get_qform()", cases)


def orientation():
    """Codes of oblique and sheared affines."""
    rng = np.random.default_rng(3)
    cases = []
    while len(cases) < 40:
        q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
        matrix = q * rng.uniform(0.5, 5, 3)
        matrix[:, 2] += rng.uniform(-0.3, 0.3) * matrix[:, 1]
        # Beyond 45 degrees "the closest axis" is a matter of taste: keep the clear ones.
        unit = np.abs(matrix / np.linalg.norm(matrix, axis=0))
        if not (unit.max(axis=0) > 0.85).all():
            continue
        affine = np.eye(4)
        affine[:3, :3] = matrix
        affine[:3, 3] = rng.uniform(-200, 200, 3)
        cases.append({"affine": affine.ravel().tolist(), "code": "".join(nibabel.aff2axcodes(affine))})
    save("orientation", "''.join(nibabel.aff2axcodes(affine))", cases)


def noise(shape, seed):
    """Whole numbers 0..65535 in the order x fastest, as hashOf in test/golden/volumes.ts gives them."""
    i = np.arange(np.prod(shape), dtype=np.uint64) + np.uint64(seed * 7919 + 1)
    h = (i * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    h ^= h >> np.uint64(15)
    h = (h * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    return (h >> np.uint64(16)).astype(np.int64).reshape(shape, order="F")


def flat(array):
    return [round(float(value), 10) for value in np.asarray(array).ravel(order="F")]


def gaussian():
    cases = []
    for shape, spacing, sigma, truncate in (
        ((9, 7, 5), (0.7, 0.8, 5.0), (1.0, 1.0, 6.0), 4.0),
        ((9, 7, 5), (0.7, 0.8, 5.0), (0.0, 2.0, 0.0), 4.0),
        ((9, 7, 5), (1.0, 1.0, 1.0), (12.0, 9.0, 0.5), 4.0),
        ((70, 3, 2), (0.7, 0.7, 2.5), (2.1, 0.7, 2.5), 3.0),
        ((1, 1, 4), (1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 4.0),
    ):
        image = noise(shape, 1) % 2000 - 1000.0
        result = ndimage.gaussian_filter(
            image, [s / mm for s, mm in zip(sigma, spacing)], mode="reflect", truncate=truncate
        )
        cases.append({
            "shape": shape, "spacingMm": spacing, "sigmaMm": sigma, "truncate": truncate, "values": flat(result),
        })
    save("gaussian", "scipy.ndimage.gaussian_filter(noise % 2000 - 1000, sigma / spacing, mode='reflect', truncate)", cases)


def resample():
    cases = []
    for shape, old, new in (
        ((9, 7, 5), (0.7, 0.8, 5.0), (1.5, 1.5, 1.5)),
        ((9, 7, 5), (0.7, 0.8, 5.0), (0.5, 1.1, 2.0)),
        ((12, 1, 6), (1.0, 3.0, 2.0), (2.0, 3.0, 4.0)),
        ((1, 8, 1), (1.0, 1.0, 1.0), (0.4, 0.6, 9.0)),
    ):
        image = noise(shape, 2) % 3000 - 1000.0
        factor = [b / a for a, b in zip(old, new)]
        # Halves up, as JavaScript rounds.
        size = [max(1, int(np.floor(n / f + 0.5))) for n, f in zip(shape, factor)]
        start = [(n - 1) / 2 - (m - 1) / 2 * f for n, m, f in zip(shape, size, factor)]
        call = dict(offset=start, output_shape=size, mode="nearest")
        cases.append({
            "shape": shape, "old": old, "new": new, "size": size,
            "linear": flat(ndimage.affine_transform(image, factor, order=1, **call)),
            "nearest": flat(ndimage.affine_transform(image, factor, order=0, **call)),
        })
    save("resample", "scipy.ndimage.affine_transform(noise % 3000 - 1000, factor, offset, output_shape, order, mode='nearest')", cases)


def distance():
    cases = []
    for shape, spacing, share in (
        ((9, 7, 5), (0.7, 0.7, 5.0), 0.1),
        ((13, 6, 4), (0.7, 0.8, 2.5), 0.5),
        ((6, 17, 7), (1.3, 0.6, 1.0), 0.9),
        ((21, 1, 9), (0.9765625, 1.0, 3.27), 0.02),
    ):
        mask = noise(shape, 3) < share * 65536
        cases.append({
            "shape": shape, "spacingMm": spacing, "share": share,
            "toMask": flat(ndimage.distance_transform_edt(~mask, sampling=spacing)),
            "toBackground": flat(ndimage.distance_transform_edt(mask, sampling=spacing)),
        })
    save("distance", "scipy.ndimage.distance_transform_edt(noise < share * 65536, sampling=spacing) and of its complement", cases)


def components():
    cases = []
    for shape, share in (((13, 11, 7), 0.2), ((13, 11, 7), 0.45), ((8, 4, 20), 0.3), ((1, 9, 9), 0.5)):
        # Axes reversed, so that scipy numbers in the order of memory, x fastest.
        mask = (noise(shape, 4) < share * 65536).transpose()
        for connectivity, rank in ((6, 1), (18, 2), (26, 3)):
            painted, count = ndimage.label(mask, ndimage.generate_binary_structure(3, rank))
            cases.append({
                "shape": shape, "share": share, "connectivity": connectivity, "count": count,
                "painted": painted.ravel().tolist(),
            })
    save("components", "scipy.ndimage.label((noise < share * 65536).T, generate_binary_structure(3, 1 | 2 | 3))", cases)


if __name__ == "__main__":
    for make in (qform, orientation, gaussian, resample, distance, components):
        make()
