import assert from "node:assert/strict";
import { openChannel, startKernel, textOf, v1 } from "./channel.js";
import { openLab, type TestLab } from "./harness.js";

describe("kernels", () => {
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
  });
  after(() => lab.close());

  for (const protocol of [v1, ""])
    it(`runs cells over the ${protocol || "JSON"} protocol`, async () => {
      const id = await startKernel(lab);
      const channel = await openChannel(lab, id, "one", protocol);
      assert.equal(textOf(await channel.run("print héllo")), "héllo");
      await channel.close();
      assert.equal((await lab.ask("DELETE", `/api/kernels/${id}`)).status, 204);
    });
});
