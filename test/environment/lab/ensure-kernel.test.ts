import assert from "node:assert/strict";
import { ensureKernel, hasKernel, type KernelHost } from "#environment/lab/src/logic/ensure-kernel.js";

/** A session that writes down what it is asked for. */
function createHost(given: { opens?: boolean; starts?: boolean; needsChoice?: boolean }) {
  const asked: string[] = [];
  const later = () => new Promise<void>((resolve) => setImmediate(resolve));
  const host = {
    session: null as KernelHost["session"],
    async initialize() {
      asked.push("initialize");
      await later();
      if (given.opens) host.session = { kernel: {} };
      return false;
    },
    async startKernel() {
      asked.push("start");
      await later();
      if (given.starts) host.session = { kernel: {} };
      return given.needsChoice ?? false;
    },
  };
  const select = async () => {
    asked.push("select");
    await later();
    host.session = { kernel: {} };
  };
  return { host, asked, select };
}

describe("ensureKernel", () => {
  it("waits for the kernel that a notebook gets as it opens", async () => {
    const { host, asked, select } = createHost({ opens: true });
    assert.equal(await ensureKernel(host, select), true);
    assert.deepEqual(asked, ["initialize"]);
    assert.equal(hasKernel(host), true);
  });

  it("starts one for all who ask together, and lets them go on in their order", async () => {
    const { host, asked, select } = createHost({ starts: true });
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3].map(async (i) => {
        assert.equal(await ensureKernel(host, select), true);
        order.push(i);
      }),
    );
    assert.deepEqual(order, [0, 1, 2, 3]);
    assert.deepEqual(
      asked.filter((word) => word !== "initialize"),
      ["start"],
    );
  });

  it("asks the reader where none can be told, and says so where there is none in the end", async () => {
    const chosen = createHost({ needsChoice: true });
    assert.equal(await ensureKernel(chosen.host, chosen.select), true);
    assert.deepEqual(chosen.asked, ["initialize", "start", "select"]);
    const refused = createHost({});
    assert.equal(await ensureKernel(refused.host, refused.select), false);
    assert.equal(await ensureKernel(refused.host, refused.select), false);
    assert.equal(refused.asked.filter((word) => word === "start").length, 2, "asks again the next time");
  });

  it("starts one where opening failed", async () => {
    const { host, select } = createHost({ starts: true });
    host.initialize = () => Promise.reject(new Error("no server"));
    assert.equal(await ensureKernel(host, select), true);
  });
});
