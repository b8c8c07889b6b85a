import type { CohortOverlap } from "../manifest.js";
import { findKnownOverlap, rowsOf } from "./known-overlaps.js";
import type { KnownOverlap, NamedSet, OverlapSource } from "./known-overlaps.js";

/** Two sets that may share scans by way of others, though no manifest says so of the two themselves. */
export interface OverlapChain {
  /** The first set, those between, the second. */
  sets: readonly string[];
  /** What manifests tell of each set and the next. */
  links: readonly KnownOverlap[];
}

const maxLinks = 3;

/**
 * Follows overlaps from one set to another: the shortest chains of up to three links, none where manifests speak of the
 * two themselves. AbdomenAtlas 2.0 and 3D-IRCADb are so, through AbdomenAtlas 1.0, which holds LiTS.
 *
 * Scans have one origin: two sources of a collection share none by that, so that no chain leads up into a collection and
 * down to another of its sources; two collections with a common source may well. Where the scans of an end of the chain
 * are given and none is of the shared ones, there is no chain.
 */
export function findOverlapChains(
  first: NamedSet,
  second: NamedSet,
  manifests: readonly OverlapSource[],
): OverlapChain[] {
  const names = [
    ...new Set(manifests.flatMap(({ name, overlaps }) => [name, ...overlaps.map((row) => row.with)])),
  ].sort();
  const linked = (one: string, other: string): boolean => relationsOf(one, other, manifests).length > 0;
  if (first.name === second.name || linked(first.name, second.name)) return [];
  let paths = [{ sets: [first.name], rose: false }];
  for (let links = 1; links <= maxLinks; links++) {
    paths = paths.flatMap(({ sets, rose }) =>
      names
        .filter((name) => !sets.includes(name))
        .flatMap((name) => {
          const relations = relationsOf(sets[sets.length - 1], name, manifests);
          const leads = relations.some((relation) => relation !== "holds" || !rose);
          return leads ? [{ sets: [...sets, name], rose: rose || relations.includes("within") }] : [];
        }),
    );
    const chains = paths
      .filter(({ sets }) => sets[links] === second.name)
      .flatMap(({ sets }) => linkUp(sets, first, second, manifests) ?? []);
    if (chains.length > 0) return chains;
  }
  return [];
}

/** The overlaps along a chain; `undefined` where the scans of one of its ends are not among the shared ones. */
function linkUp(
  sets: readonly string[],
  first: NamedSet,
  second: NamedSet,
  manifests: readonly OverlapSource[],
): OverlapChain | undefined {
  const named = sets.map((name, k) => (k === 0 ? first : k === sets.length - 1 ? second : { name }));
  const links = named.slice(1).flatMap((set, k) => findKnownOverlap(named[k], set, manifests) ?? []);
  return links.length === sets.length - 1 ? { sets, links } : undefined;
}

/** What one set is to another, from the manifests of both. */
function relationsOf(
  one: string,
  other: string,
  manifests: readonly OverlapSource[],
): CohortOverlap["relation"][] {
  const mirrored = { holds: "within", within: "holds", same: "same" } as const;
  return [
    ...rowsOf(manifests, one, other).map(({ relation }) => relation),
    ...rowsOf(manifests, other, one).map(({ relation }) => (relation === null ? null : mirrored[relation])),
  ];
}
