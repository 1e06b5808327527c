/**
 * A browser in which somebody is signed in already: opens the address it is given and goes where it is sent. By what
 * Node has loaded anyway, and in JavaScript: it is started for each scenario, and `fetch` and types take thrice as long.
 */
const { get } = require("node:http");

function open(/** @type {string | URL} */ address) {
  get(address, (page) => {
    page.resume();
    const { location } = page.headers;
    if (location !== undefined) open(new URL(location, address));
  });
}

open(process.argv.at(-1) ?? "");
