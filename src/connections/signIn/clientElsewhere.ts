import type { AnyFailure } from "../../failures/failure.ts";
import type { Connection } from "../connection.ts";
import type { ClientQuestions } from "./askedAuthorization.ts";

/** Asks a person which client a connection is at the other issuer that its gateway moved to. */
export interface ClientElsewhere extends ClientQuestions {
  /** Whether anything was asked since the last refusal. */
  readonly wasAsked: boolean;
  /** Has the client ID asked for again, and says there why. */
  refuse(failure: AnyFailure): void;
  /** Writes the client ID into the settings of a gateway, in the place of the one that stands there. */
  write(url: string, clientId: string): Promise<void>;
}

/**
 * @param known the client ID that the settings have
 * @throws GatewayFailure `part_not_loaded`
 */
export type AskClientElsewhere = (connection: Connection, known: string | undefined) => Promise<ClientElsewhere>;
