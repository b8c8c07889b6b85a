import { dirname } from "node:path";

/** The project folder: `TUMORLAB_ROOT`, or else the one this file was built in (environment/dist/kernel). */
export function findProjectRoot(): string {
  return process.env.TUMORLAB_ROOT || dirname(dirname(dirname(__dirname)));
}
