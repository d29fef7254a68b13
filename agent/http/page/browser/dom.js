import { inert } from "./inert.js";

/** @import { Node } from "./types.ts" */
/** @typedef {Node | string | undefined | false | readonly Child[]} Child */
/** @typedef {Record<string, string | number | boolean | undefined | ((event: Event) => void)>} Properties */

const SVG = "http://www.w3.org/2000/svg";
/** Attributes by which text could become code, an address or a style: never set from here. */
const FORBIDDEN = /^(?:on|style$|src|href$|action$|formaction$)/i;

/** @type {WeakMap<Element, Node>} what an element was last made from */
const made = new WeakMap();

/**
 * An element to be. Functions are listeners (`click`), `true` is an attribute without a value, `undefined` and `false` none.
 * Strings among the children, and values of attributes, are text and nothing else, shown inert.
 * @param {string} tag
 * @param {Properties} [properties]
 * @param {...Child} children
 * @returns {Node}
 */
export function h(tag, properties = {}, ...children) {
  /** @type {Record<string, string>} */
  const attributes = {};
  /** @type {Record<string, (event: Event) => void>} */
  const on = {};
  let key;
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) continue;
    if (name === "key") key = String(value);
    else if (typeof value === "function") on[name] = value;
    else if (FORBIDDEN.test(name)) throw new Error(`the page sets no ${name}`);
    // A path's numbers are ours, and long.
    else attributes[name] = value === true ? "" : name === "d" ? String(value) : inert(String(value));
  }
  return { tag, key, attributes, on, children: flat(children) };
}

/**
 * @param {readonly Child[]} children
 * @returns {(Node | string)[]}
 */
export function flat(children) {
  return children.flatMap((child) => {
    if (child === undefined || child === false) return [];
    if (Array.isArray(child)) return flat(child);
    return [/** @type {Node | string} */ (child)];
  });
}

/**
 * Makes the content of `parent` be `children`, keeping what is there already: focus, selection, what is unfolded and
 * scrolled stay where they are.
 * @param {Element} parent
 * @param {readonly (Node | string)[]} children
 */
export function patch(parent, children) {
  const keyed = byKey(parent);
  const wanted = new Set(children.flatMap((child) => (typeof child === "string" ? [] : (keyed.get(child.key) ?? []))));
  /** @type {ChildNode | null} */
  let here = parent.firstChild;
  for (const child of children) {
    const fitting = found(child, here, keyed);
    // What nobody wants goes first: an element that is moved loses the focus.
    while (fitting && here && here !== fitting && !wanted.has(here)) here = removed(here);
    if (!fitting) parent.insertBefore(created(child, parent), here);
    else if (fitting === here) here = here.nextSibling;
    else parent.insertBefore(fitting, here);
    if (fitting) update(fitting, child);
  }
  while (here) here = removed(here);
}

/** @param {ChildNode} node */
function removed(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

/** @param {Element} parent */
function byKey(parent) {
  /** @type {Map<string | undefined, ChildNode>} */
  const keyed = new Map();
  for (const element of parent.children) {
    const key = made.get(element)?.key;
    if (key !== undefined) keyed.set(key, element);
  }
  return keyed;
}

/**
 * @param {Node | string} child
 * @param {ChildNode | null} here
 * @param {ReadonlyMap<string | undefined, ChildNode>} keyed
 * @returns {ChildNode | undefined}
 */
function found(child, here, keyed) {
  if (typeof child === "string") return here instanceof Text ? here : undefined;
  if (child.key !== undefined) {
    const element = keyed.get(child.key);
    return element instanceof Element && element.localName === child.tag ? element : undefined;
  }
  if (!(here instanceof Element) || here.localName !== child.tag) return undefined;
  return made.get(here)?.key === undefined ? here : undefined;
}

/**
 * @param {Node | string} child
 * @param {Element} parent
 */
function created(child, parent) {
  if (typeof child === "string") return document.createTextNode(inert(child));
  const isSvg = child.tag === "svg" || parent.namespaceURI === SVG;
  const element = isSvg ? document.createElementNS(SVG, child.tag) : document.createElement(child.tag);
  update(element, child);
  return element;
}

/**
 * @param {ChildNode} at
 * @param {Node | string} child
 */
function update(at, child) {
  if (typeof child === "string") {
    const text = inert(child);
    if (at.nodeValue !== text) at.nodeValue = text;
    return;
  }
  const element = /** @type {Element} */ (at);
  const before = made.get(element);
  setAttributes(element, before?.attributes ?? {}, child.attributes);
  listen(element, before, child);
  made.set(element, child);
  patch(element, child.children);
}

/**
 * Only what changed: an attribute that a person changed meanwhile, such as `open`, is left alone.
 * @param {Element} element
 * @param {Readonly<Record<string, string>>} before
 * @param {Readonly<Record<string, string>>} after
 */
function setAttributes(element, before, after) {
  for (const name of Object.keys(before)) if (!(name in after)) element.removeAttribute(name);
  for (const [name, value] of Object.entries(after)) if (before[name] !== value) element.setAttribute(name, value);
}

/**
 * One listener for each kind of event, which asks what the element stands for now.
 * @param {Element} element
 * @param {Node | undefined} before
 * @param {Node} after
 */
function listen(element, before, after) {
  for (const kind of Object.keys(after.on)) {
    if (!before || !(kind in before.on)) element.addEventListener(kind, dispatched);
  }
}

/** @param {Event} event */
function dispatched(event) {
  const element = /** @type {Element} */ (event.currentTarget);
  made.get(element)?.on[event.type]?.(event);
}
