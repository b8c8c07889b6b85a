import { killServer } from "./kill-server.js";
import { patienceMs } from "./support/harness.js";

describe("a server that is killed while a kernel computes", function () {
  this.timeout(2 * patienceMs);
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  it("leaves no kernel behind", () => killServer("SIGKILL"));
});
