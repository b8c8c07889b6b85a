import { openEngine } from "tumorlab/internal/model/engines";
import { setSimdThreads } from "tumorlab/internal/model/simd3d/engine";
import { loadTensorFlow } from "tumorlab/internal/model/tensorflow";
import { compareConvolutions, compareOtherOps } from "./compare-engines.js";

describe("the simd engine beside the reference, on many shapes", function () {
  this.timeout(300_000);
  before(async () => {
    await openEngine({ engine: "reference" });
    await openEngine({ engine: "simd", threads: 2 });
  });
  after(() => setSimdThreads(loadTensorFlow(), 1));

  it("convolves as it does", () => compareConvolutions(25));
  it("convolves transposed, normalises, joins and changes grids as it does", () => compareOtherOps(6));
});
