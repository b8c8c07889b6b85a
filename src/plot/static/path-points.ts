/** A point of the drawing, `[x, y]` in pixels. */
export type Point = readonly [number, number];

/** How many straight pieces stand for one curve; plenty for lengths and bounds on screen. */
const curvePieces = 12;

/**
 * The corners of an SVG path, curves cut into short straight pieces.
 *
 * Arcs are taken as the straight line to their end: Plotly uses them for small round markers and pies
 * only, where neither bounds nor lengths matter.
 *
 * @param definition the `d` attribute; an empty one gives no points.
 */
export function flattenPath(definition: string): Point[] {
  const tokens = definition.match(/[a-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/gi) ?? [];
  const points: Point[] = [];
  let at: [number, number] = [0, 0];
  let start: [number, number] = [0, 0];
  let index = 0;
  let command = "";
  const isNumber = () => index < tokens.length && !/^[a-z]$/i.test(tokens[index]);
  const number = () => Number(tokens[index++] ?? 0);
  const place = (relative: boolean): [number, number] => {
    const x = number();
    const y = number();
    return relative ? [at[0] + x, at[1] + y] : [x, y];
  };
  const moveTo = (next: [number, number]) => {
    at = next;
    points.push(next);
  };
  while (index < tokens.length) {
    if (!isNumber()) command = tokens[index++];
    else if (command === "") break;
    const relative = command === command.toLowerCase();
    switch (command.toUpperCase()) {
      case "M":
        moveTo(place(relative));
        start = at;
        command = relative ? "l" : "L";
        break;
      case "L":
      case "T":
        moveTo(place(relative));
        break;
      case "H":
        moveTo([number() + (relative ? at[0] : 0), at[1]]);
        break;
      case "V":
        moveTo([at[0], number() + (relative ? at[1] : 0)]);
        break;
      case "C":
      case "S":
      case "Q": {
        const count = command.toUpperCase() === "C" ? 3 : 2;
        const control = Array.from({ length: count }, () => place(relative));
        for (const point of cutCurve([at, ...control])) points.push(point);
        at = control[count - 1];
        break;
      }
      case "A":
        index += 5;
        moveTo(place(relative));
        break;
      case "Z":
        moveTo(start);
        break;
      default:
        index += 1;
    }
  }
  return points;
}

/** Length of a chain of points. */
export function pathLength(points: readonly Point[]): number {
  let length = 0;
  for (let i = 1; i < points.length; i++) {
    length += Math.hypot(points[i][0] - points[i - 1][0], points[i][1] - points[i - 1][1]);
  }
  return length;
}

/** The point at a distance along a chain of points; its ends for distances before or past it. */
export function pointAtLength(points: readonly Point[], distance: number): { x: number; y: number } {
  if (points.length === 0) return { x: 0, y: 0 };
  let left = Math.max(0, distance);
  for (let i = 1; i < points.length; i++) {
    const [ax, ay] = points[i - 1];
    const [bx, by] = points[i];
    const piece = Math.hypot(bx - ax, by - ay);
    if (left <= piece) {
      const share = piece === 0 ? 0 : left / piece;
      return { x: ax + share * (bx - ax), y: ay + share * (by - ay) };
    }
    left -= piece;
  }
  const [x, y] = points[points.length - 1];
  return { x, y };
}

/** Points of a Bézier curve of any degree by de Casteljau's construction, without its first point. */
function cutCurve(control: readonly Point[]): Point[] {
  return Array.from({ length: curvePieces }, (_, piece) => {
    const t = (piece + 1) / curvePieces;
    let level = control;
    while (level.length > 1) {
      const below = level;
      level = below
        .slice(1)
        .map((b, i): Point => [
          below[i][0] + t * (b[0] - below[i][0]),
          below[i][1] + t * (b[1] - below[i][1]),
        ]);
    }
    return level[0];
  });
}
