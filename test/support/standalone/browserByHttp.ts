import { appendFileSync } from "node:fs";
import { signInByHttp } from "../signInByHttp.ts";

/**
 * A browser with a person in it, as the command that `--browser` starts: notes what it was started with, signs in and
 * follows the redirect home.
 */
const [log = "", consent = "allow", url = ""] = process.argv.slice(2);
appendFileSync(log, `${JSON.stringify({ url, argv: process.argv, env: process.env })}\n`);
const { landed } = await signInByHttp(url, { consent: consent === "deny" ? "deny" : "allow" });
const page = await fetch(landed);
await page.text();
