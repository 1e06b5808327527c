import { appendFileSync } from "node:fs";
import { visit } from "../signInByHttp.ts";

/**
 * A browser with a person in it, as the command that `--browser` starts: notes what it was started with, signs in and
 * follows the redirect home.
 */
const [log = "", consent = "allow", url = ""] = process.argv.slice(2);
appendFileSync(log, `${JSON.stringify({ url, argv: process.argv, env: process.env })}\n`);
await visit(url, { consent: consent === "deny" ? "deny" : "allow" });
