import { ownValue } from "../../core/own-value.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

/** A structure by where it lies from left to right. */
export interface PlacedStructure {
  /** Its canonical name. */
  name: string;
  file: string;
  /** World x of its centroid in mm; x grows toward the patient's right. */
  xMm: number;
}

/** What a grid spans from left to right. */
export interface GridSpan {
  centerMm: number;
  widthMm: number;
}

type Side = "left" | "right";

/** Sides of organs there is only one of. */
const sideOfOrgan: Readonly<Record<string, Side>> = {
  liver: "right",
  gall_bladder: "right",
  spleen: "left",
};
/** Structures whose centroid lies near the middle of the body. */
const middle = /^(vertebrae_.+|spinal_cord|sacrum|sternum|trachea|aorta|postcava|bladder|prostate|rectum)$/;
const sideWord = /(?:^|_)(left|right)(?=_|$)/;
/** Less than this apart is not told; half of it, or less on a narrow grid, is taken as beside the middle. */
const leastGapMm = 5;

/**
 * Holds structures against the side of the body they belong to, by the centroids along world x: each left one against its
 * right partner; those without a partner and organs there is only one of against the middle of the body, which is taken
 * from spine, large vessels and pairs, else from liver and spleen, else from the grid. Where all speak for it, pairs
 * and organs or three organs, the whole is mirrored, which is told once; else each pair and each organ is told on its own. A structure that the grid alone speaks
 * against must lie 15 % of the grid's width off its centre.
 */
export function checkSides(name: string, placed: readonly PlacedStructure[], grid: GridSpan): Finding[] {
  const gapMm = Math.min(leastGapMm, 0.08 * grid.widthMm);
  const byName = new Map(placed.map((each) => [each.name, each]));
  const pairs = placed.flatMap((left) => {
    if (sideWord.exec(left.name)?.[1] !== "left") return [];
    const right = byName.get(left.name.replace(sideWord, (word) => word.replace("left", "right")));
    return right ? [{ left, right, aheadMm: right.xMm - left.xMm }] : [];
  });
  const paired = new Set(pairs.flatMap(({ left, right }) => [left, right]));
  const singles = placed.flatMap((each) => {
    const side = ownValue(sideOfOrgan, each.name) ?? (sideWord.exec(each.name)?.[1] as Side | undefined);
    return side && !paired.has(each) ? [{ ...each, side }] : [];
  });
  const body = middleOf(placed, pairs, singles);
  const [middleMm, marginMm] = body === undefined ? [grid.centerMm, 0.15 * grid.widthMm] : [body, gapMm];
  const offset = ({ xMm, side }: { xMm: number; side: Side }): number =>
    (xMm - middleMm) * (side === "right" ? 1 : -1);

  const exchanged = pairs.filter(({ aheadMm }) => aheadMm < -gapMm);
  const astray = singles.filter((each) => offset(each) < -marginMm);
  const isRight =
    pairs.some(({ aheadMm }) => aheadMm > gapMm) || singles.some((each) => offset(each) > marginMm);
  const base = { case: name, against: "rule for sides" } as const;
  const mm = (x: number): string => `x ${Number(x.toFixed(1))} mm`;
  if (!isRight && astray.length > 0 && (exchanged.length > 0 || astray.length > 2)) {
    const told = [
      ...astray.map((each) => `${each.name} on the patient's ${other(each.side)}`),
      ...exchanged.map(({ left }) => `${left.name} right of its partner`),
    ];
    const found =
      told.length > 6 ? `${told.slice(0, 6).join(", ")} and ${told.length - 6} more` : told.join(", ");
    const advice =
      "The header is mirrored (or the patient has situs inversus): look at the image, then flip x";
    const [{ file }] = astray;
    return [
      createFinding({ ...base, check: "mirrored", file, found, expected: "each on its own side" }, advice),
    ];
  }
  return [
    ...exchanged.map(({ left, right }) => {
      const found = `${left.name} at ${mm(left.xMm)}, on the patient's right of ${right.name} at ${mm(right.xMm)}`;
      const expected = `${left.name} left of ${right.name}: x grows toward the right`;
      const values = { file: left.file, against: left.file === right.file ? base.against : right.file };
      const advice = "Exchange the two names, or mend the header if the image is mirrored too";
      return createFinding({ case: name, ...values, check: "sides-exchanged", found, expected }, advice);
    }),
    ...astray.map(({ name: structure, file, xMm, side }) => {
      const from = body === undefined ? "the grid's centre" : "the middle of the body";
      const found = `${structure} at ${mm(xMm)}, on the patient's ${other(side)} of ${from} at ${mm(middleMm)}`;
      const expected = `${structure} on the ${side}: x grows toward the right`;
      return createFinding(
        { ...base, check: "wrong-side", file, found, expected },
        "Is the header mirrored?",
      );
    }),
  ];
}

function other(side: Side): Side {
  return side === "left" ? "right" : "left";
}

/** World x of the body's middle, from what lies there or on both sides of it; absent where nothing tells. */
function middleOf(
  placed: readonly PlacedStructure[],
  pairs: readonly { left: PlacedStructure; right: PlacedStructure }[],
  singles: readonly (PlacedStructure & { side: Side })[],
): number | undefined {
  const known = [
    ...placed.filter(({ name }) => middle.test(name)).map(({ xMm }) => xMm),
    ...pairs.map(({ left, right }) => (left.xMm + right.xMm) / 2),
  ].sort((a, b) => a - b);
  if (known.length > 0) return known[Math.floor(known.length / 2)];
  const [left, right] = (["left", "right"] as const).map((side) => {
    const onSide = singles.filter((each) => each.side === side);
    return onSide.reduce((sum, { xMm }) => sum + xMm, 0) / onSide.length;
  });
  const between = (left + right) / 2;
  return Number.isFinite(between) ? between : undefined;
}
