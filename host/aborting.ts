import { setMaxListeners } from "node:events";

/**
 * Calls `listener` when `signal` aborts, until the returned function is called. However many deliveries listen to the
 * agent's one signal: Node takes more than ten for a leak.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
