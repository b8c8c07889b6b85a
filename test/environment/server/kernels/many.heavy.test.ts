import { startProgramsUncovered } from "../../uncovered.js";
import { openDistantLab, patienceMs } from "../support/harness.js";
import { openAndCloseMany } from "./open-and-close.js";

describe("50 kernels opened and closed", function () {
  this.timeout(patienceMs);
  startProgramsUncovered();

  it("leave no process, no socket and no file behind", async () => {
    const lab = await openDistantLab();
    try {
      await openAndCloseMany(lab, 50);
    } finally {
      await lab.close();
    }
  });
});
