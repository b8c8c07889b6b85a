import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { posix } from "node:path";
import { deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import * as pageFolder from "tumorlab/internal/platform/browser/built-folder";
import * as pageBytes from "tumorlab/internal/platform/browser/bytes";
import * as pageCompress from "tumorlab/internal/platform/browser/compress";
import * as pageFiles from "tumorlab/internal/platform/browser/files";
import * as pageHash from "tumorlab/internal/platform/browser/hash";
import * as pageMachine from "tumorlab/internal/platform/browser/machine";
import * as pageMemory from "tumorlab/internal/platform/browser/memory";
import * as pageUrl from "tumorlab/internal/platform/browser/open-url";
import * as pagePackages from "tumorlab/internal/platform/browser/packages";
import * as pagePaths from "tumorlab/internal/platform/browser/paths";
import * as pageProcesses from "tumorlab/internal/platform/browser/processes";
import * as pageProgram from "tumorlab/internal/platform/browser/program";
import * as pageWait from "tumorlab/internal/platform/browser/wait";
import * as pageWorkers from "tumorlab/internal/platform/browser/workers";
import * as folder from "tumorlab/internal/platform/built-folder";
import * as bytes from "tumorlab/internal/platform/bytes";
import * as compress from "tumorlab/internal/platform/compress";
import * as files from "tumorlab/internal/platform/files";
import * as hash from "tumorlab/internal/platform/hash";
import * as machine from "tumorlab/internal/platform/machine";
import * as memory from "tumorlab/internal/platform/memory";
import * as url from "tumorlab/internal/platform/open-url";
import * as packages from "tumorlab/internal/platform/packages";
import * as paths from "tumorlab/internal/platform/paths";
import * as processes from "tumorlab/internal/platform/processes";
import * as program from "tumorlab/internal/platform/program";
import * as wait from "tumorlab/internal/platform/wait";
import * as workers from "tumorlab/internal/platform/workers";

/** Node's module and that of a page; that the second can stand for the first is checked when this is compiled. */
function pair<T extends object>(node: T, page: T): [object, object] {
  return [node, page];
}

const twins: Readonly<Record<string, [object, object]>> = {
  bytes: pair<typeof bytes>(bytes, pageBytes),
  "built-folder": pair<{ builtFolder: string }>(folder, pageFolder),
  compress: pair<Omit<typeof compress, "crc32">>(compress, pageCompress),
  files: pair<typeof files>(files, pageFiles),
  hash: pair<typeof hash>(hash, pageHash),
  machine: pair<typeof machine>(machine, pageMachine),
  memory: pair<typeof memory>(memory, pageMemory),
  "open-url": pair<typeof url>(url, pageUrl),
  packages: pair<typeof packages>(packages, pagePackages),
  paths: pair<Record<keyof typeof paths, unknown>>(paths, pagePaths),
  processes: pair<Omit<typeof processes, "spawn">>(processes, pageProcesses),
  program: pair<typeof program>(program, pageProgram),
  wait: pair<typeof wait>(wait, pageWait),
  workers: pair<Record<keyof typeof workers, unknown>>(workers, pageWorkers),
};

describe("platform/browser", () => {
  for (const [name, [node, page]] of Object.entries(twins))
    it(`has all that platform/${name}.ts has`, () => {
      const missing = Object.keys(node).filter((key) => !(key in page));
      assert.deepEqual(missing, []);
    });

  it("hashes as Node does, whatever the pieces", () => {
    for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 70_001]) {
      const data = randomBytes(length);
      const expected = hash.sha256(data);
      assert.equal(pageHash.sha256(data), expected);
      const fed = pageHash.createSha256();
      for (let at = 0; at < length; at += 37) fed.update(data.subarray(at, at + 37));
      assert.equal(fed.peek(), expected);
      assert.equal(fed.digest(), expected);
    }
    assert.equal(pageHash.sha256("Größe"), hash.sha256("Größe"));
    const over = pageHash.createSha256();
    over.digest();
    assert.throws(() => over.update("more"), /already called/);
  });

  it("names files as Node does", () => {
    const names = [
      "/a/b/../c.txt",
      "a//b/./c",
      "../x/y",
      "/",
      "",
      "a/b/",
      "..",
      ".hidden",
      "/a/x.tar.gz",
      "x.",
      "/a/",
    ];
    for (const name of names) {
      for (const ask of ["basename", "dirname", "extname", "isAbsolute"] as const)
        assert.equal(pagePaths[ask](name), posix[ask](name), `${ask} ${name}`);
      assert.equal(pagePaths.normalize(name), posix.normalize(name), name);
      for (const other of names) {
        assert.equal(pagePaths.join(name, other), posix.join(name, other), `join ${name} ${other}`);
        assert.equal(
          pagePaths.resolve("/r", name, other),
          posix.resolve("/r", name, other),
          `${name} ${other}`,
        );
        const [from, to] = [`/${name}`, `/${other}`];
        assert.equal(pagePaths.relative(from, to), posix.relative(from, to), `relative ${name} ${other}`);
      }
    }
    assert.equal(pagePaths.basename("/a/x.nii.gz", ".nii.gz"), "x");
  });

  it("turns bytes into text and back as Node does", () => {
    const data = new Uint8Array(randomBytes(20_003));
    assert.equal(pageBytes.toBase64(data), bytes.toBase64(data));
    assert.deepEqual(pageBytes.fromBase64(pageBytes.toBase64(data)), data);
    assert.deepEqual([...pageBytes.fromBase64("-_8=\n")], [...bytes.fromBase64("-_8=\n")]);
    assert.equal(pageBytes.decodeLatin1(data), bytes.decodeLatin1(data));
    assert.deepEqual(pageBytes.encodeLatin1(pageBytes.decodeLatin1(data)), data);
    assert.deepEqual([...pageBytes.encodeText("Größe")], [...bytes.encodeText("Größe")]);
    assert.deepEqual(pageBytes.joinBytes([data.subarray(0, 5), data.subarray(5)]), data);
    assert.equal(pageBytes.areBytesEqual(data, data.slice()), true);
    assert.equal(pageBytes.areBytesEqual(data, data.slice(1)), false);
    for (const word of [2, 4, 8] as const) {
      const [one, other] = [data.slice(0, 64), data.slice(0, 64)];
      pageBytes.swapBytes(one, word);
      bytes.swapBytes(other, word);
      assert.deepEqual(one, other);
    }
  });
});

