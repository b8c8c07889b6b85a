import type { Subject } from "./example.js";
import * as charts from "./subjects/charts.js";
import * as court from "./subjects/court.js";
import * as curves from "./subjects/curves.js";
import * as experiment from "./subjects/experiment.js";
import * as lesions from "./subjects/lesions.js";
import * as probabilities from "./subjects/probabilities.js";
import * as scores from "./subjects/scores.js";
import * as slices from "./subjects/slices.js";
import * as training from "./subjects/training.js";

/** Everything in the gallery, in the order of its page. */
export const subjects: readonly Subject[] = Object.entries({
  slices,
  lesions,
  training,
  scores,
  court,
  probabilities,
  curves,
  experiment,
  charts,
}).map(([name, module]) => ({ name, module }));
