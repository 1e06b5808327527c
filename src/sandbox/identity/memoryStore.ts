import type { Adapter, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
}

/** What a person's access consists of: what goes when it is taken away. */
const personal = new Set(["Session", "Grant", "AuthorizationCode", "RefreshToken"]);

/** Everything the identity provider remembers. It is gone with the process, which is what a sandbox should promise. */
export class MemoryStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The view of one model that oidc-provider asks for. */
  readonly adapter = (model: string): Adapter => {
    const key = (id: string) => `${model}:${id}`;
    const find = (wanted: (payload: AdapterPayload) => boolean) =>
      [...this.#entries.values()].find((entry) => entry.model === model && wanted(entry.payload))?.payload;
    return {
      upsert: async (id, payload, expiresIn) => {
        this.#dropExpired();
        const expiresAt = expiresIn === undefined ? Number.POSITIVE_INFINITY : this.#now() + expiresIn * 1000;
        this.#entries.set(key(id), { model, id, payload, expiresAt });
      },
      find: async (id) => this.#entries.get(key(id))?.payload,
      findByUid: async (uid) => find((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const entry = this.#entries.get(key(id));
        if (entry) entry.payload.consumed = Math.floor(this.#now() / 1000);
      },
      destroy: async (id) => {
        this.#entries.delete(key(id));
      },
      revokeByGrantId: async (grantId) => {
        this.#drop((entry) => entry.model === model && entry.payload.grantId === grantId);
      },
    };
  };

  /** Ends the sessions, consents and refresh tokens of one person, or of everybody. */
  forgetPerson(sub?: string): void {
    this.#drop(({ model, payload }) => personal.has(model) && (sub === undefined || payload.accountId === sub));
  }

  /** Whether this refresh token could be spent now. */
  isSpendable(refreshToken: string): boolean {
    const entry = this.#entries.get(`RefreshToken:${refreshToken}`);
    return entry !== undefined && entry.payload.consumed === undefined && entry.expiresAt > this.#now();
  }

  #dropExpired(): void {
    const now = this.#now();
    this.#drop((entry) => entry.expiresAt <= now);
  }

  #drop(unwanted: (entry: Entry) => boolean): void {
    for (const [key, entry] of this.#entries) {
      if (unwanted(entry)) this.#entries.delete(key);
    }
  }
}
