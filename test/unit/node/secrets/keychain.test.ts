import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { deferred } from "../../../../src/lib/waiting.ts";
import { keychainTrouble, openKeychain } from "../../../../src/node/secrets/keychain.ts";
import { sharedSecrets } from "../../../../src/node/secrets/sharedSecrets.ts";
import { signInsLock } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import type { RunTool, ToolAnswer } from "../../../../src/system/runTool.ts";
import { QueueLock } from "../../../support/fakePorts.ts";
import { until } from "../../../support/until.ts";

/** Each platform's tool over the same kind of memory. `calls` is what other programs can see of it. */
function fakeTools(
  platform: "linux" | "darwin" | "win32",
  entries = new Map<string, string>(),
  /** The names of entries that it does not take. */
  refused = /^$/,
) {
  const calls: string[] = [];
  let longest = 0;
  const ok = (output = ""): ToolAnswer => ({ code: 0, output, complaint: "" });
  const put = (name: string, value: string) => {
    if (refused.test(name)) return { code: 1, output: "", complaint: "no\n" };
    longest = Math.max(longest, value.length);
    entries.set(name, value);
    return ok();
  };
  const linux: RunTool = async (_, [act, ...words], input) => {
    const name = words.at(-1) ?? "";
    // It reads so much and leaves the rest.
    if (act === "store") return put(name, input.slice(0, 8192));
    if (act === "clear") return entries.delete(name) ? ok() : { code: 1, output: "", complaint: "" };
    const found = entries.get(name);
    if (act === "search") return ok(found === undefined ? "" : `[/1]\nlabel = \nsecret = ${found}\n`);
    return found === undefined ? { code: 1, output: "", complaint: "" } : ok(found);
  };
  const darwin: RunTool = async (_, args, input) => {
    if (args[0] === "-i") {
      let last = ok();
      let output = "";
      for (const line of input.split("\n").slice(0, -1)) {
        // The tool reads lines of 4096 characters.
        const words = [...line.slice(0, 4096).matchAll(/"([^"]*)"/g)].map(([, word = ""]) => word);
        if (words[0] === "add-generic-password") {
          if (line.length <= 4096)
            last = put(words[words.indexOf("-a") + 1] ?? "", words[words.indexOf("-w") + 1] ?? "");
        } else last = await darwin("security", words, "");
        output += last.output;
      }
      return { ...last, output };
    }
    const name = args[args.indexOf("-a") + 1] ?? "";
    const found = entries.get(name);
    if (found === undefined) return { code: 44, output: "", complaint: "not found" };
    if (args[0] === "delete-generic-password") entries.delete(name);
    return ok(args.includes("-w") ? `${found}\n` : "");
  };
  const win32: RunTool = async (_, __, input) => {
    const asked = JSON.parse(input) as
      | { readonly act: "put"; readonly entries: readonly { readonly name: string; readonly value: string }[] }
      | { readonly act: "drop"; readonly names: readonly string[] }
      | { readonly act: "get"; readonly name: string };
    for (const { name, value } of asked.act === "put" ? asked.entries : []) {
      const answer = put(name, value);
      if (answer.code !== 0) return answer;
    }
    if (asked.act === "drop") for (const name of asked.names) entries.delete(name);
    if (asked.act !== "get") return ok();
    const found = entries.get(asked.name);
    if (found === undefined) return { code: 44, output: "", complaint: "" };
    const beside = [...entries].filter(([name]) => name.startsWith(`${asked.name}.`));
    return ok([found, ...beside.map((one) => one.join(" ")), ""].join("\r\n"));
  };
  const tool = { linux, darwin, win32 }[platform];
  const run: RunTool = (command, args, input) => {
    calls.push([command, ...args].join(" "));
    return tool(command, args, input);
  };
  return { entries, calls, run, longest: () => longest };
}

const secret = JSON.stringify({ token: "ümlaut \"quoted\" 'single' $(echo no) `no`\n", jwt: "marked".repeat(2000) });

