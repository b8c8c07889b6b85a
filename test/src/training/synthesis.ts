import type { CaseSynthesizer } from "tumorlab/internal/training/batch";
import { ballScan } from "./scans.js";

/** Makes balls nobody was scanned for; loaded by path in the tests of the batch feeds. */
export function createBalls({ first }: { first: number }): CaseSynthesizer {
  return (key) => ballScan(first + key.stream().integer(0, 9));
}
