import type { TumorOrgan } from "tumorlab/internal/anatomy/organs";
import type { Volume } from "tumorlab/internal/core/types";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { requireShares, type Scan } from "./exophytic-shares.js";
import { ballScan } from "./scans.js";

/** A scan turned about two axes: its grid is oblique to the body. */
function turned({ ct, labels }: Scan): Scan {
  const [a, b] = [Math.cos(0.4), Math.sin(0.4)];
  const [sx, sy, sz] = ct.spacingMm;
  const affine = [
    a * sx,
    -b * a * sy,
    b * b * sz,
    -30,
    b * sx,
    a * a * sy,
    -a * b * sz,
    12,
    0,
    b * sy,
    a * sz,
    5,
  ];
  const grid = { affine: [...affine, 0, 0, 0, 1] as unknown as Volume["affine"] };
  return {
    ct: { ...ct, ...grid },
    labels: { ...labels, ...grid },
  };
}

const phantom = createPhantomCase(1, { seed: 5, controlShare: 1, spacingMm: 5 });

describe("exophytic growth on grids and organs of all kinds", function () {
  this.timeout(240_000);

  const scans: [string, Scan, TumorOrgan][] = [
    ["anisotropic grid", ballScan(30, [1.5, 2, 4]), "liver"],
    ["oblique grid", turned(ballScan(30, [2, 1.5, 3])), "liver"],
    ["phantom's liver", phantom, "liver"],
    ["phantom's pancreas", phantom, "pancreas"],
  ];
  for (const [title, scan, organ] of scans)
    it(`reaches the asked share in fat alone: ${title}`, () => requireShares(scan, organ));
});
