/** So many at once, and so many a second on. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Peers that are remembered: one who comes under more addresses than this has a network of its own. */
const MOST_PEERS = 1_024;

/** Token buckets, one a peer. Times are monotonic milliseconds. */
export class Buckets {
  readonly #rate: Rate;
  /** In the order of their last use. */
  readonly #peers = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(rate: Rate) {
    this.#rate = rate;
  }

  /** Takes one. Returns 0, or where there is none, after how many seconds there will be. */
  take(peer: string, now: number): number {
    const wait = this.wait(peer, now);
    if (wait > 0) return wait;
    const tokens = this.#tokens(peer, now) - 1;
    this.#peers.delete(peer);
    this.#peers.set(peer, { tokens, at: now });
    if (this.#peers.size > MOST_PEERS) {
      const [oldest] = this.#peers.keys();
      if (oldest !== undefined) this.#peers.delete(oldest);
    }
    return 0;
  }

  /** Seconds until there is one; 0 if there is. Takes none. */
  wait(peer: string, now: number): number {
    const tokens = this.#tokens(peer, now);
    return tokens >= 1 ? 0 : (1 - tokens) / this.#rate.perSecond;
  }

  #tokens(peer: string, now: number): number {
    const { burst, perSecond } = this.#rate;
    const known = this.#peers.get(peer);
    if (!known) return burst;
    return Math.min(burst, known.tokens + (Math.max(0, now - known.at) / 1000) * perSecond);
  }
}

/** Who counts as one: a network of IPv6 is given to one customer as a whole. */
export function peerKey(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const front = head.split(":").filter(Boolean);
  if (tail === undefined) return front.slice(0, 4).join(":");
  const back = tail.split(":").filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - front.length - back.length) }, () => "0");
  return [...front, ...zeros, ...back].slice(0, 4).join(":");
}
