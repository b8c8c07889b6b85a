import { LabError } from "../../core/errors.js";
import { openPublished } from "../../data/published.js";
import type { CurveSet } from "../../scaling/curve-bootstrap.js";
import type { CurvePoint } from "../../scaling/curve.js";
import { areaBetweenCurves, measureMultiplier } from "../../scaling/efficiency.js";
import { fitLaw } from "../../scaling/fit.js";
import { findLaw } from "../../scaling/laws/table.js";
import { findSaturation } from "../../scaling/saturation.js";
import { compareSteepness } from "../../scaling/steepness.js";
import type { PairReading, SteepnessComparison } from "../../scaling/steepness.js";
import { readPublishedCurves } from "../published-curves.js";
import { takeNumber, takeText } from "./arithmetic.js";
import type { LedgerFunction } from "./expression.js";

const [real, mixed] = ["real", "real+synthetic"];

/**
 * What the ledger fits to the published JHH curves, or reads off them. Gains, limits and the area are in Dice points; what a
 * definition, a law or a curve does not reach is Infinity, what is not determined NaN.
 * - `limit(arm, law)`: what Dice goes to; `saturation(arm, law, definition)`: from how many scans on, by one of
 *   `saturationDefinitions`;
 * - `multiplier(n, reading)`: real scans that each real scan becomes with synthetic tumors, read off the measured curve
 *   (`"measured"`) or off a law;
 * - `area()`: mean gain over log n;
 * - `gainPerDoubling(arm, to)`, `errorExponent(arm, to)` from the smallest size to `to`, `exponentAboveFloor(arm)`.
 *
 * @param folder of the published tables; default the ones that come with the project.
 */
export function createCurveFunctions(folder?: string): Readonly<Record<string, LedgerFunction>> {
  let opened: Promise<CurveSet> | undefined;
  const open = (): Promise<CurveSet> =>
    (opened ??= openPublished("jhh-scaling", folder).then((table) => readPublishedCurves(table)));
  const curve = async (arm: string): Promise<readonly CurvePoint[]> => {
    const curves = await open();
    if (!Object.hasOwn(curves, arm))
      throw new LabError("an arm in the ledger", arm, Object.keys(curves).join(", "));
    return curves[arm];
  };
  const steepness =
    (name: string, reading: (of: SteepnessComparison) => PairReading, scale: number): LedgerFunction =>
    async (arm, to) => {
      const points = await curve(takeText(name, arm));
      const end = to === undefined ? Math.max(...points.map(({ n }) => n)) : takeNumber(name, to);
      const pair = reading(compareSteepness({ observed: await open() }, real, mixed, { to: end }));
      return scale * ((arm === real ? pair.first : pair.second).estimate ?? NaN);
    };
  return {
    limit: async (arm, law) => {
      const found = fitLaw(findLaw(takeText("limit", law)), await curve(takeText("limit", arm)));
      return 100 * (1 - (found.law.asymptote(found.parameters) ?? NaN));
    },
    saturation: async (arm, law, definition) => {
      const points = await curve(takeText("saturation", arm));
      const answers = findSaturation(points, fitLaw(findLaw(takeText("saturation", law)), points));
      const answer = answers.find((each) => each.definition === definition);
      if (!answer)
        throw new LabError(
          "saturation() in the ledger",
          definition,
          answers.map((each) => each.definition).join(", "),
        );
      return answer.n ?? Infinity;
    },
    multiplier: async (n, reading) => {
      const at = (await curve(mixed)).filter((point) => point.n === n);
      if (at.length === 0)
        throw new LabError("multiplier() in the ledger", n, "a size of the published curve");
      const points = await curve(real);
      const [{ multiplier = Infinity }] =
        reading === "measured"
          ? measureMultiplier(points, at)
          : measureMultiplier(points, at, {
              reading: "law",
              fit: fitLaw(findLaw(takeText("multiplier", reading)), points),
            });
      return multiplier;
    },
    area: async () => 100 * (areaBetweenCurves(await curve(real), await curve(mixed)) ?? NaN),
    gainPerDoubling: steepness("gainPerDoubling", (of) => of.gainPerDoubling, 100),
    errorExponent: steepness("errorExponent", (of) => of.errorExponent, 1),
    exponentAboveFloor: steepness("exponentAboveFloor", (of) => of.exponentAboveFloor, 1),
  };
}
