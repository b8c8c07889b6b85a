import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { drawRooms, tabulateRooms } from "#environment/docs/rooms/draw.js";
import { readRooms, reduceImports, type Room } from "#environment/docs/rooms/rooms.js";
import { roomsPicture, writeRoomsPicture } from "#environment/docs/rooms/write-picture.js";

const root = path.resolve(__dirname, "../../../..");

describe("the rooms", () => {
  let rooms: Room[];
  before(async () => (rooms = await readRooms(root)));

  it("are drawn as they are; where they changed: npm run docs -- --pictures", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tumorlab-rooms-"));
    const now = path.join(folder, "rooms.svg");
    await writeRoomsPicture(root, now);
    const isSame = readFileSync(now, "utf8") === readFileSync(path.join(root, roomsPicture), "utf8");
    assert.ok(isSame, `${roomsPicture} shows other rooms; as now: ${now}`);
    rmSync(folder, { recursive: true });
  });

  it("stand on their floors, with what they import below them or beside", () => {
    const floorOf = new Map(rooms.map(({ name, floor }) => [name, floor]));
    assert.deepEqual([floorOf.get("platform"), floorOf.get("core")], [0, 1]);
    for (const { name, floor, imports, files } of rooms) {
      assert.ok(files > 0, name);
      for (const other of imports) assert.ok(floorOf.get(other)! <= floor, `${name} imports ${other}`);
    }
    assert.ok(rooms.find(({ name }) => name === "plot")!.imports.includes("viewer"));
  });

  it("have all imports in the table, and in the picture those that no other one implies", () => {
    const room = (name: string, floor: number, imports: string[]): Room => ({
      name,
      floor,
      files: 1,
      imports,
    });
    const house = [room("core", 0, []), room("volume", 1, ["core"]), room("tumor", 2, ["core", "volume"])];
    assert.deepEqual(reduceImports(house).get("tumor"), ["volume"]);
    assert.match(tabulateRooms(house), /\| 2 \| `tumor` \| [^|]+ \| 1 \| `core` `volume` \|/);
    assert.equal([...drawRooms(house).matchAll(/<path /g)].length, 2);
    assert.throws(() => drawRooms([room("cellar", 0, [])]), /what src\/cellar holds/);
  });
});
