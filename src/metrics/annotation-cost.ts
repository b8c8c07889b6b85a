import { requireThat } from "../core/errors.js";
import type { FrocCurve, FrocPoint } from "./froc.js";

/** What a reader's work on one lesion costs. */
export interface AnnotationPrices {
  /** Seconds to look at a candidate and confirm or reject it; 0 or more. */
  judgeS: number;
  /** Minutes to find and draw a lesion that the model missed; above 0. */
  drawMin: number;
}

/** The work behind one threshold. */
export interface AnnotationCost extends FrocPoint {
  /** Minutes a scan to judge every candidate and to draw every missed lesion. */
  minutesPerScan: number;
  /** Minutes a scan less than without a model, where every lesion is drawn; below 0 the model costs time. */
  savedPerScan: number;
}

/** What the model's help is worth, threshold by threshold. */
export interface AnnotationCosts {
  /** Minutes a scan without a model. */
  alonePerScan: number;
  /** From the highest threshold to the lowest, as the curve has them. */
  points: AnnotationCost[];
  /** The threshold that saves most; `undefined` where none saves anything. */
  best: AnnotationCost | undefined;
  /** So many false alarms may come with a lesion that is found before the model costs more than it saves. */
  falseAlarmsWorthAFind: number;
}

/**
 * What candidates of a detector save a reader who judges each of them and draws what is missed. Reading the scan for what was missed
 * takes as long with a model as without, and is in neither.
 *
 * @returns without candidates no points and no best; without lesions nothing can be saved.
 * @throws LabError for prices that cannot be.
 */
export function costAnnotation(
  { lesions, scans, points }: Pick<FrocCurve, "lesions" | "scans" | "points">,
  { judgeS, drawMin }: AnnotationPrices,
): AnnotationCosts {
  requireThat(judgeS >= 0, "judgeS", judgeS, "0 s or more");
  requireThat(drawMin > 0, "drawMin", drawMin, "more than 0 min");
  const judgeMin = judgeS / 60;
  const alonePerScan = scans > 0 ? (lesions * drawMin) / scans : 0;
  const costs = points.map((point): AnnotationCost => {
    const judged = (point.found + point.falsePositives) * judgeMin;
    const minutesPerScan = (judged + (lesions - point.found) * drawMin) / scans;
    return { ...point, minutesPerScan, savedPerScan: alonePerScan - minutesPerScan };
  });
  const most = costs.reduce<AnnotationCost | undefined>(
    (best, each) => (each.savedPerScan > (best?.savedPerScan ?? 0) ? each : best),
    undefined,
  );
  return {
    alonePerScan,
    points: costs,
    best: most,
    falseAlarmsWorthAFind: judgeMin > 0 ? (drawMin - judgeMin) / judgeMin : Infinity,
  };
}
