import { checkEngineGradients, type EngineStatus, listEngines } from "tumorlab/internal/model/engines";
import { fail, info, ok } from "../check.js";

/**
 * The engines that train models: each one that is here computes the gradients of every operation it will be used
 * for, and they are compared with finite differences in double precision. An engine that is absent is no failure.
 */
export async function checkEngines() {
  const findings = [];
  for (const engine of await listEngines()) findings.push(await checkEngine(engine));
  return findings;
}

async function checkEngine({ name, available, detail }: EngineStatus) {
  if (!available) return info(`${name} is not here: ${detail}`);
  const startedMs = performance.now();
  const { ops, passed, tolerance } = await checkEngineGradients(name);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const wrong = ops
    .filter((op) => !op.passed)
    .map(({ op, gradientError }) => `${op} (${gradientError.toPrecision(2)})`);
  return passed
    ? ok(`${name}: ${ops.length} operations have right gradients, checked in ${seconds} s. ${detail}`)
    : fail(
        `${name}: wrong gradients of ${wrong.join(", ")}, allowed is ${tolerance}. It is passed over when an engine is ` +
          "chosen by itself",
      );
}
