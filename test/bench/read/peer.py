"""Python's side of the reading benchmark: peer.py nibabel|SimpleITK FILE REPS, one line of JSON out."""

import json
import os
import resource
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../volumes"))
from peak import peak_mb  # noqa: E402

tool, file, reps = sys.argv[1:]
if tool == "nibabel":
    import nibabel
    import numpy as np

    detail = f"nibabel {nibabel.__version__}"

    def read():
        return np.asanyarray(nibabel.load(file).dataobj)
else:
    import SimpleITK

    detail = f"SimpleITK {SimpleITK.Version_VersionString()}"

    def read():
        return SimpleITK.GetArrayViewFromImage(SimpleITK.ReadImage(file))


seconds, cpu_seconds = [], []
for _ in range(int(reps)):
    used = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    read()
    seconds.append(time.perf_counter() - start)
    now = resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds.append(now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime)
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "peakMb": peak_mb(), "detail": detail}))
