import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { createKey } from "tumorlab/internal/core/random";
import { loadModel, saveModel } from "tumorlab/internal/model/store";
import { compareAppearance, type PatientLesion } from "tumorlab/internal/realism/lesion-realism";
import { tellLesionsApart } from "tumorlab/internal/realism/tell-apart";
import { openGenerator } from "tumorlab/internal/synthesis/learned/open-generator";
import { trainGenerator } from "tumorlab/internal/training/generator/train-generator";
import { synthesizers } from "tumorlab/internal/tumor/synthesizers";
import {
  drawHosts,
  type Host,
  lesionsOfCases,
  lesionsOfGenerator,
  openTumorCases,
  organ,
  spacingMm,
} from "./tumors.js";

const helpText = `Usage: npm run bench -- generators [options]

How well a classifier tells each generator's tumors of the ${organ} at ${spacingMm[0]} mm from the phantom's own, by patient: the recipe,
the growth, and generators that learned from n patients, each seed from others of its own. As a ceiling, the same of further
patients of the phantom. Generators that were trained are kept in --folder, so that a run which was broken off goes on.

  --sizes A,B        patients to learn from (default 5,20,80,320)
  --seeds A,B        (default 1,2)
  --steps N          steps of each training (default 20000)
  --patients N       patients of each kind that are told apart (default 100)
  --scans DIR        scans of an experiment whose cohort has seed --cohort, in place of patients drawn anew
  --cohort N         seed of the patients (default 101)
  --folder DIR       where generators are kept (default .tumorlab/generators)
  --out FILE         writes the result as JSON
  --threads N        threads of the engine (default 1)
  --train            only trains what --folder lacks
`;

/** How one source of tumors compares with the phantom's own. */
interface Row {
  source: string;
  /** Patients learned from, and the seed; absent of a generator that does not learn. */
  n?: number;
  seed?: number;
  weightsSha256?: string;
  /** Area under the ROC curve with its 95 % interval over patients: by shape and look, and by look alone. */
  auc: { value: number; low: number; high: number };
  lookAuc: { value: number; low: number; high: number };
  /** Medians of the tumors' own figures and of these, and the largest difference of their distribution functions. */
  medians: Record<string, { reference: number; synthetic: number; ks: number }>;
}

/** The benchmark of generators; see its help text. */
export async function runBench(args: readonly string[]): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...{ sizes: text, seeds: text, steps: text, patients: text, scans: text, cohort: text, folder: text },
      ...{ out: text, threads: text, train: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    },
  });
  if (values.help) {
    process.stdout.write(helpText);
    return;
  }
  const list = (value: string | undefined, fallback: string): number[] =>
    (value ?? fallback).split(",").map((each) => {
      const number = Number(each);
      if (!Number.isInteger(number) || number < 1) throw new Error(`${each}: expected whole numbers from 1`);
      return number;
    });
  const [sizes, seeds] = [list(values.sizes, "5,20,80,320"), list(values.seeds, "1,2")];
  const one = (name: "steps" | "patients" | "cohort" | "threads", fallback: number): number =>
    list(values[name], String(fallback))[0];
  const [steps, patients, cohort] = [one("steps", 20_000), one("patients", 100), one("cohort", 101)];
  const threads = one("threads", 1);
  const folder = values.folder ?? path.join(".tumorlab", "generators");
  mkdirSync(folder, { recursive: true });
  const log = (line: string): boolean => process.stderr.write(`${line}\n`);

  const most = Math.max(...sizes);
  const all = openTumorCases(seeds.length * most + 2 * patients, values.scans, cohort);
  const learnable = all.slice(0, all.length - 2 * patients);
  const places = seeds.flatMap((seed, at) =>
    sizes.map((n) => ({
      n,
      seed,
      own: learnable.slice(at * most, at * most + n),
      place: path.join(folder, `${organ}-${cohort}-${n}-${seed}-${steps}`),
    })),
  );
  log(`${all.length} patients with tumors`);
  for (const { n, seed, own, place } of places) {
    if (existsSync(place)) continue;
    const model = await trainGenerator({
      ...{ organ, cases: own, config: { spacingMm, steps }, seed, threads },
      progress: ({ done, total }) => done % 100 === 0 && log(`n ${n}, seed ${seed}: ${done} of ${total}`),
    });
    await saveModel(place, model);
  }
  if (values.train) return;

  const reference = lesionsOfCases(all.slice(-2 * patients, -patients));
  const ceiling = lesionsOfCases(all.slice(-patients));
  const radiiMm = ceiling.map(({ radiusMm }) => radiusMm);
  const hosts: Host[] = drawHosts(patients, cohort);
  log(`${hosts.length} patients without`);
  const rows: Row[] = [compare("phantom", reference, ceiling)];
  for (const generator of synthesizers)
    rows.push(compare(generator.name, reference, await lesionsOfGenerator(generator, hosts, radiiMm)));
  for (const { n, seed, place } of places) {
    const generator = await openGenerator(await loadModel(place), { threads });
    const made = await lesionsOfGenerator(generator, hosts, radiiMm);
    const { weightsSha256 } = generator;
    rows.push({ ...compare("learned", reference, made), n, seed, weightsSha256 });
  }
  const call = `npm run bench -- generators ${args.join(" ")}`;
  const result = { call, organ, spacingMm, steps, patients, rows };
  if (values.out !== undefined) writeFileSync(values.out, `${JSON.stringify(result, null, 1)}\n`);
  for (const { source, n, seed, auc, lookAuc } of rows) {
    const show = ({ value, low, high }: Row["auc"]): string =>
      `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
    const name = n === undefined ? source : `${source}, n ${n}, seed ${seed}`;
    process.stdout.write(`${name.padEnd(24)} AUC ${show(auc)}, by look alone ${show(lookAuc)}\n`);
  }
}

function compare(source: string, reference: readonly PatientLesion[], made: readonly PatientLesion[]): Row {
  const key = createKey(11).split("tell apart");
  const round = (value: number): number => Number(value.toFixed(4));
  const areaOf = (options: Partial<Parameters<typeof tellLesionsApart>[2]> = {}): Row["auc"] => {
    const { value, low, high } = tellLesionsApart(reference, made, { key, ...options }).auc;
    return { value: round(value), low: round(low), high: round(high) };
  };
  const distances = compareAppearance(reference, made, key);
  return {
    source,
    auc: areaOf(),
    lookAuc: areaOf({ measures: ["contrastHu", "edgeWidthMm", "spreadRatio", "coherence"] }),
    medians: Object.fromEntries(
      distances.map(({ figure, referenceMedian, syntheticMedian, ks }) => [
        figure,
        { reference: round(referenceMedian), synthetic: round(syntheticMedian), ks: round(ks) },
      ]),
    ),
  };
}
