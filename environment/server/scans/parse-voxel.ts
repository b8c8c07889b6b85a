import type { Triple } from "tumorlab/internal/contracts/volume-payload";
import { HttpError } from "../http/errors.js";

/** Three whole numbers, as `12,3,40`. Throws a 400 {@link HttpError} for anything else. */
export function parseVoxel(text: string | null): Triple {
  const found = /^(\d{1,5}),(\d{1,5}),(\d{1,5})$/.exec(text ?? "");
  if (!found)
    throw new HttpError(400, `voxel is ${JSON.stringify(text)}, expected three whole numbers, as 12,3,40.`);
  return [Number(found[1]), Number(found[2]), Number(found[3])];
}
