import { cohortDownloadCommand } from "./cohort-download.js";
import { cohortExportCommand } from "./cohort-export.js";
import { cohortLeaksCommand } from "./cohort-leaks.js";
import { cohortListCommand } from "./cohort-list.js";
import { cohortShowCommand } from "./cohort-show.js";
import { cohortSplitCommand } from "./cohort-split.js";
import { cohortVerifyCommand } from "./cohort-verify.js";
import type { Command } from "./command.js";

/** The subcommands of `tumorlab cohort`, one file each, in the order of the list that `--help` prints. */
export const cohortCommands: readonly Command[] = [
  cohortListCommand,
  cohortShowCommand,
  cohortDownloadCommand,
  cohortVerifyCommand,
  cohortSplitCommand,
  cohortLeaksCommand,
  cohortExportCommand,
];
