import { answered, inPart, notApplicable, open } from "./checklist.js";
import type { Checklist, ChecklistItem } from "./checklist.js";
import { factsOf, spellDice, spellPhantoms, spellSplit } from "./spell-facts.js";

const training = "outputs/training/run.json";
const scores = "outputs/scores.csv";
const table = "outputs/phantoms/metadata.csv";

const item = (number: string, asks: string, answer: ChecklistItem["answer"]): ChecklistItem => ({
  number,
  asks,
  answer,
});

/** The 27 items of TRIPOD+AI in their 52 parts, shortened, with what the records of a certificate answer. */
export const tripodItems: Checklist = {
  title: "TRIPOD+AI",
  source: "Collins et al., BMJ 2024;385:e078378, doi:10.1136/bmj-2023-078378",
  items: [
    item("1", "title says what is developed or evaluated", () => open("There is no manuscript.")),
    item("2", "abstract", () => open("There is no manuscript.")),
    item("3a", "context, rationale, existing models", () => open("For the author.")),
    item("3b", "whom it is for and who uses it", () =>
      inPart(
        "Nobody's care: the network is a check of the code. The rest is for the author.",
        "model-card.md",
      ),
    ),
    item("3c", "known inequalities in health", () => open("Phantoms tell nothing of them. For the author.")),
    item("4", "objectives: development, evaluation or both", () =>
      answered("Both, on phantoms, to show that the same bytes come out.", "run.json"),
    ),
    item("5a", "sources of the data", (c) => answered(`Made by this code: ${spellPhantoms(c)}.`, table)),
    item("5b", "dates of collection", ({ startedAt }) =>
      answered(`Made on ${startedAt.slice(0, 10)}; no patient was followed.`, "run.json"),
    ),
    item("6a", "setting and centres", (c) =>
      answered(
        `One simulated hospital, ${factsOf(c).phantoms[0].hospital}${c.facts.experiment ? "; the experiment also tests at a second" : ""}.`,
        table,
      ),
    ),
    item("6b", "eligibility", ({ set }) =>
      answered(`Cases 0 to ${set.phantoms.cases - 1} of seed ${set.phantoms.seed}, all of them.`, "run.json"),
    ),
    item("6c", "treatments received", () => notApplicable("Phantoms are not treated.")),
    item("7", "preparation of the data", (c) =>
      answered(
        `Voxels of ${factsOf(c).training.recipe.spacingMm.join(" x ")} mm, HU clipped; the same for every scan.`,
        training,
      ),
    ),
    item("8a", "the outcome and how it is assessed", (c) =>
      answered(
        `Which voxels are ${factsOf(c)
          .training.recipe.targets.map(({ name }) => name)
          .join(", ")}: labels drawn with the scan.`,
        table,
      ),
    ),
    item("8b", "who judged a subjective outcome", () => notApplicable("Nobody judges.")),
    item("8c", "blinding", () => notApplicable("Nobody judges.")),
    item("9a", "choice of the predictors", () => answered("The intensities of the CT alone.", training)),
    item("9b", "definition of the predictors", (c) =>
      answered(`Patches of ${factsOf(c).training.recipe.network.patch.join(" x ")} voxels.`, training),
    ),
    item("9c", "who judged subjective predictors", () => notApplicable("There are none.")),
    item("10", "sample size", (c) => open(`${spellSplit(c)}: set by the time the run may take.`)),
    item("11", "missing data", () => answered("None: every scan is whole.", table)),
    item("12a", "how the data were divided", (c) =>
      answered(`By patient: ${spellSplit(c)}.`, "outputs/training/data.json"),
    ),
    item("12b", "how predictors enter", (c) =>
      answered(`${factsOf(c).training.recipe.windowHu.join(" to ")} HU as 0 to 1; augmented.`, training),
    ),
    item("12c", "the model, its building and internal validation", (c) =>
      answered(
        `3D U-Net of widths ${factsOf(c).training.recipe.network.widths.join(", ")}, ${factsOf(c).training.recipe.steps} steps; nothing was tuned here; validated on held-out patients.`,
        training,
      ),
    ),
    item("12d", "differences between clusters", ({ facts }) =>
      facts.experiment
        ? inPart("Two simulated hospitals in the experiment.", "outputs/experiment/collected.json")
        : open("One simulated hospital in this set."),
    ),
    item("12e", "measures of performance", () =>
      answered("Dice, NSD, HD95 and others by case; intervals over patients.", scores),
    ),
    item("12f", "updating after evaluation", () => notApplicable("The network was not updated.")),
    item("12g", "how predictions are computed", () =>
      answered(
        "Windows that overlap, averaged; the last weights.",
        "outputs/prediction/model-used.json",
        "run.json",
      ),
    ),
    item("13", "imbalance of classes", (c) =>
      answered(
        `${Math.round(factsOf(c).training.recipe.foregroundShare * 100)} % of patches are centred on a voxel of a class.`,
        training,
      ),
    ),
    item("14", "fairness", () => open("Not looked at; sex and age of the phantoms are in the table.")),
    item("15", "what the model puts out", () =>
      answered("A class for each voxel, the likeliest; no threshold.", "outputs/prediction/classes.json"),
    ),
    item("16", "training against evaluation data", () =>
      answered("The same simulated hospital, other patients.", "outputs/training/data.json"),
    ),
    item("17", "ethics approval", () => notApplicable("No patient data.")),
    item("18a", "funding", () => open("Not recorded.")),
    item("18b", "conflicts of interest", () => open("Not recorded.")),
    item("18c", "protocol", () => answered("Each step with its call and seed.", "run.json")),
    item("18d", "registration", () => answered("Not registered.", "run.json")),
    item("18e", "data sharing", () =>
      answered("The scans are in this folder, and can be made again.", "outputs/phantoms"),
    ),
    item("18f", "code sharing", ({ environment: { version, commit } }) =>
      answered(
        `Tumorlab ${version}${commit === null ? "" : `, commit ${commit}`}, under MIT.`,
        "environment.json",
      ),
    ),
    item("19", "patients and public involved", () => open("Not recorded.")),
    item("20a", "flow of participants", (c) => answered(`${spellPhantoms(c)}; ${spellSplit(c)}.`, table)),
    item("20b", "characteristics", () => answered("Sex, age, phase and tumors of each.", table)),
    item("20c", "evaluation data beside development data", () =>
      inPart("By the table and the parts; too few to compare.", table, "outputs/training/data.json"),
    ),
    item("21", "participants and events of each analysis", (c) => answered(`Dice: ${spellDice(c)}.`, scores)),
    item("22", "the whole model", (c) =>
      answered(
        `All ${factsOf(c).training.parameters} weights, sha256 ${factsOf(c).training.weightsSha256.slice(0, 12)}...`,
        "outputs/training/last/model.safetensors",
      ),
    ),
    item("23a", "performance with intervals, also of subgroups", (c) =>
      inPart(`Dice: ${spellDice(c)}. No subgroups: too few patients.`, scores),
    ),
    item("23b", "differences of performance between clusters", ({ facts }) =>
      facts.experiment
        ? inPart("By test set, in the experiment's results.", "outputs/experiment/collected.json")
        : open("One simulated hospital in this set."),
    ),
    item("24", "results of updating", () => notApplicable("The network was not updated.")),
    item("25", "interpretation", () => open("For the author.")),
    item("26", "limits", () =>
      answered("Phantoms, few of them, coarse voxels, short training.", "model-card.md"),
    ),
    item("27a", "input of poor quality", () =>
      inPart(
        "Scans whose numbers cannot be HU are told; what to do with them in care is open.",
        "model-card.md",
      ),
    ),
    item("27b", "what users must know and do", () => open("It is not for users in care.")),
    item("27c", "next steps", () => open("For the author.")),
  ],
};
