import type { OrganAnalysis } from "../analyze/analyze-organ.js";

/**
 * How many trainings each point of some organs' curves rests on, the fewest and the most: `[1, 1]` where intervals draw
 * patients alone and do not know how another training would have come out. No points give `[0, 0]`.
 */
export function countTrainings(organs: readonly Pick<OrganAnalysis, "curves">[]): [number, number] {
  const counts = organs.flatMap(({ curves }) =>
    curves.flatMap(({ points }) => points.map(({ seeds }) => seeds)),
  );
  return counts.length === 0 ? [0, 0] : [Math.min(...counts), Math.max(...counts)];
}

/** {@link countTrainings} in figures, such as `"3"` or `"1 to 3"`. */
export function spellTrainings(organs: readonly Pick<OrganAnalysis, "curves">[]): string {
  const [fewest, most] = countTrainings(organs);
  return fewest === most ? String(most) : `${fewest} to ${most}`;
}
