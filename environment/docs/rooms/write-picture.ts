import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { drawRooms } from "./draw.js";
import { readRooms } from "./rooms.js";

/** Where the picture of the rooms is kept, from the root of the project. */
export const roomsPicture = "environment/docs/pages/rooms.svg";

/** Draws the picture of the rooms of a project anew; `file` is where to, default where it is kept. */
export async function writeRoomsPicture(
  root: string,
  file: string = join(root, roomsPicture),
): Promise<void> {
  await writeFile(file, drawRooms(await readRooms(root)));
}
