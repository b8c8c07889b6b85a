import { readFileSync } from "node:fs";

/**
 * Says in one paragraph why this version of Node will not do, or returns "" when it will.
 * The range is the one of package.json `engines.node`.
 *
 * @param {string} version such as "20.19.0"
 * @param {string} [range] such as "^20.19.0 || >=24"; default: the project's own
 * @returns {string}
 */
export function explainNodeVersion(version, range = readRange()) {
  if (isInRange(version, range)) return "";
  return (
    `Tumorlab needs Node ${range.replaceAll("||", "or")}, and this is Node ${version}.\n` +
    "Install the current long-term version (22 or 24) from nodejs.org or with your version manager, " +
    "then run the same command again."
  );
}

/**
 * Whether a version lies in a range made of `^a.b.c` and `>=a.b.c` joined by `||`. Pre-releases count as the
 * release they precede.
 *
 * @param {string} version
 * @param {string} range
 */
export function isInRange(version, range) {
  const found = parseVersion(version);
  return range.split("||").some((part) => {
    const text = part.trim();
    const least = parseVersion(text.replace(/^(\^|>=)/, ""));
    const sameMajor = found[0] === least[0];
    return compareVersions(found, least) >= 0 && (sameMajor || text.startsWith(">="));
  });
}

/** @param {string} text @returns {number[]} */
function parseVersion(text) {
  const numbers = text
    .replace(/^v/, "")
    .split(/[.-]/)
    .slice(0, 3)
    .map((part) => Number.parseInt(part, 10) || 0);
  return [numbers[0] ?? 0, numbers[1] ?? 0, numbers[2] ?? 0];
}

/** @param {number[]} a @param {number[]} b */
function compareVersions(a, b) {
  for (let index = 0; index < 3; index++) if (a[index] !== b[index]) return a[index] - b[index];
  return 0;
}

function readRange() {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return JSON.parse(text).engines.node;
}
