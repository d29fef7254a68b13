import { encodeAddress, encodeServiceCentre, encodeTimestamp } from "../../../sim/pdu/fields.ts";
import { pack, septetsOf } from "../../../sim/pdu/gsm7.ts";

const TIME = encodeTimestamp(new Date("2026-11-22T12:07:10Z"));
const HELLO = { length: 5, octets: pack((septetsOf("Hello") ?? []).flat()) };

export interface RawFields {
  readonly first?: number;
  readonly address?: Buffer;
  readonly coding?: number;
  readonly time?: Buffer;
  readonly length?: number;
  readonly octets?: Buffer;
}

/** SMS-DELIVER with fields as they go over the air, also such as no encoder would write. */
export function rawDeliver(fields: RawFields): string {
  const { first = 4, address = encodeAddress("+491710000001"), coding = 0, time = TIME } = fields;
  const { length = HELLO.length, octets = HELLO.octets } = fields;
  const head = [encodeServiceCentre("+491710760000"), Buffer.from([first]), address, Buffer.from([0, coding])];
  return Buffer.concat([...head, time, Buffer.from([length]), octets])
    .toString("hex")
    .toUpperCase();
}
