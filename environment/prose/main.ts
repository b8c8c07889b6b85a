import path from "node:path";
import { checkProse, describeFinding } from "./check-prose.js";

/** The project's root, as this file is built to environment/dist/prose; or the folder that an argument names. */
const root = path.resolve(process.argv[2] ?? path.join(__dirname, "../../.."));

/** Prints what is wrong with the project's texts, a line each, and a sum. Its status is 1 when there is anything. */
async function main(): Promise<void> {
  const { findings, passages } = await checkProse(root);
  for (const finding of findings) console.log(describeFinding(finding));
  const sum = findings.length === 1 ? "1 thing to mend" : `${findings.length} things to mend`;
  console.log(`${passages} passages read, ${sum}.`);
  process.exitCode = findings.length === 0 ? 0 : 1;
}

void main();
