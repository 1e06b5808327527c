import { writeFileSync } from "node:fs";
import { messagesPage } from "./messages/messagesPage.ts";

/** `npm run messages`: writes the page with every message a person can meet. */
writeFileSync("docs/messages.md", messagesPage());
