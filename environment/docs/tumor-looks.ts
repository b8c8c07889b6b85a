import { tumor } from "tumorlab";

/** What phantom and generators have in common as a Markdown table, one row per property. */
export function tabulateTumorLooks(): string {
  const rows = tumor
    .compareTumorLooks()
    .map(({ organName, look, phantom, generators, agreement, source }) =>
      [organName, look, phantom, generators, agreement, source].join(" | "),
    );
  const head = ["organ", "property", "phantom", "generators", "agreement", "rests on"];
  return [head.join(" | "), head.map(() => "---").join(" | "), ...rows].map((row) => `| ${row} |`).join("\n");
}
