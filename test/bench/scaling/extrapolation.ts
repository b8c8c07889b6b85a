import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CurvePoint } from "tumorlab/internal/scaling/curve";
import { fitLaw, predictError } from "tumorlab/internal/scaling/fit";
import { scalingLaws } from "tumorlab/internal/scaling/laws/table";
import { selectLaw } from "tumorlab/internal/scaling/select";
import { median } from "tumorlab/internal/stats/describe";

/** One learning curve: what a fit may see, and what it is judged on. */
export interface SplitCurve {
  name: string;
  training: CurvePoint[];
  held: CurvePoint[];
}

/** Curves that are judged together. */
export interface CurveCollection {
  title: string;
  curves: SplitCurve[];
  /** RMS asked of the law that the selection rule picks. */
  asked?: number;
  /** Whether scipy fits them, too. */
  hasPeer: boolean;
}

/** Errors of each law on a collection. */
export interface Forecasts {
  title: string;
  asked?: number;
  curves: string[];
  /** RMS of log(predicted / observed) over a curve's held-out points, in the order of the curves. */
  laws: Record<string, number[]>;
  /** The law that `selectLaw` picks from the training points alone. */
  chosen: string[];
  chosenErrors: number[];
  peer?: Record<string, (number | null)[]>;
}

/** The five curves with their published split; `undefined` where the file is not there. */
export async function readNmt(folder: string): Promise<CurveCollection | undefined> {
  const file = path.join(folder, "nmt.csv");
  if (!existsSync(file)) return undefined;
  const curves = new Map<string, SplitCurve>();
  for (const line of readFileSync(file, "utf8").trim().split("\n").slice(1)) {
    const [name, n, score, training] = line.split(",");
    const curve = curves.get(name) ?? { name, training: [], held: [] };
    curves.set(name, curve);
    (training === "1" ? curve.training : curve.held).push({ n: Number(n), error: Number(score) });
  }
  return {
    title: "Neural machine translation, split as published",
    curves: [...curves.values()],
    asked: 0.052,
    hasPeer: true,
  };
}

/** Learners of LCDB 1.1 on one data set, cut at a half and at a quarter of the largest size: curves of another kind. */
export async function readLcdb(folder: string): Promise<CurveCollection[]> {
  const [errors, meta] = ["lcdb11_er_28.json", "lcdb11_meta.json"].map((name) => path.join(folder, name));
  if (!existsSync(errors) || !existsSync(meta)) return [];
  const { anchors, learners } = JSON.parse(readFileSync(meta, "utf8")) as {
    anchors: number[];
    learners: string[];
  };
  const table = JSON.parse(readFileSync(errors, "utf8")) as (number | null)[][][][];
  return [2, 4].map((factor) => ({
    title: `LCDB 1.1, learners that learn, predicting ${factor} times their largest size`,
    hasPeer: false,
    curves: table.flatMap(([mean], k) => {
      const points = mean.map((row, i) => ({ n: anchors[i], error: row?.[1] ?? 0 }));
      // Every fourth size: half an octave apart. An error of 0 has no logarithm.
      const curve = points.filter(({ error }) => error > 0).filter((_, i) => i % 4 === 0);
      const cut = curve[curve.length - 1].n / factor;
      const training = curve.filter(({ n }) => n <= cut);
      const isLearning = training[training.length - 1].error < 0.9 * training[0].error;
      return isLearning ? [{ name: learners[k], training, held: curve.filter(({ n }) => n > cut) }] : [];
    }),
  }));
}

/** Fits every law to the training points, on the logarithm of the error as the benchmark judges. */
export function judgeLaws({ title, asked, curves }: CurveCollection): Forecasts {
  const residual = "log";
  const judge = (curve: SplitCurve, predict: (n: number) => number): number =>
    Math.sqrt(
      curve.held.reduce((sum, { n, error }) => sum + Math.log(predict(n) / error) ** 2, 0) /
        curve.held.length,
    );
  const laws = Object.fromEntries(
    scalingLaws.map((law) => [
      law.name,
      curves.map((curve) => {
        const fit = fitLaw(law, curve.training, { residual });
        return judge(curve, (n) => predictError(fit, n));
      }),
    ]),
  );
  const picked = curves.map((curve) => selectLaw(curve.training, scalingLaws, { residual }).chosen);
  return {
    title,
    asked,
    curves: curves.map(({ name }) => name),
    laws,
    chosen: picked.map(({ law }) => law.name),
    chosenErrors: curves.map((curve, i) => judge(curve, (n) => predictError(picked[i], n))),
  };
}

/** Adds what scipy's curve_fit reaches on the same curves. */
export async function forecastWithPeer(
  own: Forecasts,
  { curves }: CurveCollection,
  python: string,
  script: string,
): Promise<Forecasts> {
  const child = spawn(python, [script, "forecast"], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify(curves));
  let text = "";
  for await (const chunk of child.stdout) text += String(chunk);
  return { ...own, peer: JSON.parse(text) as Record<string, (number | null)[]> };
}

/** The table for people: one law a line. */
export function formatForecasts(forecasts: Forecasts): string {
  const { title, laws, peer, chosen, chosenErrors, asked } = forecasts;
  const count = forecasts.curves.length;
  const lines = [
    "",
    `${title}: RMS of log(predicted / observed) on held-out points, ${count} curves`,
    `${"law".padEnd(24)}${"RMS".padStart(8)}${"median".padStart(9)}${peer ? "scipy".padStart(9) : ""}`,
  ];
  const line = (name: string, errors: readonly number[], other?: readonly (number | null)[]): string =>
    `${name.padEnd(24)}${rms(errors).toFixed(4).padStart(8)}${median(errors).toFixed(4).padStart(9)}` +
    (peer ? (other ? rms(other.map((e) => e ?? NaN)).toFixed(4) : "-").padStart(9) : "");
  for (const [name, errors] of Object.entries(laws)) lines.push(line(name, errors, peer?.[name]));
  lines.push(line("picked by selectLaw", chosenErrors));
  if (asked !== undefined) lines.push(`  asked ${asked}: ${rms(chosenErrors) < asked ? "met" : "MISSED"}`);
  if (count <= 8)
    lines.push(`  picked: ${forecasts.curves.map((name, i) => `${name} ${chosen[i]}`).join(", ")}`);
  return lines.join("\n");
}

function rms(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
