import { orientationOf } from "../../core/affine.js";
import { fillWith } from "../../core/fill-with.js";
import { rescaleValue } from "../../core/grid.js";
import type { LabelMap, Vec3, Volume } from "../../core/types.js";
import type { FileOfLabel } from "./check-lesions.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";
import { gatherOrgans } from "./organ-voxels.js";
import type { OrganVoxels } from "./organ-voxels.js";

/** So far beyond what an organ's mean may be, a voxel is other tissue: noise and disease of the organ stay within. */
const marginHu = 100;
/** Organs so large and even that next to none of their inner voxels is other tissue, wherever they are cut off. */
const evenOrgans: ReadonlySet<string> = new Set(["liver", "spleen", "kidney", "lung"]);
/** Share of other tissue from which an even organ's labels are tried mirrored, within and at their edge. */
const leastShare = 0.03;
const leastEdgeShare = 0.1;
/** Mirrored labels fit where their share of other tissue is at most this part of what it was. */
const fitsAt = 1 / 3;
/** And if only their edge tells, where the organ ends at most of it, by this share more than as they lie. */
const leastEnding = 0.5;
const leastGain = 0.2;
/** From this share on an even soft organ is told though no mirror fits; a fatty liver stays below. */
const manyShare = 0.3;

/** How an organ's labels lie in the image, as they are or mirrored. */
interface Fit {
  /** Share of other tissue among the inner voxels, and among those of the edge. */
  inner: number;
  edge: number;
  /** The same among all. */
  all: number;
  /** Share of the edge at which the organ's tissue ends. */
  ending: number;
}

/** An organ whose labels lie on other tissue. */
interface Misplaced {
  found: OrganVoxels;
  medianHu: number;
  /** For each of the eight ways to mirror, bit 0 being x; the first is as the labels lie. */
  fits: Fit[];
}

/**
 * Holds organs against the image: their labels may not lie on air, lung or fat, nor those of the lungs on other tissue.
 * An organ is told where its median is more than 100 HU beyond what `findOrgan` has for its mean; liver, spleen,
 * kidneys and lungs also where labels mirrored along some axes fit far better, which is then said, or where 30 % of one is
 * air or fat. The outermost voxels of labels, where they are blurred, count only with what lies beyond them. Organs that are
 * too bright are not told, for contrast agent may do that, nor are those that may be full of gas. One finding a file.
 *
 * @param image on the grid of the labels, in HU.
 */
export function checkTissue(
  name: string,
  image: Volume,
  imageFile: string,
  map: LabelMap,
  names: Readonly<Record<number, string>>,
  fileOf: FileOfLabel,
): Finding[] {
  const told = new Map<string, Misplaced[]>();
  for (const found of gatherOrgans(map, names, fileOf)) {
    const misplaced = judgePlace(found, image);
    if (misplaced) told.set(found.file, [...(told.get(found.file) ?? []), misplaced]);
  }
  return [...told].map(([file, organs]) => {
    const found = organs.map(describeMisplaced).join("; ");
    const ranges = organs.map(
      ({ found: { organ, plausibleHu } }) => `${organ} ${plausibleHu.join(" to ")} HU`,
    );
    const values = { file, found, against: imageFile, expected: ranges.join(", ") };
    return createFinding({ case: name, check: "wrong-tissue", ...values }, adviseOn(organs, map));
  });
}

function judgePlace(found: OrganVoxels, image: Volume): Misplaced | undefined {
  const { organ, plausibleHu, inner } = found;
  const isEven = evenOrgans.has(organ);
  // What may hold gas may be as dark as anything.
  if (plausibleHu[0] < -marginHu && !isEven) return undefined;
  const known = fillWith(new Float64Array(inner.length), inner, (voxel) => valueAt(image, voxel))
    .filter(Number.isFinite)
    .sort();
  if (known.length === 0) return undefined;
  const medianHu = known[Math.floor(known.length / 2)];
  const here = fitOf(found, image, 0);
  const isFar = isOther(found, medianHu);
  if (!isFar && !(isEven && (here.inner >= leastShare || here.edge >= leastEdgeShare))) return undefined;
  const fits = [here, ...[1, 2, 3, 4, 5, 6, 7].map((axes) => fitOf(found, image, axes))];
  const isMany = organ !== "lung" && here.inner >= manyShare;
  const isTold = isFar || (isEven && (isMany || fits.some((each) => fitsBetter(each, here))));
  return isTold ? { found, medianHu, fits } : undefined;
}

