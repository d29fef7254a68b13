import type { ModemLog } from "../model/observation.ts";

/**
 * Times of smsd's I/O errors after `since` that are about the port of now. A poll that began before goes on with the port it
 * opened, for up to half a minute after that is gone (seen in the lab), so that its errors say nothing of a modem that has
 * come back meanwhile; the next poll opens the port anew. Where smsd's log shows no polls, each error counts.
 */
export function ioErrorsSince({ ioErrors, polls = [] }: ModemLog, since: number): readonly number[] {
  return ioErrors.filter((time) => {
    const poll = polls.findLast((begun) => begun <= time);
    return time > since && (poll === undefined || poll > since);
  });
}
