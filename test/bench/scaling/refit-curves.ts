import { writeFile } from "node:fs/promises";
import { createKey } from "tumorlab/internal/core/random";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";

/** Writes 1,000 noisy curves of 7 sizes with 5 seeds each: 35 points about a power law with floor. */
export async function writeCurves(file: string): Promise<void> {
  const sizes = [60, 120, 278, 500, 900, 1500, 3159];
  const curves = Array.from({ length: 1000 }, (_, r): CurvePoint[] => {
    const noise = createKey(r).split("refit").stream();
    return sizes.flatMap((n) =>
      [0, 1, 2, 3, 4].map(() => ({ n, error: 0.36 + 1.55 * n ** -0.459 + 0.005 * noise.normal() })),
    );
  });
  await writeFile(file, JSON.stringify(curves));
}
