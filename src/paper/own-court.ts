import { LabError, requireThat } from "../core/errors.js";
import { groupThousands } from "../core/group-thousands.js";
import { openCohort } from "../data/open-cohort.js";
import { openPublished } from "../data/published.js";
import type { PublishedRow, PublishedTable } from "../data/published.js";
import { judgeMeans } from "../evaluation/court/judge-means.js";
import type { JudgeMeansOptions, ReportedMean } from "../evaluation/court/judge-means.js";
import { settleVerdict } from "../evaluation/court/judgment.js";
import type { CourtVerdict, Judgment } from "../evaluation/court/judgment.js";

/** Two published means and what is known of the cases behind them. */
export interface PublishedComparison {
  /** Such as `msd-liver`. */
  id: string;
  /** The structure of the judgment that holds it. */
  structure: string;
  /** What the paper says, in this project's words. */
  claim: string;
  /** Test cases, and where their number stands: no table of the paper prints it. */
  n: number;
  nFrom: string;
  /** Where the means stand, as the source of their table says. */
  source: string;
  /** A mean was read off a plot. */
  estimate: boolean;
  /** What would change the answer. */
  caveats: string[];
  /** What all correlations that were assumed agree on, else *cannot be told*. */
  verdict: CourtVerdict;
}

/** The paper's own comparisons as {@link judgeMeans} sees them. */
export interface PublishedJudgment extends Judgment {
  comparisons: PublishedComparison[];
}

interface Compared {
  id: string;
  structure: string;
  claim: string;
  table: PublishedTable;
  rows: readonly PublishedRow[];
  means: [Named, Named];
  test: TestSet;
  caveats: string[];
}

type Named = Pick<ReportedMean, "model" | "mean">;

/** Where the number of test cases stands: a split of a cohort's manifest. */
interface TestSet {
  cohort: string;
  split: string;
  of: "scans" | "patients";
}

const ours = "AbdomenAtlas 2.0";

/** Data sets as the paper's tables call them. */
const testSets: Readonly<Record<string, TestSet>> = {
  "MSD liver": { cohort: "msd-liver", split: "test", of: "scans" },
  "MSD pancreas": { cohort: "msd-pancreas", split: "test", of: "scans" },
  "3D-IRCADb": { cohort: "3d-ircadb", split: "all", of: "patients" },
  KiPA22: { cohort: "kipa22", split: "open test", of: "scans" },
  PANORAMA: { cohort: "panorama", split: "with PDAC", of: "scans" },
  JHH: { cohort: "jhh", split: "test", of: "patients" },
};

const caveatsOf: Readonly<Record<string, string>> = {
  KiPA22: "Of two test sets of 30 scans; on which of them is not stated.",
  PANORAMA: "All its scans with a tumor; how many the paper tested on is not stated.",
  JHH: "That these are the test patients is an inference from SuPreM's list.",
  "3D-IRCADb": "All its patients; where only those with a tumor count there are fewer.",
};

/**
 * The paper's own comparisons in the court that is open to any table: its tumor Dice against the best other method on MSD and on data
 * of other hospitals, 1,500 real scans against all, and 500 real scans with synthetic tumors against 1,500. Means come from
 * `data-manifests/paper/`, the numbers of test cases from the manifests of the cohorts; the spread over cases was not published and
 * follows from the means, and the correlation of two models is assumed, see {@link judgeMeans}.
 *
 * @param options of `judgeMeans`, and `folder` of the published tables; default the ones that come with the project.
 */
export async function judgePublished(
  options: JudgeMeansOptions & { folder?: string } = {},
): Promise<PublishedJudgment> {
  const { folder, ...how } = options;
  const compared = [
    ...compareLeaders(await openPublished("msd-leaderboard", folder)),
    ...compareOutside(await openPublished("ood-generalization", folder)),
    ...compareSizes(await openPublished("jhh-scaling", folder)),
  ];
  const known = await Promise.all(
    compared.map(async (each) => ({ ...each, ...(await countCases(each.test)) })),
  );
  const judgment = judgeMeans(
    known.flatMap(({ structure, means, n }) => means.map((mean) => ({ ...mean, structure, n }))),
    how,
  );
  const comparisons = known.map(
    ({ id, structure, claim, table, rows, n, nFrom, caveats }): PublishedComparison => {
      const pairs = judgment.structures.find(({ name }) => name === structure)!.pairs;
      return {
        ...{ id, structure, claim, n, nFrom, caveats },
        source: [...new Set(rows.map((row) => sourceOf(table, row)))].join("; "),
        estimate: rows.some(({ estimate }) => estimate),
        verdict: settleVerdict(pairs),
      };
    },
  );
  return { ...judgment, comparisons };
}

