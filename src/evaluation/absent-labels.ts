import { listNames } from "./align-labels.js";
import type { CaseScores } from "./score-case.js";

/**
 * Says which of the labels that were asked for no scored case has, on either side: their rows hold no number. A label that a
 * region stands in place of is not looked for.
 *
 * @param asked name by label value; absent where nobody chose.
 * @returns a sentence; none where nothing is absent or no case was scored.
 */
export function tellAbsentLabels(
  asked: Readonly<Record<number, string>> | undefined,
  scored: readonly Pick<CaseScores, "rows">[],
): string[] {
  const rows = scored.flatMap((each) => each.rows);
  const there = new Map(
    rows.filter(({ empty }) => empty !== "both").map(({ label, name }) => [label, name] as const),
  );
  const looked = new Set(rows.map(({ label }) => label));
  const absent = Object.entries(asked ?? {})
    .map(([value, name]) => [Number(value), name] as const)
    .filter(([value]) => looked.has(value) && !there.has(value));
  if (absent.length === 0) return [];
  const found = there.size > 0 ? `; there are ${spell([...there])}` : "";
  return [
    `--labels: no label map has ${spell(absent)}, neither of the references nor of the predictions${found}`,
  ];
}

function spell(labels: readonly (readonly [number, string])[]): string {
  return listNames(labels.map(([value, name]) => (name === `label ${value}` ? name : `${value} ${name}`)));
}
