import type { Check } from "./check.js";
import { checkBuild } from "./checks/build.js";
import { checkCoverage } from "./checks/coverage.js";
import { checkEngines } from "./checks/engines.js";
import { checkFaults } from "./checks/faults.js";
import { checkFrontEnd } from "./checks/front-end.js";
import { checkKernel } from "./checks/kernel.js";
import { checkDisk, checkMemory, checkPort } from "./checks/machine.js";
import { checkNode } from "./checks/node.js";
import { checkPackages } from "./checks/packages.js";
import { checkPeers } from "./checks/peers.js";
import { checkSamples } from "./checks/samples.js";

/** The checks of `npm run check`, what others build on first. */
export const checks: readonly Check[] = [
  { name: "node", run: checkNode },
  { name: "packages", run: checkPackages },
  { name: "build", run: checkBuild },
  { name: "kernel", run: checkKernel },
  { name: "front end", run: checkFrontEnd },
  { name: "engines", run: checkEngines },
  { name: "samples", run: checkSamples },
  { name: "memory", run: checkMemory },
  { name: "disk", run: checkDisk },
  { name: "port", run: checkPort },
  { name: "optional", run: checkPeers },
];

/** What `--full` adds. */
export const heavyChecks: readonly Check[] = [
  { name: "faults", run: checkFaults },
  { name: "coverage", run: checkCoverage },
];
