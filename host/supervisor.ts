import type { Supervisor } from "../core/agent-ports.ts";
import type { Exec } from "./exec.ts";

type Sign = Parameters<Supervisor["notify"]>[0];

const NOTIFY_TIMEOUT = 10_000;
/** A sign of life is passed on at most so many times in the interval that systemd allows: each costs a process. */
const SIGNS_PER_INTERVAL = 4;
const LONGEST_STATUS = 200;

/**
 * sd_notify(3) by systemd's own `systemd-notify`: Node cannot send datagrams to a Unix socket. The helper waits until
 * systemd has read the message (its barrier, since systemd 246), so it is not lost by the helper's quick end; the unit
 * needs `NotifyAccess=all` all the same, as the message comes from a child.
 */
export class RealSupervisor implements Supervisor {
  readonly watchdogInterval: number | undefined;
  readonly #exec: Exec;
  readonly #socket: string;
  #lastAlive = Number.NEGATIVE_INFINITY;

  /** `env`: the environment in which systemd started this process, whose id is `pid`. */
  constructor(exec: Exec, env: NodeJS.ProcessEnv, pid: number) {
    this.#exec = exec;
    this.#socket = env.NOTIFY_SOCKET ?? "";
    this.watchdogInterval = this.#socket === "" ? undefined : watchdogInterval(env, pid);
  }

  async notify(sign: Sign): Promise<void> {
    const variables = this.#socket === "" ? [] : this.#variables(sign);
    if (variables.length === 0) return;
    const options = { timeout: NOTIFY_TIMEOUT, env: { NOTIFY_SOCKET: this.#socket } };
    const sent = this.#exec("systemd-notify", variables, options).catch(() => undefined);
    // Nobody waits for a mere sign of life; the order of the others matters.
    if (sign.ready || sign.stopping || sign.status !== undefined) await sent;
  }

  #variables({ ready, alive, stopping, status }: Sign): readonly string[] {
    return [
      ...(ready ? ["READY=1"] : []),
      ...(alive && this.#aliveIsDue() ? ["WATCHDOG=1"] : []),
      ...(stopping ? ["STOPPING=1"] : []),
      ...(status === undefined ? [] : [`STATUS=${status.replace(/\p{Cc}+/gu, " ").slice(0, LONGEST_STATUS)}`]),
    ];
  }

  #aliveIsDue(): boolean {
    if (this.watchdogInterval === undefined) return false;
    const now = performance.now();
    if (now - this.#lastAlive < this.watchdogInterval / SIGNS_PER_INTERVAL) return false;
    this.#lastAlive = now;
    return true;
  }
}

/** sd_watchdog_enabled(3): microseconds, and meant for the process that WATCHDOG_PID names. */
function watchdogInterval(env: NodeJS.ProcessEnv, pid: number): number | undefined {
  const meant = env.WATCHDOG_PID === undefined || Number(env.WATCHDOG_PID) === pid;
  const microseconds = Number(env.WATCHDOG_USEC);
  return meant && microseconds > 0 ? microseconds / 1000 : undefined;
}
