import { dirname, join, relative, sep } from "node:path";

/**
 * Rules of this project that no package has, for oxlint: `floors`, and the three of `clocks`, `default-export` and `read-text`.
 * A test plants what each refuses.
 */

/** Room of `src/` that a file lies in; `undefined` for one outside of it and for the index, which lies in none. */
function roomOf(root, file) {
  const parts = relative(root, file).split(sep);
  return parts[0] === "src" && parts.length > 2 ? parts[1] : undefined;
}

/** Reports imports that go up the floors or to a room beside. Options: floors, and rooms that may import beside them. */
const floors = {
  meta: { schema: [{ type: "object" }] },
  create(context) {
    const [{ floors: list, beside }] = context.options;
    const root = context.cwd;
    const room = roomOf(root, context.filename);
    const floorOf = (name) => list.findIndex((rooms) => rooms.includes(name));
    if (room === undefined || floorOf(room) < 0) return {};
    const check = (node) => {
      const from = node.source?.value;
      if (typeof from !== "string" || !from.startsWith(".")) return;
      const target = join(dirname(context.filename), from);
      const other = roomOf(root, target);
      const isIndex = relative(root, target).split(sep).join("/") === "src/index.js";
      const isAllowed =
        other === undefined
          ? !isIndex
          : other === room || floorOf(other) < floorOf(room) || (beside[room] ?? []).includes(other);
      if (!isAllowed)
        context.report({
          node,
          message: `src/${room} may import only from its own room or from a lower floor (see oxlint.config.mjs).`,
        });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

const clocks = {
  create: (context) => ({
    NewExpression(node) {
      if (node.callee.name === "Date" && node.arguments.length === 0)
        context.report({ node, message: "Clocks live in src/platform/machine.ts." });
    },
  }),
};

const defaultExport = {
  create: (context) => ({
    ExportDefaultDeclaration: (node) => context.report({ node, message: "Named exports only." }),
  }),
};

const readText = {
  create: (context) => ({
    CallExpression(node) {
      const isUtf8 = ({ type, value }) => type === "Literal" && /^utf-?8$/.test(value);
      if (node.callee.name === "readFile" && node.arguments.some(isUtf8))
        context.report({
          node,
          message: "Read text with readText or readJson of src/core/files.ts: they know byte order marks.",
        });
    },
  }),
};

export default {
  meta: { name: "house" },
  rules: { floors, clocks, "default-export": defaultExport, "read-text": readText },
};
