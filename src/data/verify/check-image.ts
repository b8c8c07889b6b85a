import type { Volume } from "../../core/types.js";
import { judgeIntensities } from "../../volume/judge-intensities.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** Looks at the numbers of an image: finite, more than one of them, and such as a CT in HU has. */
export function checkImage(name: string, file: string, image: Volume): Finding[] {
  const { low, high, notFinite, firstNotFinite, doubt } = judgeIntensities(image);
  const base = { case: name, file, against: "rule for images" } as const;
  const findings: Finding[] = [];
  if (notFinite > 0) {
    const found = `${notFinite} voxels that are NaN or infinite, the first at ${placeOf(firstNotFinite, image)}`;
    findings.push(createFinding({ ...base, check: "not-finite", found, expected: "finite numbers only" }));
  }
  if (low === high)
    findings.push(
      createFinding({ ...base, check: "constant", found: `${low} in every voxel`, expected: "a picture" }),
    );
  if (!doubt) return findings;
  const check = doubt.severity === "note" ? "padded" : "not-hu";
  const { found, expected, advice } = doubt;
  return [...findings, createFinding({ ...base, check, found, expected }, advice)];
}

/** `voxel [x, y, z]` of a place in memory. */
export function placeOf(index: number, { shape: [nx, ny] }: Volume): string {
  return `voxel [${index % nx}, ${Math.floor(index / nx) % ny}, ${Math.floor(index / (nx * ny))}]`;
}
