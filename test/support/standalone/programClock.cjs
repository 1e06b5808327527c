// Loaded before a program whose clock a test moves: it is ahead by as many milliseconds as the file says.
const { readFileSync } = require("node:fs");
const now = Date.now;
Date.now = () => now() + Number(readFileSync(process.env.PROGRAM_CLOCK, "utf8"));