for (const platform of ["linux", "darwin", "win32"] as const) {
  test(`on ${platform} a long secret comes back as it was, is no argument of any program, and leaves nothing`, async () => {
    const tools = fakeTools(platform);
    const keychain = await openKeychain(platform, {}, { run: tools.run, probe: tools.run });
    assert.ok(keychain);
    await keychain.store("session:a", secret);
    await keychain.store("session:b", "another");
    const first = await keychain.get("session:a");
    await keychain.store("session:a", "short");
    const second = await keychain.get("session:a");
    const kept = tools.entries.size;
    await keychain.delete("session:a");
    await keychain.delete("session:b");
    const encoded = Buffer.from("marked").toString("base64").slice(0, 6);
    assert.deepEqual(
      {
        first: first === secret,
        second,
        gone: await keychain.get("session:a"),
        kept,
        left: tools.entries.size,
        shown: tools.calls.filter((call) => call.includes("marked") || call.includes(encoded)),
        fits: tools.longest() <= { linux: 8192, darwin: 2400, win32: 1280 }[platform],
      },
      { first: true, second: "short", gone: undefined, kept: 2, left: 0, shown: [], fits: true },
    );
  });

  test(`on ${platform} a keychain whose tool is missing or does not answer counts as none`, async () => {
    const missing: RunTool = async () => {
      throw Object.assign(new Error("spawn ENOENT"), { code: "ENOENT" });
    };
    const locked: RunTool = async () => ({ code: 1, output: "", complaint: "Cannot autolaunch D-Bus without X11" });
    const killed: RunTool = async () => ({ code: undefined, output: "", complaint: "" });
    const opened = await Promise.all(
      [missing, locked, killed].map((probe) => openKeychain(platform, {}, { run: missing, probe })),
    );
    assert.deepEqual(opened, [undefined, undefined, undefined]);
  });
}

test("a PowerShell that ends well and says nothing, as one that may not run scripts does, is no keychain", async () => {
  const mute: RunTool = async () => ({ code: 0, output: "", complaint: "" });
  assert.equal(await openKeychain("win32", {}, { run: mute, probe: mute }), undefined);
});

test("the entry that is asked for to find a keychain is not asked for again, unless somebody wants it later", async () => {
  const tools = fakeTools("linux");
  const before = await openKeychain("linux", {}, { run: tools.run, probe: tools.run });
  await before?.store("gateway:a", "record");
  tools.calls.length = 0;
  const keychain = await openKeychain("linux", {}, { run: tools.run, probe: tools.run, first: "gateway:a" });
  const [first, asked] = [await keychain?.get("gateway:a"), tools.calls.length];
  await before?.store("gateway:a", "changed");
  const second = await keychain?.get("gateway:a");
  const written = await openKeychain("linux", {}, { run: tools.run, probe: tools.run, first: "gateway:a" });
  await written?.store("gateway:a", "ours");
  const third = await written?.get("gateway:a");
  assert.deepEqual({ first, asked, second, third }, { first: "record", asked: 1, second: "changed", third: "ours" });
});

test("a long secret is read by one question on Windows and two on macOS, and written by one and two", async () => {
  const asked = async (platform: "linux" | "darwin" | "win32") => {
    const tools = fakeTools(platform);
    const keychain = (await openKeychain(platform, {}, { run: tools.run, probe: tools.run })) ?? assert.fail();
    const count = async (act: () => PromiseLike<unknown>) => {
      tools.calls.length = 0;
      await act();
      return tools.calls.length;
    };
    await keychain.store("session:a", "short");
    const store = await count(() => keychain.store("session:a", secret, true));
    const parts = tools.entries.size;
    const get = await count(async () => assert.equal(await keychain.get("session:a"), secret));
    const replace = await count(() => keychain.store("session:a", secret, true));
    return { parts, store, get, replace, remove: await count(() => keychain.delete("session:a", true)) };
  };
  assert.deepEqual(
    { linux: await asked("linux"), darwin: await asked("darwin"), win32: await asked("win32") },
    {
      // `secret-tool` takes one entry at a time, and `security` takes one away at a time.
      linux: { parts: 3, store: 3, get: 3, replace: 5, remove: 3 },
      darwin: { parts: 7, store: 2, get: 2, replace: 8, remove: 7 },
      win32: { parts: 14, store: 1, get: 1, replace: 2, remove: 1 },
    },
  );
});

