// Shows every fragment twice in a frame, as markup a server sent and as innerHTML, pokes at it, and
// writes down all that is alive. Frames are dear, so harmless fragments share one; where anything
// stirs, each of them is shown again alone, which tells whose it was.
"use strict";

const CALLS = ["alert", "confirm", "prompt", "print", "open", "fetch", "pwn", "Image", "WebSocket",
  "EventSource", "Worker"];
const EVENTS = ["pointerover", "pointerenter", "mouseover", "mouseenter", "mousemove", "mousedown",
  "mouseup", "dblclick", "contextmenu", "wheel", "keydown", "keyup", "focusin", "focus", "blur",
  "input", "change", "toggle", "beforetoggle", "scroll", "animationstart", "transitionend", "copy",
  "paste", "drag", "drop"];
const ACTIVE = new Set(("script iframe frame frameset object embed applet portal meta base link style " +
  "svg math form input button select textarea img picture source video audio track template slot " +
  "marquee details dialog noscript noembed noframes xmp plaintext listing title body image area map " +
  "table").split(" "));
const ADDRESSES = new Set(["href", "xlink:href", "src", "action", "formaction", "data", "poster",
  "background", "cite", "ping", "longdesc", "manifest"]);
const PROTOCOLS = new Set(["http:", "https:", "mailto:"]);
const SETTLE_MS = 100;
const GIVE_UP_MS = 2000;
const AT_ONCE = 8;
const GROUP = 12;

const { fragments, expected } = JSON.parse(document.getElementById("input").textContent);
const cases = new Map();

// Called by the first script of each frame, before its fragment is parsed.
function watch(view, number) {
  const { say } = cases.get(number);
  for (const name of CALLS) {
    view[name] = function () { say(`calls ${name}`); };
  }
  view.XMLHttpRequest.prototype.open = () => say("calls XMLHttpRequest");
  view.navigator.sendBeacon = () => say("calls sendBeacon");
  view.addEventListener("error", (event) => {
    const tag = event.target.localName;
    say(tag ? `loads <${tag}>` : "runs a script that fails");
  }, true);
  for (const kind of ["click", "auxclick", "submit"]) {
    view.addEventListener(kind, (event) => event.preventDefault(), true);
  }
}

function protocol(address) {
  try {
    return new URL(address, "https://page.example/").protocol;
  } catch {
    return null;
  }
}

function inspectAttribute(element, { name, value }, say) {
  const where = `${name} on <${element.localName}>`;
  if (name.startsWith("on")) say(`handler ${where}`);
  if (["id", "name", "style", "srcdoc", "class", "is"].includes(name)) say(`attribute ${where}`);
  if (ADDRESSES.has(name)) {
    const found = protocol(value);
    if (found !== null && !PROTOCOLS.has(found)) say(`protocol ${found} in ${where}`);
  }
}

function inspect(elements, say) {
  for (const element of elements) {
    const tag = element.localName;
    if (expected.includes(tag)) continue;
    if (ACTIVE.has(tag) || tag.includes("-")) say(`element <${tag}>`);
    for (const attribute of element.attributes) inspectAttribute(element, attribute, say);
  }
}

function poke(view, elements) {
  for (const element of elements) {
    for (const kind of EVENTS) {
      element.dispatchEvent(new view.Event(kind, { bubbles: true, cancelable: true }));
    }
    element.focus?.();
    element.click?.();
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function show(frame, number, group) {
  const loaded = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true }));
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><script>parent.watch(window, ${number})<\/script>` +
    `<body>${group.map(({ html }) => `<section>${html}</section><hr>`).join("")}</body>`;
  document.body.append(frame);
  await Promise.race([loaded, pause(GIVE_UP_MS)]);
  await pause(SETTLE_MS);
}

async function examine(view, elements, say) {
  inspect(elements, say);
  poke(view, elements);
  await pause(SETTLE_MS);
}

function isWhole(page, group) {
  const names = [...page.body.children].map((child) => child.localName);
  return names.join() === group.map(() => "section,hr").join();
}

// What the fragments made, wherever the parser put it: all elements but the frame's own.
function sent(page, group) {
  const own = new Set([page.documentElement, page.head, page.body, ...page.head.children]);
  [...page.body.children].slice(0, 2 * group.length).forEach((child) => own.add(child));
  return [...page.querySelectorAll("*")].filter((element) => !own.has(element));
}

async function examineBoth(frame, group, state) {
  const page = frame.contentDocument;
  if (page === null || page.URL !== "about:srcdoc") return state.say("leaves the page");
  if (!isWhole(page, group)) state.say("breaks out of its place");
  await examine(frame.contentWindow, sent(page, group), state.say);
  state.place = "innerHTML";
  const copies = group.map(({ html }) => {
    const copy = page.createElement("section");
    page.body?.append(copy);
    copy.innerHTML = html;
    return copy;
  });
  await pause(SETTLE_MS);
  const elements = copies.flatMap((copy) => [...copy.querySelectorAll("*")]);
  await examine(frame.contentWindow, elements, state.say);
}

async function judge(group) {
  const found = [];
  const number = cases.size;
  const state = { place: "server" };
  state.say = (what) => found.push({ fragment: group[0].name, place: state.place, what });
  cases.set(number, state);
  const frame = document.createElement("iframe");
  await show(frame, number, group);
  await examineBoth(frame, group, state).catch((error) => state.say(String(error)));
  frame.remove();
  if (found.length === 0 || group.length === 1) return found;
  return judgeAll(group.map((fragment) => [fragment]));
}

async function judgeAll(groups) {
  const found = [];
  for (let start = 0; start < groups.length; start += AT_ONCE) {
    found.push(...await Promise.all(groups.slice(start, start + AT_ONCE).map(judge)));
  }
  return found.flat();
}

async function main() {
  const groups = [];
  for (let start = 0; start < fragments.length; start += GROUP) {
    groups.push(fragments.slice(start, start + GROUP));
  }
  const findings = await judgeAll(groups);
  document.getElementById("findings").textContent = JSON.stringify({ judged: fragments.length, findings });
}

main();
