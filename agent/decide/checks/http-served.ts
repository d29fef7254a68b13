import type { Finding } from "../../model/finding.ts";
import type { HttpObservation } from "../../model/observation.ts";

/** The API does not listen where the inventory says, or not as it says. Messages do not suffer from it. */
export function checkHttpServed({ problems }: HttpObservation): Finding | undefined {
  if (problems.length === 0) return undefined;
  return {
    code: "http-not-served",
    subject: "host",
    level: "warning",
    sentence: "The HTTP API cannot be served as the inventory says; it is tried again.",
    evidence: problems,
    fix: "See to what is named; the section `http` of the inventory says what is wanted. `modemkeeper status -v` shows it.",
    notify: true,
  };
}