for (const platform of ["linux", "darwin", "win32"] as const) {
  test(`on ${platform} a secret stays whole when a part of the next one is not taken, and when a part is read too late`, async () => {
    const tools = fakeTools(platform);
    const keychain = (await openKeychain(platform, {}, { run: tools.run, probe: tools.run })) ?? assert.fail();
    const next = `${secret} of the next`;
    const store = async (refused: RegExp) => {
      const refusing = fakeTools(platform, tools.entries, refused);
      const full = (await openKeychain(platform, {}, { run: refusing.run, probe: tools.run })) ?? assert.fail();
      await full.get("session:a");
      await assert.rejects(async () => full.store("session:a", next), /^Error: the keychain refused/);
      return await keychain.get("session:a");
    };
    await keychain.store("session:a", secret);
    const before = [...tools.entries];
    const [first, middle] = [await store(/\.1$/), await store(/\.2$/)];
    const head = await store(/^session:a$/);
    // Somebody replaces it between the look at its first entry and those at the others.
    const late = fakeTools(platform, tools.entries);
    let isReplaced = false;
    const run: RunTool = async (...question) => {
      const answer = await late.run(...question);
      if (!isReplaced) {
        isReplaced = true;
        await keychain.store("session:a", next);
      }
      return answer;
    };
    const reader = (await openKeychain(platform, {}, { run, probe: tools.run })) ?? assert.fail();
    const read = await reader.get("session:a");
    assert.ok(before.length > 2 && isReplaced);
    assert.deepEqual(
      { first, middle, head, read: read === secret || read === next },
      { first: secret, middle: secret, head: secret, read: true },
    );
  });
}

test("what was found when a keychain was opened counts no more once somebody took a lock", async () => {
  const tools = fakeTools("linux");
  const open = async () =>
    (await openKeychain("linux", {}, { run: tools.run, probe: tools.run, first: "session:a" })) ?? assert.fail();
  const other = await open();
  await other.store("session:a", "spent");
  const { secrets, lock } = sharedSecrets(await open(), new QueueLock(), { now: () => 0, onRefused: () => {} });
  await other.store("session:a", "renewed");
  assert.equal(await lock.run(signInsLock, async () => secrets.get("session:a")), "renewed");
});

for (const platform of ["linux", "darwin", "win32"] as const) {
  test(`on ${platform} what was just read or written is changed without a look, and leaves no part behind`, async () => {
    const tools = fakeTools(platform);
    const keychain = (await openKeychain(platform, {}, { run: tools.run, probe: tools.run })) ?? assert.fail();
    await keychain.store("session:a", secret);
    const asked = async (act: () => PromiseLike<unknown>) => {
      tools.calls.length = 0;
      await act();
      return tools.calls.length;
    };
    const [unseen, seen] = [
      await asked(() => keychain.store("session:a", "short")),
      await asked(() => keychain.store("session:a", "shorter", true)),
    ];
    await keychain.store("session:a", secret, true);
    const replaced = [...tools.entries.keys()].length;
    await keychain.store("session:a", "short", true);
    const left = [...tools.entries.keys()];
    // Nobody knows it here, whatever is said of it.
    const another = (await openKeychain(platform, {}, { run: tools.run, probe: tools.run })) ?? assert.fail();
    await keychain.store("session:a", secret);
    const unknown = await asked(() => another.delete("session:a", true));
    assert.ok(replaced > 1 && unknown > 1);
    assert.deepEqual(
      { saved: unseen - seen > 0, left, after: [...tools.entries.keys()] },
      { saved: true, left: ["session:a"], after: [] },
    );
  });
}

