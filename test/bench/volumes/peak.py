"""Largest memory of this process."""

import resource


def peak_mb():
    # Linux hands the largest memory of a parent on to its children in ru_maxrss; VmHWM is the process's own.
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
