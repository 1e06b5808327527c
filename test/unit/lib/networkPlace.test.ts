import assert from "node:assert/strict";
import { test } from "node:test";
import { type NetworkPlace, networkPlace, reachOf } from "../../../src/lib/networkPlace.ts";

/** Hosts as somebody may write them in an address. */
const hosts: Readonly<Record<NetworkPlace, readonly string[]>> = {
  loopback: [
    ...["localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "ip6-localhost"],
    ...["127.0.0.1", "127.1", "127.255.255.254", "127.0.0.1.", "2130706433", "0x7f000001", "0x7f.1", "017700000001"],
    ...["0177.0.0.1", "0", "0.0.0.0", "１２７.0.0.1", "127。0。0。1"],
    ...["[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]"],
    ...[
      "[::ffff:0:127.0.0.1]",
      "[64:ff9b::127.0.0.1]",
      "[64:ff9b:1::127.0.0.1]",
      "[2002:7f00:1::]",
      "[::ffff:0.0.0.0]",
    ],
  ],
  linkLocal: [
    ...["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "169.254.169.254.", "169.254.0.1"],
    ...[
      "[fe80::1]",
      "[febf::1]",
      "[fd00:ec2::254]",
      "[fd20:ce::254]",
      "[::ffff:169.254.169.254]",
      "[64:ff9b::a9fe:a9fe]",
    ],
    ...["[2002:a9fe:a9fe::]", "metadata.google.internal", "metadata.google.internal.", "METADATA", "metadata.goog"],
    ...["instance-data.ec2.internal", "instance-data", "100.100.100.200", "168.63.129.16", "192.0.0.192"],
    ...["224.0.0.1", "240.0.0.1", "255.255.255.255", "[ff02::1]"],
  ],
  private: [
    ...[
      "10.0.0.1",
      "167772161",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "0xc0a80101",
      "100.64.0.1",
      "198.18.0.1",
    ],
    ...["[fc00::1]", "[fd12:3456::1]", "[fec0::1]", "[::ffff:10.0.0.1]", "[2002:0a00:0001::]"],
    ...["intranet", "idp.corp", "idp.local", "idp.internal", "keycloak.lan", "nas.home.arpa", "host.docker.internal"],
  ],
  public: [
    ...["login.example.com", "login.example.com.", "8.8.8.8", "172.15.0.1", "172.32.0.1", "192.167.0.1", "100.128.0.1"],
    ...["11.0.0.1", "126.0.0.1", "128.0.0.1", "[2606:4700::1111]", "[::ffff:8.8.8.8]", "localhost.example.com"],
    ...["internal.example.com", "metadata.example.com", "[2002:0808:0808::]", "223.255.255.255"],
  ],
};

test("a host's place is known in every way to write it", () => {
  for (const [place, written] of Object.entries(hosts)) {
    for (const host of written) {
      const { hostname } = new URL(`https://${host}/`);
      assert.equal(networkPlace(hostname), place, `${host}, which is asked for as ${hostname}`);
    }
  }
});

test("this machine is named by itself alone, link-local by nobody, and a private network by what is in one", () => {
  const at = { loopback: "127.0.0.1", linkLocal: "169.254.169.254", private: "10.0.0.1", public: "example.com" };
  const url = (host: string) => new URL(`https://${host}/`);
  const reach = Object.entries(at).map(([from, host]) => [
    from,
    Object.values(at).map((other) => reachOf(url(host), url(other === host ? `${other}:8443` : other))),
  ]);
  const next = { loopback: "127.0.0.2", private: "10.0.0.2" };
  assert.deepEqual(
    { reach, next: [reachOf(url(at.loopback), url(next.loopback)), reachOf(url(at.private), url(next.private))] },
    {
      // Their own host each, then this machine, link-local, private, public.
      reach: [
        ["loopback", ["open", "refused", "open", "open"]],
        ["linkLocal", ["refused", "open", "asks", "open"]],
        ["private", ["refused", "refused", "open", "open"]],
        ["public", ["refused", "refused", "asks", "open"]],
      ],
      next: ["open", "open"],
    },
  );
});
