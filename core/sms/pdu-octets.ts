/** Why a PDU cannot be read: one sentence without anything that stands in it. Never leaves core/sms. */
export class PduFault extends Error {
  override readonly name = "PduFault";
}

/** Walks the octets of a PDU; asking for more than there are is a fault. */
export class PduOctets {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  octet(field: string): number {
    return this.take(1, field)[0] ?? 0;
  }

  take(count: number, field: string): Uint8Array {
    const left = this.#octets.length - this.#at;
    if (count > left) throw new PduFault(`the PDU ends in the middle of its ${field}`);
    this.#at += count;
    return this.#octets.subarray(this.#at - count, this.#at);
  }
}
