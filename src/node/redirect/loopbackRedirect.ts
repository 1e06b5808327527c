import type { GatewaySettings } from "../../connections/settings/readGatewaySettings.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { partLoaded } from "../../failures/partLoaded.ts";
import type { Redirect } from "../../oauth/signIn/redirect.ts";
import { signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import type { LandingPages } from "./landingPage.ts";

/** Loads what listens, with the first sign-in. */
const loadListener = () => partLoaded(import("./loopbackListener.ts"), signInBundle);

export interface LoopbackWorld {
  readonly pages: () => Promise<LandingPages>;
  /** Where the port that worked last is remembered; by default as long as the program runs. */
  readonly lastPort?: LastPort;
}

export interface LastPort {
  read(): number | undefined;
  write(port: number): PromiseLike<void>;
}

/**
 * Receives the browser on this machine (RFC 8252, 7.3), on 127.0.0.1 and ::1 alike: `localhost` means either, and a
 * program that had the other one would receive the code.
 */
export function loopbackRedirect({
  pages,
  lastPort = inMemory(),
}: LoopbackWorld): (settings: GatewaySettings) => Redirect {
  return (settings) => {
    const { ports: configured, path, host } = settings.redirect;
    const last = lastPort.read();
    const ports = [...configured].sort((one, other) => Number(other === last) - Number(one === last));
    const uriOf = (port: number): string => `http://${host}:${port}${path}`;
    const [first = "", ...others] = ports.map(uriOf);
    const allTaken = () => new GatewayFailure("redirect_ports_taken", { ports });
    return {
      uris: [first, ...others],
      async listen(answer) {
        const [loaded, { listenAt }] = await Promise.all([pages(), loadListener()]);
        for (const port of ports) {
          const uri = uriOf(port);
          const listener = await listenAt(port, uri, { answer, pages: loaded, settings });
          if (listener) return { uri, succeeded: () => lastPort.write(port), ...listener };
        }
        throw allTaken();
      },
      async available() {
        const { isFree } = await loadListener();
        const free = await Promise.all(ports.map(isFree));
        if (!free.includes(true)) throw allTaken();
        return ports.filter((_, at) => free[at]).map(uriOf);
      },
    };
  };
}

function inMemory(): LastPort {
  let last: number | undefined;
  return {
    read: () => last,
    async write(port) {
      last = port;
    },
  };
}
