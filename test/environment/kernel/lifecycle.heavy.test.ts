import { startProgramsUncovered } from "../uncovered.js";
import { startAndEnd } from "./start-and-end.js";

/** What a leak of one kernel needs to show. */
const kernelCount = 50;

describe("the lives of many kernels", function () {
  this.timeout(1_200_000);
  startProgramsUncovered();

  it(`leave nothing behind, ${kernelCount} times`, () => startAndEnd(kernelCount));
});
