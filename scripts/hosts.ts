import { writeFileSync } from "node:fs";
import { hostsPage } from "./hosts/hostsPage.ts";

/** `npm run hosts`: writes the page on every host, from the table of hosts and the tests that start their own programs. */
writeFileSync("docs/hosts.md", hostsPage());
