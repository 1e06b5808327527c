// AWS's own program as a test has it: notes how it was started, and says what the test wrote down for it.
const { appendFileSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const folder = __dirname;
appendFileSync(join(folder, "aws.log"), `${JSON.stringify({ argv: process.argv.slice(2), env: process.env })}\n`);
const { stdout = "", stderr = "", code = 0 } = JSON.parse(readFileSync(join(folder, "aws.json"), "utf8"));
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
