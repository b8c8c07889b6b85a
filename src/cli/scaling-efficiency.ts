import { toFullJson } from "../core/missing.js";
import { createKey } from "../core/random.js";
import type { EstimateWithInterval } from "../scaling/curve-interval.js";
import { requireGain } from "../scaling/curve-table.js";
import {
  spellBasis,
  spellInterval,
  spellMultiplier,
  spellScans,
  spellScansSaved,
} from "../scaling/efficiency-text.js";
import { multiplierReadings } from "../scaling/efficiency.js";
import { findLaw } from "../scaling/laws/table.js";
import { reportEfficiency } from "../scaling/report.js";
import type { EfficiencyReport } from "../scaling/report.js";
import { parseOptions, UsageError } from "./command.js";
import type { Command } from "./command.js";
import { openTable, readIntervalMethod, requireOneSplit } from "./scaling-fit.js";
import { formatNumber, formatTable } from "./table.js";

/** `tumorlab scaling efficiency` */
export const scalingEfficiencyCommand: Command = {
  name: "scaling efficiency",
  summary: "multiplier: how many real scans another arm's result stands for",
  usage: `tumorlab scaling efficiency FILE.csv --arms real,OTHER [options]

  --arms A,B      the arm whose curve is inverted, and the arm to be valued
  --read HOW      measured (default): the first arm's own points, joined in log n; beyond them only that it is more or fewer
                  extrapolated: the law there; law: the law everywhere
  --law NAME      law of the first arm (default power-floor)
  --split NAME    only the rows of this test set
  --bootstrap B   resamples of patients and seeds, both arms together (default 2000)
  --interval KIND percentile (default) or bca, which needs patients or seeds
  --seed S        of the resamples (default 0)
  --loss          scores are losses: lower is better
  --json          prints the report as JSON; null is what is not known, "Infinity" an infinite number

For each size of the other arm: how many scans of the first arm give the same score, the multiplier and the scans
saved, each with a 95 % interval; and the mean gain over log n ("-" where OTHER has one size). "more than 40": the
first arm has no such score at its largest size, 40. "beyond in 3 %": nor does it in so many resamples.`,
  async run(args, io) {
    const options = parseOptions(args, {
      values: ["arms", "law", "read", "split", "bootstrap", "interval", "seed"],
      flags: ["json", "loss"],
    });
    const arms = options
      .value("arms")
      ?.split(",")
      .map((arm) => arm.trim());
    if (arms?.length !== 2 || arms.includes(""))
      throw new UsageError("--arms takes two names, such as real,real+synthetic");
    const { table, name } = await openTable(options);
    for (const warning of table.warnings) io.err(`warning: ${name}, ${warning}\n`);
    const split = options.value("split");
    requireOneSplit(table, split);
    requireGain(table, arms[0], split);
    const read = options.value("read") ?? "measured";
    const reading = multiplierReadings.find((each) => each === read);
    if (!reading) throw new UsageError(`--read is ${read}, expected ${multiplierReadings.join(", ")}`);
    const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
    const report = reportEfficiency(table, arms[0], arms[1], findLaw(options.value("law") ?? "power-floor"), {
      split,
      reading,
      method: readIntervalMethod(options),
      resamples: options.number("bootstrap", 2000, isCount, "a whole number from 1"),
      key: createKey(
        options.number("seed", 0, (seed) => Number.isSafeInteger(seed) && seed >= 0, "a whole number from 0"),
      ),
    });
    io.out(options.has("json") ? `${toFullJson(report)}\n` : formatReport(report));
    return 0;
  },
};

function formatReport(report: EfficiencyReport): string {
  const { real, other, law, reading, measuredRange } = report;
  const isRead = reading !== "law";
  const rows = report.rows.map((row) => {
    const boundsOf = (change: (scans: number) => number): [number, number] | undefined =>
      isRead ? [change(measuredRange[0]), change(measuredRange[1])] : undefined;
    return [
      row.n,
      spellScans(row, formatNumber),
      spellBasis(row),
      spellMultiplier(row, formatNumber),
      formatInterval(
        row.multiplierInterval,
        isRead,
        boundsOf((scans) => scans / row.n),
      ),
      spellScansSaved(row, formatNumber),
      formatInterval(
        row.scansSavedInterval,
        isRead,
        boundsOf((scans) => scans - row.n),
      ),
    ];
  });
  const header = ["n", `equivalent ${real} scans`, "read off", "multiplier", "95 %", "scans saved", "95 %"];
  const how = { measured: "measured curve", extrapolated: `measured curve, then ${law}`, law }[reading];
  const intervals = [...report.rows.map(({ multiplierInterval }) => multiplierInterval), report.area];
  const isOfResiduals = report.unit === "residuals";
  const isMissing = isOfResiduals && intervals.every(({ low }) => Number.isNaN(low));
  const drawn = isMissing
    ? "nothing is drawn"
    : `${report.resamples} resamples of ${report.unit}${isOfResiduals ? ` around the ${law} law` : ""}`;
  const kinds = [...new Set(intervals.map(({ method }) => methodWords[method]))].join(" or ");
  const known = isOfResiduals ? ": the scatter of the points, nothing of patients or trainings" : "";
  const words = isMissing
    ? `-: no degree of freedom left, the ${law} law has as many parameters as each arm has sizes`
    : `${kinds} over the resamples${known}`;
  return [
    `${other} against ${real} (${how}; ${drawn})`,
    "",
    formatTable(header, rows),
    "",
    `95 %: ${words}`,
    "",
    // Curves that share no stretch of n have none.
    `mean gain over log n: ${report.area.estimate === undefined ? "-" : `${formatNumber(report.area.estimate)} ${formatInterval(report.area, isRead)}`}`,
    "",
  ].join("\n");
}

const methodWords = { percentile: "percentiles", bca: "BCa", t: "Student's t" };

function formatInterval(
  interval: EstimateWithInterval,
  isRead: boolean,
  bounds?: readonly [number, number],
): string {
  const percent = 100 * interval.undefinedShare;
  const share = percent < 1 ? "under 1" : percent.toFixed(0);
  const open = percent > 0 ? ` (${isRead ? "beyond" : "never"} in ${share} %)` : "";
  return `${spellInterval(interval, formatNumber, bounds)}${open}`;
}
