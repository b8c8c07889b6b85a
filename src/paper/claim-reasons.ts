import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import type { Verdict } from "./claim.js";

/** Holds against every gain of the arm with synthetic tumors. */
const moreScans =
  "Synthetic tumors are put into healthy scans that the real arm never sees: part of the gain may be that of more patients, and not of tumors.";

/** What would explain an answer, by claim. Possibilities, not findings. */
const reasons: Readonly<Record<string, Partial<Record<Verdict, readonly string[]>>>> = {
  "real-saturation": {
    holds: [
      "A small network trained for a fixed number of steps may have learned what it can: a flat curve speaks of the network and its steps as much as of the data.",
      "Phantom patients differ less from each other than people do, so that few of them show all there is.",
    ],
    "does not hold": [
      "The sizes here lie at the left end of the paper's axis, where its own curve still rises.",
      "With few scans every new tumor is unlike the ones before.",
    ],
  },
  "synthetic-sufficiency": {
    holds: [
      "The synthetic tumors show the network shapes, places and sizes that few real scans do not have.",
      moreScans,
      "The scans here are phantoms, and synthetic tumors may come closer to a phantom's tumors than to a person's.",
    ],
    "does not hold": [
      "The synthetic tumors differ from the phantom's own in size, contrast or place, and the network learns those instead.",
      "At a fixed number of steps every synthetic patch takes the place of a real one.",
    ],
  },
};

/** What would explain a finding of the experiment's own, by its name. */
const ownReasons: typeof reasons = {
  "synthetic-gain-in": {
    holds: ["With few real tumors every further shape and place counts, also a synthetic one.", moreScans],
    "does not hold": [
      "At a fixed number of steps every synthetic patch takes the place of a real one.",
      "Where the real scans already show what the test asks for, synthetic tumors add nothing but their own appearance.",
    ],
  },
  "synthetic-gain-out": {
    holds: [
      "Tumors of many contrasts and sizes make the network rely less on how one scanner shows them.",
      moreScans,
    ],
    "does not hold": [
      "The synthetic tumors lie in scans of the training hospital: they change the tumors and not the scanner.",
      "The other hospital differs in noise and sharpness, which synthetic tumors do not teach.",
    ],
  },
  "gain-larger-outside": {
    holds: ["Outside there is more to gain, since the scores begin lower."],
    "does not hold": [
      "The synthetic tumors lie in scans of the training hospital: they change the tumors and not the scanner.",
    ],
  },
  "still-rising": {
    holds: ["With few scans every new tumor is unlike the ones before."],
    "does not hold": [
      "A small network trained for a fixed number of steps may have learned what it can: a flat curve speaks of the network and its steps as much as of the data.",
    ],
  },
};

/** Why an answer came out so, in words; where it cannot be told, what its interval is made of. */
export function explainVerdict(id: string, verdict: Verdict, measured: EstimateWithInterval): string[] {
  if (verdict !== "cannot be told") return [...((reasons[id] ?? ownReasons[id])?.[verdict] ?? [])];
  return [explainWidth(measured)];
}

/** Which of the things that were drawn make an interval as wide as it is, and so what would narrow it. */
function explainWidth({ low, high, parts = [] }: EstimateWithInterval): string {
  const width = `The interval is ${(high - low).toFixed(2)} wide.`;
  if (parts.some(({ unit }) => unit === "organs"))
    return `${width} It counts ${parts[0].count} organs as so many numbers: their spread decides. More patients and trainings make each number surer, and narrow it only so far as the spread is theirs.`;
  if (parts.length === 0) return width;
  const byUnit = [...new Set(parts.map(({ unit }) => unit))]
    .map((unit) => {
      const own = parts.filter((part) => part.unit === unit);
      const sum = (of: (part: (typeof parts)[number]) => number): number =>
        own.reduce((total, part) => total + of(part), 0);
      return { unit, count: sum(({ count }) => count), share: sum(({ share }) => share) };
    })
    .sort((a, b) => b.share - a.share);
  const shares = byUnit.map(({ unit, count, share }) => `${Math.round(100 * share)} % from ${count} ${unit}`);
  const advice = byUnit.length > 1 ? `: more ${byUnit[0].unit} would narrow it most` : "";
  return `${width} Its variance comes ${shares.join(" and ")}${advice}.`;
}
