/**
 * Builds elements, and changes what the page shows to match new ones. Text is always text: nothing that a server answered becomes HTML.
 */
type Child = Node | string | number | null | false | undefined;
type Handler = (event: never) => void;
interface Props {
  readonly onclick?: () => void;
  readonly onchange?: () => void;
  readonly onkeydown?: (event: KeyboardEvent) => void;
  /** Other attributes; false and null leave them out, true sets them empty. */
  readonly [attribute: string]: string | number | boolean | null | undefined | Handler;
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag: string, props: Props = {}, ...children: Child[]): SVGElement {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), props, children);
}

function fill<Built extends Element>(element: Built, props: Props, children: readonly Child[]): Built {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') Object.assign(element, { [name]: value });
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...shown(children));
  return element;
}

const shown = (children: readonly Child[]): Node[] =>
  children.flatMap((child) => {
    if (child === null || child === false || child === undefined) return [];
    return child instanceof Node ? [child] : [document.createTextNode(String(child))];
  });

/**
 * Makes an element show these children. Elements that are there already stay and are changed, so that the focus, an open list and a press
 * that has begun survive. One with another `data-key` is replaced.
 */
export function show(root: Element, ...children: Child[]): void {
  matchChildren(root, shown(children));
}

function matchChildren(root: Element, wanted: readonly Node[]): void {
  const there = [...root.childNodes];
  for (const [index, node] of wanted.entries()) {
    const old = there[index];
    if (!old) root.append(node);
    else if (old instanceof Element && node instanceof Element && isSameKind(old, node)) match(old, node);
    else if (!old.isEqualNode(node)) old.replaceWith(node);
  }
  for (const old of there.slice(wanted.length)) old.remove();
}

const isSameKind = (old: Element, wanted: Element) =>
  old.nodeName === wanted.nodeName && old.getAttribute('data-key') === wanted.getAttribute('data-key');

const HANDLERS = ['onclick', 'onchange', 'onkeydown'] as const;
/** `open`: the player decides. `style`: the content security policy allows it through the object model alone. */
const KEPT = ['open', 'style'];

function match(old: Element, wanted: Element): void {
  for (const { name } of [...old.attributes])
    if (!KEPT.includes(name) && !wanted.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of wanted.attributes)
    if (!KEPT.includes(name) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  if (old instanceof HTMLElement && wanted instanceof HTMLElement) {
    old.style.cssText = wanted.style.cssText;
    for (const handler of HANDLERS) Object.assign(old, { [handler]: wanted[handler] });
  }
  if (old instanceof HTMLInputElement && wanted instanceof HTMLInputElement) {
    old.checked = wanted.checked;
    if (document.activeElement !== old) old.value = wanted.value;
  }
  matchChildren(old, [...wanted.childNodes]);
}

export function byId<Found extends HTMLElement = HTMLElement>(id: string): Found {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element as Found;
}
