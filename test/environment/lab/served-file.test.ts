import assert from "node:assert/strict";
import { type Holder, HeldVolumes } from "#environment/lab/src/logic/held-volumes.js";
import { maxFileBytes, openServedFile } from "#environment/lab/src/logic/served-file.js";

describe("openServedFile", () => {
  const { signal } = new AbortController();
  const asked: [unknown, RequestInit | undefined][] = [];
  const answer =
    (status: number, headers: Record<string, string> = {}): typeof fetch =>
    async (url, options) => {
      asked.push([url, options]);
      return new Response("voxels", { status, statusText: "So", headers });
    };

  it("asks the server below its files alone, each part of the path escaped", async () => {
    for (const path of ["data/ct 1.nii.gz", "a/%2e%2e/b", "//evil.example/ct.nii", "http:x", "ä?b#c"]) {
      asked.length = 0;
      const stream = await openServedFile("http://127.0.0.1:1/lab/", path, signal, answer(200));
      assert.equal(await new Response(stream).text(), "voxels");
      const url = new URL(String(asked[0][0]));
      assert.equal(url.origin, "http://127.0.0.1:1");
      assert.equal(
        url.pathname.slice("/lab/files/".length).split("/").map(decodeURIComponent).join("/"),
        path,
      );
      assert.equal(url.search + url.hash, "?optional=1");
      assert.equal(asked[0][1]?.redirect, "error", "no way to another place");
      assert.equal(asked[0][1]?.credentials, "same-origin");
    }
  });

  it("says what is missing or too large, and reads none of it", async () => {
    const open = (reply: typeof fetch) => openServedFile("http://x/", "a/ct.nii", signal, reply);
    await assert.rejects(open(answer(500)), /^Error: a\/ct\.nii could not be read: 500 So\.$/);
    const absent = (reason: string) => async () =>
      new Response(null, { status: 204, headers: { "Tumorlab-Absent": encodeURIComponent(reason) } });
    await assert.rejects(open(absent("ä/ct.nii: no such file")), /^Error: ä\/ct\.nii: no such file\.$/);
    await assert.rejects(open(absent("It leads out.")), /^Error: It leads out\.$/);
    const bytes = (count: number) => answer(200, { "Content-Length": String(count) });
    await open(bytes(maxFileBytes));
    await assert.rejects(open(bytes(maxFileBytes + 1)), /has 65 MB, and a page reads 64 MB at most/);
  });
});

describe("HeldVolumes", () => {
  it("lets those out of sight go, the earliest first, until the rest fits; never what is in sight", () => {
    const gone: string[] = [];
    const held = new HeldVolumes(100);
    const hold = (name: string, bytes: number, isSeen: boolean): Holder => ({
      bytes,
      isSeen,
      release: () => gone.push(name),
    });
    const closed = hold("closed", 40, false);
    held.add(closed);
    held.add(hold("first", 40, false));
    held.remove(closed);
    held.add(hold("in sight", 40, true));
    held.add(hold("second", 20, false));
    assert.deepEqual(gone, []);
    held.add(hold("third", 30, false));
    assert.deepEqual(gone, ["first"]);
    held.add(hold("large", 90, true));
    assert.deepEqual(gone, ["first", "second", "third"], "what is in sight may be more than that");
  });
});
