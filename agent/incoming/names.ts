import type { RawName } from "../../core/delivery-ports.ts";

/** What the name of a message tells that has been put away. */
export interface PutAway {
  readonly id: string;
  /** When it was put away, milliseconds since 1970. */
  readonly at: number;
  /** It came again and was not delivered. */
  readonly duplicate: boolean;
}

const PUT_AWAY = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-([0-9a-f]{32})(\.duplicate-\d+)?$/;
/** Beside a dead letter: why it is one. */
const WHY = ".why";

/** `20261122T114501Z-<id>`: names sort by time, and carry the id, so they are the memory for duplicates. `at`: milliseconds since 1970. */
export function putAwayName(id: string, at: number): RawName {
  const stamp = new Date(at).toISOString().replace(/[-:]|\.\d+/g, "");
  return `${stamp}-${id}`;
}

export function duplicateName(id: string, at: number, count: number): RawName {
  return `${putAwayName(id, at)}.duplicate-${count}`;
}

export function whyName(name: RawName): RawName {
  return `${name}${WHY}`;
}

/** The dead letter that a `.why` belongs to; undefined for any other file. */
export function whyOf(name: RawName): RawName | undefined {
  if (!name.endsWith(WHY)) return undefined;
  const letter = name.slice(0, -WHY.length);
  return PUT_AWAY.test(letter) ? letter : undefined;
}

/** Undefined for what is none of ours. */
export function readName(name: RawName): PutAway | undefined {
  const [, year, month, day, hour, minute, second, id, duplicate] = PUT_AWAY.exec(name) ?? [];
  if (id === undefined) return undefined;
  const at = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return { id, at, duplicate: duplicate !== undefined };
}

const STATE = /^([0-9a-f]{32})\.json$/;

/** The file with what is known of a message that some have and others do not. */
export function stateName(id: string): RawName {
  return `${id}.json`;
}

/** The id of a message whose state this is; undefined for any other file. */
export function stateOf(name: RawName): string | undefined {
  return STATE.exec(name)?.[1];
}
