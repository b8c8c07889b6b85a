import { killServer } from "./kill-server.js";
import { patienceMs } from "./support/harness.js";

describe("a server that ends while a kernel computes", function () {
  this.timeout(2 * patienceMs);
  before(function () {
    if (process.platform === "win32") this.skip();
  });

  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    it(`leaves no kernel behind after ${signal}`, () => killServer(signal));
});
