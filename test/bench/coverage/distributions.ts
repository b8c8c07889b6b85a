import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MeanQuestion } from "tumorlab/internal/stats/coverage-row";

/** Real values that samples are drawn from, as if they were all there are. */
export interface Distribution {
  question: MeanQuestion;
  name: string;
  bounds: readonly [number, number];
  values: number[];
}

/** The model whose Dice is drawn from, and those it is compared with: a near equal and a weaker one. */
const model = "nnU-Net_ResEncL";
const others = ["nnU-Net_MedNeXt", "MONAI_UNETR"];

/** What is drawn from, in words. */
export const describedDistributions: Readonly<Record<MeanQuestion, string>> = {
  mean: "Dice of nine organs by one model of the Touchstone benchmark, 743 scans of TotalSegmentator",
  difference: "its differences from two other models, one near equal and one weaker, organ by organ",
};

/** Dice of the model organ by organ, and its differences from the others; `undefined` where the tables are absent. */
export function readDistributions(folder: string): Distribution[] | undefined {
  const files = [model, ...others].map((name) => path.join(folder, name, "dsc.csv"));
  if (!files.every((file) => existsSync(file))) return undefined;
  const [own, ...rest] = files.map((file) => readScores(file));
  return own.organs.flatMap((organ): Distribution[] => [
    {
      question: "mean",
      name: organ,
      bounds: [0, 1],
      values: [...own.scores.get(organ)!.values()],
    },
    ...rest.map((other, i): Distribution => {
      const scores = other.scores.get(organ)!;
      return {
        question: "difference",
        name: `${organ} v ${others[i]}`,
        bounds: [-1, 1],
        values: [...own.scores.get(organ)!].flatMap(([scan, dice]) => {
          const second = scores.get(scan);
          return second === undefined ? [] : [dice - second];
        }),
      };
    }),
  ]);
}

/** Dice of every model of a folder with one folder a model; `undefined` where there are fewer than two. */
export function readAllScores(folder: string): ModelScores[] | undefined {
  if (!existsSync(folder)) return undefined;
  const models = readdirSync(folder)
    .sort()
    .filter((name) => existsSync(path.join(folder, name, "dsc.csv")))
    .map((name) => ({ name, ...readScores(path.join(folder, name, "dsc.csv")) }));
  return models.length < 2 ? undefined : models;
}

/** Dice of one model. */
export interface ModelScores {
  name: string;
  organs: string[];
  /** By organ and scan; what the model was not scored on has no entry. */
  scores: Map<string, Map<string, number>>;
}

/** Dice by organ and scan; what a model was not scored on has no entry. */
function readScores(file: string): { organs: string[]; scores: Map<string, Map<string, number>> } {
  const [header, ...rows] = readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.trim().split(","));
  const organs = header.slice(1);
  const scores = new Map(organs.map((organ) => [organ, new Map<string, number>()]));
  for (const [scan, ...cells] of rows)
    cells.forEach((cell, i) => {
      const dice = cell === "" ? NaN : Number(cell);
      if (!Number.isNaN(dice)) scores.get(organs[i])!.set(scan, dice);
    });
  return { organs, scores };
}
