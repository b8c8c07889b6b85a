import { builtinModules } from "node:module";
import eslint from "@eslint/js";
import importX, { createNodeResolver } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * The floors of src/, lowest first: a file imports from its own room or from a lower floor, never up or round. Rooms that
 * share a line may not import each other, but for `beside`. A test plants what may not be and sees lint refuse it. Circles of
 * files are looked for by a test of the set-up's import graph, which is a hundred times as fast as a rule.
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

const zones = floors.flatMap((rooms, floor) =>
  rooms.map((room) => ({
    target: `./src/${room}`,
    from: floors
      .slice(floor)
      .flat()
      .filter((other) => other !== room && !(beside[room] ?? []).includes(other))
      .map((other) => `./src/${other}`)
      .concat("./src/index.ts"),
    message: `src/${room} may import only from its own room or from a lower floor (see eslint.config.mjs).`,
  })),
);

const noClocks = {
  "no-restricted-properties": [
    "error",
    {
      object: "Math",
      property: "random",
      message: "Randomness is a value: pass a key from src/core/random.ts.",
    },
    { object: "Date", property: "now", message: "Clocks live in src/platform/machine.ts." },
    { object: "performance", property: "now", message: "Clocks live in src/platform/machine.ts." },
    { object: "process", property: "hrtime", message: "Clocks live in src/platform/machine.ts." },
  ],
  "no-restricted-syntax": [
    "error",
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: "Clocks live in src/platform/machine.ts.",
    },
    { selector: "ExportDefaultDeclaration", message: "Named exports only." },
    {
      selector: "CallExpression[callee.name='readFile'] > Literal[value=/^utf-?8$/]",
      message: "Read text with readText or readJson of src/core/files.ts: they know byte order marks.",
    },
  ],
};

/** Node's own modules, with or without `node:`. */
const nodeModules = `^(node:|(${builtinModules.join("|")})(/|$))`;

/** What only Node or only a browser has, and so may be used in `platform/` alone. */
const noPlatform = {
  "no-restricted-imports": [
    "error",
    {
      patterns: [
        { regex: nodeModules, message: "Only src/platform/ knows what it runs on: take or add it there." },
      ],
    },
  ],
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
    ].map((name) => ({ name, message: "Only src/platform/ knows what it runs on: take or add it there." })),
  ],
};

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "coverage/",
      ".tumorlab/",
      "notebooks/",
      "src/nifti/assembly/*.ts",
      "src/volume/assembly/kernels.ts",
      "src/model/simd3d/assembly/*.ts",
    ],
  },
  eslint.configs.recommended,
  {
    files: ["**/*.ts", "**/*.tsx"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
  {
    plugins: { "import-x": importX },
    rules: {
      "import-x/first": "error",
      "import-x/no-duplicates": "error",
      "import-x/order": [
        "error",
        { groups: ["builtin", "external", "parent", "sibling", "index"], alphabetize: { order: "asc" } },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/platform/**"],
    rules: noClocks,
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/platform/**", "src/cli/**"],
    rules: noPlatform,
  },
  {
    files: ["src/**/*.ts"],
    // Without these, an import of `./x.js` is not found as `x.ts`, and the rule below passes everything.
    settings: {
      "import-x/resolver-next": [createNodeResolver({ extensionAlias: { ".js": [".ts", ".js"] } })],
      "import-x/parsers": { "@typescript-eslint/parser": [".ts"] },
      "import-x/extensions": [".ts"],
    },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/no-explicit-any": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        Buffer: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        setImmediate: "readonly",
        performance: "readonly",
        require: "readonly",
        module: "writable",
        __dirname: "readonly",
        AbortController: "readonly",
        AbortSignal: "readonly",
        fetch: "readonly",
        TextDecoder: "readonly",
        TextEncoder: "readonly",
      },
    },
  },
);
