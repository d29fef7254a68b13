import { token } from "./token.js";

/** @typedef {{ readonly ok: true, readonly value: unknown } | { readonly ok: false, readonly status: number, readonly why: string }} Answer */

const PATIENCE_MS = 15_000;

/** Relative addresses: the page may stand behind a proxy, under a path of its own. */
export function authorized() {
  const known = token();
  return known === undefined ? {} : { Authorization: `Bearer ${known}` };
}

/**
 * @param {string} path
 * @returns {Promise<Answer>}
 */
export function read(path) {
  return ask(path, { headers: authorized() });
}

/**
 * @param {string} path
 * @param {Readonly<Record<string, string>>} body
 * @returns {Promise<Answer>}
 */
export function change(path, body) {
  const headers = { ...authorized(), "Content-Type": "application/json" };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

/**
 * @param {string} path
 * @param {RequestInit} request
 * @returns {Promise<Answer>}
 */
async function ask(path, request) {
  try {
    const patience = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(path, { ...request, cache: "no-store", signal: patience });
    if (response.ok) return { ok: true, value: await response.json() };
    return { ok: false, status: response.status, why: await problemOf(response) };
  } catch (error) {
    const late = error instanceof DOMException && error.name === "TimeoutError";
    const why = late ? `It did not answer within ${PATIENCE_MS / 1000} s.` : "It cannot be reached.";
    return { ok: false, status: 0, why };
  }
}

/**
 * The sentence of a problem document (RFC 9457).
 * @param {Response} response
 * @returns {Promise<string>}
 */
export async function problemOf(response) {
  const status = `It answered ${response.status}.`;
  try {
    const { title, detail } = await response.json();
    const told = [title, detail].filter((part) => typeof part === "string" && part !== "");
    return told.length === 0 ? status : sentences(told);
  } catch {
    return status;
  }
}

/** @param {readonly string[]} parts */
function sentences(parts) {
  return [...new Set(parts)].map((part) => (/[.!?]$/.test(part) ? part : `${part}.`)).join(" ");
}
