import { certifyCommand } from "./certify.js";
import { cohortCommands } from "./cohort.js";
import type { Command } from "./command.js";
import { compareCommand } from "./compare.js";
import { componentsCommand } from "./components.js";
import { convertCommand } from "./convert.js";
import { courseCommands } from "./course.js";
import { evaluateCommand } from "./evaluate.js";
import { experimentCommands } from "./experiment.js";
import { generatorTrainCommand } from "./generator-train.js";
import { infoCommand } from "./info.js";
import { judgeCommand } from "./judge.js";
import { ledgerCommand } from "./ledger.js";
import { modelsListCommand, modelsMakeCommand } from "./models.js";
import { phantomCommand } from "./phantom.js";
import { predictCommand } from "./predict.js";
import { reorientCommand } from "./reorient.js";
import { resampleCommand } from "./resample.js";
import { scalingEfficiencyCommand } from "./scaling-efficiency.js";
import { scalingFitCommand } from "./scaling-fit.js";
import { synthesizeCommand } from "./synthesize.js";
import { trainCommand } from "./train.js";

/** Every subcommand, in the order of the list that `--help` prints. */
export const commands: readonly Command[] = [
  infoCommand,
  convertCommand,
  evaluateCommand,
  compareCommand,
  judgeCommand,
  resampleCommand,
  reorientCommand,
  componentsCommand,
  phantomCommand,
  synthesizeCommand,
  generatorTrainCommand,
  trainCommand,
  predictCommand,
  modelsListCommand,
  modelsMakeCommand,
  scalingFitCommand,
  scalingEfficiencyCommand,
  ...experimentCommands,
  ...cohortCommands,
  ledgerCommand,
  certifyCommand,
  ...courseCommands,
];
