import { tumorOrgans } from "tumorlab/internal/anatomy/organs";
import { openSample } from "tumorlab/internal/data/samples";
import { createPhantomCase } from "tumorlab/internal/phantom/make-case";
import { sweep } from "./handcrafted-sweep.js";

describe("hand-crafted lesions of all organs", function () {
  this.timeout(120_000);

  for (const organ of ["kidney", "colon"] as const)
    it(`lie inside the ${organ} of a real CT, as large as asked for`, async () =>
      sweep(await openSample("abdomen-ct"), organ, 2));
  // A woman's scan of the cohort, without tumors.
  const phantom = createPhantomCase(1, { seed: 5, controlShare: 1, spacingMm: 4 });
  for (const organ of tumorOrgans.filter((each) => each !== "kidney" && each !== "colon"))
    it(`lie inside the ${organ} of a phantom, as large as asked for`, () => sweep(phantom, organ, 2));
});
