import { resolve } from "node:path";

/** The built library. This file is built to src/dist/platform. */
export const builtFolder: string = resolve(__dirname, "..");