describe("platform/browser/compress", () => {
  const text = Buffer.from("the same words again and again, ".repeat(3000));
  const noise = randomBytes(70_000);
  const samples = [Buffer.alloc(0), Buffer.from("a"), text, noise, Buffer.concat([text, noise, text])];

  it("inflates what zlib has compressed, at every level and with every strategy", () => {
    for (const sample of samples)
      for (const level of [0, 1, 6, 9])
        for (const strategy of [0, 2, 4]) {
          const options = { level, strategy };
          assert.ok(sample.equals(pageCompress.gunzip(gzipSync(sample, options))));
          assert.ok(sample.equals(pageCompress.unzip(deflateSync(sample, options))));
          assert.ok(sample.equals(pageCompress.inflateRaw(deflateRawSync(sample, options))));
        }
  });

  it("joins the members of a file, and passes over zeros behind them", () => {
    const two = Buffer.concat([gzipSync(text), gzipSync("end"), Buffer.alloc(512)]);
    assert.equal(Buffer.from(pageCompress.gunzip(two)).toString(), `${text}end`);
    assert.equal(Buffer.from(compress.gunzip(two)).toString(), `${text}end`);
  });

  it("hands a file on in pieces", async () => {
    const packed = gzipSync(text);
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < packed.length; at += 100) yield Promise.resolve(packed.subarray(at, at + 100));
    }
    const taken: Uint8Array[] = [];
    await pageCompress.gunzipPieces(pieces(), 4096, (piece) => taken.push(piece.slice()));
    assert.ok(text.equals(Buffer.concat(taken)));
    assert.ok(taken.every(({ length }) => length <= 4096));
  });

  it("gives what the beginning of a file holds", () => {
    const packed = gzipSync(Buffer.concat([text, noise]));
    for (const length of [0, 5, 12, 40, 300, packed.length - 3]) {
      const found = Buffer.from(pageCompress.gunzipPrefix(packed.subarray(0, length)));
      assert.ok(Buffer.concat([text, noise]).subarray(0, found.length).equals(found));
    }
    assert.ok(pageCompress.gunzipPrefix(packed.subarray(0, packed.length - 3)).length > text.length);
    const raw = deflateRawSync(text);
    assert.ok(pageCompress.inflateRawPrefix(raw.subarray(0, raw.length - 1)).length > 0);
  });

  it("says in zlib's words what is wrong", () => {
    const packed = gzipSync(noise);
    const turned = Buffer.from(packed);
    turned[turned.length - 6] ^= 1;
    const short = Buffer.from(packed);
    short[short.length - 1] ^= 1;
    const faults: [Buffer, RegExp][] = [
      [packed.subarray(0, 1000), /unexpected end/],
      [packed.subarray(0, 4), /unexpected end/],
      [packed.subarray(0, packed.length - 4), /unexpected end/],
      [Buffer.from("no gzip file at all"), /incorrect header check/],
      [turned, /incorrect data check/],
      [short, /incorrect length check/],
    ];
    for (const [fault, expected] of faults) {
      assert.throws(() => compress.gunzip(fault), expected);
      assert.throws(() => pageCompress.gunzip(fault), expected);
    }
    assert.throws(() => pageCompress.inflateRaw(Buffer.from([7])), /invalid block type/);
    assert.throws(() => pageCompress.inflateRaw(Buffer.from([1, 1, 0, 0, 0])), /stored block lengths/);
    assert.throws(() => pageCompress.unzip(Buffer.from("xx")), /incorrect header check/);
    const limit = { maxOutputLength: 1000 };
    assert.throws(() => pageCompress.gunzip(gzipSync(text), limit), { code: "ERR_BUFFER_TOO_LARGE" });
  });

  it("never hangs or crashes on damaged streams", () => {
    const packed = deflateRawSync(Buffer.concat([text.subarray(0, 3000), noise.subarray(0, 3000)]));
    for (let at = 0; at < packed.length; at += 7) {
      const damaged = Buffer.from(packed);
      damaged[at] ^= 1 << (at % 8);
      try {
        pageCompress.inflateRaw(damaged, { maxOutputLength: 1 << 20 });
      } catch (error) {
        assert.match(String((error as { code?: string }).code), /^(Z_|ERR_BUFFER_TOO_LARGE)/);
      }
    }
  });

  it("compresses what zlib can read, with the same checksums", () => {
    for (const sample of samples) {
      assert.ok(sample.equals(compress.gunzip(pageCompress.gzip(sample, 6))));
      assert.ok(sample.equals(compress.unzip(pageCompress.deflate(sample, 6))));
      assert.equal(pageCompress.crc32(sample), compress.crc32(sample));
    }
    assert.equal(pageCompress.crc32("b", pageCompress.crc32("a")), compress.crc32("ab"));
  });
});
