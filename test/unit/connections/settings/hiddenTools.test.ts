import assert from "node:assert/strict";
import { test } from "node:test";
import { hiddenTools, withHiddenTool } from "../../../../src/connections/settings/hiddenTools.ts";

const url = "https://gw.example.com/mcp";

test("tools stay hidden whatever else is set and cannot be used, and wherever the trailing slash stands", () => {
  assert.deepEqual(
    [
      hiddenTools({ [`${url}/`]: { hiddenTools: ["drop"], clientId: 7 } }, url),
      hiddenTools({ [url]: { hiddenTools: ["drop", 7] } }, `${url}/`),
      ...[undefined, null, 7, [], { [url]: null }, { [url]: { hiddenTools: "drop" } }].map((set) =>
        hiddenTools(set, url),
      ),
    ],
    [["drop"], ["drop"], [], [], [], [], [], []],
  );
});

test("hiding and showing a tool leaves everything else that is set, and nothing where nothing is left", () => {
  const set = { [`${url}/`]: { clientId: "app", hiddenTools: ["a"] }, "https://other.example.com": {} };
  const hide = (gateways: unknown, tool: string, isHidden: boolean) =>
    withHiddenTool(gateways, url, { tool, isHidden });
  assert.deepEqual(
    [
      hide(set, "b", true),
      hide(set, "a", false),
      hide(undefined, "a", true),
      hide({ [url]: { hiddenTools: ["a"] } }, "a", false),
    ],
    [
      { ...set, [`${url}/`]: { clientId: "app", hiddenTools: ["a", "b"] } },
      { ...set, [`${url}/`]: { clientId: "app" } },
      { [url]: { hiddenTools: ["a"] } },
      {},
    ],
  );
});
