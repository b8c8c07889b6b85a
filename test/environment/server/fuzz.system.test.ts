import assert from "node:assert/strict";
import fc from "fast-check";
import { openLab, rawRequest, type TestLab } from "./support/harness.js";

/** Requests that nobody means: each must get an answer that is no defect, and leave the server as it was. */
describe("the server's addresses, whatever is asked of them", function () {
  this.timeout(60_000);
  let lab: TestLab;
  before(async () => {
    lab = await openLab();
    lab.put("a.ipynb", '{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[]}');
    lab.put("a.txt", "a");
  });
  after(() => lab.close());

  const addresses: [string, string][] = [
    ["PUT", "/api/contents/x.txt"],
    ["PUT", "/api/contents/a.ipynb"],
    ["POST", "/api/contents"],
    ["PATCH", "/api/contents/a.txt"],
    ["POST", "/api/contents/a.ipynb/checkpoints"],
    ["GET", "/api/contents/a.txt"],
    ["GET", "/files/a.txt"],
    ["GET", "/lab"],
    ["POST", "/api/events"],
    ["PUT", "/api/config/x"],
    ["PATCH", "/api/config/x"],
    ["PUT", "/lab/api/settings/x"],
    ["PUT", "/lab/api/workspaces/x"],
    ["PATCH", "/api/sessions/x"],
  ];
  const names =
    "type format content chunk path ext copy_from name kernel notebook raw data metadata schema_id cells".split(
      " ",
    );
  const words = fc.constantFrom<unknown>(
    "notebook",
    "file",
    "text",
    "base64",
    "json",
    "../x",
    "a.txt",
    "",
    null,
    -1,
    1e99,
  );
  const value: fc.Arbitrary<unknown> = fc.oneof(
    words,
    fc.jsonValue({ maxDepth: 2 }),
    fc.dictionary(fc.constantFrom(...names), words),
  );
  const body = fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .dictionary(fc.constantFrom(...names, "__proto__"), value)
        .map((one) => JSON.stringify(one)),
    },
    fc.string(),
    fc.constant(`{"content":${"[".repeat(30_000)}${"]".repeat(30_000)}}`),
    fc.constant(`{"__proto__":{"type":"file"},"constructor":1}`),
  );
  const query = fc.oneof(
    fc.constant(""),
    fc.webQueryParameters(),
    fc.constantFrom(
      "content=2",
      "type=%00",
      "%",
      "&&==&",
      "hash=1&content=1&type=notebook",
      "format=base64&format=text",
      "token",
    ),
  );

  it("answers, and no answer is a defect", async () => {
    const headers = { Authorization: `token ${lab.server.token}`, "Content-Type": "application/json" };
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...addresses), query, body, async ([method, path], search, text) => {
        const url = `${path}${search === "" ? "" : `?${search}`}`;
        const { status } = await rawRequest(
          lab.server.port,
          method,
          url,
          headers,
          method === "GET" ? "" : text,
        );
        assert.ok(
          status < 500 || (path === "/lab" && status === 503),
          `${method} ${url} ${text.slice(0, 200)}: ${status}`,
        );
      }),
      { numRuns: 400 },
    );
    assert.equal((await lab.ask("GET", "/api/status")).status, 200);
    assert.deepEqual(lab.log, []);
  });
});