/** Labels mirrored, against as they lie: next to no other tissue in them, or at their edge where the organ then ends. */
function fitsBetter(there: Fit, here: Fit): boolean {
  if (here.inner >= leastShare) return there.inner <= here.inner * fitsAt && there.ending > 0.6 * here.ending;
  return (
    here.edge >= leastEdgeShare &&
    there.edge <= here.edge * fitsAt &&
    there.inner <= here.inner &&
    there.ending >= Math.max(leastEnding, here.ending + leastGain)
  );
}

function fitOf(found: OrganVoxels, image: Volume, axes: number): Fit {
  const { inner, edge, outside, innerPart } = found;
  const isOtherAt = (voxel: number): boolean =>
    isOther(found, valueAt(image, mirrorVoxel(voxel, image.shape, axes)));
  const shareOf = (voxels: Int32Array): number => {
    let count = 0;
    for (const voxel of voxels) if (isOtherAt(voxel)) count++;
    return voxels.length === 0 ? 0 : count / voxels.length;
  };
  let ends = 0;
  edge.forEach((voxel, at) => {
    if (isOtherAt(outside[at]) && !isOtherAt(voxel)) ends++;
  });
  const shares = { inner: shareOf(inner), edge: shareOf(edge) };
  const all = innerPart * shares.inner + (1 - innerPart) * shares.edge;
  return { ...shares, all, ending: edge.length === 0 ? 0 : ends / edge.length };
}

/** Whether a voxel of that value is none of the organ's; none is too bright but for lung. */
function isOther({ organ, plausibleHu: [low, high] }: OrganVoxels, hu: number): boolean {
  return organ === "lung" ? !(hu <= high + marginHu) : !(hu >= low - marginHu);
}

function valueAt({ data, rescale }: Volume, voxel: number): number {
  return rescaleValue(data[voxel], rescale);
}

function mirrorVoxel(voxel: number, [nx, ny, nz]: Vec3, axes: number): number {
  const [x, y, z] = [voxel % nx, Math.floor(voxel / nx) % ny, Math.floor(voxel / (nx * ny))];
  return (axes & 1 ? nx - 1 - x : x) + nx * ((axes & 2 ? ny - 1 - y : y) + ny * (axes & 4 ? nz - 1 - z : z));
}

function describeMisplaced({ found, medianHu, fits: [here] }: Misplaced): string {
  const [low, high] = found.plausibleHu;
  const beyond = found.organ === "lung" ? `above ${high + marginHu}` : `below ${low - marginHu}`;
  return `${found.names.join(" and ")} with median ${Math.round(medianHu)} HU, ${percent(here.all)} ${beyond}`;
}

/** What may have happened: the mirroring that most of a file's organs fit, where there is one. */
function adviseOn(organs: readonly Misplaced[], { affine }: LabelMap): string {
  const meanOf = (axes: number): number =>
    organs.reduce((sum, { fits }) => sum + fits[axes].all, 0) / organs.length;
  const ways = [1, 2, 4, 3, 5, 6, 7].map((axes) => ({
    axes,
    fitting: organs.filter(({ fits }) => fitsBetter(fits[axes], fits[0])).length,
    share: meanOf(axes),
  }));
  // Of equals the fewest axes.
  const [best] = ways.sort((a, b) => b.fitting - a.fitting || a.share - b.share);
  if (best.fitting === 0 || best.share > meanOf(0) * fitsAt)
    return "Mirrored they fit no better: are the labels shifted, of another scan, or under another organ's name?";
  const letters = orientationOf(affine);
  const axes = ([0, 1, 2] as const).filter((axis) => best.axes & (1 << axis));
  return (
    `Mirrored along ${axes.map((axis) => nameAxis(axis, letters)).join(" and ")} the labels fit, with ` +
    `${percent(best.share)} of such voxels: one of the two files may be turned round`
  );
}

function nameAxis(axis: 0 | 1 | 2, letters: string): string {
  const letter = letters[axis];
  const way = "RL".includes(letter)
    ? "left to right"
    : "AP".includes(letter)
      ? "front to back"
      : "head to foot";
  return `${"xyz"[axis]} (${way})`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(2))} %`;
}
