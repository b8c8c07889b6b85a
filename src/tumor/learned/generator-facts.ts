import { tumorOrgans, type TumorOrgan } from "../../anatomy/organs.js";
import { LabError } from "../../core/errors.js";
import { compileJsonSchema } from "../../core/json-schema.js";
import { type JsonSchema, listOf, openObject, wholeNumber } from "../../core/schema.js";
import type { HuMoments } from "./lesion-block.js";
import type { NoiseShares } from "./noise-levels.js";

/** What a trained generator is beside its network: plain JSON in its model's `training`, under `generator`. */
export interface GeneratorFacts {
  format: "tumorlab-generator";
  formatVersion: 1;
  /** Organ whose tumors it learned. */
  organ: TumorOrgan;
  /** HU of those tumors, and of the rim beside them, less those of the organ round each. */
  lesion: HuMoments;
  rim: HuMoments;
  /** How their variance, and so the noise, is made of parts. */
  shares: NoiseShares;
  /** Levels of noise a lesion is sampled by. */
  levels: number;
  seed: number;
  steps: number;
  /** The cases whose tumors it learned from, and how many tumors. */
  cases: string[];
  tumors: number;
  /** What computed it. */
  arithmetic: string;
}

const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const moments = openObject({
  meanHu: { type: "number" },
  scaleHu: { type: "number", exclusiveMinimum: 0 },
});
const check = compileJsonSchema(
  openObject({
    format: { const: "tumorlab-generator" },
    formatVersion: { const: 1 },
    organ: { enum: tumorOrgans },
    lesion: moments,
    rim: moments,
    shares: openObject({ whole: share, coarse: share, fine: share }),
    levels: wholeNumber(1, 1000),
    seed: wholeNumber(0),
    steps: wholeNumber(1),
    cases: listOf({ type: "string" }),
    tumors: wholeNumber(1),
    arithmetic: { type: "string" },
  }),
);

/**
 * Takes what a model says of its training for a generator's facts.
 *
 * @param input where the model comes from, for messages.
 * @throws LabError for a model that is no generator, such as one that segments.
 */
export function readGeneratorFacts(
  training: Readonly<Record<string, unknown>> | undefined,
  input: string,
): GeneratorFacts {
  const facts = training?.generator;
  if (facts === undefined)
    throw new LabError(
      input,
      "a model that generates no tumors",
      "a trained generator",
      "Give the folder that trainGenerator or `tumorlab generator train` wrote",
    );
  const [fault] = check(facts);
  if (fault) throw new LabError(`${input}, training.generator`, fault.found, fault.expected);
  return facts as GeneratorFacts;
}
