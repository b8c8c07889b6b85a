import eslint from "@eslint/js";
import importX from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/**
 * The floors of src/: a file imports from its own room or from a lower floor, never up or round.
 * `figures` lies below the two other faces because both show what it draws.
 */
const floors = [
  [
    "types.ts",
    "affine.ts",
    "code-state.ts",
    "code-version.ts",
    "decimal.ts",
    "grid.ts",
    "occupied.ts",
    "files.ts",
    "file-lock.ts",
    "looks-like-labels.ts",
    "missing.ts",
    "random.ts",
    "organs.ts",
    "size-class.ts",
    "structures.ts",
    "progress.ts",
    "temporary.ts",
    "worker-pool.ts",
    "errors.ts",
    "env.ts",
  ],
  ["volume", "nifti", "stats"],
  ["cohort", "phantom", "tumor", "metrics", "scaling"],
  ["model", "training"],
  ["experiment", "ledger"],
  ["figures"],
  ["cli", "notebook"],
];

const zones = floors.flatMap((rooms, floor) =>
  rooms.flatMap((room) =>
    floors
      .slice(floor)
      .flat()
      .filter((other) => other !== room && !(floor === 0 && floors[0].includes(other)))
      .concat("index.ts")
      .map((other) => ({
        target: `./src/${room}`,
        from: `./src/${other}`,
        message: `src/${room} may import only from its own room or from a lower floor (see eslint.config.mjs).`,
      })),
  ),
);

const noClocks = {
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "Randomness is a value: pass a key from src/random.ts." },
    { object: "Date", property: "now", message: "Clocks live in src/env.ts." },
    { object: "performance", property: "now", message: "Clocks live in src/env.ts." },
    { object: "process", property: "hrtime", message: "Clocks live in src/env.ts." },
  ],
  "no-restricted-syntax": [
    "error",
    {
      selector: "NewExpression[callee.name='Date'][arguments.length=0]",
      message: "Clocks live in src/env.ts.",
    },
    { selector: "ExportDefaultDeclaration", message: "Named exports only." },
    {
      selector: "CallExpression[callee.name='readFile'] > Literal[value=/^utf-?8$/]",
      message: "Read text with readText or readJson of src/files.ts: they know byte order marks.",
    },
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
    ignores: ["src/env.ts"],
    rules: { ...noClocks, "import-x/no-restricted-paths": ["error", { zones }] },
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
