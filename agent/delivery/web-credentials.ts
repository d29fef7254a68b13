import type { Sink } from "../../core/model/inventory.ts";
import type { SecretStore } from "../../core/ports.ts";
import { signingKeys } from "./signature.ts";

export interface WebCredentials {
  /** Empty where nothing is signed. */
  readonly keys: readonly Buffer[];
  readonly token?: string;
}

/** A receiver's token and signing keys, read anew when they do not work: replacing them needs no restart. */
export class CredentialStore {
  readonly #sink: Sink;
  readonly #secrets: SecretStore;
  #known: { readonly credentials: WebCredentials; readonly print: string } | undefined;

  constructor(sink: Sink, secrets: SecretStore) {
    this.#sink = sink;
    this.#secrets = secrets;
  }

  /** @throws ModemkeeperError precondition-missing if a secret cannot be read or used */
  async current(): Promise<WebCredentials> {
    this.#known ??= await this.#read();
    return this.#known.credentials;
  }

  /** Reads them anew; true if they differ from those that were tried. Never rejects: what is amiss shows at the next use. */
  async renewed(): Promise<boolean> {
    const before = this.#known?.print;
    this.#known = undefined;
    const now = await this.#read().catch(() => undefined);
    this.#known = now;
    return now !== undefined && now.print !== before;
  }

  async #read() {
    const { secret, token } = this.#sink.secrets;
    const [key, bearer] = await Promise.all([
      secret && this.#secrets.read(secret),
      token && this.#secrets.read(token).then((text) => text.trim()),
    ]);
    const credentials = {
      keys: key === undefined ? [] : signingKeys(key),
      ...(bearer === undefined ? {} : { token: bearer }),
    };
    return { credentials, print: JSON.stringify([key, bearer]) };
  }
}
