import { toCurveArrays } from "./curve.js";
import type { CurveArrays, CurvePoint } from "./curve.js";
import { fitCurve } from "./fit.js";
import type { FitOptions } from "./fit.js";
import type { ScalingLaw } from "./law.js";
import { searchParameters } from "./search.js";
import { createSeparableFitter } from "./separable.js";
import type { SeparableFitter } from "./separable.js";

/**
 * Fits one law to many curves, such as the replicates of a bootstrap: the same parameters as `fitLaw` gives, without
 * its checks on what the points determine. Separable laws (absolute residuals) share what depends on the sizes alone;
 * the others start from the first curve's best fit.
 *
 * @param curves as `fitLaw` takes them; fastest where they have the same n in the same order.
 * @returns parameters of each curve, in the order of `law.parameters`. No curves give an empty list.
 * @throws LabError as `fitLaw` does.
 */
export function refitLaw(
  law: ScalingLaw,
  curves: readonly (readonly CurvePoint[])[],
  options: FitOptions = {},
): number[][] {
  const { residual = "absolute" } = options;
  if (law.separable && residual === "absolute") return refitSeparable(law, curves);
  let start: readonly number[] | undefined;
  return curves.map((points) => {
    const curve = toCurveArrays(points);
    const found = start && searchParameters(law, curve, residual, [start], undefined, { tolerance: 1e-10 });
    const parameters = found?.parameters ?? fitCurve(law, curve, residual).parameters;
    start ??= parameters;
    return parameters;
  });
}

function refitSeparable(law: ScalingLaw, curves: readonly (readonly CurvePoint[])[]): number[][] {
  const { floorIndex, amplitudeIndex, rateIndex } = law.separable!;
  let fitter: SeparableFitter | undefined;
  let sizes: Float64Array | undefined;
  return curves.map((points) => {
    const curve = toCurveArrays(points);
    if (curve.distinctCount < 2) return fitCurve(law, curve, "absolute").parameters;
    if (!fitter || !sizes || !hasSizes(curve, sizes)) {
      fitter = createSeparableFitter(law, curve.n);
      sizes = curve.n;
    }
    const { floor, amplitude, rate } = fitter(curve.error, curve.weight);
    const parameters = new Array<number>(3);
    parameters[floorIndex] = floor;
    parameters[amplitudeIndex] = amplitude;
    parameters[rateIndex] = rate;
    return parameters;
  });
}

function hasSizes({ n }: CurveArrays, sizes: Float64Array): boolean {
  if (n.length !== sizes.length) return false;
  for (let i = 0; i < n.length; i++) if (n[i] !== sizes[i]) return false;
  return true;
}
