import type { Adapter, AdapterPayload } from "oidc-provider";

interface Entry {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
  readonly expiresAt: number;
  /** When it was spent, in milliseconds since the epoch. */
  consumedAt?: number;
}

/** The models that make up a person's access, which are deleted when it is revoked. */
const personal = new Set(["Session", "Grant", "AuthorizationCode", "RefreshToken", "AccessToken"]);

/** Everything that the identity provider remembers. It lives in memory, so that nothing outlasts the process. */
export class MemoryStore {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;
  readonly #graceMs: number;

  /** @param graceMs how long a spent refresh token still works */
  constructor(now: () => number = Date.now, graceMs = 0) {
    this.#now = now;
    this.#graceMs = graceMs;
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
      find: async (id) => this.#visible(this.#entries.get(key(id))),
      findByUid: async (uid) => find((payload) => payload.uid === uid),
      findByUserCode: async (userCode) => find((payload) => payload.userCode === userCode),
      consume: async (id) => {
        const entry = this.#entries.get(key(id));
        if (!entry || entry.consumedAt !== undefined) return;
        entry.consumedAt = this.#now();
        entry.payload.consumed = Math.floor(entry.consumedAt / 1000);
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

  /** Whether this refresh token could be spent now, or this access token is stored here and valid. */
  isGood(token: string): boolean {
    return ["RefreshToken", "AccessToken"].some((model) => {
      const entry = this.#entries.get(`${model}:${token}`);
      return entry !== undefined && this.#visible(entry)?.consumed === undefined && entry.expiresAt > this.#now();
    });
  }

  #visible(entry: Entry | undefined): AdapterPayload | undefined {
    if (entry?.consumedAt === undefined || entry.model !== "RefreshToken") return entry?.payload;
    const inGrace = this.#now() - entry.consumedAt < this.#graceMs;
    if (!inGrace) return entry.payload;
    const { consumed: _, ...unspent } = entry.payload;
    return unspent;
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