test("of two looks at an entry that overlap the one that began last counts, and one that failed does not", async () => {
  const tools = fakeTools("linux");
  const held: (() => void)[] = [];
  let isHeld = false;
  let isRefused = false;
  const run: RunTool = async (command, args, input) => {
    if (args[0] === "lookup" && isRefused) return { code: 2, output: "", complaint: "no" };
    const answer = await tools.run(command, args, input);
    if (args[0] === "lookup" && isHeld) await new Promise<void>((resolve) => held.push(resolve));
    return answer;
  };
  const keychain = (await openKeychain("linux", {}, { run, probe: tools.run })) ?? assert.fail();
  const other = (await openKeychain("linux", {}, { run: tools.run, probe: tools.run })) ?? assert.fail();
  await other.store("session:a", "one part");
  isHeld = true;
  const early = Promise.resolve(keychain.get("session:a"));
  await until(() => held.length === 1, "the look");
  isHeld = false;
  await other.store("session:a", secret);
  await keychain.get("session:a");
  held[0]?.();
  await early;
  await keychain.store("session:a", "short", true);
  const afterLate = [...tools.entries.keys()];
  await other.store("session:a", secret);
  isRefused = true;
  await assert.rejects(async () => keychain.get("session:a"));
  isRefused = false;
  await keychain.store("session:a", "short", true);
  assert.deepEqual([afterLate, [...tools.entries.keys()]], [["session:a"], ["session:a"]]);
});

for (const platform of ["linux", "darwin", "win32"] as const) {
  test(`an entry that is wanted next is asked for with the first, and given once, unless it was written or may have changed (${platform})`, async () => {
    const tools = fakeTools(platform);
    const first = "gateway:a";
    const ahead = "session:a";
    const opened = async (run = tools.run) =>
      (await openKeychain(platform, {}, { run, probe: tools.run, first, ahead })) ?? assert.fail("it answers");
    const other = await opened();
    await other.store(first, "record");
    await other.store(ahead, "sign-in");
    const isAsked: boolean[] = [];
    const held = deferred<void>();
    const slow: RunTool = async (...asked) => {
      isAsked.push(true);
      if (isAsked.length === 2) held.resolve(undefined);
      await held.promise;
      return await tools.run(...asked);
    };
    const waiting = (await openKeychain(platform, {}, { run: slow, probe: slow, first, ahead })) ?? assert.fail();
    const both = [await waiting.get(first), await waiting.get(ahead)];
    assert.deepEqual([both, isAsked.length], [["record", "sign-in"], 2]);

    const [changed, written, forgotten] = [await opened(), await opened(), await opened()];
    await other.store(ahead, "changed");
    await written.store(ahead, "ours");
    assert.equal(await written.get(ahead), "ours");
    await other.store(ahead, "theirs");
    forgotten.forget?.();
    assert.equal(await forgotten.get(ahead), "theirs");
    // What was found is given once; then it is looked for.
    await Promise.resolve(changed.get(ahead)).catch(() => {});
    assert.equal(await changed.get(ahead), "theirs");

    const refusing: RunTool = (command, args, input) =>
      [...args, input].some((word) => word.includes(ahead))
        ? Promise.reject(new Error("no"))
        : tools.run(command, args, input);
    const refused = await opened(refusing);
    // Nobody has asked for it yet, which is no reason for the program to end.
    await setImmediate();
    assert.equal(await refused.get(first), "record");
    await assert.rejects(async () => refused.get(ahead), { message: "no" });
  });
}

test("an entry that is not there takes one look, and on Linux one more that tells it from a locked one", async () => {
  for (const [platform, looks] of [
    ["linux", 2],
    ["darwin", 1],
    ["win32", 1],
  ] as const) {
    const tools = fakeTools(platform);
    const keychain = await openKeychain(platform, {}, { run: tools.run, probe: tools.run });
    tools.calls.length = 0;
    assert.deepEqual([await keychain?.get("nothing"), tools.calls.length], [undefined, looks]);
  }
});

