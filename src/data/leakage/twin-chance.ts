import type { Key } from "../../core/random.js";
import { quantile } from "../../stats/describe.js";
import type { ScanFacts } from "./scan-table.js";
import { spellSpacing } from "./twins.js";

/** How many scans share shape and spacing when the numbers of the table are dealt out anew. */
export interface TwinChance {
  /** Whether numbers were dealt among all scans or among those of one site, whose protocols are alike. */
  within: "the whole table" | "each site";
  draws: number;
  /** Scans in groups: least, median and most of the draws. */
  least: number;
  median: number;
  most: number;
  /** Share of draws with as many scans in groups as seen, the table itself counted as one: at least 1 / (draws + 1). */
  p: number;
}

/**
 * Deals slice counts and spacings out anew, each on its own, over scans that keep their in-plane shape, and counts twins again.
 *
 * It understates what chance gives where numbers go together, as slice count and spacing do in the protocol of a scanner:
 * dealing within a site takes part of that up. It overstates it in so far as true twins keep their in-plane shape.
 *
 * @param seen scans in groups in the table itself.
 */
export function measureTwinChance(
  scans: readonly ScanFacts[],
  seen: number,
  { within, draws, decimals, key }: Pick<TwinChance, "within" | "draws"> & { decimals: number; key: Key },
): TwinChance {
  const blocks = blocksOf(scans, within);
  const planes = numberOff(scans.map(({ shape }) => `${shape[0]} ${shape[1]}`));
  const spacings = numberOff(scans.map((scan) => spellSpacing(scan, decimals)));
  const slices = scans.map(({ shape }) => shape[2]);
  const [spacingKinds, sliceKinds] = [scans.length, Math.max(...slices) + 1];
  const counts = Array.from({ length: draws }, (_, draw) => {
    const deal = (what: string, values: readonly number[]): Float64Array => {
      const stream = key.split(within).split(draw).split(what).stream();
      const dealt = new Float64Array(values.length);
      for (const block of blocks)
        stream.shuffle(block).forEach((from, k) => (dealt[block[k]] = values[from]));
      return dealt;
    };
    const [dealtSlices, dealtSpacings] = [deal("slices", slices), deal("spacing", spacings)];
    return countShared(
      Float64Array.from(
        planes,
        (plane, k) => (plane * spacingKinds + dealtSpacings[k]) * sliceKinds + dealtSlices[k],
      ),
    );
  });
  return {
    within,
    draws,
    least: Math.min(...counts),
    median: quantile(counts, 0.5),
    most: Math.max(...counts),
    p: (1 + counts.filter((count) => count >= seen).length) / (1 + draws),
  };
}

/** How many of the numbers are there more than once. */
function countShared(values: Float64Array): number {
  values.sort();
  let count = 0;
  for (let k = 0; k < values.length; k++)
    if (values[k] === values[k - 1] || values[k] === values[k + 1]) count++;
  return count;
}

/** The place of each text among the different ones. */
function numberOff(texts: readonly string[]): number[] {
  const places = new Map<string, number>();
  return texts.map((text) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  });
}

/** Indices of scans among which numbers are dealt; scans without a site are one block. */
function blocksOf(scans: readonly ScanFacts[], within: TwinChance["within"]): number[][] {
  const blocks = new Map<string, number[]>();
  scans.forEach(({ site }, k) => {
    const name = within === "each site" ? (site ?? "") : "";
    const block = blocks.get(name);
    if (block) block.push(k);
    else blocks.set(name, [k]);
  });
  return [...blocks.values()];
}
