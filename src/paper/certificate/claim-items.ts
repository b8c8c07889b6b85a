import { answered, inPart, notApplicable, open } from "./checklist.js";
import type { Checklist, ChecklistItem } from "./checklist.js";
import { factsOf, spell, spellDice, spellPhantoms, spellSplit } from "./spell-facts.js";

const training = "outputs/training/run.json";
const scores = "outputs/scores.csv";
const table = "outputs/phantoms/metadata.csv";

const item = (number: number, asks: string, answer: ChecklistItem["answer"]): ChecklistItem => ({
  number: String(number),
  asks,
  answer,
});

/** The 44 items of CLAIM 2024, shortened, with what the records of a certificate answer. */
export const claimItems: Checklist = {
  title: "CLAIM 2024",
  source: "Tejani et al., Radiology: Artificial Intelligence 2024;6(4):e240300, doi:10.1148/ryai.240300",
  items: [
    item(1, "title names the kind of AI", () =>
      open("There is no manuscript. What was run: deep learning, a 3D U-Net."),
    ),
    item(2, "structured summary", () => open("There is no manuscript. `certificate.html` sums the run up.")),
    item(3, "background, intended use, clinical role", () =>
      inPart(
        "Intended use: none in the clinic; the network shows that the code runs and gives the same bytes. The clinical background is for the author.",
        "model-card.md",
      ),
    ),
    item(4, "aims and hypotheses", () =>
      inPart(
        "Aim of the run: the same bytes on another machine. Hypotheses of a study are for the author.",
        "run.json",
      ),
    ),
    item(5, "prospective or retrospective", () => notApplicable("Phantoms: no patient was seen.")),
    item(6, "goal of the study", () =>
      inPart("A check of reproducibility; no claim of performance.", "certificate.html"),
    ),
    item(7, "sources of the data", (c) =>
      answered(
        `Made by this code: ${spellPhantoms(c)}. Published numbers by their sources.`,
        table,
        "ledger.json",
      ),
    ),
    item(8, "inclusion and exclusion", ({ set }) =>
      answered(
        `Cases 0 to ${set.phantoms.cases - 1} of seed ${set.phantoms.seed}, all of them; none was left out.`,
        "run.json",
      ),
    ),
    item(9, "preprocessing", (c) => {
      const { recipe } = factsOf(c).training;
      return answered(
        `Brought to ${recipe.spacingMm.join(" x ")} mm, ${recipe.windowHu[0]} to ${recipe.windowHu[1]} HU as 0 to 1, the rest clipped.`,
        training,
      );
    }),
    item(10, "selection of subsets", () =>
      answered("None: all scans are used.", "outputs/training/data.json"),
    ),
    item(11, "de-identification", () => notApplicable("Phantoms: there is nobody to identify.")),
    item(12, "missing data", (c) =>
      answered(
        `No scan is missing. Scores without a value are left out of means with their reason: ${spellExcluded(c)}.`,
        scores,
      ),
    ),
    item(13, "acquisition protocol", (c) =>
      inPart(
        `Simulated scanner, hospital ${factsOf(c).phantoms[0].hospital}: spacing, kernel, noise and dose of each scan. Not a real one.`,
        "outputs/phantoms/*/phantom.json",
      ),
    ),
    item(14, "how the reference standard was obtained", () =>
      answered("The labels are what the phantom was drawn from: exact by construction.", table),
    ),
    item(15, "why that reference standard", () =>
      answered("It has no error of its own, so that a difference is the network's.", "data-card.md"),
    ),
    item(16, "who annotated", () => notApplicable("Nobody: labels are drawn, not read.")),
    item(17, "how the test set was annotated", () => notApplicable("As in training: drawn with the scan.")),
    item(18, "variability of readers", () =>
      notApplicable("No readers. What is published of the paper's readers is in the ledger."),
    ),
    item(19, "how data were divided", (c) =>
      answered(
        `Patients drawn by seed ${factsOf(c).training.seed}, share ${c.set.training.holdout} held out: ${spellSplit(c)}.`,
        "outputs/training/data.json",
      ),
    ),
    item(20, "level at which the parts are disjoint", () =>
      answered("Patients.", "outputs/training/data.json"),
    ),
    item(21, "size of the test set", (c) =>
      open(
        `${factsOf(c).scores.cases} scans, set by the time the run may take and not by a power calculation.`,
      ),
    ),
    item(22, "the model in detail", (c) => {
      const { recipe, parameters } = factsOf(c).training;
      const { network } = recipe;
      return answered(
        `3D U-Net, ${network.encoder} encoder, widths ${network.widths.join(", ")}, patch ${network.patch.join(" x ")}, ${network.classes} classes, ${parameters} weights.`,
        training,
        "outputs/training/last/model.json",
      );
    }),
    item(23, "software with versions", ({ environment: { version, commit, nodeVersion, packages } }) =>
      answered(
        `Tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}; Node.js ${nodeVersion}; TensorFlow.js ${packages["@tensorflow/tfjs"]}.`,
        "environment.json",
      ),
    ),
    item(24, "first values of the weights", (c) =>
      answered(
        `Drawn from seed ${factsOf(c).training.seed}; nothing is carried over from another network.`,
        training,
      ),
    ),
    item(25, "training", (c) => {
      const { recipe, engine, arithmetic } = factsOf(c).training;
      return answered(
        `${recipe.steps} steps of ${recipe.batch} patches, ${recipe.optimizer.kind} at ${recipe.optimizer.learningRate}, augmented; engine ${engine}, arithmetic ${arithmetic ?? "not said"}. Loss of every step is kept.`,
        training,
        "outputs/training/log.jsonl",
      );
    }),
    item(26, "which model is the final one", () =>
      answered("The last, not the best on the scans that are scored.", "outputs/prediction/model-used.json"),
    ),
    item(27, "ensembles", () => notApplicable("One network.")),
    item(28, "measures of performance", () =>
      inPart(
        "Dice, IoU, NSD, HD95, sensitivity, precision by case and class. Not compared with published models: the scans are no patients.",
        scores,
      ),
    ),
    item(29, "uncertainty", (c) =>
      inPart(
        `Intervals over patients where there are enough, of Dice: ${spellDice(c)}. One training: no spread over seeds.`,
        scores,
      ),
    ),
    item(30, "robustness", ({ facts }) =>
      facts.experiment
        ? inPart(
            `The experiment has ${facts.experiment.trials} networks over sizes, arms and seeds, tested at a second simulated hospital. No other shift was tried.`,
            "outputs/experiment/collected.json",
          )
        : open("No other sizes, seeds or hospitals in this set."),
    ),
    item(31, "explainability", () => open("No method was used.")),
    item(32, "internal testing", (c) => answered(`Dice of held-out patients: ${spellDice(c)}.`, scores)),
    item(33, "external testing", ({ facts }) =>
      facts.experiment
        ? inPart(
            "The experiment tests at a second simulated hospital; no real scan of another hospital was used.",
            "outputs/experiment/collected.json",
          )
        : open("None in this set."),
    ),
    item(34, "registration of a trial", () => notApplicable("No clinical trial.")),
    item(35, "numbers included and excluded", (c) =>
      answered(`${spellPhantoms(c)}; none excluded. ${spellSplit(c)}.`, table),
    ),
    item(36, "who the patients of each part are", () =>
      inPart(
        "Sex, age, phase and tumors of each phantom are in the table, by the parts in data.json. They follow the phantom's rules and no population.",
        table,
        "outputs/training/data.json",
      ),
    ),
    item(37, "performance with its uncertainty", (c) =>
      inPart(`Dice: ${spellDice(c)}. Too few patients for subgroups.`, scores),
    ),
    item(38, "diagnostic accuracy and its precision", () =>
      open("Case by case in the table; no sensitivity or specificity of patients is claimed from so few."),
    ),
    item(39, "analysis of failures", (c) =>
      inPart(`Worst Dice: ${spellWorst(c)}. Why is for the author.`, scores),
    ),
    item(40, "limits", () =>
      answered("Phantoms, few of them, coarse voxels, short training.", "model-card.md", "data-card.md"),
    ),
    item(41, "what it means for practice", () =>
      open("Nothing follows for patients from phantoms. For the author."),
    ),
    item(42, "full protocol", () => answered("Each step with its call and seed.", "run.json")),
    item(43, "availability of software, model and data", () =>
      answered("Code under MIT; weights, scans and results are in this folder.", "ro-crate-metadata.json"),
    ),
    item(44, "funding", () => open("Not recorded.")),
  ],
};

function spellExcluded(c: Parameters<ChecklistItem["answer"]>[0]): string {
  const left = factsOf(c).scores.summary.flatMap(({ name, metric, excluded }) =>
    metric === "dice" ? excluded.map(({ n, reason }) => `${n} of ${name} (${reason})`) : [],
  );
  return left.length > 0 ? left.join(", ") : "none";
}

function spellWorst(c: Parameters<ChecklistItem["answer"]>[0]): string {
  const rows = factsOf(c).scores.summary.filter((row) => row.metric === "dice" && row.scope === "label");
  return rows.map(({ name, min }) => `${name} ${spell(min, 3)}`).join(", ");
}
