#!/usr/bin/env node
/*
 * The one door to every command of this project:
 *   node environment/bootstrap/run.mjs start|test|quick|check|build|docs|notebooks|teaching|site|bench|kernel-install [...arguments]
 *
 * Plain Node without a dependency, because it runs before anything is installed. This file keeps to syntax
 * that old versions of Node can read, so that they get a sentence and not a stack trace.
 */
import { explainNodeVersion } from "./node-version.mjs";

var complaint = explainNodeVersion(process.versions.node);
if (complaint) {
  console.error(complaint);
  process.exitCode = 1;
} else {
  void import("./commands.mjs").then(function (commands) {
    return commands.runCommand(process.argv[2], process.argv.slice(3));
  });
}
