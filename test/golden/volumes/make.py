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


if __name__ == "__main__":
    for make in (qform, orientation):
        make()
