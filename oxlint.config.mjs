import { builtinModules } from "node:module";

/**
 * The floors of src/, lowest first: a file imports from its own room or from a lower floor, never up or round. Rooms that
 * share a line may not import each other, but for `beside`. A test plants what may not be and sees lint refuse it. Circles of
 * files are looked for by a test of the set-up's import graph.
 */
export const floors = [
  ["platform"],
  ["core", "contracts"],
  ["anatomy", "volume", "nifti", "dicom", "stats"],
  ["formats"],
  ["data", "phantom", "metrics", "scaling", "tumor", "model"],
  ["synthesis", "realism", "evaluation", "training"],
  ["experiment"],
  ["paper"],
  ["plot", "viewer"],
  ["notebook", "cli", "lessons"],
  ["public"],
];

/**
 * Rooms that may import others of their own floor: contracts are checked by core's schemas, figures hold pictures of slices,
 * lessons are held in notebooks.
 */
const beside = { contracts: ["core"], plot: ["viewer"], lessons: ["notebook"] };

const clocks = "Clocks live in src/platform/machine.ts.";
const noClocks = {
  "no-restricted-properties": [
    "error",
    {
      object: "Math",
      property: "random",
      message: "Randomness is a value: pass a key from src/core/random.ts.",
    },
    { object: "Date", property: "now", message: clocks },
    { object: "performance", property: "now", message: clocks },
    { object: "process", property: "hrtime", message: clocks },
  ],
  "house/clocks": "error",
  "house/default-export": "error",
  "house/read-text": "error",
};

/** Node's own modules, with or without `node:`. */
const nodeModules = `^(node:|(${builtinModules.join("|")})(/|$))`;

/** What only Node or only a browser has, and so may be used in `platform/` alone. */
const onlyPlatform = "Only src/platform/ knows what it runs on: take or add it there.";
const noPlatform = {
  "no-restricted-imports": ["error", { patterns: [{ regex: nodeModules, message: onlyPlatform }] }],
  "no-restricted-globals": [
    "error",
    ...[
      "process",
      "Buffer",
      "__dirname",
      "__filename",
      "require",
      "setImmediate",
      "window",
      "document",
      "navigator",
    ].map((name) => ({ name, message: onlyPlatform })),
  ],
};

const unsafe = ["argument", "assignment", "call", "member-access", "return"].map(
  (name) => `typescript/no-unsafe-${name}`,
);
const all = (names, level) => Object.fromEntries(names.map((name) => [name, level]));

/** Rules that need types are checked by the native compiler, all in some fifteen processor seconds. */
const typed = all(
  [
    "await-thenable",
    "no-array-delete",
    "no-base-to-string",
    "no-duplicate-type-constituents",
    "no-floating-promises",
    "no-for-in-array",
    "no-implied-eval",
    "no-misused-promises",
    "no-redundant-type-constituents",
    "no-unnecessary-type-assertion",
    "no-unsafe-enum-comparison",
    "no-unsafe-unary-minus",
    "only-throw-error",
    "prefer-promise-reject-errors",
    "require-await",
    "restrict-plus-operands",
    "unbound-method",
  ].map((name) => `typescript/${name}`),
  "error",
);

export default {
  plugins: ["eslint", "typescript", "import"],
  jsPlugins: [
    { name: "imports", specifier: "eslint-plugin-import-x" },
    { name: "house", specifier: "./environment/lint/house-rules.mjs" },
  ],
  options: { typeAware: true, reportUnusedDisableDirectives: "error", denyWarnings: true },
  categories: { correctness: "error" },
  ignorePatterns: [
    "**/dist/",
    "**/node_modules/",
    "coverage/",
    ".tumorlab/",
    "/course/",
    "notebooks/",
    "src/nifti/assembly/*.ts",
    "src/volume/assembly/kernels.ts",
    "src/model/simd3d/assembly/*.ts",
  ],
  rules: {
    // Numbers in messages are meant; texts are sorted as texts, and taken apart into letters of ASCII.
    ...all(
      ["restrict-template-expressions", "require-array-sort-compare", "no-misused-spread"].map(
        (name) => `typescript/${name}`,
      ),
      "off",
    ),
    "no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    "imports/first": "error",
    "import/no-duplicates": "error",
    "imports/order": [
      "error",
      { groups: ["builtin", "external", "parent", "sibling", "index"], alphabetize: { order: "asc" } },
    ],
  },
  overrides: [
    {
      files: ["**/*.ts", "**/*.tsx"],
      rules: {
        ...typed,
        ...all(unsafe, "error"),
        "typescript/consistent-type-imports": "error",
        "typescript/no-explicit-any": "error",
        "typescript/ban-ts-comment": "error",
      },
    },
    // Plain JavaScript has no types to lean on.
    { files: ["**/*.mjs", "**/*.cjs"], rules: all(Object.keys(typed), "off") },
    {
      files: ["src/**/*.ts"],
      rules: { "house/floors": ["error", { floors, beside }], ...noClocks, ...noPlatform },
    },
    { files: ["src/platform/**/*.ts"], rules: all(Object.keys(noClocks), "off") },
    { files: ["src/platform/**/*.ts", "src/cli/**/*.ts"], rules: all(Object.keys(noPlatform), "off") },
    {
      files: ["test/**/*.ts"],
      rules: all([...unsafe, "typescript/no-explicit-any", "typescript/require-await"], "off"),
    },
  ],
};
