import type { ExperimentAnalysis } from "../experiment/analyze/analyze.js";
import { spellTrainings } from "../experiment/plan/count-trainings.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import type { Verdict } from "./claims.js";

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
      "The scans here are phantoms, and tumors drawn into phantoms may come closer to theirs than tumors drawn into CT come to real ones.",
    ],
    "does not hold": [
      "The synthetic tumors differ from the phantom's own in size, contrast or place, and the network learns those instead.",
      "At a fixed number of steps every synthetic patch takes the place of a real one.",
    ],
  },
  "in-distribution-gain": {
    holds: ["With few real tumors every further shape and place counts, also a drawn one.", moreScans],
    "does not hold": [
      "At a fixed number of steps every synthetic patch takes the place of a real one.",
      "Where the real scans already show what the test asks for, synthetic tumors add nothing but their own appearance.",
    ],
  },
  "ood-gain": {
    holds: [
      "Tumors of many contrasts and sizes make the network rely less on one scanner's look.",
      moreScans,
    ],
    "does not hold": [
      "The synthetic tumors lie in scans of the training hospital: they change the tumors and not the scanner.",
      "The other hospital differs in noise and sharpness, which synthetic tumors do not teach.",
    ],
  },
  "ood-gain-is-larger": {
    holds: ["Outside there is more to gain, since the scores begin lower."],
    "does not hold": [
      "The synthetic tumors lie in scans of the training hospital: they change the tumors and not the scanner.",
    ],
  },
  "organ-order": {
    holds: ["Organs whose tumors are small or faint leave more to gain in both studies."],
    "does not hold": [
      "The paper's order reflects which public data there were before; here every organ has the same number of phantoms.",
    ],
  },
};

/** Claims that are asked of one organ alone. */
const leadOrganClaims: readonly string[] = ["real-saturation", "synthetic-sufficiency"];

/** Why an answer came out so, in words; where nothing can be told, how wide the interval is and what decides it. */
export function explainVerdict(
  id: string,
  verdict: Verdict,
  { low, high }: EstimateWithInterval,
  analysis: ExperimentAnalysis,
): string[] {
  if (verdict !== "cannot be told here") return [...(reasons[id]?.[verdict] ?? [])];
  const lead = leadOrganClaims.includes(id);
  const organs = analysis.organs.filter(({ organ }) => !lead || organ === "pancreas");
  const patients = Math.max(...organs.flatMap((entry) => entry.patients.map((test) => test.withTumor)));
  const spelled = spellTrainings(organs);
  const trainings = `${spelled} ${spelled === "1" ? "training" : "trainings"} per size`;
  const counted = lead ? ` and ${trainings}` : `, ${trainings} and ${organs.length} organs`;
  return [
    `The interval is ${(high - low).toFixed(2)} wide, with at most ${patients} test patients with a tumor per set${counted}. Four times as many of each would halve it.`,
  ];
}
