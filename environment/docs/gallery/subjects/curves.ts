import * as lab from "tumorlab";

/**
 * Learning curves and laws
 *
 * From the paper's curves of pancreatic tumors. Points that were read off a plot are hollow.
 */
export async function given() {
  const jhh = await lab.paper.openPublishedCurves();
  const curves = lab.scaling.bootstrapCurves(jhh.table);
  return { jhh, curves };
}

type Given = Awaited<ReturnType<typeof given>>;

/** Points of two arms, and the law fitted to one of them with its limit. */
export function learningCurveFigure({ jhh, curves }: Given) {
  const law = lab.scaling.findLaw("power-floor");
  const fit = lab.scaling.fitLaw(law, curves.observed.real);
  const n = lab.scaling.logSpacedSizes(60, 10_000);
  const error = n.map((size) => lab.scaling.predictError(fit, size));
  const limit = law.asymptote(fit.parameters);
  const lines = [{ name: law.title, n, error, limit, color: lab.plot.seriesColors[2] }];
  const points = lab.scaling.measuredCurves(curves.observed, { estimates: jhh.estimates });
  return lab.plot.learningCurveFigure(points, { title: "Pancreatic tumors, JHH test set", lines });
}

/** Curves side by side on one axis of scores. */
export function curvePanelsFigure({ curves }: Given) {
  const [real, mixed] = lab.scaling.measuredCurves(curves.observed);
  const few = (curve: typeof real) => ({ ...curve, points: curve.points.filter(({ n }) => n <= 600) });
  return lab.plot.curvePanelsFigure(
    [
      { title: "All sizes", curves: [real, mixed] },
      { title: "Up to 600 scans", curves: [few(real), few(mixed)] },
    ],
    { title: "Pancreatic tumors, JHH test set", columns: 2 },
  );
}
