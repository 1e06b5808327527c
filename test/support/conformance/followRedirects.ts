/** A browser in which somebody is signed in already: opens the address it is given and goes where it is sent. */
void fetch(process.argv.at(-1) ?? "").then((page) => page.text());