function compareLeaders(table: PublishedTable): Compared[] {
  const organs = [...new Set(table.rows.map(({ organ }) => organ as string))];
  return organs.map((organ) => {
    const rows = table.rows.filter((row) => row.organ === organ);
    const own = rows.find(({ method }) => method === ours);
    if (own === undefined) throw new LabError(table.name, `no row of ${ours}, ${organ}`, "one");
    const others = rows.filter((row) => row !== own);
    requireThat(others.length > 0, table.name, organ, "a row of another method too");
    const best = others.reduce((a, b) => (diceOf(table, b) > diceOf(table, a) ? b : a));
    const structure = `MSD ${organ}`;
    return {
      id: `msd-${organ}`,
      structure,
      claim: `${ours} leads the Decathlon's ${organ} tumors.`,
      ...{ table, rows: [own, best], caveats: caveatOf(structure), test: testSetOf(table, structure) },
      means: [
        { model: ours, mean: diceOf(table, own) },
        { model: best.method as string, mean: diceOf(table, best) },
      ],
    };
  });
}

function compareOutside(table: PublishedTable): Compared[] {
  return table.rows.map((row) => {
    const [dataset, organ] = [row.dataset as string, row.organ as string];
    const leak = (table.notes ?? []).filter((note) => note.startsWith(dataset));
    return {
      id: `ood-${testSetOf(table, dataset).cohort}`,
      structure: dataset === "JHH" ? `${dataset}, from outside` : dataset,
      claim: `${ours} is better on the ${organ} tumors of ${dataset}, a hospital that it has not seen.`,
      ...{ table, rows: [row], caveats: [...caveatOf(dataset), ...leak], test: testSetOf(table, dataset) },
      means: [
        { model: ours, mean: diceOf(table, row) },
        { model: row.baseline as string, mean: diceOf(table, row, "baselineDicePercent") },
      ],
    };
  });
}

function compareSizes(table: PublishedTable): Compared[] {
  const rowOf = (n: number, arm: string): PublishedRow => {
    const row = table.rows.find((each) => each.n === n && each.arm === arm);
    if (row === undefined) throw new LabError(table.name, `no row of ${n} scans, ${arm}`, "one");
    return row;
  };
  const real = table.rows.filter(({ arm }) => arm === "real").map(({ n }) => n as number);
  const compare = (
    id: string,
    claim: string,
    structure: string,
    pair: readonly [n: number, arm: string][],
  ): Compared => {
    const rows = pair.map(([n, arm]) => rowOf(n, arm));
    const means = rows.map((row) => ({ model: nameArm(row), mean: diceOf(table, row) }));
    const read = rows.some(({ estimate }) => estimate) ? ["A mean was read off a plot."] : [];
    return {
      ...{ id, claim, structure, table, rows, means: means as [Named, Named] },
      ...{ test: testSetOf(table, "JHH"), caveats: [...caveatOf("JHH"), ...read] },
    };
  };
  return [
    compare(
      "real-saturation",
      "Beyond 1,500 real scans Dice no longer rises.",
      "JHH, all scans against 1,500",
      [
        [Math.max(...real), "real"],
        [1500, "real"],
      ],
    ),
    compare(
      "synthetic-sufficiency",
      "500 real scans with synthetic tumors do what 1,500 real scans do.",
      "JHH, 500 and synthetic against 1,500",
      [
        [500, "real+synthetic"],
        [1500, "real"],
      ],
    ),
  ];
}

function nameArm({ n, arm }: PublishedRow): string {
  const scans = `${groupThousands(n as number)} real scans`;
  return arm === "real" ? scans : `${scans} and synthetic tumors`;
}

function diceOf(table: PublishedTable, row: PublishedRow, column = "dicePercent"): number {
  const value = row[column];
  if (typeof value !== "number") throw new LabError(`${table.name}.${column}`, value, "a number");
  return value / 100;
}

function testSetOf(table: PublishedTable, dataset: string): TestSet {
  if (!Object.hasOwn(testSets, dataset))
    throw new LabError(table.name, dataset, `one of ${Object.keys(testSets).join(", ")}`);
  return testSets[dataset];
}

function caveatOf(dataset: string): string[] {
  return Object.hasOwn(caveatsOf, dataset) ? [caveatsOf[dataset]] : [];
}

async function countCases({ cohort, split, of }: TestSet): Promise<{ n: number; nFrom: string }> {
  const { splits, title } = await openCohort(cohort);
  const n = splits.find(({ name }) => name === split)?.[of];
  if (typeof n !== "number") throw new LabError(`${cohort}, split ${split}, ${of}`, n, "a number");
  return { n, nFrom: `${groupThousands(n)} ${of} of ${title}, split ${split}` };
}

function sourceOf({ sources }: PublishedTable, { source }: PublishedRow): string {
  return sources.find(({ key }) => key === source)?.what ?? source;
}
