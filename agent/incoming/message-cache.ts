import type { Envelope } from "../delivery/types.ts";

/** So much of what was just read is kept until it is delivered; the rest is read again. */
const MOST_OCTETS = 4_194_304;
const MOST = 1_200;

interface Entry {
  readonly envelope: Envelope;
  readonly octets: number;
}

/** Messages that were read and are about to be delivered. The eldest makes room: it waits for a lane that is stuck. */
export class MessageCache {
  readonly #entries = new Map<string, Entry>();
  #octets = 0;

  get(id: string): Envelope | undefined {
    return this.#entries.get(id)?.envelope;
  }

  put(envelope: Envelope, octets: number): void {
    this.remove(envelope.id);
    this.#entries.set(envelope.id, { envelope, octets });
    this.#octets += octets;
    for (const id of this.#entries.keys()) {
      if (this.#entries.size <= MOST && this.#octets <= MOST_OCTETS) return;
      this.remove(id);
    }
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#octets -= entry.octets;
    this.#entries.delete(id);
  }
}
