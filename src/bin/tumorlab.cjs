#!/usr/bin/env node
"use strict";
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const start = join(__dirname, "..", "dist", "cli", "start.js");
if (!existsSync(start)) {
  process.stderr.write("tumorlab is not built yet: run npm run build in its folder first.\n");
  process.exit(1);
}
void require(start).startCommandLine();