test("an entry that somebody writes between two looks is given, and is not taken for a locked one", async () => {
  const tools = fakeTools("linux");
  const other = await openKeychain("linux", {}, { run: tools.run, probe: tools.run });
  let isWritten = false;
  const late: RunTool = async (command, args, input) => {
    if (args[0] === "search" && !isWritten) {
      isWritten = true;
      await other?.store("session:a", "theirs");
    }
    return tools.run(command, args, input);
  };
  const keychain = await openKeychain("linux", {}, { run: late, probe: tools.run });
  assert.deepEqual([await keychain?.get("session:a"), isWritten], ["theirs", true]);
});

test("a locked keyring, whose tool is silent on an entry that is there, is told from one without the entry", async () => {
  const silent: ToolAnswer = { code: 1, output: "", complaint: "" };
  const locked: RunTool = async (_, [act, ...words]) => {
    if (act === "store") return { ...silent, complaint: "secret-tool: Cannot create an item in a locked collection\n" };
    const listed = act === "search" && words.at(-1) === "session:a";
    if (!listed) return act === "search" ? { ...silent, code: 0 } : silent;
    const complaint = "secret-tool: Cannot get secret of a locked object\n";
    return { code: 0, output: "[/1]\nlabel = \nschema = org.freedesktop.Secret.Generic\n", complaint };
  };
  const keychain = (await openKeychain("linux", {}, { run: locked, probe: locked })) ?? assert.fail("it answers");
  const message = "the keychain is locked (secret-tool)";
  assert.equal(await keychain.get("session:b"), undefined);
  await keychain.delete("session:b");
  for (const act of [
    () => keychain.get("session:a"),
    () => keychain.delete("session:a"),
    () => keychain.store("session:b", "new"),
  ]) {
    await assert.rejects(async () => act(), { message });
  }
  assert.equal(await openKeychain("linux", {}, { run: locked, probe: locked, first: "session:a" }), undefined);
  assert.deepEqual(
    [
      await keychainTrouble("linux", {}, { first: "session:a", probe: locked }),
      await keychainTrouble("linux", {}, { probe: locked }),
    ],
    [message, undefined],
  );
});

test("a refusal of the keychain says which tool it was, and nothing of what it was given", async () => {
  const tools = fakeTools("linux");
  const refuse: RunTool = async (command, args, input) =>
    args[0] === "store" ? { code: 1, output: "", complaint: `cannot store ${input}` } : tools.run(command, args, input);
  const keychain = await openKeychain("linux", {}, { run: refuse, probe: tools.run });
  await assert.rejects(async () => keychain?.store("a", "marked"), { message: /^the keychain refused \(secret-tool/ });
});

/** The beginning of what we write, as a program that was killed may leave it. */
const isCutOff = (head: string): boolean => /^(?:\d{1,4}(?:\.[0-9a-f]{0,8})?)?$/.test(head);

test("an entry that was cut off when its program was killed counts as none, and the next one takes its place", async () => {
  for (const length of [0, 1, 2, 6, 10]) {
    const tools = fakeTools("linux");
    const keychain = await openKeychain("linux", {}, { run: tools.run, probe: tools.run });
    await keychain?.store("session:s", "before");
    tools.entries.set("session:s", (tools.entries.get("session:s") ?? "").slice(0, length));
    const torn = await keychain?.get("session:s");
    await keychain?.store("session:s", "after");
    assert.deepEqual([torn, await keychain?.get("session:s")], [undefined, "after"], `of ${length} letters`);
  }
});

test("an entry of a form that is not known is refused, and stays as it was whatever is asked", async () => {
  const tools = fakeTools("linux");
  const keychain = await openKeychain("linux", {}, { run: tools.run, probe: tools.run });
  assert.ok(keychain);
  await fc.assert(
    fc.asyncProperty(
      fc
        .string({ minLength: 1 })
        .filter((head) => head.trim() === head && !/^\d+\.[0-9a-f]*\.[A-Za-z0-9+/=]*$/.test(head))
        .filter((head) => !isCutOff(head)),
      async (head) => {
        tools.entries.set("session:s", head);
        for (const act of [() => keychain.get("session:s"), () => keychain.store("session:s", "new")]) {
          await assert.rejects(async () => act(), /form that this version does not know/);
        }
        assert.equal(tools.entries.get("session:s"), head);
      },
    ),
  );
});
