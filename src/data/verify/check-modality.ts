import { basename } from "../../platform/paths.js";
import type { CohortFiles } from "../layouts.js";
import type { CohortManifest } from "../manifest.js";
import { createFinding } from "./finding.js";
import type { Finding } from "./finding.js";

const ct = new Set(["ct", "cta", "cbct", "cect", "ncct", "ldct", "hu", "computed", "tomography"]);
const other =
  /^(mri?|mrt|t1\w*|t2\w*|flair|adc|dwi|dti|pd|pet|pt|suv\w*|fdg|spect|us|ultrasound|xray|x|cr|dx|mg)$/;

/** Whether a channel's or modality's name, such as `"CT"`, `"CT venous"` or `"T2"`, is one of a CT. */
export function isCtName(name: string): boolean {
  const words = name.toLowerCase().split(/[^a-z0-9]+/);
  return words.some((word) => ct.has(word)) && !words.some((word) => other.test(word));
}

/**
 * Looks whether a cohort is of CTs with one channel: by what dataset.json or the manifest say of its channels, and by
 * files of further channels. Everything here reads the first channel alone, and reads it as HU.
 */
export function checkModality({ cases, dataset }: CohortFiles, manifest?: CohortManifest): Finding[] {
  const base = { check: "not-ct", expected: "CT, one channel" } as const;
  const advice = "The first channel alone is read, and its numbers are taken for HU";
  const names = dataset?.channels ?? Object.values(manifest?.channel_names ?? {});
  const against = dataset?.channels ? "dataset.json" : `manifest ${manifest?.name}`;
  const findings: Finding[] = [];
  if (names.length > 1 || names.some((name) => !isCtName(name)))
    findings.push(
      createFinding(
        { ...base, case: "all cases", file: against, found: names.join(", "), against: "rule for images" },
        advice,
      ),
    );
  for (const { case: name, image, furtherChannels = [] } of cases)
    if (furtherChannels.length > 0)
      findings.push(
        createFinding(
          {
            ...base,
            case: name,
            file: `imagesTr/${basename(furtherChannels[0])}`,
            found: `${furtherChannels.length + 1} channels`,
            against: image ? `imagesTr/${basename(image)}` : "layout",
          },
          advice,
        ),
      );
  return findings;
}
